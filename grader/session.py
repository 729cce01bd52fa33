"""What the commands do: choose the assignment and the sandbox, grade, keep, report."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console

from grader import assignment, reports, submission
from grader.errors import GraderError, SandboxError
from grader.executors import map_local
from grader.gradebook import decisions, overrides, results, store
from grader.gradebook.decisions import Decisions
from grader.model import Assignment, RunInfo, RunResult, Status, SubmissionResult
from grader.pipeline import grade_place
from grader.plan import Plan, info
from grader.recognition import recognise
from grader.reports import Feedback, classroom, classroom50, github, terminal
from grader.reports.progress import Bar
from grader.reports.safe import printable
from grader.resumption import Resumption
from grader.sandbox import Launcher, open_launcher
from grader.submission import Place

if TYPE_CHECKING:
    from grader.cluster import Cluster

__all__ = [
    "DecisionOptions",
    "GradingOptions",
    "Session",
    "check",
    "check_in_ci",
    "problems",
    "report",
    "watch",
]

POLL = 0.5
"""Seconds between two looks at a watched file."""

OWN_WORK = "No sandbox works on this machine: your code runs without one, as if you had started it yourself."


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingOptions:
    """The options that every grading command has."""

    assignment: str | None
    seed: int
    only: tuple[str, ...]
    sandbox: str
    python: Path | None
    unsafe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOptions:
    """The options that say what people decide about marks."""

    overrides: Path | None = None
    due: str | None = None
    late: str | None = None
    times: Path | None = None


class Session:
    """One run of a command that grades.

    Attributes:
        launcher: of this machine's sandboxes; there is none where a cluster grades.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        options: GradingOptions,
        *,
        own: bool = False,
        cluster: str | None = None,
        workers: int = 1,
    ) -> None:
        """Find the assignment; open the sandbox and try it out before any submission is looked at.

        Args:
            own: whether it is the user's own work, which may run without a sandbox where none works.
            cluster: address of a Dask scheduler whose workers grade, or ``local``; None for this process.
            workers: how many to start where the cluster is local.
        """
        self._errors = Console(stderr=True)
        self._paths = paths
        self.plan = Plan(self._assignment(options), seed=options.seed)
        self._cluster = self._open_cluster(cluster, options, workers) if cluster is not None else None
        if self._cluster is None:
            self.launcher = self._open_launcher(options, own=own)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        (self._cluster or self.launcher).close()

    def _say(self, text: str) -> None:
        self._errors.print(text, markup=False, highlight=False, style="dim", soft_wrap=True)

    def _assignment(self, options: GradingOptions) -> Assignment:
        if options.assignment is not None:
            found = assignment.read(assignment.find(options.assignment))
        else:
            found = recognise(self._paths)
            self._say(f"Assignment: {found.name} ({found.title}), found from the functions' names.")
        return assignment.select(found, options.only) if options.only else found

    def _open_launcher(self, options: GradingOptions, *, own: bool) -> Launcher:
        open_level = partial(open_launcher, python=options.python and options.python.absolute())
        level = "none" if options.unsafe else options.sandbox
        try:
            launcher = open_level(level, allow_none=options.unsafe)
            warning = launcher.warning
        except SandboxError:
            if not own or level != "auto":
                raise
            launcher, warning = open_level("none", allow_none=True), OWN_WORK
        if warning:
            self._say(warning)
        return launcher

    def _open_cluster(self, address: str, options: GradingOptions, workers: int) -> Cluster:
        if options.unsafe:
            raise GraderError("--unsafe is refused with --cluster: unknown code would run on every worker.")
        from grader.cluster import open_cluster

        python = str(options.python.absolute()) if options.python else ""
        return open_cluster(address, self.plan, sandbox=options.sandbox, python=python, workers=workers)

    @cached_property
    def _info(self) -> RunInfo:
        return info(self.plan, self._cluster or self.launcher)

    def run_all(self, out: Path, *, jobs: int, force: bool) -> RunResult:
        """Grade all submissions below the paths; what was graded before, by the same, is kept.

        Raises:
            GraderError: there is no submission, or `out` cannot be written.
        """
        places = self._places(out)
        if not places:
            raise GraderError(f"{self._paths[0]}: there is no submission in it.")
        with store.Store(out / store.FILENAME) as kept:
            resumption = Resumption(self.plan, kept, self._info, force=force)
            with (
                closing(self._grade_all(resumption, places, jobs)) as ready,
                terminal.progress(len(places), self._errors) as bar,
            ):
                found = [_counted(result, bar) for result in ready]
        if resumption.reused:
            self._say(
                f"{resumption.reused} of {len(places)} were graded before and have not changed: reused."
            )
        return RunResult(self._info, tuple(sorted(found, key=lambda result: result.id)))

    def check_formats(self, out: Path, formats: Iterable[str]) -> None:
        """See before anything is graded that these reports can be made of the submissions.

        Raises:
            GraderError: a format is made for one submission, and there are more.
        """
        reports.check_count(formats, len(self._places(out)))

    def read_decisions(self, out: Path, given: DecisionOptions, *, unasked: bool = True) -> Decisions:
        """Read what people decide about marks, and see before anything is graded that it can be applied.

        Args:
            out: whose ``overrides.csv`` is used if no other is given.
            given: on the command line.
            unasked: whether a file that the user did not name is used; not where a student may have put it.
        """
        places = self._places(out)
        path = given.overrides or decisions.beside(out)
        if (
            path is not None
            and given.overrides is None
            and not (unasked and self._is_out_of_reach(places, out))
        ):
            self._say(f"{path} is not used: a student may have put it there. Name it with --overrides.")
            path = None
        decided = decisions.read(path, due=given.due, late=given.late, times=given.times)
        overrides.check(
            decided.changes or (),
            [place.id for place in places],
            [exercise.name for exercise in self.plan.assignment.exercises],
        )
        if decided.changes is not None:
            self._say(decisions.sentence(decided))
        strangers = decisions.strangers(decided, [place.id for place in places])
        if strangers:
            said = ", ".join(strangers[:5]) + (", ..." if len(strangers) > 5 else "")
            self._say(f"{given.times}: {len(strangers)} of its ids are of no submission: {printable(said)}.")
        if decided.deadline is not None:
            self._say(f"Due {decided.deadline.due.isoformat(' ')}.")
        return decided

    def apply_decisions(self, run: RunResult, decided: Decisions, out: Path) -> RunResult:
        """Apply what people decided to what was found."""
        from grader.submission import checkouts

        roots = {place.id: place.root for place in self._places(out) if not place.members}

        def last_commit(id: str) -> datetime | None:
            return checkouts.last_commit(roots[id]) if id in roots else None

        return decisions.apply(run, decided, last_commit)

    def _grade_all(
        self, resumption: Resumption, places: Sequence[Place], jobs: int
    ) -> Generator[SubmissionResult, None, None]:
        if self._cluster is not None:
            return self._cluster.grade_all(places, resumption.find, resumption.keep, self._say)
        return map_local(resumption.grade, places, self.launcher, jobs=jobs)

    def _places(self, out: Path) -> list[Place]:
        """Where the submissions are; the folder of reports is none, though ``grade .`` finds it there.

        Raises:
            GraderError: the folder of reports would be a student's.
        """
        found = submission.find_submissions(self._paths, self.plan.assignment)
        return [place for place in found if not _is_for_reports(place, out)]

    def _is_out_of_reach(self, places: Sequence[Place], out: Path) -> bool:
        """Whether the folder of reports lies where no student could have put anything, or put it itself."""
        roots = [place.root / member for place in places for member in place.members or ("",)]
        if len(roots) == 1 and roots[0].is_file():
            roots = [roots[0].parent]  # one student's file, in what may be that student's folder
        roots += [path for path in self._paths if path.is_dir()]
        folder = Path(os.path.realpath(out))  # which, unlike `resolve`, says nothing of links that go round
        return not any(folder.is_relative_to(os.path.realpath(root)) for root in roots)

    def run_one(self, path: Path) -> RunResult:
        """Grade one submission, whatever its folder looks like."""
        place = submission.find_one(path)
        with closing(map_local(partial(grade_place, self.plan), [place], self.launcher, jobs=1)) as ready:
            return RunResult(self._info, tuple(ready))


