"""How far a run is, for a person who waits or a log file that is read afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from grader.model import Status, SubmissionResult
from grader.reports.summary import percent

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

__all__ = ["Bar", "progress"]


class Bar(Protocol):
    """What tells the user how far a run is."""

    def done(self, result: SubmissionResult) -> None:
        """Count one more submission."""


@contextmanager
def progress(
    total: int, console: Console, *, every: float = 10.0, clock: Callable[[], float] = time.monotonic
) -> Iterator[Bar]:
    """Show how far a run is: a line that changes on a terminal, a line now and then elsewhere.

    Args:
        total: submissions to be graded.
        console: where to show it.
        every: seconds between two lines where it is no terminal.
        clock: seconds; goes forward only.
    """
    if not console.is_terminal:
        lines = _Lines(total, console, every, clock)
        yield lines
        lines.finish()
        return
    with _live(console) as live:
        yield _Live(live, live.add_task("grading", total=total, tally=""))


class _Tally:
    """Counts submissions by what a user wants to know while waiting."""

    def __init__(self) -> None:
        self.done = self.full = self.problems = 0

    def count(self, result: SubmissionResult) -> None:
        self.done += 1
        self.problems += result.status is not Status.GRADED
        self.full += result.status is Status.GRADED and percent(result) == 100

    def __str__(self) -> str:
        problems = f", {self.problems} unreadable or not graded" if self.problems else ""
        return f"{self.full} with full marks{problems}"


class _Lines:
    """Progress for a log file."""

    def __init__(self, total: int, console: Console, every: float, clock: Callable[[], float]) -> None:
        self._total, self._console, self._every, self._clock = total, console, every, clock
        self._tally = _Tally()
        self._start = self._last = clock()
        self._said = -1

    def done(self, result: SubmissionResult) -> None:
        self._tally.count(result)
        if self._clock() - self._last >= self._every:
            self._say()

    def finish(self) -> None:
        if self._said != self._tally.done:
            self._say()

    def _say(self) -> None:
        self._last = self._clock()
        self._said = done = self._tally.done
        elapsed = self._last - self._start
        rate = f", {done / elapsed:.1f}/s" if elapsed > 0 else ""
        from rich.text import Text

        text = f"{done} of {self._total} graded in {elapsed:.0f} s{rate}; {self._tally}"
        self._console.print(Text(text), soft_wrap=True)


class _Live:
    """Progress for a person."""

    def __init__(self, live: Progress, task: TaskID) -> None:
        self._live, self._task, self._tally = live, task, _Tally()

    def done(self, result: SubmissionResult) -> None:
        self._tally.count(result)
        self._live.update(self._task, advance=1, tally=str(self._tally))


def _live(console: Console) -> Progress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(TextColumn):
        """Submissions per second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    return Progress(
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        Rate(""),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[tally]}", markup=False),
        console=console,
        refresh_per_second=4,
    )
