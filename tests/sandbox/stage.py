"""What the sandbox's tests have in common: short ways to say what runs, on every level there is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from grader.errors import SandboxError
from grader.sandbox import Launcher, encode, open_launcher
from grader.steps import (
    Batch,
    BatchReply,
    Call,
    Input,
    Limits,
    Program,
    Reply,
    Run,
    Script,
    Source,
)

__all__ = ["ISOLATED", "LEVELS", "QUICK", "Stage", "call", "opened", "program"]

ISOLATED = ("bubblewrap", "landlock")
LEVELS = (*ISOLATED, "none", "direct")
QUICK = Limits(seconds=0.3, patience=3.0, load_seconds=5.0)


@contextmanager
def opened(level: str, **options: Any) -> Iterator[Launcher]:
    """A launcher at a level; the test is skipped where the machine does not have it."""
    try:
        if level in ISOLATED:
            launcher = open_launcher(level, **options)
        else:
            launcher = open_launcher("none", allow_none=True, forks=level == "none", **options)
    except SandboxError as error:
        pytest.skip(f"{level} does not work here: {error}")
    yield launcher
    launcher.close()


def program(text: str | Mapping[str, str | tuple[str, ...]], **options: Any) -> Program:
    """One file ``layers.py``, or several by path; the first is the entry."""
    files = {"layers.py": text} if isinstance(text, str) else text
    sources = tuple(
        Source(path, tuple(map(textwrap.dedent, (body,) if isinstance(body, str) else body)))
        for path, body in files.items()
    )
    return Program(entry=(sources[0].path,), sources=sources, **options)


def call(function: str = "f", *args: Any, watch: tuple[str, ...] = (), group: int = 0, **inputs: Any) -> Run:
    """``y = function(*args)``; arrays by name, which are the arguments if none are given."""
    given = args or tuple(map(Input, inputs))
    script = Script(steps=(Call(("y",), function, given),), returns=("y",), watch=watch)
    return Run(script=script, inputs=inputs, group=group)


@dataclass(frozen=True)
class Stage:
    """Runs submissions on one launcher."""

    launcher: Launcher
    level: str

    def play(
        self,
        text: str | Mapping[str, str | tuple[str, ...]],
        *runs: Run,
        limits: Limits = QUICK,
        functions: tuple[str, ...] = (),
        order: tuple[int, ...] | None = None,
        **options: Any,
    ) -> BatchReply:
        """Run a submission in a sandbox of its own."""
        batch = Batch(functions=functions, runs=runs, order=order or tuple(range(len(runs))))
        with self.launcher.start() as sandbox:
            sandbox.give(program(text, **options))
            return sandbox.run(encode(batch), limits)

    def reply(self, text: str | Mapping[str, str | tuple[str, ...]], *runs: Run, **options: Any) -> Reply:
        """The reply to the first run (a call of ``f()`` if none is given)."""
        played = self.play(text, *(runs or (call(),)), **options)
        assert played.load.error is None, played.load
        return played.replies[0]

    def value(self, text: str | Mapping[str, str | tuple[str, ...]], *runs: Run, **options: Any) -> Any:
        """What the first run returned as ``y``."""
        reply = self.reply(text, *runs, **options)
        assert reply.ending.name == "RETURNED", reply
        return reply.values["y"]
