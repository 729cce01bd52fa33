"""What the commands do: choose the assignment and the sandbox, grade, keep, report."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType

from rich.console import Console

from grader import assignment, reports, submission
from grader.errors import GraderError
from grader.executors import map_local
from grader.model import Assignment, RunInfo, RunResult, Status, SubmissionResult
from grader.pipeline import Plan, grade, grade_place, info
from grader.recognition import recognise
from grader.reports import Feedback, classroom, classroom50, github, terminal
from grader.results import submission_score
from grader.sandbox import Launcher, Sandbox, open_launcher
from grader.store import Store, key_of
from grader.submission import Place

__all__ = ["Choices", "Session", "check", "check_in_ci", "problems", "report", "watch"]

POLL = 0.5
"""Seconds between two looks at a watched file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The options that every grading command has."""

    assignment: str | None
    seed: int
    only: tuple[str, ...]
    sandbox: str
    python: Path | None
    unsafe: bool


class Session:
    """One run of a command that grades."""

    def __init__(self, paths: Sequence[Path], choices: Choices, *, allow_none: bool) -> None:
        """Find the assignment; open the sandbox and try it out before any submission is looked at."""
        self._errors = Console(stderr=True)
        self._paths = paths
        self.plan = Plan(self._assignment(choices), seed=choices.seed)
        level = "none" if choices.unsafe else choices.sandbox
        self.launcher: Launcher = open_launcher(level, python=choices.python, allow_none=allow_none)
        if self.launcher.warning:
            self._say(self.launcher.warning)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.launcher.close()

    def _say(self, text: str) -> None:
        self._errors.print(text, markup=False, highlight=False, style="dim")

    def _assignment(self, choices: Choices) -> Assignment:
        if choices.assignment is not None:
            found = assignment.read(assignment.find(choices.assignment))
        else:
            found = recognise(self._paths)
            self._say(f"Assignment: {found.name} ({found.title}), found from the functions' names.")
        return assignment.select(found, choices.only) if choices.only else found

    @cached_property
    def _info(self) -> RunInfo:
        return info(self.plan, self.launcher)

    def run_all(self, out: Path, *, jobs: int, force: bool) -> RunResult:
        """Grade all submissions below the paths; what was graded before, by the same, is kept."""
        places = submission.find_submissions(self._paths, self.plan.assignment)
        if not places:
            raise GraderError(f"{self._paths[0]}: there is no submission in it.")
        with Store(out / "grades.db") as store:
            keeper = _Keeper(self.plan, store, self._info, force=force)
            with terminal.progress(len(places), self._errors) as bar:
                results = []
                for result in map_local(keeper.grade, places, self.launcher, jobs=jobs):
                    results.append(result)
                    bar.done(result)
        if keeper.reused:
            self._say(f"{keeper.reused} of {len(places)} were graded before and have not changed: reused.")
        return RunResult(self._info, tuple(sorted(results, key=lambda result: result.id)))

    def run_one(self, path: Path) -> RunResult:
        """Grade one submission, whatever its folder looks like."""
        place = submission.find_one(path)
        work = partial(grade_place, self.plan)
        return RunResult(self._info, tuple(map_local(work, [place], self.launcher, jobs=1)))


class _Keeper:
    """Grades a place unless its result is there already, and puts each result on disk at once."""

    def __init__(self, plan: Plan, store: Store, run: RunInfo, *, force: bool) -> None:
        self._plan, self._store, self._run, self._force = plan, store, run, force
        self.reused = 0

    def grade(self, place: Place, sandbox: Sandbox) -> SubmissionResult:
        try:
            found = submission.load(place, self._plan.assignment)
        except GraderError:
            return grade_place(self._plan, place, sandbox)  # says why
        key = key_of(found, self._run)
        kept = None if self._force else self._store.get(key)
        if kept is not None:
            self.reused += 1
            return kept
        result = grade(self._plan, found, sandbox)
        self._store.put(key, result)
        return result


# --- what a command shows ----------------------------------------------------------------------------


def report(run: RunResult, out: Path, formats: Iterable[str], feedback: str) -> None:
    """Print the class and write the reports."""
    console = Console()
    terminal.table(run, console)
    written = reports.write(run, out, formats, Feedback(feedback))
    console.print(f"Reports: {', '.join(map(str, written))}", markup=False, highlight=False, soft_wrap=True)


def check(path: Path, choices: Choices, feedback: str) -> RunResult:
    """Grade the user's own work and explain it; where there is no sandbox, without one."""
    with Session((path,), choices, allow_none=True) as session:
        run = session.run_one(path)
    terminal.explain(run.submissions[0], Console(), Feedback(feedback))
    return run


def watch(path: Path, choices: Choices, feedback: str) -> None:
    """Check again and again, whenever a file is saved, until interrupted."""
    console = Console()
    while True:
        seen = _saved(path)
        console.clear()
        try:
            check(path, choices, feedback)
        except GraderError as error:
            console.print(f"Error: {error}", markup=False, highlight=False)
        console.print("\nWaiting for a file to be saved; Ctrl-C ends.", style="dim")
        while _saved(path) == seen:
            time.sleep(POLL)


def _saved(path: Path) -> Mapping[str, int]:
    """When each file of the work was last saved."""
    files = [path] if path.is_file() else [*path.rglob("*.py"), *path.rglob("*.ipynb")]
    return {str(file): file.stat().st_mtime_ns for file in files if file.exists()}


def check_in_ci(
    path: Path, choices: Choices, out: Path, feedback: str, environment: Mapping[str, str]
) -> RunResult:
    """Grade a checkout and tell GitHub, Classroom and Classroom 50 in the ways that they read."""
    level = Feedback(feedback)
    with Session((path,), choices, allow_none=False) as session:
        run = session.run_one(path)
    console = Console()
    with github.commands_stopped(sys.stdout):
        terminal.explain(run.submissions[0], console, level)
    sys.stdout.write(github.workflow_commands(run, level))
    reports.write(run, out, ("json", "html", "classroom"), level)
    github.write_summary(run, environment, level)
    if "CLASSROOM" in environment and "SUBMISSION_TAG" in environment:
        classroom50.write_result(run, path, environment, level)
    else:
        classroom.write_output(run, environment, level)
    return run


# --- how it ended ------------------------------------------------------------------------------------


def problems(run: RunResult, percent: float | None) -> str:
    """Why the command should exit with 1, or ""."""
    undone = [result.id for result in run.submissions if result.status is Status.NOT_GRADED]
    undone += [result.id for result in run.submissions if result.score.ungraded]
    if undone:
        return f"{len(undone)} could not be graded, or not whole: {', '.join(undone[:5])}."
    if percent is None:
        return ""
    below = [result.id for result in run.submissions if _percent(result, run) < percent]
    return f"{len(below)} of {len(run.submissions)} have less than {percent:g} percent." if below else ""


def _percent(result: SubmissionResult, run: RunResult) -> float:
    score = submission_score(result, run.info.points)
    return float(100 * score.earned / score.total) if score.total else 0.0
