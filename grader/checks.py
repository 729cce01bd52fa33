"""Is what came back right? One outcome for every case, and none without evidence.

What a submission returned is compared as it was returned, in the student's own names and axis order;
only our arrays were ever converted. NaN is wrong: every test asks whether an error is small, never
whether it is large.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.exam import Exam
from grader.model import Expected, Outcome, Verdict
from grader.steps import Array, Call, Ending, Make, NotAnArray, Raised, Reply, Step

__all__ = ["describe_mismatch", "judge", "same_shape", "where_raised", "within"]

NOTHING = ("None", "NotImplemented")
"""What an unfinished function returns."""

TRUTH = "biuf"
"""Kinds of arrays that may hold truth values: a mask of 0 and 1 selects as one of False and True does."""


def judge(exam: Exam, replies: Sequence[Reply]) -> tuple[Outcome, ...]:
    """Judge the replies to an exam's batch: one outcome for each case.

    A case that was run twice must be right both times. An exception where there is no result to give is
    right only of a function that gives one elsewhere: one that always raises refuses nothing.
    """
    order = exam.batch.order
    if len(replies) != len(order):
        raise ValueError(f"{len(replies)} replies to a batch of {len(order)}")
    gives = _gives_results(exam, replies)
    firsts = [_judge_one(exam, case, replies[case], gives=gives) for case in range(len(exam.cases))]
    for case, reply in zip(order[len(firsts) :], replies[len(firsts) :], strict=True):
        if firsts[case].verdict is Verdict.CORRECT:
            firsts[case] = _judge_again(exam, case, reply, gives=gives)
    return tuple(firsts)


def _gives_results(exam: Exam, replies: Sequence[Reply]) -> bool:
    """Whether some case that has a result got one, right or wrong; true where none is asked that has one."""
    answered = [
        any(isinstance(value, np.ndarray) for value in reply.values.values())
        for case, reply in zip(exam.cases, replies, strict=False)
        if not case.refusal
    ]
    return any(answered) or not answered


def _judge_again(exam: Exam, case: int, reply: Reply, *, gives: bool) -> Outcome:
    second = _judge_one(exam, case, reply, gives=gives)
    if second.verdict in (Verdict.CORRECT, Verdict.NOT_RUN):
        return second
    return Outcome(
        case=case,
        stratum=second.stratum,
        verdict=second.verdict,
        wrong=second.wrong,
        message=f"the same call was right at first and not when it was made again: {second.message}",
        again=True,
    )


def _judge_one(exam: Exam, case: int, reply: Reply, *, gives: bool) -> Outcome:
    known = exam.accepted[case]
    if not reply.changed and any(reply.values is values for values in known):
        verdict, wrong, message = RIGHT
    else:
        verdict, wrong, message = _refusal(exam, case, reply, gives=gives) or _verdict(exam, case, reply)
        if verdict is Verdict.CORRECT and reply.ending is Ending.RETURNED:
            known.append(reply.values)
            del known[:-MOST_KNOWN]
    return Outcome(case=case, stratum=exam.cases[case].stratum, verdict=verdict, wrong=wrong, message=message)


Judgement = tuple[Verdict, tuple[str, ...], str]

RIGHT: Judgement = Verdict.CORRECT, (), ""
MOST_KNOWN = 4
"""Right answers to a case that are recognised when they come again."""


def _verdict(exam: Exam, case: int, reply: Reply) -> Judgement:
    match reply.ending:
        case Ending.RETURNED:
            return _results(exam, case, reply)
        case Ending.RAISED if reply.error is not None:
            return _raised(exam, case, reply, reply.error)
        case Ending.MALFORMED:
            return _malformed(exam, case, reply)
        case Ending.TIMED_OUT if reply.skipped:
            return Verdict.TIMED_OUT, (), "it was not called any more, since it had timed out before"
        case Ending.TIMED_OUT:
            return Verdict.TIMED_OUT, (), f"it did not return within {exam.exercise.seconds:g} s"
        case Ending.OUT_OF_MEMORY:
            return Verdict.OUT_OF_MEMORY, (), reply.text or "it asked for more memory than there is"
        case Ending.KILLED:
            return Verdict.KILLED, (), reply.text or "it ended the whole process"
        case _:
            return Verdict.NOT_RUN, (), reply.text or "it was not run"


# --- it should have refused ----------------------------------------------------------------------


def _refusal(exam: Exam, case: int, reply: Reply, *, gives: bool) -> Judgement | None:
    """Judge a case that has no result; None where it has one, or ended as it might anywhere.

    Args:
        gives: whether the function gives results elsewhere, so that an exception says something.
    """
    if not exam.cases[case].refusal:
        return None
    if reply.ending is Ending.RAISED and reply.error is not None:
        own = _is_the_exercises(exam, case, reply.step)
        refuses = gives and own and reply.error.type != "NotImplementedError"
        return (Verdict.CORRECT, (), "") if refuses else None
    if reply.ending is Ending.RETURNED:
        if (nothing := _nothing(exam, case, reply.values)) and not gives:
            return _unfinished(reply.values, nothing)
        returned = " and ".join(map(_in_words, reply.values.values()))
        text = f"it returned {returned}, but {exam.cases[case].refusal}: it should raise an error"
        return Verdict.WRONG_VALUE, tuple(reply.values), text
    return None


def _in_words(value: Array | NotAnArray) -> str:
    """What came back, as briefly as it can be said."""
    if isinstance(value, NotAnArray):
        return value.kind
    return f"{value.item():.6g}" if value.ndim == 0 else f"an array of shape {value.shape}"


# --- it did not return results -----------------------------------------------------------------


def where_raised(error: Raised) -> str:
    """Say where an exception came from: ``layers.py, line 12: out[n, f] = 0``."""
    if not error.path:
        return ""
    cell = f", code cell {error.cell}" if error.cell else ""
    line = f", line {error.line}" if error.line else ""
    code = f": {error.code}" if error.code else ""
    return f"{error.path}{cell}{line}{code}"


def _raised(exam: Exam, case: int, reply: Reply, error: Raised) -> Judgement:
    what = f"{error.type}: {error.message}" if error.message else error.type
    place = where_raised(error)
    message = f"{what} ({place})" if place else what
    called = _called(exam, case, reply.step)
    if "." in exam.exercise.name and _is_unfinished(error):
        who = "it" if called == exam.exercise.name else f"{called}, which is called first,"
        return Verdict.UNIMPLEMENTED, (), f"{who} raises {message}"
    if _lacks_method(error, called):
        return (
            Verdict.MISSING,
            (),
            f"class {exam.exercise.definition} has no method {called.partition('.')[2]}",
        )
    if not _is_the_exercises(exam, case, reply.step):
        return Verdict.RAISED, (), f"{called}, which is called first, raised {message}"
    if error.type == "NotImplementedError" or _asserts_false(error):
        return Verdict.UNIMPLEMENTED, (), f"it raises {message}"
    if error.unfinished and error.function == exam.exercise.name.rpartition(".")[2]:
        return Verdict.UNIMPLEMENTED, (), f"it is not finished, and raises {message}"
    return Verdict.RAISED, (), f"it raised {message}"


UNFINISHED = re.compile(
    r"'NotImplementedType'"
    r"|'NoneType' object has no attribute '(?:forward|backward|dLd[WZAb]|d[Wb]|W|b)'"
    r"|'NoneType' object is not callable"
)
"""What a class says whose parts are still None, as in the starter, or whose parts return NotImplemented."""


def _is_unfinished(error: Raised) -> bool:
    return (
        error.type == "NotImplementedError"
        or _asserts_false(error)
        or (error.type in ("AttributeError", "TypeError") and UNFINISHED.search(error.message) is not None)
    )


def _lacks_method(error: Raised, called: str) -> bool:
    """Whether the object has no method of that name: nothing of the student's own code raised."""
    _, dot, method = called.partition(".")
    lacks = error.type == "AttributeError" and f"has no attribute {method!r}" in error.message
    return bool(dot) and lacks and not error.path


