"""A lecturer's own convention file: the documented example works, and each mistake in one names its line."""

from __future__ import annotations

import re
import textwrap
from fractions import Fraction
from pathlib import Path

import pytest

from grader.assignment import read
from grader.conventions import find
from grader.errors import AssignmentError
from grader.model import SubmissionResult, Verdict
from grader.session import GradingOptions, Session
from grader.snippet import call_text

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first block of a language in the documentation."""
    found = re.search(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The documented example as a folder."""
    folder = tmp_path / "my_course"
    folder.mkdir()
    (folder / "assignment.toml").write_text(block("toml"))
    (folder / "course.py").write_text(block("python"))
    return folder


# --- the documented example ------------------------------------------------------------------------

RIGHT = """
import numpy as np


def conv(images, filters, stride, padding):
    p = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    f = filters.shape[0]
    seen = np.lib.stride_tricks.sliding_window_view(np.pad(images, p), (f, f), axis=(1, 2))
    return np.einsum("nijcuv,uvck->nijk", seen[:, ::stride, ::stride], filters)


def conv_grad(d_out, images, filters, stride, padding):
    n, h, w, _ = images.shape
    f = filters.shape[0]
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    d_padded, d_filters = np.zeros_like(padded), np.zeros_like(filters)
    for i in range(d_out.shape[1]):
        for j in range(d_out.shape[2]):
            place = np.s_[:, i * stride : i * stride + f, j * stride : j * stride + f]
            d_padded[place] += np.einsum("nk,uvck->nuvc", d_out[:, i, j], filters)
            d_filters += np.einsum("nk,nuvc->uvck", d_out[:, i, j], padded[place])
    return d_padded[:, padding : padding + h, padding : padding + w], d_filters


class MaxPool:
    def __init__(self, size, stride):
        self.size, self.stride = size, stride

    def __call__(self, images):
        f, s = self.size, self.stride
        seen = np.lib.stride_tricks.sliding_window_view(images, (f, f), axis=(1, 2))
        return seen[:, ::s, ::s].max(axis=(4, 5))
"""


def graded(course: Path, text: str) -> SubmissionResult:
    file = course.parent / "layers.py"
    file.write_text(text)
    choices = GradingOptions(
        assignment=str(course), seed=20261124, only=(), sandbox="auto", python=None, unsafe=False
    )
    with Session([file], choices) as session:
        return session.run_one(file).submissions[0]


def test_it_is_as_short_as_is_said() -> None:
    assert len(block("python").strip().splitlines()) <= 26


def test_a_right_submission_earns_everything(course: Path) -> None:
    result = graded(course, RIGHT)
    assert [exercise.verdict for exercise in result.exercises] == [Verdict.CORRECT] * 3
    assert result.score.earned == Fraction(25)


def test_speed_is_measured_on_inputs_that_the_course_promises(course: Path) -> None:
    toml = course / "assignment.toml"
    limit = 'speed = {ratio = 10_000, like = "n2h9"}'
    toml.write_text(re.sub(r"^points = .*", rf"\g<0>\n{limit}", toml.read_text(), flags=re.MULTILINE))
    result = graded(course, RIGHT)
    assert [exercise.verdict for exercise in result.exercises] == [Verdict.CORRECT] * 3
    assert all(exercise.speed is not None for exercise in result.exercises)


def test_a_wrong_one_is_told_in_the_courses_own_words(course: Path) -> None:
    result = graded(course, RIGHT.replace("d_padded[place] +=", "d_padded[place] ="))
    forward, backward, _ = result.exercises
    assert forward.verdict is Verdict.CORRECT
    (finding,) = backward.findings
    assert finding.mistake == "conv2d_backward.assigns_windows_of_dx"
    assert "d_images[0, " in finding.text
    assert "d_filters is right in every case" in finding.text
    assert finding.example is not None
    assert re.fullmatch(r"conv_grad\(d_out, x, w, \d, padding=\d\)", finding.example.call)


def test_an_exception_of_an_object_that_is_called_is_the_exercises_own(course: Path) -> None:
    result = graded(course, RIGHT.replace("f, s = self.size, self.stride", "f, s = self.sise, self.stride"))
    (finding,) = result.exercises[2].findings
    assert finding.text.startswith("It raised AttributeError")
    assert finding.example is not None
    assert finding.example.call.startswith("pool(x) after pool = MaxPool(size=")


