"""What is said about a wrong exercise, and that the example shown does show it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import assignment, conventions, submission
from grader.checks import judge
from grader.diagnosis import explain, suspects
from grader.doctor.goldens import read_goldens
from grader.exam import Exam, prepare
from grader.model import Exercise, ExerciseResult, Finding, Submission, Verdict
from grader.plan import Plan
from grader.sandbox import Sandbox, open_launcher
from grader.sitting import Sitting
from grader.steps import Array, Ending, NotAnArray, Raised, Reply, Source

HOME = Path(__file__).resolve().parents[2] / "assignments" / "cs231n_a2"
STUDENT = Submission(id="student", path="layers.py")


# --- by hand -------------------------------------------------------------------------------------


@cache
def exam_of(op: str = "conv2d_backward", name: str = "conv_backward_naive", cases: int = 26) -> Exam:
    convention = conventions.find("cs231n", Path())
    exercise = Exercise(name=name, op=op, points=Fraction(20), cases=cases, seconds=5)
    return prepare(exercise, convention, convention.spellings[op].ways[0], seed=11)


FORWARD = "conv2d", "conv_forward_naive"


def right(exam: Exam) -> list[Reply]:
    return [
        Reply(
            ending=Ending.RETURNED,
            values={name: each.value.copy() for name, each in exam.answers[case].items()},
        )
        for case in exam.batch.order
    ]


def found(exam: Exam, replies: Mapping[int, Reply], entry: str = "hw2/layers.py") -> Finding:
    """The finding when the replies at these places are not the right ones."""
    given = [replies.get(place, reply) for place, reply in enumerate(right(exam))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suspects, "MOST_PAIRS", 0)  # nothing is two mistakes; to see that takes a second
        (finding,) = explain(exam, judge(exam, given), given, STUDENT, entry)
    return finding


def changed(exam: Exam, case: int, **results: Array | NotAnArray) -> Reply:
    reply = right(exam)[case]
    return replace(reply, values={**reply.values, **results})


def plus_one(exam: Exam, case: int, name: str = "dx") -> Reply:
    return changed(exam, case, **{name: exam.answers[case][name].value + 1})


def everywhere(exam: Exam, reply: Reply) -> dict[int, Reply]:
    return dict.fromkeys(range(len(exam.batch.order)), reply)


def raised(kind: str, message: str, step: int = 2, **where: Any) -> Reply:
    return Reply(ending=Ending.RAISED, step=step, error=Raised(type=kind, message=message, **where))


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    exam = exam_of()
    assert explain(exam, judge(exam, right(exam)), right(exam), STUDENT, "layers.py") == ()


def test_nothing_is_said_of_what_could_not_be_run() -> None:
    exam = exam_of()
    replies = list(everywhere(exam, Reply(ending=Ending.NOT_RUN)).values())
    assert explain(exam, judge(exam, replies), replies, STUDENT, "layers.py") == ()


def test_a_carried_error_is_not_a_finding() -> None:
    exam = exam_of()
    replies = [plus_one(exam, 0), *right(exam)[1:]]
    outcomes = [
        replace(outcome, carried=outcome.verdict is Verdict.WRONG_VALUE) for outcome in judge(exam, replies)
    ]
    assert any(outcome.carried for outcome in outcomes)
    assert explain(exam, outcomes, replies, STUDENT, "layers.py") == ()


# --- in words ------------------------------------------------------------------------------------


def test_how_many_fail_is_said() -> None:
    exam = exam_of()
    total = len(exam.cases)
    assert f" 1 of {total} cases fails." in found(exam, {3: plus_one(exam, 3)}).text
    strided = [case.number for case in exam.cases if case.params["stride"] > 1]
    finding = found(exam, {case: plus_one(exam, case) for case in strided})
    assert f" {len(strided)} of {total} cases fail." in finding.text
    assert finding.pattern == "stride > 1"
    every = {case: plus_one(exam, case) for case in range(total)}
    assert f" All {total} cases fail." in found(exam, every).text


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (("dx",), "dw and db are right in every case."),
        (("dx", "dw"), "db is right in every case."),
        (("db",), "dx and dw are right in every case."),
    ],
)
def test_which_results_are_right_is_said(wrong: tuple[str, ...], text: str) -> None:
    exam = exam_of()
    value = {name: exam.answers[0][name].value + 1 for name in wrong}
    assert found(exam, {0: changed(exam, 0, **value)}).text.endswith(f"fails. {text}")


def test_it_is_not_said_where_all_are_wrong_or_one_case_returned_nothing() -> None:
    exam = exam_of()
    all_wrong = {name: exam.answers[0][name].value + 1 for name in ("dx", "dw", "db")}
    assert "right in every case" not in found(exam, {0: changed(exam, 0, **all_wrong)}).text
    replies = {0: plus_one(exam, 0), 1: plus_one(exam, 1), 2: raised("IndexError", "out")}
    assert "right in every case" not in found(exam, replies).text


def test_of_a_single_result_it_is_not_said() -> None:
    exam = exam_of(*FORWARD)
    assert "right in every case" not in found(exam, {0: plus_one(exam, 0, "out")}).text


@pytest.mark.parametrize(
    ("reply", "begin"),
    [
        (Reply(ending=Ending.TIMED_OUT, step=2), "It did not return within 5 s. 1 of"),
        (raised("IndexError", "why?"), "It raised IndexError: why? 1 of"),
        (Reply(ending=Ending.MALFORMED, step=2, text="a str"), "conv_backward_naive returned a str, but"),
        (raised("E", "m", step=1), "conv_forward_naive, which is called first, raised E: m. 1 of"),
    ],
)
def test_it_reads_as_sentences_and_keeps_the_students_names(reply: Reply, begin: str) -> None:
    assert found(exam_of(), {0: reply}).text.startswith(begin)


def test_what_is_unfinished_is_said_once_and_shows_no_case() -> None:
    exam = exam_of()
    finding = found(exam, everywhere(exam, raised("NotImplementedError", "")))
    assert finding == Finding(text="It raises NotImplementedError.")


def test_unfinished_in_some_cases_shows_one() -> None:
    exam = exam_of()
    finding = found(exam, {0: raised("NotImplementedError", "pad = 0")})
    assert finding.example is not None
    assert finding.text.startswith("It raises NotImplementedError: pad = 0. 1 of")


# --- hints ---------------------------------------------------------------------------------------

AGE = "This may be NumPy's age: {}. With --python and NumPy 1.x it may run."
ONE = "newer NumPy refuses an array of one element where a number is meant"

HINTS: list[tuple[str, str, str]] = [
    (
        "AttributeError",
        "module 'numpy' has no attribute 'product'",
        AGE.format("NumPy has removed np.product"),
    ),
    ("AttributeError", "module 'numpy' has no attribute 'float'", AGE.format("NumPy has removed np.float")),
    ("TypeError", "only length-1 arrays can be converted to Python scalars", AGE.format(ONE)),
    ("TypeError", "only 0-dimensional arrays can be converted to Python scalars", AGE.format(ONE)),
    (
        "ValueError",
        "setting an array element with a sequence.",
        "What is stored in one element must be one number; here it is an array of several.",
    ),
    (
        "AttributeError",
        "'numpy.ndarray' object has no attribute 'itemset'",
        AGE.format("NumPy has removed ndarray.itemset"),
    ),
    (
        "TypeError",
        "unravel_index() got an unexpected keyword argument 'dims'",
        AGE.format("NumPy has renamed unravel_index(dims=) to shape="),
    ),
    (
        "TypeError",
        "'float' object cannot be interpreted as an integer",
        "A size is a float: / gives one in Python 3. Sizes want //; Python 2 divided integers that way.",
    ),
    (
        "SyntaxError",
        "Missing parentheses in call to 'print'. Did you mean print(...)?",
        "This is Python 2: print is a function since Python 3.",
    ),
    ("IndexError", "index 3 is out of bounds for axis 0 with size 3", ""),
    ("AttributeError", "module 'scipy' has no attribute 'misc'", ""),
    ("SyntaxError", "invalid syntax", ""),
]


@pytest.mark.parametrize(("kind", "message", "hint"), HINTS, ids=[row[1] for row in HINTS])
def test_what_is_age_and_no_misconception_is_told(kind: str, message: str, hint: str) -> None:
    assert found(exam_of(), {0: raised(kind, message)}).hint == hint


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="NumPy 1 has the old names still")
@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("np.product((2, 3))", "np.product"),
        ("np.zeros(3).itemset(0, 1)", "ndarray.itemset"),
        ("np.unravel_index(3, dims=(2, 2))", "shape="),
        ("np.zeros(5 / 2)", "Sizes want //"),
        ("np.zeros((2, 5 / 2))", "Sizes want //"),
        ("range(np.float64(2))", "Sizes want //"),
        ("np.zeros(3)[: 4 / 2]", "Sizes want //"),
        ("np.pad(np.zeros(3), 2 / 2)", "Sizes want //"),
    ],
)
def test_numpy_still_says_it_in_these_words(code: str, hint: str) -> None:
    """The messages above are NumPy's own: those of the NumPy that is there."""
    with pytest.raises(Exception) as caught:
        eval(code, {"np": np})
    error = raised(type(caught.value).__name__, str(caught.value))
    assert hint in found(exam_of(), {0: error}).hint


