"""Grade on Slurm with python slurm.py SUBMISSIONS --assignment NAME --out DIR.

Starts Dask's workers as Slurm jobs, grades with them, and ends them. Every argument goes to `grade run`.
Set the partition, and what a job may have, to what your cluster offers.
"""

import subprocess
import sys

from dask_jobqueue import SLURMCluster
from distributed import Security

JOBS = 10
WORKERS_A_JOB = 16


def main() -> int:
    """Run `grade` on a cluster that lasts as long as it does, and return its exit code."""
    with SLURMCluster(
        queue="compute",
        walltime="04:00:00",
        cores=WORKERS_A_JOB,
        processes=WORKERS_A_JOB,
        memory="48GB",
        local_directory="/tmp",
        security=Security(),  # the certificates of ~/.config/dask
        protocol="tls://",
    ) as cluster:
        cluster.scale(jobs=JOBS)
        cluster.wait_for_workers(WORKERS_A_JOB)  # the first job: the others may join later
        grade = [sys.executable, "-m", "grader", "run", *sys.argv[1:]]
        return subprocess.run([*grade, "--cluster", cluster.scheduler_address], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
