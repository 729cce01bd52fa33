"""Grading on the workers of a Dask cluster.

Dask carries texts to the workers and results back. Students' code runs where it always does, in a sandbox,
which each worker opens on its own machine. Dask is imported only when a cluster is asked for.
"""

from grader.cluster.connection import Cluster, open_cluster

__all__ = ["Cluster", "open_cluster"]