def test_an_exception_points_at_the_file_and_line() -> None:
    finding = found(exam_of(), {0: raised("E", "m", path="hw2/layers.py", line=12)})
    assert (finding.path, finding.line) == ("hw2/layers.py", 12)


def test_of_a_notebook_no_line_is_known() -> None:
    finding = found(exam_of(), {0: raised("E", "m", path="a.ipynb", line=3, cell=2)}, entry="a.ipynb")
    assert (finding.path, finding.line) == ("a.ipynb", 0)
    assert finding.example is not None
    assert "from a import" not in finding.example.repro


def test_a_wrong_value_points_at_no_line() -> None:
    finding = found(exam_of(), {0: plus_one(exam_of(), 0)})
    assert (finding.path, finding.line, finding.hint) == ("", 0, "")


# --- the example ---------------------------------------------------------------------------------


def size(exam: Exam, case: int) -> int:
    return sum(array.size for array in exam.cases[case].arrays.values())


def test_the_smallest_failing_case_is_shown() -> None:
    exam = exam_of()
    failing = [3, 7, 12, 20]
    smallest = min(failing, key=lambda case: size(exam, case))
    finding = found(exam, {case: plus_one(exam, case) for case in failing})
    assert finding.example is not None
    assert finding.example.inputs["x"] == exam.cases[smallest].arrays["x"].tolist()


