"""The ``grade`` command with sandboxes that end by themselves, so that all of their CPU time is known.

The grader kills a sandbox from outside, and then nobody waits for the processes in it: the kernel throws
their times away. Here the worker's stream is closed, which tells it that there is nothing more to do, and it
ends.

    python -m benchmarks.counted ARGUMENTS OF GRADE...
"""

from __future__ import annotations

from grader.cli import main
from grader.sandbox.process import ChildProcess

__all__ = ["end_by_themselves"]

_kill = ChildProcess.close
_PATIENCE = 60.0  # s


def end_by_themselves() -> None:
    """From now on, wait for a sandbox's processes instead of killing them."""
    setattr(ChildProcess, "close", _close)  # noqa: B010 - mypy forbids the plain assignment


def _close(self: ChildProcess) -> None:
    process = self._process
    if process.stdin is not None:
        process.stdin.close()
    process.wait(_PATIENCE)
    _kill(self)


if __name__ == "__main__":
    end_by_themselves()
    main()
