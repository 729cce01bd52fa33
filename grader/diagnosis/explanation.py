"""What to say about a wrong exercise, in words and with one failing case.

It changes no mark of the exercise; a known mistake in a forward function is carried forward to its backward.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.diagnosis.patterns import Pattern, pattern
from grader.diagnosis.smallest import Respondent, Shown, find_smaller
from grader.diagnosis.suspects import identify
from grader.exam import Exam
from grader.model import Example, Finding, Outcome, Submission, Verdict
from grader.scoring import verdict_of
from grader.snippet import NO_OTHER_NAMES, call_text, home_module, repro
from grader.steps import Array, Ending, NotAnArray, Raised, Reply
from reference.mistakes import MISTAKES, Mistake

__all__ = ["blame", "explain", "sentence"]

UNWRITTEN = (Verdict.MISSING, Verdict.UNIMPLEMENTED)
"""Where there is nothing to be wrong yet, no case has anything to show."""

MOST_NUMBERS = 200
"""How many numbers of one array an example shows."""


def explain(
    exam: Exam,
    outcomes: Sequence[Outcome],
    replies: Sequence[Reply],
    submission: Submission,
    entry: str,
    respondent: Respondent | None = None,
    *,
    forward_right: bool = False,
    own_names: Mapping[str, str] = NO_OTHER_NAMES,
) -> tuple[Finding, ...]:
    """Say what is wrong with an exercise; nothing if nothing is.

    How often it fails, and when, is about the exam; the case that is shown may be a smaller one.

    Args:
        replies: to the exam's batch, in its order.
        entry: path of the file that holds the function.
        respondent: the submission, to look for a smaller case with; None not to look for one.
        forward_right: whether a backward's forward has been found right.
        own_names: what the submission calls those functions that it calls otherwise than the exercise.
    """
    verdict = verdict_of(outcomes)
    if verdict in (Verdict.CORRECT, Verdict.NOT_RUN):
        return ()
    failing = [outcome for outcome in outcomes if outcome.verdict is verdict and not outcome.carried]
    if verdict in UNWRITTEN and len(failing) == len(outcomes):
        return (Finding(text=sentence(failing[0].message)),)
    named = identify(exam, outcomes, replies, forward_right=forward_right)
    shown = _smallest(exam, failing, replies)
    if respondent is not None:
        shown = find_smaller(shown, outcomes, replies, named, respondent) or shown
    error = shown.reply.error
    first, *others = [
        _named_mistake(mistake, each.results, exam) for each in named for mistake in each.mistakes
    ] or [Finding(text="", hint=_hint(error) if error else "")]
    shared = _shared(exam, outcomes)
    seen = [sentence(shown.outcome.message), _extent(outcomes), *_rest(exam, outcomes)]
    return (
        replace(
            first,
            text=" ".join([*([first.text] if first.text else []), *seen]),
            pattern=shared.text if shared else "",
            example=_example(shown, home_module(entry, submission.sources), own_names),
            path=error.path if error else "",
            line=error.line if error and not error.cell else 0,
        ),
        *others,
    )


def blame(
    seen: Sequence[Finding], own: Sequence[Finding], exam: Exam, elsewhere: Sequence[str]
) -> tuple[Finding, ...]:
    """Name only those mistakes that are a function's own, not those of the functions that it calls.

    What happens is still told as it was seen, with the functions that the student has.

    Args:
        seen: at least one; what was found with the student's functions, of which some are wrong.
        own: what was found with right ones in their place; nothing if nothing is wrong then.
        exam: that of both.
        elsewhere: functions that all of it is due to, if so.
    """
    first, told = seen[0], _without_claim(seen[0], exam)
    if elsewhere:
        claim = f"It is right itself: the mistake lies in {' and '.join(elsewhere)}, which it calls."
        return (replace(first, mistake="", results=(), hint="", text=f"{claim} {told}".rstrip()),)
    named = [finding for finding in own if finding.mistake]
    if not named:
        hint = "" if first.mistake else first.hint
        return (replace(first, mistake="", results=(), hint=hint, text=told),)
    claim = own[0].text.removesuffix(_without_claim(own[0], exam)).rstrip()
    mistake, results, hint = own[0].mistake, own[0].results, own[0].hint
    return (
        replace(first, mistake=mistake, results=results, hint=hint, text=f"{claim} {told}".rstrip()),
        *named[1:],
    )


def _without_claim(finding: Finding, exam: Exam) -> str:
    """What a finding says beside the known mistake that it names."""
    known = [mistake for mistake in MISTAKES.get(exam.exercise.op, ()) if mistake.id == finding.mistake]
    claims = [_named_mistake(mistake, finding.results, exam).text for mistake in known]
    return finding.text.removeprefix(claims[0]).lstrip() if claims else finding.text


def _named_mistake(mistake: Mistake, results: tuple[str, ...], exam: Exam) -> Finding:
    """A known mistake as a finding; which result it is about is said where there are several."""
    about = " and ".join(results)
    everything = len(results) == len(exam.results)
    sentence, hint = map(exam.spelling.terms, (mistake.sentence, mistake.hint))
    text = sentence if everything else f"{about}: {sentence}"
    return Finding(mistake=mistake.id, results=results, text=text, hint=hint)


def _smallest(exam: Exam, failing: Sequence[Outcome], replies: Sequence[Reply]) -> Shown:
    """The smallest failing case of the exam; one that was not even called tells less than any other."""
    shown = [Shown(exam, outcome, _reply_shown(exam, outcome, replies)) for outcome in failing]
    return min(shown, key=lambda each: (each.reply.skipped, each.case.size, each.case.number))


def _reply_shown(exam: Exam, outcome: Outcome, replies: Sequence[Reply]) -> Reply:
    """The reply that decided an outcome: that of the second call if the first was right."""
    places = [place for place, case in enumerate(exam.batch.order) if case == outcome.case]
    return replies[places[-1 if outcome.again else 0]]


# --- in words --------------------------------------------------------------------------------------


def sentence(message: str) -> str:
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
    if error.message.startswith("setting an array element with a sequence"):
        return "What is stored in one element must be one number; here it is an array of several."
    if error.type == "SyntaxError" and "print" in error.message:
        return "This is Python 2: print is a function since Python 3."
    return ""


# --- one case ----------------------------------------------------------------------------------------


def _example(shown: Shown, home: tuple[str, int], own_names: Mapping[str, str]) -> Example:
    exam, outcome, case = shown.exam, shown.outcome, shown.case
    script, inputs = exam.scripts[outcome.case], exam.way.inputs(case)
    expected = exam.answers[outcome.case]
    names = outcome.wrong or tuple(expected) or script.returns
    module, folders = home
    return Example(
        call=call_text(script, shown.reply.found),
        inputs={name: _numbers(array) for name, array in inputs.items()},
        got=_got(outcome, shown.reply, names),
        expected=f"an error: {case.refusal}"
        if case.refusal
        else _named({name: _numbers(expected[name].value) for name in names}),
        repro=repro(
            script,
            inputs,
            expected,
            module=module,
            functions=exam.batch.functions,
            folders=folders,
            own_names=own_names,
            refusal=case.refusal,
            kept=shown.reply.changed if outcome.verdict is Verdict.CHANGED_INPUT else (),
            loose=exam.spelling.loose,
            typed=frozenset(outcome.wrong if outcome.verdict is Verdict.WRONG_DTYPE else ()),
            found=shown.reply.found,
        ),
    )


def _got(outcome: Outcome, reply: Reply, shown: Sequence[str]) -> Any:
    if reply.error is not None:
        return f"{reply.error.type}: {reply.error.message}"
    if reply.ending is not Ending.RETURNED:
        return outcome.message
    exact = outcome.verdict is Verdict.WRONG_DTYPE
    return _named({name: _came_back(reply.values[name], exact=exact) for name in shown})


def _came_back(value: Array | NotAnArray, *, exact: bool) -> Any:
    """What came back; where its type is what is wrong with a number, as Python writes it: 4.0, not 4."""
    if isinstance(value, NotAnArray):
        return value.kind
    return repr(value.item()) if exact and value.ndim == 0 else _numbers(value)


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
