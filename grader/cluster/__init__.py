"""Grading on the workers of a Dask cluster.

Dask carries texts to the workers and results back. Students' code runs where it always does, in a sandbox,
which each worker opens on its own machine. Dask is imported only when a cluster is asked for.

`connection` and `flow` are the client's side: a cluster, and the submissions on their way through it. `work`
and `bench` are a worker's: a task, and what it keeps from one to the next. `kit` is what travels, and `facts`
what must be the same on all machines.
"""

from grader.cluster.connection import Cluster, open_cluster

__all__ = ["Cluster", "open_cluster"]
