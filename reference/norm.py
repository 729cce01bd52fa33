"""Spatial batch and group normalisation in NumPy.

Both normalise, and then scale and shift by channel; they differ only in which values share a mean and a
variance. So one pair of functions normalises, forward and backward, over whichever axes it is told.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from reference.arrays import Array, require_axes, require_floats, require_shape
from reference.shapes import ShapeError

__all__ = [
    "batch_statistics",
    "running_average",
    "spatial_batchnorm",
    "spatial_batchnorm_backward",
    "spatial_batchnorm_layer",
    "spatial_groupnorm",
    "spatial_groupnorm_backward",
]

_BATCH = (0, 2, 3)  # of (N, C, H, W): batch normalisation's statistics are those of a channel
_GROUP = (2, 3, 4)  # of (N, G, C/G, H, W): group normalisation's are those of a group in one image

_Average = TypeVar("_Average", float, Array)


def batch_statistics(x: Array) -> tuple[Array, Array]:
    """Take the mean and the variance of every channel, over images and pixels.

    The variance is the biased one: squared deviations over N·H·W, not over N·H·W − 1.

    Args:
        x: images, (N, C, H, W), with at least one value in a channel.

    Returns:
        (mean, var), each (C,).

    Raises:
        ShapeError: x has not four axes, or nothing to average.
        TypeError: x is neither float32 nor float64.
    """
    _require_images(x=x)
    return x.mean(axis=_BATCH), x.var(axis=_BATCH)


def running_average(old: _Average, new: _Average, *, momentum: float = 0.9) -> _Average:
    """Mix a batch's statistics into the running ones: momentum · old + (1 − momentum) · new.

    The convention of cs231n. PyTorch calls 1 − momentum the momentum, and takes the unbiased variance.

    Args:
        old: the average so far.
        new: what the batch says, same shape.
        momentum: weight of the old, in [0, 1].

    Raises:
        ValueError: momentum is out of range.
    """
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum must be between 0 and 1; got {momentum!r}")
    return momentum * old + (1 - momentum) * new


def spatial_batchnorm(
    x: Array,
    gamma: Array,
    beta: Array,
    *,
    eps: float = 1e-5,
    mean: Array | None = None,
    var: Array | None = None,
) -> Array:
    """Normalise every channel over the batch, then scale and shift it.

    out[n, c, i, j] = gamma[c] · (x[n, c, i, j] − mean[c]) / √(var[c] + eps) + beta[c]

    Args:
        x: images, (N, C, H, W).
        gamma: scales, (C,).
        beta: shifts, (C,).
        eps: added to the variance, >= 0.
        mean: at test time the running mean, (C,); while training the batch's own is taken.
        var: at test time the running variance, (C,); given exactly if mean is.

    Returns:
        (N, C, H, W).

    Raises:
        ShapeError: shapes that do not go together, or only one of mean and var.
        TypeError: the arrays are not all float32 or all float64.
        ValueError: eps is negative.

    Source: Ioffe & Szegedy, "Batch normalization", arXiv:1502.03167, algorithm 1; section 3.2 for images.
    """
    _require_affine(x, gamma=gamma, beta=beta)
    _require_eps(eps)
    if mean is None and var is None:
        normal, _ = _normalise(x, _BATCH, eps)
    elif mean is None or var is None:
        raise ShapeError(f"give both mean and var, or neither; got only {'var' if mean is None else 'mean'}")
    else:
        _require_affine(x, mean=mean, var=var)
        normal = (x - _by_channel(mean)) / np.sqrt(_by_channel(var) + eps)
    return _by_channel(gamma) * normal + _by_channel(beta)


def spatial_batchnorm_layer(
    x: Array,
    gamma: Array,
    beta: Array,
    *,
    mode: str,
    eps: float = 1e-5,
    momentum: float = 0.9,
    running_mean: Array | None = None,
    running_var: Array | None = None,
) -> tuple[Array, Array | None, Array | None]:
    """Call the layer once: while training it also learns the statistics that it uses at test time.

    Args:
        x: images, (N, C, H, W).
        gamma: scales, (C,).
        beta: shifts, (C,).
        mode: "train" or "test".
        eps: as in `spatial_batchnorm`.
        momentum: as in `running_average`.
        running_mean: the average so far, (C,); may be left out while training.
        running_var: likewise.

    Returns:
        (out, running_mean, running_var), the averages as they are afterwards.

    Raises:
        ShapeError: shapes that do not go together, or no running averages at test time.
        TypeError: the arrays are not all float32 or all float64.
        ValueError: eps or momentum is out of range, or mode is another word.
    """
    if mode not in ("train", "test"):
        raise ValueError(f"mode must be 'train' or 'test'; got {mode!r}")
    if mode == "test":
        if running_mean is None or running_var is None:
            raise ShapeError("give running_mean and running_var at test time")
        out = spatial_batchnorm(x, gamma, beta, eps=eps, mean=running_mean, var=running_var)
        return out, running_mean, running_var
    out = spatial_batchnorm(x, gamma, beta, eps=eps)
    mean, var = batch_statistics(x)
    return (
        out,
        None if running_mean is None else running_average(running_mean, mean, momentum=momentum),
        None if running_var is None else running_average(running_var, var, momentum=momentum),
    )


def spatial_batchnorm_backward(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Pull the gradient of a loss back through `spatial_batchnorm` while training.

    The batch's mean and variance depend on x, so every value of a channel moves every other.

    Args:
        dout: upstream gradient, (N, C, H, W).
        x: images that the forward pass had, (N, C, H, W).
        gamma: scales that it had, (C,).
        eps: as in `spatial_batchnorm`.

    Returns:
        (dx, dgamma, dbeta), (N, C, H, W), (C,) and (C,).

    Raises:
        ShapeError: shapes that do not go together.
        TypeError: the arrays are not all float32 or all float64.
        ValueError: eps is negative.

    Source: the gradients of Ioffe & Szegedy, section 3, gathered into one term per dependence on x.
    """
    _require_upstream(dout, x, gamma)
    _require_eps(eps)
    normal, scale = _normalise(x, _BATCH, eps)
    dx = _normalise_backward(dout * _by_channel(gamma), normal, scale, _BATCH)
    return dx, (dout * normal).sum(axis=_BATCH), dout.sum(axis=_BATCH)


