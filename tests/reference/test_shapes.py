from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.shapes import (
    ShapeError,
    as_pair,
    avg_pool_additions,
    conv_multiply_adds,
    conv_params,
    fc_multiply_adds,
    fc_params,
    full_padding,
    locally_connected_multiply_adds,
    locally_connected_params,
    max_pool_comparisons,
    output_size,
    receptive_field,
    same_padding,
)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "pad", "expected"),
    [
        (4, 3, 1, 0, 2),  # relationship 1: no padding, unit stride
        (5, 4, 1, 2, 6),  # relationship 2: padding, unit stride
        (5, 3, 1, 1, 5),  # relationship 3: "same"
        (5, 3, 1, 2, 7),  # relationship 4: "full"
        (5, 3, 2, 0, 2),  # relationship 5: stride
        (5, 3, 2, 1, 3),  # relationship 6
        (6, 3, 2, 1, 3),  # relationship 6, last row and column never covered
    ],
)
def test_output_size_agrees_with_dumoulin_and_visin(
    size: int, kernel: int, stride: int, pad: int, expected: int
) -> None:
    assert output_size(size, kernel, stride=stride, pad=pad) == expected


def positions(size: int, kernel: int, stride: int, pad: int) -> int:
    """Walk the window along the axis and count where it can stand."""
    count, start = 0, -pad
    while start + kernel <= size + pad:
        count += 1
        start += stride
    return count


def rounded_up(size: int, kernel: int, stride: int, pad: int) -> int:
    return -(-(size + 2 * pad - kernel) // stride) + 1


@given(kernel=st.integers(1, 6), extra=st.integers(0, 12), stride=st.integers(1, 4), pad=st.integers(0, 3))
def test_output_size_counts_the_windows_positions(kernel: int, extra: int, stride: int, pad: int) -> None:
    size = max(1, kernel - 2 * pad) + extra
    assert output_size(size, kernel, stride=stride, pad=pad) == positions(size, kernel, stride, pad)


def test_counting_positions_rejects_a_size_that_is_rounded_up() -> None:
    assert rounded_up(6, 3, 2, 1) != positions(6, 3, 2, 1)


def test_numpy_integers_are_sizes_too_and_do_not_overflow() -> None:
    size: Any = np.uint8(255)
    assert output_size(size, np.uint8(1), pad=np.uint8(200)) == 655  # type: ignore[arg-type]
    assert type(output_size(size, 3)) is int


@given(kernel=st.integers(1, 9), size=st.integers(1, 20))
def test_same_padding_keeps_the_size_and_puts_the_odd_pixel_after(kernel: int, size: int) -> None:
    before, after = same_padding(kernel)
    assert output_size(size + before + after, kernel) == size
    assert after - before == (kernel % 2 == 0)


@given(kernel=st.integers(1, 9), size=st.integers(1, 20))
def test_full_padding_takes_every_position_that_touches_the_image(kernel: int, size: int) -> None:
    assert output_size(size, kernel, pad=full_padding(kernel)) == size + kernel - 1


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        # LeNet-5's C1 and F6 (LeCun et al. 1998, section II.B), AlexNet's conv1 and FC6, VGG-16's first
        (conv_params(5, 1, 6), 156),
        (fc_params(120, 84), 10_164),
        (conv_params(11, 3, 96), 34_944),
        (fc_params(256 * 6 * 6, 4096), 37_752_832),
        (conv_params(3, 3, 64), 1_792),
        (conv_params((3, 5), 2, 4), 4 * (3 * 5 * 2 + 1)),
        (conv_params((3, 5), 2, 4, bias=False), 4 * 3 * 5 * 2),
        (fc_params(7, 3, bias=False), 21),
        (locally_connected_params((3, 2), 2, 4, (5, 6)), 5 * 6 * 4 * (3 * 2 * 2 + 1)),
        (locally_connected_params(3, 2, 4, (5, 6), bias=False), 5 * 6 * 4 * 3 * 3 * 2),
        # LeNet-5's C1: 122,304 connections, of which 28 · 28 · 6 are to the bias
        (conv_multiply_adds(5, 1, 6, (28, 28)), 122_304 - 28 * 28 * 6),
        # AlexNet's first layer, the 105 million of the literature
        (conv_multiply_adds(11, 3, 96, (55, 55)), 105_415_200),
        (fc_multiply_adds(120, 84), 10_080),
        (locally_connected_multiply_adds((3, 2), 2, 4, (5, 6)), 5 * 6 * 4 * 3 * 2 * 2),
        (max_pool_comparisons((2, 3), 4, (5, 6)), 5 * 6 * 4 * 5),
        (max_pool_comparisons(1, 4, (5, 6)), 0),
        (avg_pool_additions((2, 3), 4, (5, 6)), 5 * 6 * 4 * 5),
    ],
)
def test_counts(count: int, expected: int) -> None:
    assert count == expected


