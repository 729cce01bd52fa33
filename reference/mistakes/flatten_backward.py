"""Wrong gradients of flattening.

Formula: dx[n, c, i] = dout[n, c·W + i].
"""

from __future__ import annotations

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection

__all__ = ["MISTAKES"]

mistake = Collection("flatten_backward")


@mistake
def returns_dout(dout: Array, x: Array) -> Array:
    """The upstream gradient is returned as it is.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return dout.copy()


@mistake
def swaps_channels_and_samples(dout: Array, x: Array) -> Array:
    """The gradient is reshaped with channels and samples swapped.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return dout.reshape(len(x), x.shape[2], x.shape[1])


@mistake
def takes_the_channels_for_last(dout: Array, x: Array) -> Array:
    """The gradient is reshaped as if the channels of each sample were stored together.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return dout.reshape(len(x), x.shape[2], x.shape[1]).transpose(0, 2, 1).copy()


@mistake
def makes_one_channel_of_all(dout: Array, x: Array) -> Array:
    """The gradient has a single channel.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return dout.reshape(len(x), 1, -1)


@mistake
def puts_the_batch_last(dout: Array, x: Array) -> Array:
    """The gradient is reshaped with the batch as its last axis.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return dout.reshape(x.shape[1], x.shape[2], len(x))


@mistake
def flattens_again(dout: Array, x: Array) -> Array:
    """The upstream gradient is flattened instead of reshaped back.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return dout.reshape(-1)


@mistake
def multiplies_by_the_input(dout: Array, x: Array) -> Array:
    """The upstream gradient is multiplied by the input.

    Flattening only moves values, so the gradient only moves, too. dx has the shape of the forward pass's
    input: dx[n, c, i] is dout[n, c·W + i].
    """
    return dout.reshape(x.shape) * x


@mistake
def leaves_dx_at_zero(dout: Array, x: Array) -> Array:
    """The gradient has the right shape, but nothing is ever stored in it.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return np.zeros_like(x)


@mistake
def returns_the_input(dout: Array, x: Array) -> Array:
    """The input is returned instead of the gradient.

    dx has the shape of the forward pass's input: dx[n, c, i] is dout[n, c·W + i].
    """
    return x.copy()


@mistake
def stores_single_precision(dout: Array, x: Array) -> Array:
    """The gradient is in single precision, whatever the precision of the input is.

    Reshaping only moves numbers: the gradient has the input's type.
    """
    return dout.reshape(x.shape).astype(np.float32)


MISTAKES = mistake.mistakes
