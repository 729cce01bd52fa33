"""The ``grade`` command. A command reads its options, calls one function, and sets the exit code.

Exit codes: 0 every submission was graded, whatever its marks; 1 some could not be graded, or points are
missing where that was asked; the others are those of `grader.ending`.

Only click is imported here: NumPy, rich and the rest come with the command that needs them, so that
``grade --help`` answers at once.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from grader import __version__, ending
from grader.errors import GraderError

__all__ = ["invoke", "main"]

Function = TypeVar("Function", bound=Callable[..., Any])

FORMATS = ("json", "csv", "html", "github", "classroom", "classroom50", "gradescope")
SHEETS = ("canvas", "moodle", "gradescope", "nbgrader", "csv")
FEEDBACK = ("verdict", "stratum", "diagnosis", "example")
SEED = 20261124


class DefaultsToRun(click.Group):
    """``grade PATH...`` is short for ``grade run PATH...``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command for a path; what is neither is said with both readings."""
        if args and self.get_command(ctx, args[0]) is None:
            if not args[0].startswith("-") and not Path(args[0]).exists():
                raise click.UsageError(
                    f"{args[0]!r} is neither a command ({', '.join(self.list_commands(ctx))}) "
                    "nor a file or folder here.",
                    ctx,
                )
            args = ["run", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let options come before the first path, too: ``grade -j 2 submissions``."""
        if args and args[0].startswith("-") and args[0] not in ("--help", "-h", "--version"):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the short form."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] PATH...   or   COMMAND [ARGS]...")


def _options(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


assignment_option = click.option(
    "-a",
    "--assignment",
    metavar="NAME|DIR",
    help="A folder, or a name that `grade list` shows; found from the functions' names if left out.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=SEED,
    metavar="NUMBER",
    help=f"Decides what is asked; the same seed asks everybody the same.  [default: {SEED}]",
)
only_option = click.option(
    "--only", multiple=True, metavar="EXERCISE", help="Take this exercise alone; may be repeated."
)
sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(["auto", "bubblewrap", "landlock"]),
    default="auto",
    show_default=True,
    help="How submissions are isolated.",
)
python_option = click.option(
    "--python",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Interpreter that runs the submissions, such as one with NumPy 1.  [default: this one]",
)
feedback_option = click.option(
    "--feedback",
    type=click.Choice(FEEDBACK),
    default="example",
    show_default=True,
    help="How much is told of what is wrong: each level says more than the one before.",
)


class _Target(click.Path):
    """Where to write; an empty name, as of a shell's variable that is not set, is nowhere."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty: name a file or folder, or leave the option out.", param, ctx)
        return super().convert(value, param, ctx)


def _remember(context: click.Context, _: click.Parameter, out: Path) -> Path:
    """Leave what is found out about a fault of the grader in the folder of reports."""
    context.ensure_object(ending.Trail).folder = out
    return out


out_option = click.option(
    "-o",
    "--out",
    type=_Target(file_okay=False, path_type=Path),
    default=Path("grades"),
    show_default=True,
    callback=_remember,
    help="Folder for the reports.",
)


class _Percent(click.FloatRange):
    """A percentage; NaN is none, though nothing is less than it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


fail_under_option = click.option(
    "--fail-under",
    type=_Percent(0, 100),
    metavar="PERCENT",
    help="Exit with 1 if a submission has less than this.  [default: 100 for `grade check`, else off]",
)
overrides_option = click.option(
    "--overrides",
    "overrides_path",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Points set by hand, a CSV table with the columns id, exercise, points, reason.  "
    "[default: overrides.csv in the folder of reports, if it is there]",
)
formats_option = click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    default=("csv", "html"),
    help="Report to write beside results.json; may be repeated.  [default: csv, html]",
)
unsafe_option = click.option(
    "--unsafe", is_flag=True, help="Run submissions WITHOUT isolation. Only for code that you trust."
)
shared_options = _options(
    assignment_option,
    seed_option,
    only_option,
    sandbox_option,
    python_option,
    feedback_option,
    unsafe_option,
)


