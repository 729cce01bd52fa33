"""Wrong sizes of receptive fields.

Formula: r ← r + (k − 1) · j, then j ← j · s, from r = j = 1; the size is r.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reference.mistakes.mistake import Collection
from reference.shapes import receptive_field

__all__ = ["MISTAKES"]

Right = Callable[..., tuple[int, int]]

mistake = Collection("receptive_field")


@mistake
def ignores_the_strides(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[int, int]:
    """The strides are left out, as if all were one.

    Behind a stride s one step covers s pixels of the input: (F − 1) · j is added, with j the product of the
    strides before.
    """
    return of([(kernel, 1) for kernel, _ in layers])


@mistake
def applies_the_own_stride_first(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A layer's own stride already counts for its own filter.

    A filter's pixels lie as far apart as the strides before it say: first r grows, then j.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        size += (kernel - 1) * jump
    return size, jump


@mistake
def adds_the_whole_kernel(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Each layer adds the whole filter instead of the filter less one pixel.

    A filter of F pixels reaches F − 1 pixels beyond the one it starts on: r + (F − 1) · j.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size += kernel * jump
        jump *= stride
    return size, jump


@mistake
def starts_at_zero(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[int, int]:
    """The receptive field starts at no pixel, one too few.

    Without any layer a value sees itself: r starts at 1.
    """
    size, jump = of(layers)
    return size - 1, jump


@mistake
def multiplies_the_kernels(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The filters are multiplied with each other.

    Each layer adds to the receptive field: r + (F − 1) · j.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size *= kernel
        jump *= stride
    return size, jump


@mistake
def adds_the_strides(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The strides are added up instead of multiplied.

    Two strides of 2 make steps of 4 pixels in the input: j is the product of the strides.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump += stride - 1
    return size, jump


@mistake
def counts_only_the_last_stride(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Only the stride of the layer before counts, not the product of all before it.

    The steps multiply: behind strides 2 and 2 one step is 4 pixels of the input.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump = stride
    return size, jump


@mistake
def reads_the_layers_backwards(
    layers: Sequence[tuple[int, int]], of: Right = receptive_field
) -> tuple[int, int]:
    """The layers are taken from the last to the first with the rule for the other direction.

    r ← r + (F − 1) · j goes from the input on; from the output back it is r ← (r − 1) · s + F.
    """
    return of(layers[::-1])


@mistake
def forgets_the_last_layer(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[int, int]:
    """The last layer is left out.

    The last layer's filter adds (F − 1) · j as all others do.
    """
    return of(layers[:-1])


@mistake
def forgets_the_first_layer(
    layers: Sequence[tuple[int, int]], of: Right = receptive_field
) -> tuple[int, int]:
    """The first layer is left out.

    The first layer's filter makes r = F, and its stride spreads all later ones.
    """
    return of(layers[1:])


@mistake
def multiplies_the_size_by_the_stride(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The size itself is multiplied by each stride.

    A stride spreads what later layers add; what is seen so far does not grow: r + (F − 1) · j.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size = (size + kernel - 1) * stride
        jump *= stride
    return size, jump


@mistake
def gives_the_step(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[int, int]:
    """The step between neighbouring outputs is given instead of the size.

    j, the product of the strides, is how far apart two receptive fields lie; r is how large one is.
    """
    size, jump = of(layers)
    return jump, size


@mistake
def gives_a_float(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[float, int]:
    """The size comes out as a float.

    A size is a whole number: sums and products of whole numbers stay whole, / does not.
    """
    size, jump = of(layers)
    return float(size), jump


MISTAKES = mistake.mistakes
