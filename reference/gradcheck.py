"""What a gradient can be held against without a second implementation of it.

Both checks take the forward function as given: a flipped kernel with a gradient to match passes them. So
they say something only beside a comparison of the forward function itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array, require_floats, require_shape

__all__ = ["adjoint_sides", "directional_difference"]


def directional_difference(f: Callable[[Array], Array], x: Array, v: Array, *, h: float) -> Array:
    """Estimate J·v, the derivative of f at x along v, by the central difference (f(x + hv) − f(x − hv)) / 2h.

    Exact, up to rounding, at any h if f is linear, affine or quadratic along v: convolution (in x, in w and
    in b) and average pooling are, so take h = 1. Elsewhere its error is about h²/6 times the third
    derivative, plus rounding of about u·|f|/h: h near the cube root of u balances them (1e-5 for float64).

    It cannot see what lies across v, so take several random v. Across a kink it is no derivative: h must be
    smaller than what separates the largest two values of any window of max pooling, and at a tie it is the
    mean of the derivatives on the two sides, which no choice of a winner need equal.

    Args:
        f: from arrays like x to arrays; must not change its argument.
        x: where.
        v: direction, of x's shape.
        h: step along v, > 0.

    Returns:
        An array of the shape of f(x).

    Raises:
        ShapeError: v has not the shape of x.
        TypeError: x and v are not both float32 or both float64.
        ValueError: h is not positive.
    """
    require_floats(x=x, v=v)
    require_shape("v", v, x.shape, "that of x")
    if not h > 0:
        raise ValueError(f"h must be > 0; got {h!r}")
    h = float(h)  # a NumPy float64 would turn single precision into double
    return (f(x + h * v) - f(x - h * v)) / (2 * h)


def adjoint_sides(
    f: Callable[[Array], Array],
    x: Array,
    v: Array,
    g: Array,
    backward: Callable[[Array], Array],
    *,
    h: float = 1.0,
) -> tuple[float, float]:
    """Compute both sides of ⟨J·v, g⟩ = ⟨v, Jᵀ·g⟩, which a right backward function makes equal.

    J·v is `directional_difference`, so the sides are exact where that is: for convolution and average pooling
    at h = 1, and to the last bit if all values are small integers. For other functions give an h that suits
    them and compare with a tolerance.

    One pair of probes sees one number of the whole gradient. Errors can cancel in it, which they easily do if
    the probes are ±1 and hardly if they are Gaussian or several. An error in what J does not reach, such as
    pixels that no window covers, is seen only if v is not zero there.

    Args:
        f: from arrays like x to arrays; must not change its argument.
        x: where.
        v: direction, of x's shape.
        g: upstream gradient, of the shape of f(x).
        backward: from an upstream gradient to the gradient at x: what is being checked.
        h: step along v, > 0.

    Returns:
        (⟨J·v, g⟩, ⟨v, backward(g)⟩).

    Raises:
        ShapeError: v or backward(g) has not the shape of x, or g not that of f(x).
        TypeError: x, v and g are not all float32 or all float64.
        ValueError: h is not positive.
    """
    require_floats(x=x, v=v, g=g)
    tangent = directional_difference(f, x, v, h=h)
    require_shape("g", g, tangent.shape, "that of f(x)")
    gradient = backward(g)
    require_shape("backward(g)", gradient, x.shape, "that of x")
    return float(np.vdot(tangent, g)), float(np.vdot(v, gradient))
