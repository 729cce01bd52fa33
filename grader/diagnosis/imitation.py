"""What comes back from a submission that makes a known mistake: as if the sandbox had answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.conventions import Spelling
from grader.exam import Exam
from grader.ops import Function
from grader.steps import Array, Ending, NotAnArray, Raised, Reply
from grader.wrong_versions import Made, apply

__all__ = ["replies_of", "replies_to", "reply_to"]


def replies_of(exam: Exam, function: Function) -> Sequence[Reply]:
    """What comes back for an exam's batch from a function of the operation's own signature."""
    return replies_to(exam, apply(function, exam.cases))


def replies_to(exam: Exam, made: Iterable[Made]) -> Sequence[Reply]:
    """What comes back for an exam's batch where this is made of its cases."""
    replies = [reply_to(exam, place, each) for place, each in enumerate(made)]
    return [replies[place] for place in exam.batch.order]


def reply_to(exam: Exam, place: int, made: Made) -> Reply:
    """What comes back for one case."""
    spelling = exam.spelling
    if made.raised is not None:
        error = Raised(type=type(made.raised).__name__, message=str(made.raised))
        return Reply(ending=Ending.RAISED, step=len(exam.scripts[place].steps) - 1, error=error)
    nothing = {name: NotAnArray("None") for name in exam.scripts[place].returns}
    values = {spelling.results[output]: value for output, value in made.values.items()}
    return Reply(
        ending=Ending.RETURNED,
        values=nothing | {name: _laid_out(spelling, name, value) for name, value in values.items()},
        changed=tuple(name for name in map(spelling.called, made.changed) if name in spelling.watch),
    )


def _laid_out(spelling: Spelling, name: str, value: Array) -> Array:
    """As the course has it; what a mistake gives another number of axes may have no layout."""
    try:
        return spelling.layout(name, value)
    except (ValueError, IndexError):
        return value