def test_of_several_verdicts_the_most_frequent_is_shown() -> None:
    exam = exam_of()
    finding = found(exam, {0: raised("E", "m"), 1: plus_one(exam, 1), 2: plus_one(exam, 2)})
    assert finding.text.startswith("dx[0, 0, 0, 0] is")


def test_a_case_that_was_called_is_shown_before_one_that_was_not() -> None:
    exam = exam_of()
    largest = max(range(len(exam.cases)), key=lambda case: size(exam, case))
    replies = everywhere(exam, Reply(ending=Ending.TIMED_OUT, skipped=True))
    replies[largest] = Reply(ending=Ending.TIMED_OUT, step=2)
    assert found(exam, replies).text.startswith("It did not return within 5 s.")


def test_wrong_results_alone_are_shown_and_one_needs_no_name() -> None:
    exam = exam_of()
    one = found(exam, {0: plus_one(exam, 0, "db")}).example
    both = found(
        exam, {0: changed(exam, 0, dx=NotAnArray("None"), db=exam.answers[0]["db"].value + 1)}
    ).example
    assert one is not None
    assert both is not None
    assert one.got == (exam.answers[0]["db"].value + 1).tolist()
    assert one.expected == exam.answers[0]["db"].value.tolist()
    assert both.got == {"dx": "None", "db": one.got}
    assert set(both.expected) == {"dx", "db"}


def test_the_call_is_written_out() -> None:
    exam = exam_of()
    example = found(exam, {0: plus_one(exam, 0)}).example
    assert example is not None
    assert example.call == (
        "conv_backward_naive(dout, cache) after "
        "out, cache = conv_forward_naive(x, w, b, {'stride': 1, 'pad': 1})"
    )


def test_what_was_raised_stands_where_the_result_would() -> None:
    example = found(exam_of(), {0: raised("IndexError", "too far")}).example
    assert example is not None
    assert example.got == "IndexError: too far"
    assert set(example.expected) == {"dx", "dw", "db"}


def test_a_second_call_that_differs_is_the_one_that_is_shown() -> None:
    exam = exam_of()
    place = len(exam.cases)
    case = exam.batch.order[place]
    example = found(exam, {place: plus_one(exam, case)}).example
    assert example is not None
    assert example.got == (exam.answers[case]["dx"].value + 1).tolist()


def shown(exam: Exam, got: Array) -> Any:
    example = found(exam, {0: changed(exam, 0, out=got)}).example
    assert example is not None
    return example.got


