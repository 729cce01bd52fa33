"""Pictures of failing cases: what is marked, where the window lies, and that nothing odd breaks them."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import conventions
from grader.cases import sample, strategy
from grader.conventions import Convention
from grader.model import Case, Example
from grader.ops import OPS
from grader.reports import FORMATS
from grader.reports.axes import rearranged
from grader.reports.origins import NO_WINDOW, hyperparameters, origin_of
from grader.reports.panels import short
from grader.reports.pictures import MOST_COLUMNS, MOST_PLANES, MOST_ROWS, picture
from grader.snippet import call_text

from .runs import EXAMPLE, HOSTILE, attacked_by, of, submission, wrong

NAN, INF = float("nan"), float("inf")
render = FORMATS["html"].render
COURSES = {name: conventions.find(name, Path()) for name in conventions.known()}
SPELT = [(name, op) for name, course in COURSES.items() if name != "plain" for op in course.spellings]
"""Calls of `plain` give stride and padding by position, where nothing tells one from the other."""

WINDOWED = [op for op in OPS if "conv2d" in op or "pool" in op]


def example(got: Any, expected: Any, *, call: str = "f(x)", **inputs: Any) -> Example:
    return Example(call=call, inputs=inputs, got=got, expected=expected, repro="")


def shown(op: str, case: Example) -> Element:
    text = picture(op, case)
    assert text
    return fromstring(text)


def captions(page: Element) -> list[str]:
    return [each.text or "" for each in page.iter("figcaption")]


def drawing(page: Element, caption: str) -> Element:
    for figure in page.iter("figure"):
        if (figure.findtext("figcaption") or "").startswith(caption):
            svg = figure.find("svg")
            assert svg is not None
            return svg
    raise AssertionError(f"no {caption}, only {captions(page)}")


def corners(svg: Element, name: str) -> list[tuple[int, int]]:
    """Where the cells of a layer begin, px."""
    paths = [path.get("d", "") for path in svg.iter("path") if path.get("class") == name]
    return [(int(x), int(y)) for path in paths for x, y in re.findall(r"M(-?\d+) (-?\d+)h", path)]


def cells(svg: Element, name: str) -> set[tuple[int, int]]:
    """The cells of a layer as (row, column) of the drawing, by their place among those drawn."""
    every = [*corners(svg, "rim"), *corners(svg, name)]
    columns, rows = sorted({x for x, _ in every}), sorted({y for _, y in every})
    return {(rows.index(y), columns.index(x)) for x, y in corners(svg, name)}


def numbers(svg: Element) -> list[str]:
    return [text.text or "" for text in svg.iter("text") if text.get("class") != "index"]


def key(page: Element) -> str:
    return page.findtext("p") or ""


CONV = example(
    [[[[9.0, 1.0], [2.0, 7.0]]]],
    [[[[9.0, 1.0], [2.0, 3.0]]]],
    call="conv(x, w, b, {'stride': 2, 'pad': 1})",
    x=[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]],
    w=[[[[1.0, 0.0], [0.0, 1.0]]]],
    b=[0.25],
)


# --- what is marked --------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [set(), {(0, 0)}, {(1, 2)}, {(0, 1), (1, 0), (1, 1)}])
def test_the_cells_that_differ_are_marked_and_no_others(bad: set[tuple[int, int]]) -> None:
    expected = np.arange(6.0).reshape(1, 1, 2, 3)
    got = expected.copy()
    for cell in bad:
        got[0, 0][cell] += 0.25
    case = example(got.tolist(), expected.tolist())
    if not bad:
        assert picture("conv2d", case) == ""
        return
    page = shown("conv2d", case)
    assert cells(drawing(page, "returned"), "wrong") == bad
    assert len(
        re.findall("M", next(drawing(page, "returned").iterfind("path[@class='flag']")).get("d", ""))
    ) == len(bad)
    assert cells(drawing(page, "expected"), "wrong") == set()
    assert cells(drawing(page, "returned"), "read") == cells(drawing(page, "expected"), "read") == {min(bad)}


def test_a_mark_does_not_rest_on_colour() -> None:
    """The corner is a shape of its own, and the numbers of wrong cells have a class that is set bold."""
    svg = drawing(shown("conv2d", CONV), "returned")
    assert [path.get("class") for path in svg.iter("path")] == [
        "cell",
        "read",
        "rim",
        "wrong",
        "outline",
        "flag",
    ]
    assert [text.text for text in svg.iter("text") if text.get("class") == "bad"] == ["7"]


def test_the_first_plane_that_differs_is_drawn() -> None:
    expected = np.zeros((2, 3, 2, 2))
    got = expected.copy()
    got[1, 0, 0, 1] = got[1, 2, 0, 0] = 1
    page = shown("spatial_groupnorm", example(got.tolist(), expected.tolist()))
    assert captions(page) == ["returned[1, 0]", "expected[1, 0]"]
    assert "2 of 6 planes differ; this is the first that does." in key(page)
    assert cells(drawing(page, "returned"), "wrong") == {(0, 1)}


def test_of_several_results_the_first_wrong_one_is_drawn() -> None:
    case = example({"dw": [[1.0]], "db": [1.0, 2.0]}, {"dw": [[1.0]], "db": [1.0, 3.0]})
    assert captions(shown("conv2d_backward", case)) == ["returned db", "expected db"]


def test_nan_is_wrong_and_written() -> None:
    for nan in (NAN, "nan"):
        svg = drawing(shown("conv2d", example([[nan, INF]], [[1.0, INF]])), "returned")
        assert numbers(svg) == ["nan", "inf"]
        assert cells(svg, "wrong") == {(0, 0)}
    assert picture("conv2d", example([[NAN]], [[NAN]])) == ""


def test_a_difference_that_the_digits_hide_is_said() -> None:
    assert "less than the digits" in key(shown("conv2d", example([[1.0 + 1e-8]], [[1.0]])))
    assert "less than the digits" not in key(shown("conv2d", CONV))


# --- shapes that differ ----------------------------------------------------------------------------


def test_missing_rows_and_columns_are_dashed() -> None:
    page = shown("max_pool2d", example([[[[1.0, 2.0]]]], [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]))
    assert captions(page) == ["returned, shape (1, 1, 1, 2)", "expected, shape (1, 1, 2, 3)"]
    assert len(corners(drawing(page, "returned"), "missing")) == 4
    assert corners(drawing(page, "expected"), "missing") == []
    assert "Dashed cells are missing." in key(page)


def test_extra_rows_and_columns_are_marked() -> None:
    page = shown("max_pool2d", example([[1.0, 2.0], [3.0, 4.0]], [[1.0], [3.0]]))
    assert cells(drawing(page, "returned"), "wrong") == {(0, 1), (1, 1)}
    assert "◥ is too much." in key(page)


def test_what_is_empty_is_all_missing() -> None:
    page = shown("conv2d_backward", example("an empty array of shape (1, 1, 0, 0)", [[[[1.0, 2.0]]]]))
    assert captions(page)[0] == "returned, shape (1, 1, 0, 0)"
    assert len(corners(drawing(page, "returned"), "missing")) == 2


def test_another_number_of_axes_is_drawn_without_marks() -> None:
    page = shown("conv2d_backward", example([[1.0, 2.0]], [1.0, 2.0]))
    assert captions(page) == ["returned, shape (1, 2)", "expected, shape (2,)"]
    assert not list(page.iterfind(".//path[@class='wrong']"))


# --- the input, its padding and the window ----------------------------------------------------------


def test_padding_is_a_hatched_frame_of_zeros() -> None:
    svg = drawing(shown("conv2d", CONV), "x[0, 0], padded by 1")
    frame = {(i, j) for i in range(5) for j in range(5) if {i, j} & {0, 4}}
    assert cells(svg, "padding") == frame
    assert len(frame) == 16
    assert numbers(svg).count("0") == 16
    assert [path.get("class") for path in svg.iter("path")].count("hatching") == 1


def test_the_window_is_that_of_the_first_wrong_cell() -> None:
    page = shown("conv2d", CONV)
    svg = drawing(page, "x[0, 0]")
    assert cells(svg, "read") == {(2, 2), (2, 3), (3, 2), (3, 3)}
    assert "Outlined: the first wrong cell, and the window of x that it comes from." in key(page)
    assert "outlined: row 2 to 3, column 2 to 3, padding counted" in (svg.get("aria-label") or "")
    assert captions(page) == ["x[0, 0], padded by 1", "w[0, 0]", "b[0]", "returned", "expected"]


def test_three_channels_are_drawn_and_the_others_counted() -> None:
    x, w = np.ones((1, 5, 2, 2)), np.ones((1, 5, 2, 2))
    case = example([[[[1.0]]]], [[[[20.0]]]], call="f(x, w, stride=1, pad=0)", x=x.tolist(), w=w.tolist())
    page = shown("conv2d", case)
    assert captions(page)[:MOST_PLANES] == ["x[0, 0]", "x[0, 1]", "x[0, 2]"]
    assert [more.text for more in page.iter("p") if more.get("class") == "more"] == [
        "and 2 more channels"
    ] * 2


@pytest.mark.parametrize(
    "call",
    [
        "conv(x, w, b)",
        "conv(x, w, b, {'stride': 2})",
        "conv(x, w, b, {'stride': 1, 'pad': 1})",  # another size of the output would follow
        "conv(x, w, b, {'stride': -2, 'pad': 1})",
        "conv(x, w, b, {'stride': True, 'pad': 1})",
        "conv(x, w, b, {'stride': open('x'), 'pad': 1})",
        "conv(x, w, b, {'stride': 2, 'pad': 1}) after g(stride=1)",
        "conv(x, w, b, {'stride': 2, 'pad': 1}",
        "conv(x, w, b, {'stride': 2, 'pad': 10**9})",
    ],
)
def test_what_the_call_does_not_say_or_what_does_not_fit_is_not_drawn(call: str) -> None:
    assert captions(shown("conv2d", replace(CONV, call=call))) == ["returned", "expected"]


def test_inputs_that_are_elided_or_missing_are_not_drawn() -> None:
    for x in ("an array of shape (1, 1, 9, 99): 1, 2, ... (883 more numbers left out)", None, [], [[1.0]]):
        page = shown("conv2d", replace(CONV, inputs={**CONV.inputs, "x": x}))
        assert captions(page) == ["returned", "expected"]


def test_hyperparameters_are_read_from_dicts_and_keywords() -> None:
    assert hyperparameters("c(padding=(1, 2), strides=3)(x)") == {"pad": (1, 2), "stride": (3, 3)}
    assert hyperparameters("b(dout, cache) after out, cache = f(x, {'stride': 2, 'pad': 0})") == {
        "stride": (2, 2),
        "pad": (0, 0),
    }
    assert hyperparameters("f(kernel_size=2)") == {"window": (2, 2)}
    assert hyperparameters("f(pad=None, stride='2', window=[1])") == {}
    assert hyperparameters("f(\x00") == hyperparameters("(" * 4000) == hyperparameters("") == {}


def test_a_large_plane_is_cut_around_the_first_wrong_cell() -> None:
    expected = np.zeros((1, 1, 10, 20))
    got = expected.copy()
    got[0, 0, 9, 15] = 1
    page = shown("max_pool2d", example(got.tolist(), expected.tolist()))
    svg = drawing(page, "returned (8 × 8 of 10 × 20 cells)")
    assert len(corners(svg, "rim")) == MOST_ROWS * MOST_COLUMNS
    indices = [text.text for text in svg.iter("text") if text.get("class") == "index"]
    assert indices == [str(i) for i in (*range(2, 10), *range(11, 19))]
    assert cells(svg, "wrong") == {(7, 4)}


# --- origins, held against the operation itself -------------------------------------------------------


def case_shown(course: Convention, case: Case, output: str) -> Example:
    """A case as an example, in a course's names and layout; the expected value is the reference's."""
    spelling = course.spellings[case.op]
    way, name = spelling.ways[0], spelling.results[output]
    script = spelling.script(way, case, "backward" if "backward" in case.op else "forward")
    inputs = {given: array.tolist() for given, array in way.inputs(case).items()}
    expected = spelling.layout(name, np.asarray(OPS[case.op].compute(case.arrays, case.params)[output]))
    named = {name: expected.tolist()}
    return Example(call=call_text(script), inputs=inputs, got=named, expected=named, repro="")


@pytest.mark.parametrize(("name", "op"), [row for row in SPELT if row[1] in WINDOWED])
def test_the_result_depends_on_what_is_outlined_and_on_nothing_else(name: str, op: str) -> None:
    """Change one input everywhere but under the outline: the cell stays. Change it there: it moves."""
    course = COURSES[name]
    spelling = course.spellings[op]
    canonical = {spelling.called(array): array for array in ("x", "w", "b", "dout")}
    for case in sample(op, cases=20, seed=3, domain=course.domain):
        for output in case.outputs:
            value = OPS[op].compute(case.arrays, case.params)[output]
            cell = tuple(side // 2 for side in value.shape)
            in_order = rearranged(op, case_shown(course, case, output))
            assert in_order is not None
            found = origin_of(op, in_order[0], spelling.results[output], value.shape, cell)
            assert found is not None
            source = found.sources[-1 if "pool" in op else 0]
            source = replace(source, name=canonical[source.name])
            array = case.arrays[source.name].copy()
            kept = np.zeros(array.shape, bool)
            (above, left), (height, width) = source.pad, array.shape[2:]
            rows = [i - above for i in source.rows if 0 <= i - above < height]
            columns = [j - left for j in source.columns if 0 <= j - left < width]
            for plane in source.planes:
                kept[plane][np.ix_(rows, columns)] = True
            array[~kept] -= 100
            assert (
                OPS[op].compute({**case.arrays, source.name: array}, case.params)[output][cell] == value[cell]
            )


@pytest.mark.parametrize(("name", "op"), [row for row in SPELT if row[1] != "conv_single_step"])
@settings(max_examples=15)  # of each operation in each course
@given(data=st.data())
def test_any_wrong_answer_to_any_case_has_a_picture(name: str, op: str, data: st.DataObject) -> None:
    case = data.draw(strategy(op, "everything together", COURSES[name].domain))
    output = data.draw(st.sampled_from(case.outputs))
    right = case_shown(COURSES[name], case, output)
    page = shown(op, replace(right, got=plus_one(right.expected)))
    assert (len(captions(page)) > 2) == (op in WINDOWED)
    for svg in page.iter("svg"):
        assert int(svg.get("width", "")) < 480
        assert int(svg.get("height", "")) < 260


def plus_one(arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (np.array(array) + 1).tolist() for name, array in arrays.items()}


def test_a_number_has_no_picture() -> None:
    case = sample("conv_single_step", cases=5, seed=0)[0]
    right = case_shown(COURSES["deeplearning_ai"], case, "out")
    assert picture("conv_single_step", replace(right, got=plus_one(right.expected))) == ""


# --- channels last -----------------------------------------------------------------------------------


def drawn_last(op: str, output: str, stratum: str) -> tuple[Case, Element]:
    """A case of a course with channels last in which the last cell of a result is wrong, and its picture."""
    course = COURSES["deeplearning_ai"]
    case = next(
        each for each in sample(op, cases=60, seed=1, domain=course.domain) if each.stratum == stratum
    )
    right = case_shown(course, case, output)
    (expected,) = right.expected.values()
    got = np.array(expected)
    got[(-1,) * got.ndim] += 1
    return case, shown(op, replace(right, got=got.tolist(), expected=expected))


def test_planes_are_those_of_images_and_named_in_the_courses_order() -> None:
    case, page = drawn_last("conv2d", "out", "everything together")
    n, f, height, width = OPS["conv2d"].compute(case.arrays, case.params)["out"].shape
    plane = f"[{n - 1}, :, :, {f - 1}]"
    assert {f"returned{plane}", f"expected{plane}"} <= set(captions(page))
    svg = drawing(page, f"returned{plane}")
    assert cells(svg, "wrong") == {(height - 1, width - 1)}
    assert captions(page)[0].startswith(f"A_prev[{n - 1}, :, :, 0]")
    assert f"W[:, :, 0, {f - 1}]" in captions(page)
    assert "the window of A_prev that it comes from" in key(page)


def test_a_gradient_without_a_name_is_told_by_its_shape() -> None:
    case, page = drawn_last("conv2d_backward", "dw", "everything together")
    f, c, kh, kw = case.arrays["w"].shape
    svg = drawing(page, f"returned[:, :, {c - 1}, {f - 1}]")
    assert cells(svg, "wrong") == {(kh - 1, kw - 1)}


def test_a_gradient_that_could_be_of_two_inputs_is_not_drawn() -> None:
    same = np.ones((2, 2, 2, 2)).tolist()
    case = example(
        same,
        np.zeros((2, 2, 2, 2)).tolist(),
        call="conv_backward(dZ, cache) after Z, cache = conv_forward(A_prev, W, b, {'stride': 1, 'pad': 0})",
        A_prev=same,
        W=same,
        b=[[[[1.0, 1.0]]]],
        dZ=[[[[1.0, 1.0]]]],
    )
    assert picture("conv2d_backward", case) == ""
    named = replace(case, got={"dW": case.got}, expected={"dW": case.expected})
    assert picture("conv2d_backward", named) != ""


def test_shapes_are_told_in_the_courses_order() -> None:
    expected = np.zeros((1, 2, 3, 4))
    case = example(np.zeros((1, 2, 2, 4)).tolist(), expected.tolist(), A_prev=np.ones((1, 2, 3, 4)).tolist())
    page = shown("conv2d", case)
    assert [caption.partition("shape ")[2] for caption in captions(page)] == ["(1, 2, 2, 4)", "(1, 2, 3, 4)"]


# --- where nothing holds a cell ----------------------------------------------------------------------


def test_a_pixel_that_no_window_holds() -> None:
    case = example(
        [[[[1.0, 2.0, 0.0]]]],
        [[[[1.0, 0.0, 0.0]]]],
        call="pool(dout, cache) after pool(x, window=1, stride=2)",
        x=[[[[1.0, 2.0, 3.0]]]],
        dout=[[[[1.0, 0.0]]]],
    )
    found = origin_of("max_pool2d_backward", case, "", (1, 1, 1, 3), (0, 0, 0, 1))
    assert found is not None
    assert found.text == NO_WINDOW
    assert "which no window holds" in key(shown("max_pool2d_backward", case))


def test_a_gradient_that_could_be_of_two_inputs_needs_its_name() -> None:
    same = [[[[1.0]]]]
    case = example(
        same, [[[[2.0]]]], call="b(dout) after f(x, w, stride=1, pad=0)", x=same, w=same, dout=same, b=[1]
    )
    assert origin_of("conv2d_backward", case, "", (1, 1, 1, 1), (0, 0, 0, 0)) is None
    for name, read in (("dx", "dout"), ("dw", "x")):
        found = origin_of("conv2d_backward", case, name, (1, 1, 1, 1), (0, 0, 0, 0))
        assert found is not None
        assert found.sources[0].name == read


# --- numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (-1.75, "-1.75"),
        (-0.0, "0"),
        (1 / 3, "0.333"),
        (0.1 + 0.2, "0.3"),
        (-1234.5, "-1234"),
        (123456.0, "1.2e5"),
        (-0.00012, "-1e-4"),
        (1e-300, "≈0"),
        (-1e300, "-huge"),
        (10**400, "huge"),
        (NAN, "nan"),
        ("-inf", "-inf"),
        ("a long text", "a lo…"),
        (True, "True"),
        (None, "None"),
    ],
)
def test_numbers_are_short(value: Any, text: str) -> None:
    assert short(value) == text


@given(st.floats() | st.integers() | st.text() | st.just(10**5000))
def test_no_number_is_longer_than_five_characters(value: Any) -> None:
    assert len(short(value)) <= 5


# --- odd examples -----------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
EMPTY = st.sampled_from(
    ["an empty array of shape (1, 0)", "an empty array of shape (", "an empty array of shape ()"]
)
VALUES = st.recursive(
    SCALARS | EMPTY,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "w", "dout", "dx", ""]), inner, max_size=3)
    ),
    max_leaves=12,
)
IMAGES = st.tuples(*[st.integers(0, 3)] * 4).map(lambda shape: np.ones(shape).tolist()) | VALUES
CALLS = st.text(max_size=20) | st.sampled_from(
    ["f(x, stride=1, pad=0)", "f(window=2, stride=1)", "f({'stride': 1, 'pad': 1000})", "f({**x, 1: 2})"]
)


@given(
    op=st.sampled_from([*OPS, "", "sort"]),
    call=CALLS,
    inputs=st.dictionaries(st.sampled_from(["x", "w", "b", "dout", "X", "<b>"]), IMAGES, max_size=5),
    got=IMAGES,
    expected=IMAGES,
)
def test_nothing_odd_breaks_a_picture(
    op: str, call: str, inputs: dict[str, Any], got: Any, expected: Any
) -> None:
    text = picture(op, Example(call=call, inputs=inputs, got=got, expected=expected, repro=""))
    assert text == "" or fromstring(text).tag == "div"


@pytest.mark.parametrize(
    "got", ["IndexError: index 2 is out of bounds", None, 3.0, [], [[1.0], [1.0, 2.0]], {}]
)
def test_nothing_to_compare_is_no_picture(got: Any) -> None:
    assert picture("conv2d", replace(CONV, got=got)) == ""
    assert picture("conv2d", replace(CONV, got=[1.0], expected=got)) == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_escaped(text: str) -> None:
    odd = picture("conv2d", example({text: [[text, 1.0]]}, {text: [[2.0, 1.0]]}))
    calm = picture("conv2d", example({"a": [["a", 1.0]]}, {"a": [[2.0, 1.0]]}))
    assert tags(odd) == tags(calm)
    assert all(c.isprintable() for c in odd)
    odd.encode()


def tags(text: str) -> list[tuple[str, list[str]]]:
    """All elements as a browser sees them, with the names of their attributes."""
    found: list[tuple[str, list[str]]] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, [name for name, _ in attrs]))

    Tags().feed(text)
    return found


# --- in the page --------------------------------------------------------------------------------------


def test_the_page_has_the_picture_and_keeps_all_numbers() -> None:
    page = render(of(submission("a", wrong())))
    assert page.count('<div class="picture">') == 1
    assert page.index('<div class="picture">') < page.index("<summary>All numbers</summary>")
    assert "9*" in page


def test_an_example_without_a_picture_shows_its_numbers_at_once() -> None:
    page = render(attacked_by("text"))
    assert '<div class="picture">' not in page
    assert "All numbers" not in page


def test_drawings_need_no_ids_scripts_or_other_files() -> None:
    text = picture("conv2d", CONV)
    for never in (" id=", "url(", "href", "<script", "style="):
        assert never not in text
    assert text.count("<svg") == text.count('role="img" aria-label=') == 5


def test_pictures_of_a_class_are_drawn_quickly() -> None:
    picture("conv2d_backward", EXAMPLE)
    start = time.process_time()
    for _ in range(200):
        picture("conv2d", CONV)
    assert time.process_time() - start < 1, "0.1 s on an idle machine"
