"""Do speed limits say the same on a busy machine as on an idle one?

    python -m benchmarks.limits [--runs N]

Ten convolutions, five well under the limit and five well over it, are graded again and again, in half of the
runs while other processes keep every core busy. Prints the ratios that were seen, and which verdicts changed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import samples

__all__ = ["main"]

TOML = """
convention = "cs231n"
files = ["**/layers.py"]
[[exercise]]
name = "conv_forward_naive"
op = "conv2d"
points = 10
cases = 12
speed = {ratio = 12, like = "n8c8h24f8"}
"""
WINDOWS = """
import numpy as np

def fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    views = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], (2, 3))[:, :, ::s, ::s]
    return np.tensordot(views, w, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2) + b[:, None, None]

def conv_forward_naive(*args):
    for _ in range(%d):
        out = fast(*args)
    return out, None
"""
REPEATS = {"under": (1, 1, 2, 2, 2), "over": (18, 20, 22, 24, 28)}


def main() -> None:
    """Grade and compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _write(home)
        seen: dict[str, list[tuple[str, float]]] = {}
        for number in range(runs):
            with _busy(number % 2 == 1):
                for name, verdict, ratio in _graded(home):
                    seen.setdefault(name, []).append((verdict, ratio))
    for name, found in seen.items():
        idle, busy = ([ratio for _, ratio in found[start::2]] for start in (0, 1))
        verdicts = {verdict for verdict, _ in found}
        print(f"{name:10} {' / '.join(sorted(verdicts)):20} idle {_range(idle)}, busy {_range(busy)}")
    changed = [name for name, found in seen.items() if len({verdict for verdict, _ in found}) > 1]
    print(f"{runs} runs, half of them on a busy machine: {len(changed)} verdicts changed {changed or ''}")


def _write(home: Path) -> None:
    (home / "course").mkdir()
    (home / "course" / "assignment.toml").write_text(TOML)
    for kind, repeats in REPEATS.items():
        for place, repeat in enumerate(repeats):
            folder = home / "class" / f"{kind}_{place}"
            folder.mkdir(parents=True)
            (folder / "layers.py").write_text(WINDOWS % repeat)


def _graded(home: Path) -> Iterator[tuple[str, str, float]]:
    command = samples.grade(home / "class", home / "out", jobs=1, assignment=home / "course")
    subprocess.run([*command, "--force"], check=True, capture_output=True)
    for entry in json.loads((home / "out" / "results.json").read_text())["submissions"]:
        (exercise,) = entry["exercises"]
        yield entry["id"], exercise["verdict"], (exercise["speed"] or {"ratio": float("nan")})["ratio"]


@contextmanager
def _busy(really: bool) -> Iterator[None]:
    """Keep every core busy, by processes of the same priority."""
    processes = [
        multiprocessing.Process(target=_spin, daemon=True) for _ in range((os.cpu_count() or 1) * really)
    ]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _spin() -> None:
    while True:
        sum(range(10_000))


def _range(ratios: list[float]) -> str:
    return f"{min(ratios):.1f} to {max(ratios):.1f}" if ratios else "-"


if __name__ == "__main__":
    main()