REPORTS = {store.FILENAME, results.FILENAME, overrides.FILENAME}
"""Files by one of which a folder is known as one of reports, and not as a student's."""


def _is_for_reports(place: Place, out: Path) -> bool:
    folders = [place.root / member for member in place.members] or [place.root]
    if set(map(os.path.realpath, folders)) != {os.path.realpath(out)}:
        return False
    names = {path.name for path in out.iterdir()}
    if names and not names & REPORTS:
        raise GraderError(
            f"--out: {out} is the folder of the submission {place.id!r}: choose another for the reports."
        )
    return True


def _counted(result: SubmissionResult, bar: Bar) -> SubmissionResult:
    bar.done(result)
    return result


# --- what a command shows ----------------------------------------------------------------------------


def report(run: RunResult, out: Path, formats: Iterable[str], feedback: str) -> None:
    """Write the reports and print the class; in this order, since who reads our output may leave early."""
    written = reports.write(run, out, dict.fromkeys(formats), Feedback(feedback))
    console = Console()
    with github.commands_stopped(sys.stdout) if "GITHUB_ACTIONS" in os.environ else nullcontext():
        terminal.table(run, console)
    console.print(f"Reports: {', '.join(map(str, written))}", markup=False, highlight=False, soft_wrap=True)


def check(path: Path, options: GradingOptions, feedback: str) -> RunResult:
    """Grade the user's own work and explain it; where there is no sandbox, without one."""
    with Session((path,), options, own=True) as session:
        run = session.run_one(path)
    terminal.explain(run.submissions[0], Console(), Feedback(feedback))
    return run