def test_the_file_counts_in_the_digest(course: Path) -> None:
    before = read(course).digest
    assert read(course).digest == before
    path = course / "course.py"
    path.write_text(path.read_text().replace("leftover=False", "leftover=True"))
    assert read(course).digest != before


def test_its_names_are_those_of_the_report(course: Path) -> None:
    spelling = find("course.py", course).spellings["conv2d_backward"]
    assert [spelling.called(name) for name in ("dout", "x", "dw")] == ["d_out", "x", "d_filters"]


def test_its_domain_is_the_exercises(course: Path) -> None:
    first, *_ = read(course).exercises
    assert not first.domain.bias
    assert first.domain.square_kernel


# --- mistakes in it ----------------------------------------------------------------------------------

HEAD = "from grader.conventions import Convention, Spelling, Way, spell\n"
OK = HEAD + "CONVENTION = Convention(spellings={'conv2d': spell('out = function(x)')})\n"


def made(*lines: str) -> str:
    return HEAD + "\n".join(lines) + "\n"


FILES: list[tuple[str, str, str]] = [
    ("no convention", HEAD, r"course\.py: it defines no CONVENTION; end it with .*"),
    (
        "another type",
        made("", "CONVENTION = {'conv2d': 1}"),
        r"course\.py, line 3: CONVENTION is a dict, but should be a Convention\(spellings=\{\.\.\.\}\)",
    ),
    ("syntax", made("CONVENTION = Convention("), r"course\.py, line 2: SyntaxError: '\(' was never closed"),
    ("a name", made("", "x = spel"), r"course\.py, line 3: NameError: name 'spel' is not defined"),
    ("import", made("import no_such_module"), r"course\.py, line 2: ModuleNotFoundError: No module .*"),
    ("exit", made("raise SystemExit(3)"), r"course\.py, line 2: SystemExit: 3"),
    (
        "a line that cannot be read",
        made("CONVENTION = Convention(spellings={", "    'conv2d': spell('out = function(x'),", "})"),
        r"course\.py, line 3: 'out = function\(x' is not Python: .*",
    ),
    (
        "an unknown op",
        OK + "CONVENTION.spellings['conv'] = CONVENTION.spellings['conv2d']\n",
        r"course\.py, line 3: unknown op 'conv'; did you mean 'conv2d'\?\nKnown ops: .*",
    ),
    (
        "no spelling",
        made("CONVENTION = Convention(spellings={", "    'conv2d': 'out = function(x)',", "})"),
        r"course\.py, line 2: 'conv2d' should be spell\(\.\.\.\) or a Spelling, and is of type str",
    ),
    (
        "a name that is not there",
        made("CONVENTION = Convention(spellings={", "    'conv2d': spell('out = function(x, strid)'),", "})"),
        r"course\.py, line 3: conv2d: 'out = function\(x, strid\)': there is no 'strid' here; .*",
    ),
    (
        "another result",
        made("CONVENTION = Convention(spellings={", "    'conv2d': spell('Z = function(x)'),", "})"),
        r"course\.py, line 3: conv2d: its results are out, but the spelling has no out: call it so, or .*",
    ),
    (
        "steps that raise",
        made(
            "def steps(case, function):",
            "    return case.params['strides']",
            "way = Way(steps=steps)",
            "CONVENTION = Convention(spellings={'conv2d': Spelling(ways=(way,), results={'out': 'out'})})",
        ),
        r"course\.py, line 3: conv2d: KeyError: 'strides'",
    ),
    (
        "steps that are none",
        made(
            "way = Way(steps=lambda case, function: [function])",
            "CONVENTION = Convention(spellings={'conv2d': Spelling(ways=(way,), results={'out': 'out'})})",
        ),
        r"course\.py, line 3: conv2d: its steps should be a tuple of the steps of grader/steps\.py, "
        "such as Let and Call",
    ),
    (
        "inputs that raise",
        made(
            "def inputs(case):",
            "    return {'x': case.arrays['images']}",
            "way = Way(steps=spell('out = function(x)').ways[0].steps, inputs=inputs)",
            "CONVENTION = Convention(spellings={'conv2d': Spelling(ways=(way,), results={'out': 'out'})})",
        ),
        r"course\.py, line 3: conv2d: KeyError: 'images'",
    ),
    *[
        (text, made("from grader.conventions import Domain", text), rf"course\.py, line 3: {said}")
        for text, said in [
            (
                "Domain(pad=1)",
                r"pad=1 should be a tuple of whole numbers of at least 0, such as \(0, 1\), or .*",
            ),
            ("Domain(pad=())", r"pad=\(\) should be a tuple .*"),
            ("Domain(pad=(-1,))", r"pad=\(-1,\) should be a tuple .*"),
            ("Domain(pad=(1.5,))", r"pad=\(1\.5,\) should be a tuple .*"),
            ("Domain(stride=(0,))", r"stride=\(0,\) should be a tuple of whole numbers of at least 1, .*"),
            ("Domain(square='yes')", r"square='yes' should be True or False"),
            ("Convention(spellings=[])", r"spellings should be a dict: .*, and is of type list"),
            ("Convention(spellings={5: spell('out = function(x)')})", r"spellings should be a dict: .*"),
            (
                "Convention(spellings={}, domain={})",
                r"domain should be Domain\(\.\.\.\), and is of type dict",
            ),
            ("Convention(spellings={}, domain=None)", r"domain should be Domain.*, and is of type NoneType"),
            ("Spelling(ways=5, results={})", r"ways of a Spelling should be a tuple .*, and is of type int"),
            ("Spelling(ways=(), results={})", r"ways of a Spelling should be a tuple of one Way or more, .*"),
            (
                "Spelling(ways=(Way(steps=print),), results={'out': 1})",
                r"results of a Spelling should be a dict .*",
            ),
            ("Way(steps='out')", r"steps of a Way should be a function, and is of type str"),
            ("spell('out = function(x)', loose=('dq',))", r"loose: 'dq' is no result; there are out"),
            ("spell(5)", r"TypeError: expected string or bytes-like object, .*"),
        ]
    ],
    (
        "an exception with a fault of its own",
        made("class Odd(Exception):", "    def __str__(self): return 1 / 0", "raise Odd"),
        r"course\.py, line 4: Odd",
    ),
    (
        "a computation with what a line has saved",
        made(
            "CONVENTION = Convention(spellings={",
            "    'conv2d': spell('made = function(x)\\nout = made.foo.bar'),",
            "})",
        ),
        r"course\.py, line 3: conv2d: 'out = made\.foo\.bar': made\.foo\.bar computes with 'made', .*",
    ),
    ("not UTF-8", "é", r"course\.py is not UTF-8 \(byte 0\): save it as UTF-8\."),
]
TOML = 'title = "t"\nconvention = "course.py"\n[[exercise]]\nname = "conv"\nop = "conv2d"\npoints = 1\n'


