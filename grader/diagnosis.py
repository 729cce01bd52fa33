"""What to say about a wrong exercise, in words and with one failing case. It never changes a mark."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.exam import Exam
from grader.model import Example, Finding, Outcome, Submission, Verdict
from grader.patterns import Pattern, pattern
from grader.scoring import verdict_of
from grader.snippet import call_text, repro
from grader.steps import Array, Ending, NotAnArray, Raised, Reply
from grader.suspects import Explanation, identify
from reference.mistakes import Mistake

__all__ = ["explain"]

UNWRITTEN = (Verdict.MISSING, Verdict.UNIMPLEMENTED)
"""Where there is nothing to be wrong yet, no case has anything to show."""

MOST_NUMBERS = 200
"""How many numbers of one array an example shows."""


def explain(
    exam: Exam, outcomes: Sequence[Outcome], replies: Sequence[Reply], submission: Submission, entry: str
) -> tuple[Finding, ...]:
    """Say what is wrong with an exercise; nothing if nothing is.

    Args:
        replies: to the exam's batch, in its order.
        entry: path of the file that holds the function.
    """
    verdict = verdict_of(outcomes)
    if verdict in (Verdict.CORRECT, Verdict.NOT_RUN):
        return ()
    failing = [outcome for outcome in outcomes if outcome.verdict is verdict and not outcome.carried]
    if verdict in UNWRITTEN and len(failing) == len(outcomes):
        return (Finding(text=_sentence(failing[0].message)),)
    named = identify(exam, outcomes, replies)
    shown = min(
        failing,
        key=lambda outcome: (_skipped(exam, outcome, replies), exam.cases[outcome.case].size, outcome.case),
    )
    reply = _reply_shown(exam, shown, replies)
    error = reply.error
    first, *others = [_named_mistake(mistake, each, exam) for each in named for mistake in each.mistakes] or [
        Finding(text="", hint=_hint(error) if error else "")
    ]
    shared = _shared(exam, outcomes)
    seen = [_sentence(shown.message), _extent(outcomes), *_rest(exam, outcomes)]
    return (
        replace(
            first,
            text=" ".join([*([first.text] if first.text else []), *seen]),
            pattern=shared.text if shared else "",
            example=_example(exam, shown, reply, entry),
            path=error.path if error else "",
            line=error.line if error and not error.cell else 0,
        ),
        *others,
    )


def _named_mistake(mistake: Mistake, explanation: Explanation, exam: Exam) -> Finding:
    """A known mistake as a finding; which result it is about is said where there are several."""
    about = " and ".join(explanation.results)
    everything = len(explanation.results) == len(exam.results)
    sentence, hint = map(exam.spelling.wording, (mistake.sentence, mistake.hint))
    return Finding(mistake=mistake.id, text=sentence if everything else f"{about}: {sentence}", hint=hint)


def _skipped(exam: Exam, outcome: Outcome, replies: Sequence[Reply]) -> bool:
    """Whether a case was not even called: one that was tells more."""
    return _reply_shown(exam, outcome, replies).skipped


def _reply_shown(exam: Exam, outcome: Outcome, replies: Sequence[Reply]) -> Reply:
    """The reply that decided an outcome: that of the second call if the first was right."""
    places = [place for place, case in enumerate(exam.batch.order) if case == outcome.case]
    return replies[places[-1 if outcome.again else 0]]


# --- in words --------------------------------------------------------------------------------------


def _sentence(message: str) -> str:
    """End a message as a sentence; begin it as one unless it begins with a name of the student's."""
    first = message.split(" ", 1)[0]
    begun = message[:1].upper() + message[1:] if first in ("it", "the", "there") else message
    return begun if begun.endswith(("?", ".")) else f"{begun}."


def _shared(exam: Exam, outcomes: Sequence[Outcome]) -> Pattern | None:
    """What the failing cases have in common, if they are several and not all."""
    run = [outcome for outcome in outcomes if outcome.verdict is not Verdict.NOT_RUN]
    failing = [outcome.case for outcome in run if _fails(outcome)]
    if len(failing) in (1, len(run)):
        return None
    return pattern([exam.cases[outcome.case] for outcome in run], failing)


def _fails(outcome: Outcome) -> bool:
    return outcome.verdict is not Verdict.CORRECT and not outcome.carried