@click.group(cls=DefaultsToRun, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cnn-grader")
def cli() -> None:
    """Grade assignments in which students write convolutional networks in plain NumPy.

    `grade PATH...` is short for `grade run PATH...`. `grade COMMAND --help` lists a command's options.
    """


@cli.command(short_help="Grade every submission below PATH.")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path)
)
@shared_options
@out_option
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Submissions at a time.  [default: one a processor]"
)
@click.option("--force", is_flag=True, help="Grade again what was graded before.")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Grade on a running Dask cluster, such as tcp://10.0.0.1:8786; `local` starts one.",
)
@formats_option
@fail_under_option
@overrides_option
@click.option(
    "--due",
    metavar="DATE",
    help="When submissions were due, such as 2026-11-20T18:00+01:00; of a date alone, its end.",
)
@click.option("--late", metavar="RULE", help="What lateness costs, such as '10%/day up to 50%'; needs --due.")
@click.option(
    "--times",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="When submissions came, a CSV table with the columns id, submitted; needs --due.  "
    "[default: a git checkout's last commit]",
)
def run(
    paths: tuple[Path, ...],
    out: Path,
    jobs: int | None,
    force: bool,
    cluster: str | None,
    formats: tuple[str, ...],
    fail_under: float | None,
    feedback: str,
    overrides_path: Path | None,
    due: str | None,
    late: str | None,
    times: Path | None,
    **options: Any,
) -> None:
    """Grade every submission below PATH: a file, a folder, a zip, or a folder of them.

    Exit code 0 if all were graded, whatever their marks; 1 if some could not be.
    """
    from grader import session

    if options["unsafe"]:
        _refuse_unsafe_in_ci()
    given = session.DecisionOptions(overrides=overrides_path, due=due, late=late, times=times)
    jobs = jobs or _processors()
    settings = session.GradingOptions(**options)
    with session.Session(paths, settings, cluster=cluster, workers=jobs) as grading, _kept():
        grading.check_formats(out, formats)
        decided = grading.read_decisions(out, given, unasked=not _in_ci())
        graded = grading.run_all(out, jobs=jobs, force=force)
        graded = grading.apply_decisions(graded, decided, out)
    session.report(graded, out, ("json", *formats), feedback)
    _leave(session.problems(graded, fail_under))


@cli.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=Path())
@shared_options
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved.")
@fail_under_option
def check(path: Path, watch: bool, fail_under: float | None, feedback: str, **options: Any) -> None:
    """Check your own work and say in words what is wrong.

    PATH is your file or folder; the current folder if left out. Exit code 1 if points are missing.
    """
    from grader import session

    settings = session.GradingOptions(**options)
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            session.watch(path, settings, feedback)
        return
    graded = session.check(path, settings, feedback)
    if session.problems(graded, 100.0 if fail_under is None else fail_under):
        raise click.exceptions.Exit(1)  # what is missing stands above, in words