@pytest.mark.parametrize(("text", "message"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "assignment.toml").write_text(TOML)
    (tmp_path / "course.py").write_text(text, encoding="latin-1")
    with pytest.raises(AssignmentError) as caught:
        read(tmp_path)
    assert re.fullmatch(rf"{re.escape(tmp_path.name)}/{message}", str(caught.value), re.DOTALL)
    assert "Traceback" not in str(caught.value)


def test_the_same_without_the_mistake_is_read(tmp_path: Path) -> None:
    (tmp_path / "assignment.toml").write_text(TOML)
    (tmp_path / "course.py").write_text(OK)
    assert read(tmp_path).convention == "course.py"


@pytest.mark.parametrize("name", ["other.py", "../course.py", "sub/course.py", ".py"])
def test_only_a_file_beside_it_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "course.py").write_text(OK)
    (folder / "assignment.toml").write_text(TOML.replace("course.py", name))
    with pytest.raises(
        AssignmentError,
        match=r"should be a file beside it, or one of cs231n, deeplearning_ai, mytorch, plain",
    ):
        read(folder)


def test_texts_in_the_documentation_can_be_spelled() -> None:
    """Those that are not part of the example."""
    from grader.cases import sample
    from grader.conventions import spell

    texts = re.findall(r"^```text\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    assert len(texts) == 3
    names = {"A_prev": "x", "W": "w", "Z": "out"}
    for text, op, named in zip(
        texts, ("conv2d", "conv2d_backward", "conv2d_backward"), (names, {}, {}), strict=True
    ):
        spelling = spell(textwrap.dedent(text), names=named)
        case = sample(op, cases=1, seed=0)[0]
        assert set(case.outputs) <= set(spelling.results)
        assert call_text(spelling.script(spelling.ways[0], case, "conv_backward"))
