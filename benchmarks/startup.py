"""What a command costs that has little to do: help, and a check of one small file.

    python -m benchmarks.startup [--rounds R]

CPU time, medians; the commands take turns with ``python -c pass``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks import samples
from benchmarks.processes import as_a_user, spend

__all__ = ["LIMIT", "commands", "seconds"]

LIMIT = 0.15
"""CPU s that help may take beyond an empty Python."""

_SMALL = """\
import numpy as np


def max_pool_forward_naive(x, pool_param):
    return None
"""
_GRADE = (sys.executable, "-m", "grader")


def commands(file: Path) -> Mapping[str, Sequence[str]]:
    """What is compared; `file` is a small submission."""
    check = (*_GRADE, "check", str(file), "--assignment", samples.ASSIGNMENT)
    return {
        "python -c pass": (sys.executable, "-c", "pass"),
        "grade --help": (*_GRADE, "--help"),
        "grade check --help": (*_GRADE, "check", "--help"),
        "import numpy": (sys.executable, "-c", "import numpy"),
        "grade check, one function": (*check, "--only", "max_pool_forward_naive"),
    }


def seconds(compared: Mapping[str, Sequence[str]], rounds: int) -> Mapping[str, float]:
    """CPU time of each command, the median of the rounds."""
    found: dict[str, list[float]] = {name: [] for name in compared}
    for _ in range(rounds):
        for name, command in compared.items():
            # a check with points missing ends with 1, as it should
            found[name].append(spend(command, environment=as_a_user(), accept=(0, 1)).cpu)
    return {name: median(values) for name, values in found.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=20)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "layers.py"
        file.write_text(_SMALL, encoding="utf-8")
        found = seconds(commands(file), rounds)
    empty = found["python -c pass"]
    for command, cpu in found.items():
        print(f"{command:<26} {1000 * cpu:7.1f} ms of CPU time, {cpu / empty:5.1f} times an empty Python")
    more = found["grade --help"] - empty
    verdict = "holds" if more < LIMIT else "DOES NOT HOLD"
    print(f"help takes {more:.3f} s more than an empty Python; at most {LIMIT:g} s: {verdict}")


if __name__ == "__main__":
    main()
