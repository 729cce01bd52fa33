"""What grading costs, measured: see README.md. Run as modules: ``python -m benchmarks.throughput``."""

import os

# Before NumPy is loaded: two BLAS threads on a busy machine wait for each other, and measure nothing else.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
