"""The terminal's report of a check-up: a section for each exercise, short where all is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from grader.doctor.checkup import (
    Checkup,
    ExerciseCheckup,
    Fate,
    Margin,
    Power,
    SubmissionCheckup,
    Trial,
    share_text,
)
from grader.reports.marks import ALL, NOTHING
from grader.reports.safe import one_line

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show"]

_INDENT = 2


def show(checkup: Checkup, console: Console) -> None:
    """Print what was found, and last of all whether something is off."""
    found = checkup.assignment
    _say(console, f"{one_line(found.name)}: {one_line(found.title)}, seed {checkup.seed}", "bold")
    for exercise in checkup.exercises:
        _show_exercise(exercise, console)
    _show_submissions(checkup, console)
    _show_verdict(checkup, console)


# --- an exercise -----------------------------------------------------------------------------------


def _show_exercise(exercise: ExerciseCheckup, console: Console) -> None:
    power = exercise.power
    console.print()
    _say(console, f"{exercise.exercise.name} ({exercise.exercise.op}), {power.cases} cases", "bold")
    if not power.trials:
        _say(console, "No mistakes are known for this operation.", indent=_INDENT)
    else:
        _show_score(power, console)
    right = not exercise.margin.refuses_right_algorithm
    _mark(console, right, _margin_text(exercise.margin))
    if power.killed:
        _say(console, _selection_text(power), "dim", indent=2 * _INDENT)


def _show_score(power: Power, console: Console) -> None:
    survivors = power.having(Fate.SURVIVED)
    share = f" ({share_text(power.killed, power.counted)})" if power.counted else ""
    text = f"{power.killed} of {power.counted} mistakes lose points{share}."
    _mark(console, bool(power.counted) and not survivors, text)
    for trial in survivors:
        _say(console, f"{trial.name}: {trial.mistake.sentence}", "bold", indent=2 * _INDENT)
        _say(console, trial.advice, indent=3 * _INDENT)
    for text in _asides(power):
        _say(console, text, "dim", indent=2 * _INDENT)


def _asides(power: Power) -> Iterator[str]:
    """What is worth knowing and nothing that is off."""
    outside = power.having(Fate.OUTSIDE)
    if outside:
        names = ", ".join(f"{trial.name} ({_why_outside(trial)})" for trial in outside)
        yield f"Not counted, since no input that is promised shows them: {names}."
    if power.killed:
        seen = ", ".join(f"{stratum} {count}" for stratum, count in power.first_seen.items())
        yield f"First seen in: {seen}."
        rarest = min(power.having(Fate.KILLED), key=lambda trial: len(trial.failed))
        yield f"Seen by the fewest cases: {rarest.name}, by {len(rarest.failed)}."
    if power.luck:
        names = ", ".join(mistake.id.partition(".")[2] for mistake in power.luck)
        yield f"Seen by luck, since other seeds do not show it: {names}. Ask more cases."


def _why_outside(trial: Trial) -> str:
    if trial.stratum:
        return trial.stratum
    return f"{trial.advice}, which nobody looks at" if trial.advice else "never differs"


def _margin_text(margin: Margin) -> str:
    if margin.largest is None:
        return "No other right algorithm is known to measure the bounds with."
    if margin.refuses_right_algorithm:
        return (
            f"A right algorithm is refused: {margin.algorithm} errs by {margin.largest:.2g} times the bound."
        )
    right = f"Right algorithms err by {_bounds(margin.largest)} of the bound at most"
    if not margin.largest:
        right = "Right algorithms make no error"
    if margin.smallest is None:
        return f"{right}."
    return f"{right}; the smallest mistake, {margin.mistake}, by {margin.smallest:.1g} times the bound."


def _bounds(error: float) -> str:
    """Rounded up: the bound is not to look safer than it is.

    >>> _bounds(0.2826), _bounds(0.0031), _bounds(0.0)
    ('0.29', '0.01', '0')
    """
    return f"{-(-error * 100 // 1) / 100:g}"


def _selection_text(power: Power) -> str:
    half, last = power.asked_until_seen
    text = (
        f"{_cases(len(power.cover))} would see all of them. In the order asked, half are seen by case "
        f"{half}, the last by case {last}."
    )
    if power.enough is None:
        return (
            f"{text} No fewer than {power.cases} cases see as much at every one of {len(power.seeds)} seeds."
        )
    if power.enough < power.cases:
        return f"{text} At each of {len(power.seeds)} seeds cases = {power.enough} sees as much."
    return f"{text} All {power.cases} are needed."


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


# --- submissions -----------------------------------------------------------------------------------


def _show_submissions(checkup: Checkup, console: Console) -> None:
    console.print()
    _say(console, "Submissions", "bold")
    for note in checkup.notes:
        _say(console, note, indent=_INDENT)
    for each in checkup.submissions:
        if each.role != "golden":
            _mark(console, not each.faults, f"{each.role}: {_summary(each)}")
            _show_faults(each.faults, console)
    _show_goldens([each for each in checkup.submissions if each.role == "golden"], console)


def _summary(each: SubmissionCheckup) -> str:
    points = f"{each.points} points" if each.points else "no points"
    return f"{points}, graded in {each.seconds:.1f} s"


def _show_goldens(goldens: Sequence[SubmissionCheckup], console: Console) -> None:
    if not goldens:
        return
    off = [each for each in goldens if each.faults]
    told = f"{len(goldens) - len(off)} of {len(goldens)} golden submissions are as expected.toml says"
    _mark(console, not off, f"{told}.")
    for each in off:
        _say(console, one_line(each.id), "bold", indent=2 * _INDENT)
        _show_faults(each.faults, console)


def _show_faults(faults: Sequence[str], console: Console) -> None:
    for fault in faults:
        _say(console, one_line(fault), indent=3 * _INDENT)


# --- the verdict -----------------------------------------------------------------------------------


def _show_verdict(checkup: Checkup, console: Console) -> None:
    killed, counted = checkup.score
    share = f" ({share_text(killed, counted)})" if counted else ""
    score = f"{killed} of {counted} mistakes lose points{share}."
    console.print()
    if checkup.problems:
        _say(console, f"Something is off: {'; '.join(checkup.problems)}. {score}", "bold red")
    else:
        _say(console, f"All is well: {score}", "bold green")


# --- plain text ------------------------------------------------------------------------------------


def _mark(console: Console, right: bool, text: str) -> None:
    """Print a line that begins with whether it is as it should be."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    mark = ALL if right else NOTHING
    line = Table.grid(padding=(0, 1, 0, 0))
    glyph = mark.ascii if console.options.ascii_only else mark.glyph
    line.add_row(Text(glyph, "green" if right else "bold red"), Text(text))
    console.print(Padding(line, (0, 0, 0, _INDENT), expand=False))


def _say(console: Console, text: str, style: str = "", *, indent: int = 0) -> None:
    """Print a paragraph, wrapped to the terminal; what it says is never taken for markup."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(Padding(Text(text, style), (0, 0, 0, indent), expand=False))
