"""How good are an assignment's own tests? Its cases, its bounds, and the submissions beside it.

Mistakes and right algorithms are ours and run here. The solution, the starter and the golden submissions
are graded for real, in the sandbox.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from grader import assignment
from grader.doctor.checkup import Checkup, ExerciseCheckup, SubmissionCheckup
from grader.doctor.goldens import EXPECTED_FILE, Golden, differences, read_goldens
from grader.doctor.margin import measure_margin
from grader.doctor.power import measure
from grader.model import Assignment, RunResult, Status, SubmissionResult
from grader.plan import Plan
from grader.reports.marks import points_text
from grader.session import GradingOptions, Session
from reference.mistakes import MISTAKES

__all__ = ["examine"]


def examine(choices: GradingOptions, *, jobs: int, say: Callable[[str], None]) -> Checkup:
    """Examine an assignment: first what needs no sandbox, exercise by exercise, then its submissions.

    Args:
        jobs: golden submissions at a time.
        say: told what is being done.

    Raises:
        GraderError: the assignment or its ``expected.toml`` is wrong, or no sandbox works here.
    """
    assert choices.assignment is not None
    whole = assignment.read(assignment.find(choices.assignment, where="ASSIGNMENT"))
    chosen = assignment.select(whole, choices.only) if choices.only else whole
    goldens = None if choices.only else _goldens(whole)
    with Session([whole.folder], choices) as session:
        submissions = [*_solution(session, chosen), *_starter(session, chosen)]
        exercises = tuple(_exercises(session, chosen, say))
        plan = session.plan
    if goldens is not None:
        say("Grading the golden submissions.")
        submissions += _golden(plan, goldens, choices, jobs)
    return Checkup(
        assignment=chosen,
        seed=choices.seed,
        exercises=exercises,
        submissions=tuple(submissions),
        notes=tuple(_not_looked_at(whole, only=bool(choices.only))),
    )


def _exercises(session: Session, chosen: Assignment, say: Callable[[str], None]) -> Iterator[ExerciseCheckup]:
    plan = session.plan
    for exercise in chosen.exercises:
        say(f"Trying {len(MISTAKES.get(exercise.op, ()))} mistakes on {exercise.name}.")
        power = measure(exercise, plan.convention, seed=plan.seed)
        margin = measure_margin(plan.exam(exercise, plan.ways(exercise)[0]), power.trials)
        yield ExerciseCheckup(exercise=exercise, power=power, margin=margin)


def _not_looked_at(found: Assignment, *, only: bool) -> Iterator[str]:
    for name, consequence in (
        ("solution", "nothing shows that all points can be had"),
        ("starter", "nothing shows that it earns none"),
    ):
        if not (found.folder / name).exists():
            yield f"There is no {name}/: {consequence}."
    if only:
        yield "Golden submissions are left out with --only."
    elif not _expected(found).is_file():
        yield f"There is no submissions/{EXPECTED_FILE}: no golden submission is graded."


def _expected(found: Assignment) -> Path:
    return found.folder / "submissions" / EXPECTED_FILE


# --- submissions -----------------------------------------------------------------------------------


def _solution(session: Session, chosen: Assignment) -> Iterator[SubmissionCheckup]:
    folder = chosen.folder / "solution"
    if folder.exists():
        result = session.run_one(folder).submissions[0]
        yield _checked("solution", result, [*_not_graded(result), *_missing(result, chosen)])


def _starter(session: Session, chosen: Assignment) -> Iterator[SubmissionCheckup]:
    folder = chosen.folder / "starter"
    if folder.exists():
        result = session.run_one(folder).submissions[0]
        earning = [
            f"{each.name} earns {points_text(each.score)}" for each in result.exercises if each.score.earned
        ]
        yield _checked("starter", result, [*_not_graded(result), *earning])


def _checked(role: str, result: SubmissionResult, faults: Sequence[str], id: str = "") -> SubmissionCheckup:
    points = points_text(result.score) if result.exercises else ""
    return SubmissionCheckup(role=role, id=id, faults=tuple(faults), points=points, seconds=result.seconds)


def _not_graded(result: SubmissionResult) -> Iterator[str]:
    if result.status is not Status.GRADED:
        yield f"{result.status.value}: {result.message}"


def _missing(result: SubmissionResult, chosen: Assignment) -> Iterator[str]:
    """Exercises of a right submission that have not all their points, and the first reason."""
    for each in result.exercises:
        if each.score.earned < each.score.total:
            reason = each.findings[0].text if each.findings else each.verdict.value
            yield f"{each.name} earns {points_text(each.score)}: {reason}"
    if result.status is Status.GRADED and result.score.total < chosen.points:
        yield f"only {points_text(result.score)} of {float(chosen.points):g} points could be graded"


def _goldens(whole: Assignment) -> dict[str, Golden] | None:
    return read_goldens(whole) if _expected(whole).is_file() else None


def _golden(
    plan: Plan, expected: dict[str, Golden], choices: GradingOptions, jobs: int
) -> list[SubmissionCheckup]:
    """Grade the golden submissions and compare; what is there or expected alone is a fault, too."""
    run = _graded(plan, choices, jobs)
    found = {result.id: result for result in run.submissions}
    checked = [
        _checked(
            "golden",
            result,
            differences(expected[id], result) if id in expected else [f"is not in {EXPECTED_FILE}"],
            id,
        )
        for id, result in found.items()
    ]
    return checked + [
        SubmissionCheckup(role="golden", id=id, faults=(f"is in {EXPECTED_FILE}, but not there",))
        for id in expected
        if id not in found
    ]


def _graded(plan: Plan, choices: GradingOptions, jobs: int) -> RunResult:
    """All of them, asked by a plan whose exams the solution has taken."""
    folder = plan.assignment.folder / "submissions"
    with tempfile.TemporaryDirectory() as out, Session([folder], choices) as session:
        session.plan = plan
        return session.run_all(Path(out), jobs=jobs, force=True)
