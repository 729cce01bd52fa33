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

    After a stride s, one step covers s pixels of the input: each layer adds (F − 1) · j, with j the product
    of the strides before it.
    """
    return of([(kernel, 1) for kernel, _ in layers])


@mistake
def applies_the_own_stride_first(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A layer's own stride is applied before its own filter is counted.

    The pixels that a filter reads are j apart, the product of the strides before it: first r grows by (F − 1)
    · j, then j by s.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        size += (kernel - 1) * jump
    return size, jump


@mistake
def adds_the_whole_kernel(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Each layer adds the filter's whole size instead of its size minus one.

    A filter of F pixels reaches F − 1 pixels beyond the one it starts on: r + (F − 1) · j.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size += kernel * jump
        jump *= stride
    return size, jump


@mistake
def starts_at_zero(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[int, int]:
    """The receptive field starts at zero pixels instead of one.

    Without any layer, a value sees only itself: r starts at 1.
    """
    size, jump = of(layers)
    return size - 1, jump


@mistake
def multiplies_the_kernels(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The filter sizes are multiplied instead of added up.

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
    """Only the stride of the layer before is used, not the product of all strides before.

    Strides multiply: after strides 2 and 2, one step is 4 pixels of the input.
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
    """The layers are read from the last to the first, with the rule for the other direction.

    r ← r + (F − 1) · j goes from the first layer on; from the last layer back it is r ← (r − 1) · s + F.
    """
    return of(layers[::-1])


@mistake
def forgets_the_last_layer(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[int, int]:
    """The last layer is left out.

    The last layer's filter adds (F − 1) · j, as those of all other layers do.
    """
    return of(layers[:-1])


@mistake
def forgets_the_first_layer(
    layers: Sequence[tuple[int, int]], of: Right = receptive_field
) -> tuple[int, int]:
    """The first layer is left out.

    The first layer's filter makes r = F, and its stride multiplies what all later layers add.
    """
    return of(layers[1:])


@mistake
def multiplies_the_size_by_the_stride(layers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The receptive field itself is multiplied by each stride.

    A stride multiplies only what later layers add: r + (F − 1) · j.
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        size = (size + kernel - 1) * stride
        jump *= stride
    return size, jump


@mistake
def gives_the_step(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[int, int]:
    """The step between neighbouring outputs is returned instead of the size.

    j, the product of the strides, is how far apart two receptive fields are; r is how large one is.
    """
    size, jump = of(layers)
    return jump, size


@mistake
def gives_a_float(layers: Sequence[tuple[int, int]], of: Right = receptive_field) -> tuple[float, int]:
    """The size is a float.

    A size is a whole number: sums and products of integers stay integers, but / gives a float.
    """
    size, jump = of(layers)
    return float(size), jump


MISTAKES = mistake.mistakes
