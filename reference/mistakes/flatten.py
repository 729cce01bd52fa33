"""Wrong flattening, forward.

Formula: out[n, c·W + i] = x[n, c, i].
"""

from __future__ import annotations

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection

__all__ = ["MISTAKES"]

mistake = Collection("flatten")


@mistake
def flattens_the_batch_too(x: Array) -> Array:
    """The batch is flattened, too: all numbers are in one row.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other.
    """
    return x.reshape(-1)


@mistake
def puts_the_channels_last(x: Array) -> Array:
    """The channels of each sample are stored together, as if they came last.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other.
    """
    return x.transpose(0, 2, 1).reshape(len(x), -1)


@mistake
def turns_rows_into_columns(x: Array) -> Array:
    """The result is transposed: one column for each signal.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other.
    """
    return x.reshape(len(x), -1).T.copy()


@mistake
def mixes_the_batch(x: Array) -> Array:
    """The signals are mixed: the numbers are ordered with the batch last.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other.
    """
    return x.transpose(1, 2, 0).reshape(len(x), -1)


@mistake
def keeps_an_axis(x: Array) -> Array:
    """An axis of length one is left over.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other. It has two axes.
    """
    return x.reshape(len(x), 1, -1)


@mistake
def flattens_batch_and_channels(x: Array) -> Array:
    """Batch and channels are flattened into one axis; the samples keep theirs.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other.
    """
    return x.reshape(-1, x.shape[2])


@mistake
def keeps_the_first_channel_only(x: Array) -> Array:
    """Only the first channel of each signal is kept.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other.
    """
    return x[:, 0].copy()


@mistake
def keeps_the_shape(x: Array) -> Array:
    """The input is returned as it is.

    out[n, c·W + i] is x[n, c, i]: one row for each signal, one channel after the other.
    """
    return x.copy()


@mistake
def stores_single_precision(x: Array) -> Array:
    """The result is in single precision, whatever the precision of the input is.

    Flattening only moves numbers: the result has the input's type.
    """
    return x.reshape(len(x), -1).astype(np.float32)


MISTAKES = mistake.mistakes
