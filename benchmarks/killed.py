"""Is anything lost when a run is killed? It may not be, at whichever moment.

    python -m benchmarks.killed [--number N] [--kills K] [--seed S] [--jobs J]

Grades N golden submissions without a break, then again into another folder, killed with SIGKILL at K random
moments and started again each time. Every result that was on disk must stay there, and no process and no file
may be left behind; at the end, ``results.json`` must be that of the run without a break, but for times.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import samples
from benchmarks.processes import adopt_orphans, orphans

__all__ = ["GOLDENS", "without_times", "worries"]

GOLDENS = (
    "linear_map_matrix",
    "crops_with_minus_pad",
    "flat_helper_star_import",
    "misspelt_function",
    "pads_the_wrong_axes",
    "not_implemented_yet",
)
ONLY = samples.CONV_AND_POOL[:1] + samples.CONV_AND_POOL[2:3]
PATIENCE = 10.0
"""Seconds in which the processes of a killed run must be gone."""

TIMES = ("seconds", "ratio")


def worries(number: int, kills: int, *, folder: Path, seed: int = 1, jobs: int = 2) -> Iterator[str]:
    """Grade, kill and start again; say what is not as it should be.

    Args:
        number: submissions.
        kills: at random moments, spread over the whole of the work.
        folder: empty, for all that is written.
        seed: of the moments.
        jobs: submissions at a time.
    """
    adopt_orphans()
    submissions = samples.copy(GOLDENS, number, folder / "class")
    environment = os.environ | {"TMPDIR": str(folder / "tmp")}
    (folder / "tmp").mkdir()
    lines = {
        name: samples.grade(submissions, folder / name, jobs=jobs, only=ONLY) for name in ("whole", "killed")
    }
    started = time.monotonic()
    _whole(lines["whole"], environment)
    whole = time.monotonic() - started
    moments = random.Random(seed)
    kept = 0
    for _ in range(kills):
        _killed(lines["killed"], environment, moments.uniform(0, 1.5 + 2 * whole / kills))
        now = _results(folder / "killed" / "grades.db")
        yield from _left_behind(folder / "tmp")
        if now < kept:
            yield f"{kept} results were on disk, and {now} are"
        kept = now
    _whole(lines["killed"], environment)
    one, other = (json.loads((folder / name / "results.json").read_text("utf-8")) for name in lines)
    if without_times(one) != without_times(other):
        yield "results.json is another than that of a run without a break"


def _whole(line: list[str], environment: dict[str, str]) -> None:
    subprocess.run(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def _killed(line: list[str], environment: dict[str, str], after: float) -> None:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(line, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)


def _results(database: Path) -> int:
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as opened:
        tables = opened.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return int(opened.execute("SELECT count(*) FROM result").fetchone()[0]) if tables else 0


def _left_behind(temporary: Path) -> Iterator[str]:
    deadline = time.monotonic() + PATIENCE
    while orphans() and time.monotonic() < deadline:
        time.sleep(0.02)
    if left := orphans():
        yield f"processes {', '.join(map(str, left))} are left"
    for file in temporary.iterdir():
        yield f"{file} is left"


def without_times(value: Any) -> Any:
    """What ``results.json`` holds, without what the clock decides."""
    if isinstance(value, dict):
        return {key: without_times(part) for key, part in value.items() if key not in TIMES}
    return [without_times(part) for part in value] if isinstance(value, list) else value


def main() -> None:
    """Print what is wrong as it is found; exit with 1 if anything is."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--number", type=int, default=100)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=2)
    chosen = options.parse_args()
    found = 0
    with tempfile.TemporaryDirectory() as name:
        for line in worries(
            chosen.number, chosen.kills, folder=Path(name), seed=chosen.seed, jobs=chosen.jobs
        ):
            found += 1
            print(line, flush=True)
    print(f"{chosen.number} submissions, killed {chosen.kills} times: {found} worries")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
