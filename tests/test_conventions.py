"""How courses spell operations: steps, names and layouts, and that arrays survive the way there."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader import conventions
from grader.cases import FAMILIES, sample
from grader.checks import judge
from grader.conventions.deeplearning_ai import IN_2017
from grader.conventions.spelling import Spelling, Way, forward_of, functions_called
from grader.diagnosis.imitation import reply_to
from grader.errors import AssignmentError
from grader.exam import prepare
from grader.model import Case, Exercise, Verdict
from grader.ops import OPS, expect
from grader.snippet import call_text
from grader.steps import Attribute, Call, Constant, Find, Input, Item, Let, Make, Put, Saved, Step, Value
from grader.wrong_versions import apply
from reference.mistakes import MISTAKES

EVERY = [(name, op) for name in conventions.known() for op in conventions.find(name, Path()).spellings]


# --- finding -------------------------------------------------------------------------------------


def test_every_convention_that_is_known_can_be_had() -> None:
    assert "cs231n" in conventions.known()
    assert "spelling" not in conventions.known()
    found = [conventions.find(name, Path()) for name in conventions.known()]
    assert len({id(convention) for convention in found}) == len(found)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(AssignmentError) as caught:
        conventions.find("cs213n", Path("a2"))
    assert re.fullmatch(
        r"a2/assignment\.toml: unknown convention 'cs213n'; did you mean 'cs231n'\?\n"
        r"Known conventions: .*cs231n.*\.",
        str(caught.value),
    )


@pytest.mark.parametrize("name", ["spelling", "../cs231n", "", "cs231n.CONVENTION", "os"])
def test_nothing_else_is_imported_by_name(name: str) -> None:
    with pytest.raises(AssignmentError, match="unknown convention"):
        conventions.find(name, Path())


# --- every spelling of every course --------------------------------------------------------------


def spelling_of(name: str, op: str) -> Spelling:
    return conventions.find(name, Path()).spellings[op]


def drawn(name: str, op: str) -> tuple[Case, ...]:
    return sample(op, cases=30, seed=2, domain=conventions.find(name, Path()).domain)


def named(value: Value) -> set[str]:
    """Names that a value takes, inputs marked with a star."""
    match value:
        case Input(name) | Constant(name):
            return {f"*{name}"}
        case Saved(name):
            return {name}
        case tuple():
            return {name for part in value for name in named(part)}
        case dict():
            return {name for part in value.values() for name in named(part)}
        case _:
            return set()


def taken(step: Step) -> set[str]:
    """Names that a step takes from before."""
    match step:
        case Let():
            return named(step.value)
        case Call():
            head, dot, _ = step.function.partition(".")
            return named(step.args) | named(dict(step.kwargs)) | ({head} if dot else set())
        case Make():
            return named(step.args) | named(dict(step.offers))
        case Put():
            return {step.of, f"*{step.input}"}
        case Item() | Attribute() | Find():
            return {step.of}


def given(step: Step) -> tuple[str, ...]:
    if isinstance(step, Put):
        return ()
    return step.save if isinstance(step, Call) else (step.save,)


def dangling(steps: tuple[Step, ...], inputs: set[str]) -> list[str]:
    """Names that a step takes and nothing before it gave."""
    there, missing = {f"*{name}" for name in inputs}, []
    for step in steps:
        missing += sorted(taken(step) - there)
        there |= set(given(step))
    return missing


@pytest.mark.parametrize(("name", "op"), EVERY)
def test_steps_name_nothing_that_is_not_there(name: str, op: str) -> None:
    spelling = spelling_of(name, op)
    for way in spelling.ways:
        for case in drawn(name, op):
            script, inputs = spelling.script(way, case, "student_backward"), way.inputs(case)
            assert dangling(script.steps, set(inputs)) == []
            saved = {save for step in script.steps for save in given(step)}
            assert set(script.returns) <= saved
            assert set(script.watch) <= set(inputs)
            assert isinstance(script.steps[-1], Call | Item | Attribute | Find)


def test_a_name_that_is_not_there_would_be_seen() -> None:
    steps = (Call(("out",), "layer.forward", (Input("x"), Saved("cache"))),)
    assert dangling(steps, set()) == ["*x", "cache", "layer"]


@pytest.mark.parametrize(("name", "op"), EVERY)
def test_every_output_has_a_name_and_no_two_the_same(name: str, op: str) -> None:
    spelling = spelling_of(name, op)
    for case in drawn(name, op):
        names = [spelling.results[output] for output in case.outputs]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "op"), EVERY)
def test_layouts_rearrange_and_lose_nothing(name: str, op: str) -> None:
    spelling = spelling_of(name, op)
    for case in drawn(name, op)[:12]:
        for way in spelling.ways:
            for key, array in way.inputs(case).items():
                if key in case.arrays and (name, key, way.note) != ("deeplearning_ai", "b", IN_2017):
                    assert sorted(array.ravel()) == sorted(case.arrays[key].ravel()), key
        for output in case.outputs:
            array = np.arange(24.0).reshape(1, 2, 3, 4)
            moved = spelling.layout(spelling.results[output], array)
            assert sorted(moved.ravel()) == sorted(array.ravel())


@pytest.mark.parametrize(("name", "op"), EVERY)
def test_the_way_that_is_usual_comes_first_and_needs_no_note(name: str, op: str) -> None:
    first, *others = spelling_of(name, op).ways
    assert first.note == ""
    assert not first.instead_of_forward
    assert all(way.note for way in others)


@pytest.mark.parametrize(("name", "op"), [row for row in EVERY if row[1].endswith("_backward")])
def test_a_backward_that_calls_the_students_forward_names_it(name: str, op: str) -> None:
    spelling = spelling_of(name, op)
    case = drawn(name, op)[0]
    steps = spelling.ways[0].steps(case, "conv_backward")
    if any(isinstance(step, Make) for step in steps):  # of a class, whose object is asked twice
        calls = [step.function for step in steps if isinstance(step, Call)]
        assert calls == ["layer.forward", "layer.backward"]
    elif spelling.forward is not None:
        assert spelling.forward("conv_backward") in functions_called(steps)
    for way in spelling.ways:
        if way.instead_of_forward:
            assert functions_called(way.steps(case, "conv_backward")) == ("conv_backward",)


@pytest.mark.parametrize("name", conventions.known())
def test_a_convention_spells_operations_that_there_are(name: str) -> None:
    assert conventions.find(name, Path()).spellings.keys() <= FAMILIES.keys()


# --- cs231n --------------------------------------------------------------------------------------

CS231N = {
    "conv2d": r"conv_forward_naive\(x, w, b, \{'stride': \d, 'pad': \d\}\)",
    "conv2d_backward": r"conv_backward_naive\(dout, cache\) after out, cache = conv_forward_naive\(x, w, .*",
    "max_pool2d": r"max_pool_forward_naive\(x, \{'pool_height': \d, 'pool_width': \d, 'stride': \d\}\)",
    "max_pool2d_backward": r"max_pool_backward_naive\(dout, cache\) after out, cache = max_pool_forward.*",
    "spatial_batchnorm": r"spatial_batchnorm_forward\(x, gamma, beta, \{'mode': '(train|test)'.*\}\)",
    "spatial_groupnorm": r"spatial_groupnorm_forward\(x, gamma, beta, \d, \{'eps': (1e-05|0\.001|0\.25)\}\)",
}
NAMES = {op: text.partition("\\")[0] for op, text in CS231N.items()}


@pytest.mark.parametrize("op", CS231N)
def test_cs231n_calls_as_its_notebooks_do(op: str) -> None:
    spelling = spelling_of("cs231n", op)
    for case in drawn("cs231n", op):
        text = call_text(spelling.script(spelling.ways[0], case, NAMES[op]))
        assert re.fullmatch(CS231N[op], text), text


def test_height_and_width_of_the_window_are_not_swapped() -> None:
    spelling = spelling_of("cs231n", "max_pool2d")
    seen = set()
    for case in drawn("cs231n", "max_pool2d"):
        param = spelling.script(spelling.ways[0], case, "f").steps[0]
        assert isinstance(param, Let)
        assert isinstance(param.value, dict)
        seen.add(case.params["window"])
        assert (param.value["pool_height"], param.value["pool_width"]) == case.params["window"]
    assert any(height != width for height, width in seen)


def test_running_averages_are_read_from_where_the_course_puts_them() -> None:
    spelling = spelling_of("cs231n", "spatial_batchnorm")
    case = next(case for case in drawn("cs231n", "spatial_batchnorm") if case.stratum == "running averages")
    script = spelling.script(spelling.ways[0], case, "spatial_batchnorm_forward")
    assert script.returns == ("out", "running_mean", "running_var")
    assert script.steps[-2:] == (
        Item("running_mean", "bn_param", "running_mean"),
        Item("running_var", "bn_param", "running_var"),
    )


@pytest.mark.parametrize(("way", "shape"), [(0, (1, -1, 1, 1)), (1, (-1,))])
def test_group_normalisation_has_been_asked_in_two_shapes(way: int, shape: tuple[int, ...]) -> None:
    chosen: Way = spelling_of("cs231n", "spatial_groupnorm").ways[way]
    for case in drawn("cs231n", "spatial_groupnorm"):
        gamma = chosen.inputs(case)["gamma"]
        assert gamma.shape == case.arrays["gamma"].reshape(shape).shape


def test_cs231n_promises_that_sizes_divide() -> None:
    assert "leftover pixels" not in {case.stratum for case in drawn("cs231n", "conv2d")}


# --- deeplearning_ai -----------------------------------------------------------------------------

DEEPLEARNING_AI = {
    "zero_pad": r"zero_pad\(X, \d\)",
    "conv_single_step": r"conv_single_step\(a_slice_prev, W, b\)",
    "conv2d": r"conv_forward\(A_prev, W, b, \{'stride': \d, 'pad': \d\}\)",
    "conv2d_backward": r"conv_backward\(dZ, cache\) after Z, cache = conv_forward\(A_prev, W, b, \{'str.*",
    "pool2d": r"pool_forward\(A_prev, \{'f': \d, 'stride': \d\}, '(max|average)'\)",
    "pool2d_backward": r"pool_backward\(dA, cache, '(max|average)'\) after A, cache = pool_forward\(.*",
    "mask_from_window": r"create_mask_from_window\(x\)",
    "distribute_value": r"distribute_value\(-?\d\.\d+, \(\d, \d\)\)",
}


@pytest.mark.parametrize("op", DEEPLEARNING_AI)
def test_deeplearning_ai_calls_as_its_notebook_does(op: str) -> None:
    spelling = spelling_of("deeplearning_ai", op)
    function = DEEPLEARNING_AI[op].partition("\\")[0]
    for case in drawn("deeplearning_ai", op):
        text = call_text(spelling.script(spelling.ways[0], case, function))
        assert re.fullmatch(DEEPLEARNING_AI[op], text), text


def shapes(op: str, way: int = 0) -> list[dict[str, tuple[int, ...]]]:
    """Of the arrays that are handed over, and of the results, in each case."""
    spelling = spelling_of("deeplearning_ai", op)
    return [
        {name: array.shape for name, array in spelling.ways[way].inputs(case).items()}
        | {
            (name := spelling.results[output]): spelling.layout(name, expected.value).shape
            for output, expected in expect(case).items()
        }
        for case in drawn("deeplearning_ai", op)
    ]


def test_deeplearning_ai_has_channels_last() -> None:
    for at in shapes("conv2d_backward"):
        m, rows, cols, channels = at["A_prev"]
        f, _, _, filters = at["W"]
        assert at["W"] == (f, f, channels, filters) == at["dW"]
        assert at["b"] == (1, 1, 1, filters) == at["db"]
        assert at["dZ"][0] == m
        assert at["dZ"][3] == filters
        assert at["dA_prev"] == (m, rows, cols, channels)
    for at in shapes("pool2d"):
        assert (at["A"][0], at["A"][3]) == (at["A_prev"][0], at["A_prev"][3])
    for at in shapes("conv_single_step"):
        assert at["a_slice_prev"] == at["W"]
        assert at["b"] == (1, 1, 1)
        assert at["Z"] == ()


def test_a_pixel_lies_where_the_course_has_it() -> None:
    spelling = spelling_of("deeplearning_ai", "conv2d")
    for case in drawn("deeplearning_ai", "conv2d"):
        given = spelling.ways[0].inputs(case)
        n, c, i, j = (side - 1 for side in case.arrays["x"].shape)
        assert given["A_prev"][n, i, j, c] == case.arrays["x"][n, c, i, j]
        f, c, u, v = (side - 1 for side in case.arrays["w"].shape)
        assert given["W"][u, v, c, f] == case.arrays["w"][f, c, u, v]
        assert given["b"][0, 0, 0, f] == case.arrays["b"][f]


@pytest.mark.parametrize("op", ["conv_single_step", "conv2d"])
def test_the_bias_of_2017_is_divided_by_how_often_it_counts(op: str) -> None:
    """So that whoever counts it f · f · C times has the right result, and nobody else."""
    usual, old = spelling_of("deeplearning_ai", op).ways
    for case in drawn("deeplearning_ai", op):
        products = case.arrays["w"].size // (len(case.arrays["w"]) if op == "conv2d" else 1)
        ones, others = usual.inputs(case), old.inputs(case)
        assert np.allclose(others["b"] * products, ones["b"], rtol=1e-6)
        assert (others["b"].shape, others["b"].dtype) == (ones["b"].shape, ones["b"].dtype)
        assert all(np.array_equal(ones[name], others[name]) for name in ones if name != "b")


@pytest.mark.parametrize("op", ["conv_single_step", "conv2d"])
def test_only_the_bias_of_2017_is_right_on_the_inputs_of_2017(op: str) -> None:
    """Every mistake but that one loses points asked this way, too; and so does what is right today."""
    convention = conventions.find("deeplearning_ai", Path())
    old = convention.spellings[op].ways[1]
    exercise = Exercise(name=op, op=op, points=Fraction(10), domain=convention.domain)
    exam = prepare(exercise, convention, old, seed=3)
    products = {id(case.arrays["b"]): case.arrays["w"][0].size for case in exam.cases if op == "conv2d"}
    right = {"right": OPS[op].reference} | {mistake.id: mistake.fresh() for mistake in MISTAKES[op]}
    passing = set()
    for name, function in right.items():
        cases = [divided(case, products.get(id(case.arrays["b"]))) for case in exam.cases]
        replies = [reply_to(exam, place, made) for place, made in enumerate(apply(function, cases))]
        outcomes = judge(exam, [replies[place] for place in exam.batch.order])
        if all(outcome.verdict is Verdict.CORRECT for outcome in outcomes):
            passing.add(name)
    assert passing == {f"{op}.adds_the_bias_to_each_product"}


def divided(case: Case, products: int | None) -> Case:
    """A case with the bias that is handed over in 2017's way, in canonical layout."""
    b = case.arrays["b"]
    less = np.asarray(b / (products or case.arrays["w"].size), b.dtype)
    return replace(case, arrays={**case.arrays, "b": less})