def _asserts_false(error: Raised) -> bool:
    """Whether the line is one that only marks unfinished work."""
    return error.type == "AssertionError" and error.code.replace(",", " ").split()[:2] in (
        ["assert", "False"],
        ["assert", "0"],
    )


def _is_the_exercises(exam: Exam, case: int, step: int) -> bool:
    """Whether a step is the graded call, or comes after it, or calls the exercise's function by its name."""
    return step >= exam.scripts[case].graded or _called(exam, case, step) == exam.exercise.name


def _called(exam: Exam, case: int, step: int) -> str:
    """The function that a step calls, a method with its class; the exercise's own if it calls none."""
    found = _step(exam, case, step)
    if not isinstance(found, Call | Make):
        return exam.exercise.name
    made = {each.save: each.function for each in exam.scripts[case].steps if isinstance(each, Make)}
    head, dot, method = found.function.partition(".")
    return f"{made.get(head, head)}{dot}{method}"


def _step(exam: Exam, case: int, step: int) -> Step | None:
    """A step of a case's script; a student's process can say that it was at one that is not there."""
    steps = exam.scripts[case].steps
    return steps[step] if step < len(steps) else None


def _malformed(exam: Exam, case: int, reply: Reply) -> Judgement:
    called = _called(exam, case, reply.step)
    step = _step(exam, case, reply.step)
    wanted = ", ".join(step.save) if isinstance(step, Call) else ", ".join(exam.results)
    verdict = Verdict.UNIMPLEMENTED if reply.text in NOTHING else Verdict.WRONG_SHAPE
    return verdict, (), f"{called} returned {reply.text}, but should return {wanted}"


