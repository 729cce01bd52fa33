"""Whether processes still run: one that has ended but was not yet waited for by anybody does not."""

from __future__ import annotations

from pathlib import Path

__all__ = ["runs"]


def runs(pid: int) -> bool:
    """Whether a process of this id runs. Who is orphaned is waited for by init, which may take its time."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")