def spatial_groupnorm(x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5) -> Array:
    """Normalise every group of channels of every image by itself, then scale and shift by channel.

    out[n, c, i, j] = gamma[c] · (x[n, c, i, j] − mean[n, g]) / √(var[n, g] + eps) + beta[c],
    where g is the group of channel c: the first C / groups channels are the first group, and so on.

    Args:
        x: images, (N, C, H, W).
        gamma: scales, (C,).
        beta: shifts, (C,).
        groups: number of groups, a divisor of C. 1 is layer normalisation, C is instance normalisation.
        eps: added to the variance, >= 0.

    Returns:
        (N, C, H, W).

    Raises:
        ShapeError: shapes that do not go together, or groups does not divide C.
        TypeError: the arrays are not all float32 or all float64.
        ValueError: eps is negative.

    Source: Wu & He, "Group normalization", arXiv:1803.08494, equations 1, 2 and 7.
    """
    _require_affine(x, gamma=gamma, beta=beta)
    _require_eps(eps)
    normal, _ = _normalise(_grouped(x, groups), _GROUP, eps)
    return _by_channel(gamma) * normal.reshape(x.shape) + _by_channel(beta)


def spatial_groupnorm_backward(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Pull the gradient of a loss back through `spatial_groupnorm`.

    Args:
        dout: upstream gradient, (N, C, H, W).
        x: images that the forward pass had, (N, C, H, W).
        gamma: scales that it had, (C,).
        groups: as in `spatial_groupnorm`.
        eps: as in `spatial_groupnorm`.

    Returns:
        (dx, dgamma, dbeta), (N, C, H, W), (C,) and (C,).

    Raises:
        ShapeError: shapes that do not go together, or groups does not divide C.
        TypeError: the arrays are not all float32 or all float64.
        ValueError: eps is negative.
    """
    _require_upstream(dout, x, gamma)
    _require_eps(eps)
    normal, scale = _normalise(_grouped(x, groups), _GROUP, eps)
    dnormal = _grouped(dout * _by_channel(gamma), groups)
    dx = _normalise_backward(dnormal, normal, scale, _GROUP).reshape(x.shape)
    return dx, (dout * normal.reshape(x.shape)).sum(axis=_BATCH), dout.sum(axis=_BATCH)


# --- normalising, over any axes -----------------------------------------------------------------------


def _normalise(x: Array, axes: tuple[int, ...], eps: float) -> tuple[Array, Array]:
    """Return x̂ = (x − mean) · scale, and scale = 1 / √(var + eps)."""
    scale = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return (x - x.mean(axis=axes, keepdims=True)) * scale, scale


def _normalise_backward(dnormal: Array, normal: Array, scale: Array, axes: tuple[int, ...]) -> Array:
    """Return dx = scale · (dx̂ − ⟨dx̂⟩ − x̂ · ⟨dx̂ · x̂⟩), ⟨⟩ the mean over `axes`."""
    through_mean = dnormal.mean(axis=axes, keepdims=True)
    through_var = normal * (dnormal * normal).mean(axis=axes, keepdims=True)
    dx: Array = scale * (dnormal - through_mean - through_var)
    return dx


def _by_channel(parameter: Array) -> Array:
    """See (C,) as something that broadcasts over (N, C, H, W)."""
    return parameter[:, None, None]


def _grouped(x: Array, groups: int) -> Array:
    """See (N, C, H, W) as (N, G, C/G, H, W)."""
    n, c, height, width = x.shape
    if not isinstance(groups, int | np.integer) or groups < 1 or c % groups:
        raise ShapeError(f"groups must be a divisor of the {c} channels of x; got {groups!r}")
    return x.reshape(n, int(groups), c // int(groups), height, width)


# --- checks -------------------------------------------------------------------------------------------


def _require_images(x: Array, **others: Array) -> None:
    require_floats(x=x, **others)
    require_axes("x", x, "N, C, H, W")
    if x.size == 0:
        raise ShapeError(f"x must have at least one value to take statistics of; got shape {x.shape}")


def _require_affine(x: Array, **by_channel: Array) -> None:
    _require_images(x, **by_channel)
    for name, array in by_channel.items():
        require_shape(name, array, (x.shape[1],), "one number per channel of x")


def _require_upstream(dout: Array, x: Array, gamma: Array) -> None:
    require_floats(x=x, dout=dout)
    _require_affine(x, gamma=gamma)
    require_shape("dout", dout, x.shape, "that of x")


def _require_eps(eps: float) -> None:
    if not eps >= 0:
        raise ValueError(f"eps must be >= 0; got {eps!r}")