# --- it returned results -------------------------------------------------------------------------


def _results(exam: Exam, case: int, reply: Reply) -> Judgement:
    answers = exam.answers[case]
    got = {name: reply.values[name] for name in answers}
    if nothing := _nothing(exam, case, got):
        return _unfinished(got, nothing)
    single = exam.cases[case].single
    faults = {
        name: fault
        for name, expected in answers.items()
        if (fault := _fault(name, got[name], expected, loose=name in exam.spelling.loose, single=single))
    }
    if faults:
        verdict, message = next(iter(faults.values()))
        return verdict, tuple(faults), message
    if reply.changed:
        names = " and ".join(reply.changed)
        were = "was" if len(reply.changed) == 1 else "were"
        return Verdict.CHANGED_INPUT, (), f"the result is right, but {names} {were} overwritten in place"
    return RIGHT


def _unfinished(got: Mapping[str, Array | NotAnArray], nothing: Sequence[str]) -> Judgement:
    kinds = dict.fromkeys(each.kind for each in map(got.get, nothing) if isinstance(each, NotAnArray))
    text = f"it returned {' and '.join(kinds)} for {' and '.join(nothing)}"
    return Verdict.UNIMPLEMENTED, tuple(nothing), text


def _nothing(exam: Exam, case: int, got: Mapping[str, Array | NotAnArray]) -> list[str]:
    """The results of an unfinished function: names of all that it returns, if all of it is None."""
    *_, call = (step for step in exam.scripts[case].steps if isinstance(step, Call))
    returned = {name: got[name] for name in call.save if name in got}
    unfinished = [
        name for name, value in returned.items() if isinstance(value, NotAnArray) and value.kind in NOTHING
    ]
    return unfinished if len(unfinished) == len(returned) else []


