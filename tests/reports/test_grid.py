from __future__ import annotations

from typing import Any

import pytest

from grader.reports.grid import array_shape, grid, named_values, plain


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ([[1, 2], [3, 4]], (2, 2)),
        ([], (0,)),
        ([[], []], (2, 0)),
        ([[[1.0]]], (1, 1, 1)),
        ([1, [2]], None),
        ([[1], [2, 3]], None),
        (3.0, None),
        ("text", None),
        (None, None),
    ],
)
def test_array_shape(value: Any, shape: tuple[int, ...] | None) -> None:
    assert array_shape(value) == shape


def test_a_plane_is_aligned() -> None:
    assert plain(grid([[1.0, -2.0], [0.25, 30.0]])) == "   1    -2\n0.25    30"


def test_the_cells_that_differ_are_starred() -> None:
    lines = grid([[1.0, 9.0], [0.0, 4.0]], [[1.0, -6.0], [0.0, 4.0]])
    assert plain(lines) == "1  9*\n0  4"
    assert [cell.text for line in lines for cell in line if cell.differs] == ["9*"]


def test_nan_differs_from_a_number_but_not_from_nan() -> None:
    nan = float("nan")
    assert plain(grid([nan, nan, 1.0], [1.0, nan, nan])) == "nan* nan    1*"


def test_rounding_noise_gets_no_star_beside_a_real_difference() -> None:
    assert plain(grid([0.1 + 0.2, 5.0], [0.3, 6.0])) == "0.3    5*"


def test_a_tiny_difference_gets_the_digits_that_show_it() -> None:
    got, expected = [1.0, 1.0000001], [1.0, 1.0]
    assert plain(grid(got, expected)) == "        1  1.0000001*"
    assert plain(grid([0.1 + 0.2], [0.3])) == "0.30000000000000004*"


def test_planes_are_named_where_there_are_several() -> None:
    value = [[[[1], [2]], [[3], [4]]]]
    assert plain(grid(value)) == "[0, 0]\n1\n2\n[0, 1]\n3\n4"
    assert plain(grid([[[[1, 2]]]])) == "1  2"


def test_another_shape_is_not_compared() -> None:
    assert "*" not in plain(grid([1, 2], [[3, 4]]))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("raised IndexError\nat line 2", "raised IndexError\nat line 2"),
        ("", ""),
        (None, "None"),
        (2.5, "2.5"),
        (True, "True"),
        ([], "(no values)"),
        ([[1], [2, 3]], "[[1], [2, 3]]"),
        (["...", 1.0], "...    1"),
    ],
)
def test_what_is_no_array_is_text(value: Any, text: str) -> None:
    assert plain(grid(value)) == text


def test_a_number_is_compared_too() -> None:
    assert plain(grid(1.0000000001, 1.0)) == "1.0000000001"


def test_named_values() -> None:
    assert named_values({"dx": [1], "dw": 2}) == (("dx", [1]), ("dw", 2))
    assert named_values([1]) == (("", [1]),)
    assert named_values({"stride": 1, "pad": 0}) == (("", {"stride": 1, "pad": 0}),)
    assert plain(grid({"stride": 1, "pad": 0})) == "{'stride': 1, 'pad': 0}"
