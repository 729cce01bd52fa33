"""Wrong counts of a fully connected layer's parameters.

Formula: n_out · (n_in + 1), without biases n_out · n_in.
"""

from __future__ import annotations

from collections.abc import Callable

from reference.mistakes.mistake import Collection
from reference.shapes import fc_params

__all__ = ["MISTAKES"]

Right = Callable[..., int]

mistake = Collection("fc_params")


@mistake
def leaves_out_the_biases(n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params) -> int:
    """Biases are not counted.

    With a bias each output has one more parameter: n_out · (n_in + 1).
    """
    return of(n_in, n_out, bias=False)


@mistake
def ignores_the_bias_flag(n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params) -> int:
    """Biases are counted even where the layer has none.

    Without biases there are n_out · n_in parameters.
    """
    return of(n_in, n_out)


@mistake
def takes_the_bias_the_other_way(n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params) -> int:
    """Biases are counted where there are none, and left out where there are some.

    With a bias each output has one more parameter, n_out · (n_in + 1); without biases there are n_out · n_in.
    """
    return of(n_in, n_out, bias=not bias)


@mistake
def counts_one_bias(n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params) -> int:
    """Only one bias is counted for the whole layer.

    Each output has a bias of its own: n_out of them.
    """
    return of(n_in, n_out, bias=False) + bool(bias)


@mistake
def counts_a_bias_for_each_input(n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params) -> int:
    """A bias is counted for each input instead of for each output.

    A bias is added to the sum of each output: there are n_out of them.
    """
    return of(n_out, n_in, bias=bias)


@mistake
def counts_biases_on_both_sides(n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params) -> int:
    """Biases are counted for the inputs as well as for the outputs.

    A bias is added to the sum of each output, inputs have none: n_out · n_in + n_out.
    """
    return of(n_in, n_out, bias=bias) + bool(bias) * n_in


@mistake
def adds_the_widths(n_in: int, n_out: int, *, bias: bool = True) -> int:
    """The inputs and the outputs are added instead of multiplied.

    Each output has a weight for each input: n_out · n_in weights.
    """
    return n_in + n_out + bool(bias) * n_out


@mistake
def shares_the_weights(n_in: int, n_out: int, *, bias: bool = True) -> int:
    """Only the weights of one output are counted, as if all outputs shared them.

    In a fully connected layer each output has weights of its own: n_out · n_in.
    """
    return n_in + bool(bias) * n_out


@mistake
def counts_the_outputs_weights_twice(
    n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params
) -> int:
    """Each connection is counted twice.

    A connection has one weight, which serves both directions: n_out · n_in weights.
    """
    return 2 * of(n_in, n_out, bias=False) + bool(bias) * n_out


@mistake
def gives_a_float(n_in: int, n_out: int, *, bias: bool = True, of: Right = fc_params) -> float:
    """The count is a float.

    A count is a whole number: sums and products of integers stay integers, but / gives a float.
    """
    return float(of(n_in, n_out, bias=bias))


MISTAKES = mistake.mistakes