def test_multiply_adds_are_counted_as_a_loop_would() -> None:
    oh, ow, c_out, kh, kw, c_in = 2, 3, 4, 2, 1, 3
    counted = sum(1 for _ in np.ndindex(oh, ow, c_out, kh, kw, c_in))
    assert conv_multiply_adds((kh, kw), c_in, c_out, (oh, ow)) == counted


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], (1, 1)),
        ([(3, 1)], (3, 1)),
        ([(3, 1), (3, 1)], (5, 1)),  # two 3x3 see what a 5x5 sees (VGG)
        ([(3, 1), (3, 1), (3, 1)], (7, 1)),
        (
            [(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)],
            (195, 32),
        ),  # AlexNet, Distill's table
        ([(3, 1), (3, 1), (2, 2)] * 2 + [(3, 1), (3, 1), (3, 1), (2, 2)] * 3, (212, 32)),  # VGG-16, the same
    ],
)
def test_receptive_field(layers: Sequence[tuple[int, int]], expected: tuple[int, int]) -> None:
    assert receptive_field(layers) == expected


def seen_inputs(layers: Sequence[tuple[int, int]], output: int) -> set[int]:
    """Follow one output back to the inputs that it depends on."""
    seen = {output}
    for kernel, stride in reversed(layers):
        seen = {place * stride + offset for place in seen for offset in range(kernel)}
    return seen


@given(layers=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=4))
def test_receptive_field_is_what_an_output_depends_on(layers: list[tuple[int, int]]) -> None:
    size, jump = receptive_field(layers)
    first, second = seen_inputs(layers, 0), seen_inputs(layers, 1)
    assert (max(first) - min(first) + 1, min(second) - min(first)) == (size, jump)


def test_following_outputs_back_rejects_a_jump_updated_too_early() -> None:
    def hasty(layers: Sequence[tuple[int, int]]) -> int:
        size, jump = 1, 1
        for kernel, stride in layers:
            jump *= stride
            size += (kernel - 1) * jump
        return size

    layers = [(3, 2), (3, 1)]
    first = seen_inputs(layers, 0)
    assert hasty(layers) != max(first) - min(first) + 1 == receptive_field(layers)[0]


NOT_AN_INTEGER: Any = 2.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: output_size(0, 1), "size must be an integer >= 1; got 0"),
        (lambda: output_size(5, 0), "kernel must be an integer >= 1; got 0"),
        (lambda: output_size(5, 3, stride=0), "stride must be an integer >= 1; got 0"),
        (lambda: output_size(5, 3, pad=-1), "pad must be an integer >= 0; got -1"),
        (lambda: output_size(NOT_AN_INTEGER, 1), "size must be an integer >= 1; got 2.5"),
        (lambda: output_size(3, 6, pad=1), "a kernel of 6 does not fit in 5 pixels: 3 and 1 on each side"),
        (lambda: same_padding(0), "kernel must be an integer >= 1; got 0"),
        (lambda: full_padding(0), "kernel must be an integer >= 1; got 0"),
        (lambda: conv_params((3, 0), 1, 1), "kernel must be an integer >= 1; got 0"),
        (lambda: conv_params(3, 0, 1), "c_in must be an integer >= 1; got 0"),
        (lambda: conv_params(3, 1, 0), "c_out must be an integer >= 1; got 0"),
        (lambda: fc_params(0, 1), "n_in must be an integer >= 1; got 0"),
        (lambda: fc_multiply_adds(1, -2), "n_out must be an integer >= 1; got -2"),
        (lambda: locally_connected_params(3, 1, 1, (0, 2)), "out_size must be an integer >= 1; got 0"),
        (lambda: conv_multiply_adds(3, 1, 1, (2, 0)), "out_size must be an integer >= 1; got 0"),
        (lambda: locally_connected_multiply_adds(3, 1, 0, (2, 2)), "c_out must be an integer >= 1; got 0"),
        (lambda: max_pool_comparisons(0, 1, (2, 2)), "window must be an integer >= 1; got 0"),
        (lambda: avg_pool_additions(2, 0, (2, 2)), "channels must be an integer >= 1; got 0"),
        (lambda: receptive_field([(3, 1), (0, 1)]), "kernel must be an integer >= 1; got 0"),
        (lambda: receptive_field([(3, 0)]), "stride must be an integer >= 1; got 0"),
        (
            lambda: as_pair("pad", NOT_AN_INTEGER, least=0),
            "pad must be an integer or a pair (height, width) of integers; got 2.5",
        ),
        (
            lambda: as_pair("stride", (1, 2, 3), least=1),  # type: ignore[arg-type]
            "stride must be an integer or a pair (height, width) of integers; got (1, 2, 3)",
        ),
        (lambda: as_pair("pad", (1, -1), least=0), "pad must be an integer >= 0; got -1"),
    ],
)
def test_what_is_said_about_sizes_that_cannot_be(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        call()
    assert str(caught.value) == message


def test_as_pair_reads_one_number_for_both_axes() -> None:
    assert as_pair("pad", 2, least=0) == (2, 2)
    assert as_pair("pad", (0, 3), least=0) == (0, 3)