def test_two_hundred_numbers_are_shown_and_more_are_left_out() -> None:
    exam = exam_of(*FORWARD)
    assert shown(exam, np.zeros((10, 20))) == np.zeros((10, 20)).tolist()
    assert shown(exam, np.arange(201) / 4) == (
        "an array of shape (201,): 0.  , 0.25, 0.5 , 0.75, 1.  , 1.25, 1.5 , 1.75, ... "
        "(193 more numbers left out)"
    )


def test_an_empty_array_is_said() -> None:
    assert shown(exam_of(*FORWARD), np.zeros((1, 0, 3))) == "an empty array of shape (1, 0, 3)"


# --- real submissions: the repro, pasted beside them ---------------------------------------------

UNNAMED = ("forward_without_cache", "input_centred_in_place", "sizes_left_float", "stopped_after_pooling")
FORGED = {"claims_to_be_equal"}
"""What it returns passes every comparison: that fools a snippet, though not the grader."""


GOLDENS = read_goldens(assignment.read(HOME))


def wrong() -> list[str]:
    """Golden submissions with a mistake that is named, and a few others."""
    named = [
        id
        for id, golden in GOLDENS.items()
        if any(entry.get("mistakes") for entry in golden.exercises.values())
        and (HOME / "submissions" / id / "layers.py").is_file()
    ]
    return [*(id for id in named if id not in FORGED), *UNNAMED]


RUNNER = """
import json, os, sys
import numpy
for folder, texts in json.load(sys.stdin):
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    sys.path[0] = folder
    for text in texts:
        try:
            exec(text, {"__name__": "pasted"})
            print(os.path.basename(folder), "passed")
        except Exception as error:
            print(os.path.basename(folder), type(error).__name__)
    sys.stdout.flush()
    os._exit(0)
"""


def pasted(scratch: Path, snippets: list[str], **works: str) -> Mapping[str, list[str]]:
    """How each snippet ends in a process of its own beside each work, the text of a ``layers.py``."""
    for name, layers in works.items():
        (scratch / name).mkdir()
        (scratch / name / "layers.py").write_text(layers)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUNNER],
        input=json.dumps([(str(scratch / name), snippets) for name in works]),
        capture_output=True,
        text=True,
        cwd=scratch,
        timeout=60,
        check=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    return {name: [ended for where, ended in lines if where == name] for name in works}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    launcher = open_launcher("auto", allow_none=True)
    with launcher.start() as started:
        yield started
    launcher.close()


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The course's assignment, with fewer cases."""
    whole = assignment.read(HOME)
    return Plan(replace(whole, exercises=tuple(replace(each, cases=24) for each in whole.exercises)), seed=1)


def results(
    plan: Plan, sandbox: Sandbox, layers: str, exercises: Collection[str]
) -> Sequence[ExerciseResult]:
    """What comes of some of the exercises, each told as in a run of all."""
    student = Submission(id="s", path="layers.py", sources=(Source("layers.py", (layers,)),))
    sandbox.give(submission.program(student, plan.assignment))
    sitting = Sitting(plan, student, sandbox)
    found: list[ExerciseResult] = []
    for exercise in plan.assignment.exercises:
        if exercise.name in exercises:
            found.append(sitting.take(exercise, found))
    return found


@pytest.mark.parametrize("name", wrong())
def test_the_repro_fails_beside_the_submission_and_passes_beside_the_solution(
    name: str, plan: Plan, sandbox: Sandbox, tmp_path: Path
) -> None:
    layers = (HOME / "submissions" / name / "layers.py").read_text()
    told = results(plan, sandbox, layers, GOLDENS[name].exercises)
    findings = [finding for each in told for finding in each.findings]
    snippets = [finding.example.repro for finding in findings if finding.example]
    assert snippets
    ended = pasted(tmp_path, snippets, student=layers, solution=(HOME / "solution" / "layers.py").read_text())
    assert [len(each) for each in ended.values()] == [len(snippets)] * 2
    assert "passed" not in ended["student"]
    assert set(ended["solution"]) == {"passed"}


def test_the_solution_has_nothing_to_find(plan: Plan, sandbox: Sandbox) -> None:
    both = ("conv_forward_naive", "conv_backward_naive")
    told = results(plan, sandbox, (HOME / "solution" / "layers.py").read_text(), both)
    assert [(each.name, each.findings) for each in told] == [(name, ()) for name in both]
