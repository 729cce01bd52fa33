"""Choosing a level by trying it, and refusing in words where none holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import SandboxError
from grader.sandbox import bubblewrap, landlock, open_launcher, selftest
from grader.sandbox.interpreter import find_interpreter
from grader.steps import BatchReply, Ending, Limits, LoadReport, Reply

from .stage import ISOLATED, Stage, call, opened

LOADED = LoadReport(ending=Ending.RETURNED)
CONVOLVED = np.array([2.0, 5.0, 8.0, 11.0])


def said(*values: Any) -> BatchReply:
    replies = tuple(
        Reply(ending=Ending.RETURNED, values={"y": value})
        if value is not None
        else Reply(ending=Ending.RAISED)
        for value in values
    )
    return BatchReply(load=LOADED, replies=replies)


def test_a_sandbox_that_holds_passes() -> None:
    selftest.judge("bubblewrap", said(CONVOLVED, np.zeros(5, bool)))


def test_without_a_sandbox_only_computing_is_asked() -> None:
    selftest.judge("none", said(CONVOLVED, np.array(0)))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((CONVOLVED, np.array([1, 0, 0, 0, 0], bool)), "does not hold: a submission could open a socket."),
        ((CONVOLVED, np.array([0, 1, 0, 1, 0], bool)), "start a process, write the grader's files."),
        ((CONVOLVED, np.array([0, 0, 1, 0, 0], bool)), "could read the grader's files."),
        ((CONVOLVED, np.array([0, 0, 0, 0, 1], bool)), "could signal its parent."),
        ((CONVOLVED, np.zeros(4, bool)), "did not finish its self-test"),
        ((CONVOLVED, np.zeros(5)), "did not finish its self-test"),
        ((CONVOLVED, None), "did not finish its self-test: raised"),
        ((CONVOLVED + 1, np.zeros(5, bool)), "cannot compute: returned"),
        ((None, np.zeros(5, bool)), "cannot compute: raised"),
    ],
)
def test_a_sandbox_that_does_not_hold_is_refused(values: tuple[object, ...], text: str) -> None:
    with pytest.raises(SandboxError) as caught:
        selftest.judge("landlock", said(*values))
    assert text in str(caught.value)


def test_the_attacks_of_the_self_test_succeed_without_a_sandbox(unprotected: Stage) -> None:
    batch = selftest.make_batch("bubblewrap")
    with unprotected.launcher.start() as sandbox:
        sandbox.give(selftest.make_program())
        reply = sandbox.run(batch, Limits())
    with pytest.raises(SandboxError, match="open a socket, start a process, read the"):
        selftest.judge("bubblewrap", reply)


def test_auto_takes_the_best_level_there_is() -> None:
    with opened("bubblewrap") as best:
        assert (best.level, best.warning) == ("bubblewrap", "")
    launcher = open_launcher()
    launcher.close()
    assert launcher.level == "bubblewrap"


def test_auto_takes_landlock_where_bubblewrap_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "find_bwrap", lambda: None)
    with opened("landlock"):
        launcher = open_launcher()
    launcher.close()
    assert launcher.level == "landlock"
    assert "no private /tmp" in launcher.warning


def test_nothing_is_run_where_nothing_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "find_bwrap", lambda: None)
    monkeypatch.setattr(landlock, "OLDEST_ABI", 99)
    with pytest.raises(SandboxError) as caught:
        open_launcher()
    text = str(caught.value)
    assert text.startswith("No sandbox works on this machine, so nothing was run.\n- bubblewrap:")
    assert "apt-get install bubblewrap" in text
    assert "99 (Linux 6.2) is needed." in text


def test_an_explicit_level_never_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "find_bwrap", lambda: None)
    with pytest.raises(SandboxError, match="bubblewrap is not installed"):
        open_launcher("bubblewrap")


def test_a_bubblewrap_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "find_bwrap", lambda: broken)
    with pytest.raises(SandboxError) as caught:
        open_launcher("bubblewrap")
    assert str(caught.value) == (
        "The sandbox did not start: bwrap: setting up uid map: Permission denied\n"
        "Ubuntu restricts user namespaces. Allow them: sudo sysctl -w"
        " kernel.apparmor_restrict_unprivileged_userns=0, or use Landlock (--sandbox landlock)."
    )


def test_without_disable_userns_it_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = bubblewrap.find_bwrap()
    if real is None:
        pytest.skip("bubblewrap is not installed")
    picky = tmp_path / "bwrap"
    picky.write_text(
        f'#!/bin/sh\ncase "$*" in *--disable-userns*) echo "Read-only file system" >&2; exit 1;; esac\n'
        f'[ "$1" = --help ] && exec {real} --help\nexec {real} "$@"\n'
    )
    picky.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "find_bwrap", lambda: picky)
    open_launcher("bubblewrap").close()


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(SandboxError, match="unknown sandbox level 'docker'; known levels: auto, bubblewrap"):
        open_launcher("docker")


def test_no_sandbox_must_be_meant() -> None:
    with pytest.raises(SandboxError, match="Say --unsafe to mean it"):
        open_launcher("none")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ('{"python": [3, 7, 1], "numpy": ""}', "is Python 3.7.1; submissions need 3.8 or newer."),
        (
            '{"python": [3, 9, 1], "numpy": "", "error": "No module named numpy"}',
            "has no NumPy (No module named",
        ),
        ('{"python": [3, 9, 1], "numpy": "1.19.5"}', "has NumPy 1.19.5; submissions need 1.20 or newer."),
        ("hello", "does not answer as a Python 3 does"),
    ],
)
def test_an_interpreter_that_will_not_do(tmp_path: Path, answer: str, text: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{answer}'\n")
    python.chmod(0o755)
    with pytest.raises(SandboxError) as caught:
        find_interpreter(python)
    assert text in str(caught.value)


def test_of_a_program_that_never_stops_talking_no_more_is_read(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec yes\n")
    python.chmod(0o755)
    with pytest.raises(SandboxError, match="does not answer as a Python 3 does"):
        find_interpreter(python)


def test_an_interpreter_that_is_not_there() -> None:
    with pytest.raises(SandboxError, match="/no/python cannot be started: No such file or directory"):
        find_interpreter(Path("/no/python"))


@pytest.mark.parametrize("level", [*ISOLATED, "none"])
def test_another_interpreter(level: str) -> None:
    """The oldest supported one: Python 3.8 with NumPy 1.20."""
    python = os.environ.get("GRADER_TEST_PYTHON")
    if not python:
        pytest.skip("GRADER_TEST_PYTHON names no other interpreter")
    with opened(level, python=Path(python)) as launcher:
        stage = Stage(launcher, level)
        text = """
        import numpy as np
        import scipy
        from .other import g
        def f(x):
            assert np.float is float and np.lib.pad(x, 1, "constant").sum() == 3
            return g(x)
        """
        files = {"a.py": text, "other.py": "def g(x): return x * 2"}
        assert stage.value(files, call(x=np.ones(3))).tolist() == [2.0, 2.0, 2.0]
        cells = {"a.ipynb": ("import numpy as np\nn = 3\nprint(1)", "def f(): return [n]")}
        assert stage.value(cells).tolist() == [3]
        assert launcher.python.startswith("3.")
        error = stage.reply("def f(): return 1 / 0").error
        assert error is not None
        assert error.line == 1
