"""A run that is killed loses nothing and leaves nothing behind; `benchmarks.killed` does it at large.

What is left behind falls to the process that looks, so it looks from one of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.killed import without_times

ROOT = Path(__file__).resolve().parent.parent

LEFT = """
import subprocess, sys
from pathlib import Path
from benchmarks import killed

killed.PATIENCE = 0.2
folder = Path(sys.argv[1])
(folder / "forgotten").touch()
process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
seen = list(killed._left_behind(folder))
process.kill()
assert seen == [f"processes {process.pid} are left", f"{folder / 'forgotten'} is left"], seen
"""


def python(*arguments: str | Path) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_killed_and_started_again() -> None:
    said = python("-m", "benchmarks.killed", "--number", "4", "--kills", "3")
    assert said == "4 submissions, killed 3 times: 0 worries\n"


def test_what_a_run_leaves_behind_is_seen(tmp_path: Path) -> None:
    python("-c", LEFT, tmp_path)


def test_only_times_may_differ() -> None:
    one = {"submissions": [{"id": "a", "seconds": 1.0, "speed": {"ratio": 2.0, "limit": 5.0}}]}
    other = {"submissions": [{"id": "a", "seconds": 2.0, "speed": {"ratio": 3.0, "limit": 5.0}}]}
    assert without_times(one) == without_times(other)
    assert without_times(one) != without_times({"submissions": [{"id": "b"}]})