@cli.command(short_help="Grade one submission in a CI job.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=Path())
@shared_options
@out_option
@fail_under_option
def ci(path: Path, out: Path, fail_under: float | None, feedback: str, **options: Any) -> None:
    """Grade one submission in a CI job: annotations, step summary and result files.

    PATH is the checkout; the current folder if left out. Exit code 0 if it was graded, whatever its marks.
    """
    from grader import session

    if options["unsafe"]:
        _refuse_unsafe_in_ci()
    graded = session.check_in_ci(path, session.GradingOptions(**options), out, feedback, os.environ)
    _leave(session.problems(graded, fail_under))


@cli.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@feedback_option
@formats_option
@overrides_option
def report(folder: Path, feedback: str, formats: tuple[str, ...], overrides_path: Path | None) -> None:
    """Write the reports of an earlier run again.

    DIR is a folder that `grade` wrote: the reports are made from its results.json and stand beside it.
    """
    from grader import past_runs

    past_runs.report(folder, formats, feedback, overrides_path, unasked=not _in_ci())


@cli.command()
@click.argument("old", metavar="OLD", type=click.Path(exists=True, path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def diff(old: Path, new: Path, style: str) -> None:
    """Say whose marks move from one run to another, by how much and why.

    OLD and NEW are folders that `grade` wrote, or a results.json. Exit code 0, whatever moved.
    """
    from rich.console import Console

    from grader import past_runs
    from grader.reports import changes

    found = past_runs.difference(old, new)
    if style == "json":
        click.echo(changes.render(found), nl=False)
    else:
        changes.show(found, Console())


@cli.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path), metavar="DIR")
@click.option(
    "--sheet",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The CSV file that your LMS gave you; it is not changed.",
)
@click.option(
    "--format", "kind", type=click.Choice(SHEETS), help="Whose sheet it is.  [default: told from its heading]"
)
@click.option(
    "--column",
    default="",
    metavar="NAME",
    help="The column that scores are written to.  [default: told by its name]",
)
@click.option(
    "--id-column",
    default="",
    metavar="NAME",
    help="The column that says which student a row is of.  [default: told by its name]",
)
@click.option(
    "-o",
    "--out",
    type=_Target(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The new file.  [default: DIR/SHEET.filled.csv]",
)
def export(
    folder: Path, sheet: Path, kind: str | None, column: str, id_column: str, out: Path | None
) -> None:
    """Fill in your LMS's own sheet with the scores of an earlier run.

    DIR is a folder that `grade` wrote, or its results.json. The sheet stays as it is: a copy is filled in.
    """
    from grader import past_runs

    past_runs.export(folder, sheet, out, past_runs.Columns(format=kind, scores=column, ids=id_column))


@cli.command(short_help="Say how good an assignment's own tests are.")
@click.argument("name", metavar="ASSIGNMENT")
@seed_option
@only_option
@sandbox_option
@python_option
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Submissions at a time.  [default: one a processor]"
)
def doctor(name: str, jobs: int | None, **options: Any) -> None:
    """Say how good an ASSIGNMENT's own tests are; exit code 1 if something is off.

    Every known mistake must lose points, the solution earn all of them, the starter none, and the golden
    submissions what is expected of them. ASSIGNMENT is a folder, or a name of `grade list`.
    """
    from rich.console import Console

    from grader import session
    from grader.doctor.examination import examine
    from grader.reports import checkup

    settings = session.GradingOptions(assignment=name, unsafe=False, **options)
    found = examine(settings, jobs=jobs or _processors(), say=lambda text: click.echo(text, err=True))
    checkup.show(found, Console())
    if found.problems:
        raise click.exceptions.Exit(1)  # what is off stands above, in words


@cli.command("list")
@click.argument("names", nargs=-1, metavar="[ASSIGNMENT]...")
def list_assignments(names: tuple[str, ...]) -> None:
    """List the assignments there are, with their exercises and points.

    ASSIGNMENT is a folder or a name; all that come with the grader if left out.
    """
    from grader import assignment

    folders = [assignment.find(name, where="ASSIGNMENT") for name in names] or assignment.available()
    for folder in folders:
        found = assignment.read(folder)
        click.echo(f"{found.name}: {found.title}, {float(found.points):g} points")
        for exercise in found.exercises:
            click.echo(f"  {exercise.name}  {float(exercise.points):g}")


# --- what commands share ---------------------------------------------------------------------------


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_ci() -> bool:
    return bool(os.environ.get("CI") or os.environ.get("GITHUB_ACTIONS"))


def _refuse_unsafe_in_ci() -> None:
    if _in_ci():
        raise GraderError(
            "--unsafe is refused in a CI job: it would run unknown code beside the job's secrets. "
            "Landlock isolation works on GitHub's runners and in Docker without any set-up."
        )


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    """Say to who interrupts a run what is left of it."""
    try:
        yield
    except (KeyboardInterrupt, ending.Terminated):
        click.echo("What was graded is kept: the same command goes on from there.", err=True)
        raise


def _leave(problem: str) -> None:
    """Exit with 1 and say why, if there is a reason."""
    if problem:
        click.echo(problem, err=True)
        raise click.exceptions.Exit(1)


# --- running ------------------------------------------------------------------------------------------


def main() -> None:
    """Run the command of this process."""
    ending.prepare()
    sys.exit(invoke())


def invoke(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or the process's own, and return the exit code."""
    return ending.run(cli, arguments)
