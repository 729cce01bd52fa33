"""Start so many sandboxes, wait until each is ready for a submission, and end them; nothing is run in them.

python -m benchmarks.starts NUMBER
"""

from __future__ import annotations

import sys

from benchmarks import counted
from grader.sandbox import open_launcher

__all__ = ["start_and_end"]


def start_and_end(number: int) -> None:
    """Start and end sandboxes, one at a time."""
    launcher = open_launcher()
    for _ in range(number):
        with launcher.start() as sandbox:
            sandbox.wait()
    launcher.close()


if __name__ == "__main__":
    counted.end_by_themselves()
    start_and_end(int(sys.argv[1]))