def watch(path: Path, options: GradingOptions, feedback: str) -> None:
    """Check again and again, whenever a file is saved, until interrupted."""
    console = Console()
    while True:
        seen = _saved(path)
        console.clear()
        try:
            check(path, options, feedback)
        except GraderError as error:
            console.print(f"Error: {error}", markup=False, highlight=False)
        console.print("\nWaiting for a file to be saved; Ctrl-C ends.", style="dim")
        while _saved(path) == seen:
            time.sleep(POLL)


def _saved(path: Path) -> Mapping[str, int]:
    """When each file of the work was last saved; editors may take one away for a moment."""
    files = [path] if path.is_file() else [*path.rglob("*.py"), *path.rglob("*.ipynb")]
    times = {}
    for file in files:
        with suppress(OSError):
            times[str(file)] = file.stat().st_mtime_ns
    return times


def check_in_ci(
    path: Path, options: GradingOptions, out: Path, feedback: str, environment: Mapping[str, str]
) -> RunResult:
    """Grade a checkout and tell GitHub, Classroom, Classroom 50 and Gradescope in the ways that they read.

    Files first, since who reads our output may leave early.
    """
    level = Feedback(feedback)
    with Session((path,), options) as session:
        run = session.run_one(path)
    reports.write(run, out, ("json", "html", "classroom", "gradescope"), level)
    github.write_summary(run, environment, level)
    if "CLASSROOM" in environment and "SUBMISSION_TAG" in environment:
        classroom50.write_result(run, path if path.is_dir() else path.parent, environment, level)
    else:
        classroom.write_output(run, environment, level)
    with github.commands_stopped(sys.stdout):
        terminal.explain(run.submissions[0], Console(), level)
    sys.stdout.write(github.workflow_commands(run, level))
    return run


# --- how it ended ------------------------------------------------------------------------------------


def problems(run: RunResult, percent: float | None) -> str:
    """Why the command should exit with 1, or ""."""
    undone = [
        result.id for result in run.submissions if result.status is Status.NOT_GRADED and not result.override
    ]
    undone += [result.id for result in run.submissions if result.score.ungraded]
    if undone:
        return f"{len(undone)} could not be graded, or not whole: {', '.join(undone[:5])}."
    if percent is None:
        return ""
    below = [result.id for result in run.submissions if _percent(result, run) < percent]
    return f"{len(below)} of {len(run.submissions)} have less than {percent:g} percent." if below else ""


def _percent(result: SubmissionResult, run: RunResult) -> float:
    score = results.submission_score(result, run.info.points)
    return float(100 * score.earned / score.total) if score.total else 0.0