@pytest.mark.parametrize(
    ("op", "said", "there"),
    [
        ("conv2d", "out[n, f, i, j] = b[f] + Σ xpad · w", "Z[n, i, j, f] = b[f] + Σ A_prev_pad · W"),
        ("conv2d", "Images are stored as (N, C, H, W).", "Images are stored as (m, H, W, C)."),
        ("conv2d_backward", "dw[f, c, u, v] from dout", "dW[u, v, c, f] from dZ"),
        ("conv2d_backward", "dx has the shape of x", "dA_prev has the shape of A_prev"),
        ("pool2d_backward", "dx[n, c, i·s + u, j·s + v] += dout", "dA_prev[n, i·s + u, j·s + v, c] += dA"),
        ("pool2d", "KH x KW pixels large", "KH x KW pixels large"),
        ("mask_from_window", "x[u, v] = max x", "x[u, v] = max x"),
    ],
)
def test_mistakes_are_told_in_the_words_of_the_course(op: str, said: str, there: str) -> None:
    assert spelling_of("deeplearning_ai", op).terms(said) == there
    assert spelling_of("cs231n", "conv2d").terms(said) == said


# --- steps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("backward", "forward"),
    [
        ("conv_backward_naive", "conv_forward_naive"),
        ("conv_backward", "conv_forward"),
        ("conv_forward", "conv_forward"),
    ],
)
def test_the_forward_that_goes_with_a_backward(backward: str, forward: str) -> None:
    assert forward_of(backward) == forward


def test_functions_called_are_the_submissions_own_each_once() -> None:
    steps = (
        Let("param", {"stride": 1}),
        Call(("layer",), "Conv2d", (1,)),
        Call(("out",), "layer.forward", (Input("x"),)),
        Call(("again",), "layer.forward", (Input("x"),)),
        Call(("y",), "nn.relu", (Saved("out"),)),
        Call(("z",), "f", ()),
        Call(("z2",), "f", ()),
    )
    assert functions_called(steps) == ("Conv2d", "nn", "f")