def _extent(outcomes: Sequence[Outcome]) -> str:
    """How many cases fail; in which strata, and when, stands beside it in every report."""
    failing = sum(map(_fails, outcomes))
    if failing == len(outcomes):
        return f"All {failing} cases fail."
    return f"{failing} of {len(outcomes)} cases {'fail' if failing > 1 else 'fails'}."


def _rest(exam: Exam, outcomes: Sequence[Outcome]) -> list[str]:
    """Which of several results are right throughout: dx, dw and db are judged apart."""
    returned = [outcome for outcome in outcomes if outcome.wrong or outcome.verdict is Verdict.CORRECT]
    wrong = {name for outcome in returned for name in outcome.wrong}
    right = [name for name in exam.results if name not in wrong]
    if not wrong or not right or len(exam.results) == 1 or len(returned) < len(outcomes):
        return []
    names = " and ".join(right)
    return [f"{names} {'is' if len(right) == 1 else 'are'} right in every case."]


ONE_ELEMENT = "newer NumPy refuses an array of one element where a number is meant"
AGE = (
    (r"module 'numpy\S*' has no attribute '(\w+)'", "NumPy has removed np.{0}"),
    (r"only (?:length-1|0-dimensional|size-1) arrays can be converted", ONE_ELEMENT),
    (r"setting an array element with a sequence", ONE_ELEMENT),
    (
        r"'numpy.ndarray' object has no attribute '(itemset|newbyteorder|ptp)'",
        "NumPy has removed ndarray.{0}",
    ),
    (r"unexpected keyword argument 'dims'", "NumPy has renamed unravel_index(dims=) to shape="),
)
FLOAT_SIZE = re.compile(
    r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer"
    r"|or a single integer, got '\d+\.\d+'"
    r"|slice indices must be integers"
    r"|`pad_width` must be of integral type"
)


def _hint(error: Raised) -> str:
    """Say where an exception is NumPy's or Python's age and not the student's misconception."""
    for wording, reason in AGE:
        if found := re.search(wording, error.message):
            because = reason.format(*found.groups())
            return f"This may be NumPy's age: {because}. With --python and NumPy 1.x it may run."
    if FLOAT_SIZE.search(error.message):
        return (
            "A size is a float: / gives one in Python 3. Sizes want //; Python 2 divided integers that way."
        )
    if error.type == "SyntaxError" and "print" in error.message:
        return "This is Python 2: print is a function since Python 3."
    return ""


# --- one case ----------------------------------------------------------------------------------------


def _example(exam: Exam, outcome: Outcome, reply: Reply, entry: str) -> Example:
    case, script = exam.cases[outcome.case], exam.scripts[outcome.case]
    inputs = exam.way.inputs(case)
    expected = {name: answer.value for name, answer in exam.answers[outcome.case].items()}
    shown = outcome.wrong or tuple(expected)
    module = entry.rsplit("/", 1)[-1].removesuffix(".py") if entry.endswith(".py") else ""
    return Example(
        call=call_text(script, reply.found),
        inputs={name: _numbers(array) for name, array in inputs.items()},
        got=_got(outcome, reply, shown),
        expected=_named({name: _numbers(expected[name]) for name in shown}),
        repro=repro(
            script, inputs, expected, module=module, functions=exam.batch.functions, found=reply.found
        ),
    )


def _got(outcome: Outcome, reply: Reply, shown: Sequence[str]) -> Any:
    if reply.error is not None:
        return f"{reply.error.type}: {reply.error.message}"
    if reply.ending is not Ending.RETURNED:
        return outcome.message
    return _named({name: _came_back(reply.values[name]) for name in shown})


def _came_back(value: Array | NotAnArray) -> Any:
    return value.kind if isinstance(value, NotAnArray) else _numbers(value)


def _named(values: Mapping[str, Any]) -> Any:
    """A single result needs no name."""
    return next(iter(values.values())) if len(values) == 1 else dict(values)


def _numbers(array: Array) -> Any:
    """An array as nested lists, or its beginning and what is left out."""
    if array.size == 0:
        return f"an empty array of shape {array.shape}"
    if array.size <= MOST_NUMBERS:
        return array.tolist()
    first = np.array2string(array.ravel()[:8], separator=", ", precision=6)[1:-1]
    return f"an array of shape {array.shape}: {first}, ... ({array.size - 8} more numbers left out)"