def _fault(
    name: str, got: Array | NotAnArray, expected: Expected, *, loose: bool, single: bool
) -> tuple[Verdict, str] | None:
    """What is wrong with one result, or None."""
    wanted = "a whole number" if expected.whole else f"an array of shape {expected.value.shape}"
    if isinstance(got, NotAnArray):
        return Verdict.WRONG_SHAPE, f"{name} is {got.kind}, but should be {wanted}"
    if not same_shape(got, expected.value, loose=loose):
        should = f"be {wanted}" if expected.whole else f"have {expected.value.shape}"
        return Verdict.WRONG_SHAPE, f"{name} has shape {got.shape}, but should {should}"
    if expected.whole:
        return _whole_fault(name, got, expected)
    truth = expected.value.dtype == np.bool_
    if got.dtype.kind not in (TRUTH if truth else "f"):
        wanted = "truth values" if truth else "floating-point numbers"
        return Verdict.WRONG_DTYPE, f"{name} holds {got.dtype}, but should hold {wanted}"
    got = got.reshape(expected.value.shape)
    right = within(got, expected)
    if right.all():
        return None
    if not single and not truth and _only_coarse(got, expected):
        text = f"{name} holds {got.dtype}, which is too coarse: it should hold float64, as the input does"
        return Verdict.WRONG_DTYPE, text
    return Verdict.WRONG_VALUE, describe_mismatch(name, got, expected.value, ~right)


def _whole_fault(name: str, got: Array, expected: Expected) -> tuple[Verdict, str] | None:
    """What is wrong with a whole number, or None: a right one held by a float or a truth value is no size."""
    right = within(got, expected) if got.dtype.kind in "iuf" else np.zeros_like(got, dtype=bool)
    if right.all() and got.dtype.kind in "iu":
        return None
    if right.all() or got.dtype.kind not in "iuf":
        kind = {"f": "a float", "b": "a truth value"}.get(got.dtype.kind, f"of type {got.dtype}")
        text = f"{name} is {got.item()!r}, {kind}, but should be the whole number {expected.value}"
        return Verdict.WRONG_DTYPE, text
    return Verdict.WRONG_VALUE, describe_mismatch(name, got, expected.value, ~right)


def same_shape(got: Array, expected: Array, *, loose: bool) -> bool:
    """Whether a result has the right shape; a loose one may have axes of length 1 left out or added."""
    return got.shape == expected.shape or (loose and _squeezed(got) == _squeezed(expected))


def _squeezed(array: Array) -> tuple[int, ...]:
    return tuple(side for side in array.shape if side != 1)


def within(got: Array, expected: Expected) -> NDArray[np.bool_]:
    """Where a result is within its error bound; NaN never is."""
    with np.errstate(all="ignore"):
        right: NDArray[np.bool_] = np.abs(got.astype(np.float64) - expected.value) <= expected.bound
    return right


def _only_coarse(got: Array, expected: Expected) -> bool:
    """Whether a result in lower precision is right as far as that precision goes."""
    lost = float(np.finfo(got.dtype).eps / np.finfo(np.float64).eps)
    return lost > 1 and bool(within(got, Expected(expected.value, expected.bound * lost)).all())


def describe_mismatch(name: str, got: Array, expected: Array, wrong: NDArray[np.bool_]) -> str:
    """Say where a result first goes wrong: ``out[0, 1, 2] is 9, but should be 5; 3 of 6 values differ``.

    Args:
        name: what the course calls this array.
        got: as it came back.
        expected: same shape.
        wrong: True where the two differ; at least one cell is True.
    """
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = f"[{', '.join(map(str, where))}]" if where else ""
    differ = f"{np.count_nonzero(wrong)} of {wrong.size} values differ" if wrong.size > 1 else ""
    found, wanted = _told_apart(got[where], expected[where])
    text = f"{name}{place} is {found}, but should be {wanted}"
    return f"{text}; {differ}" if differ else text


def _told_apart(got: np.generic, expected: np.generic) -> tuple[str, str]:
    """Print two numbers: whole ones whole, others in as few digits from six on as show the difference."""
    if got.dtype.kind in "iu" and expected.dtype.kind in "iu":
        return f"{got}", f"{expected}"
    if isinstance(got, np.bool_) or isinstance(expected, np.bool_):
        return str(got), str(expected)
    texts = [(f"{got:.{digits}g}", f"{expected:.{digits}g}") for digits in range(6, 18)]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[-1])
