"""Wrong gradients of spatial batch normalisation.

Formula, with ⟨·⟩ the mean over the N·H·W values of a channel and x̂ = (x − μ) / √(σ² + eps):

    dx = γ / √(σ² + eps) · (dout − ⟨dout⟩ − x̂ · ⟨dout · x̂⟩),  dγ = Σ dout · x̂,  dβ = Σ dout.

The first term of dx is the direct path, the second goes through μ, the third through σ².
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.norm import spatial_batchnorm_backward

__all__ = ["MISTAKES"]

Gradients = tuple[Array, Array, Array]
Backward = Callable[..., Gradients]

mistake = Collection("spatial_batchnorm_backward")

BATCH = (0, 2, 3)


def _each(parameter: Array) -> Array:
    return parameter[:, None, None]


def _std(x: Array, eps: float, axes: tuple[int, ...] = BATCH) -> Array:
    std: Array = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return std


def _normal(x: Array, eps: float) -> Array:
    normal: Array = (x - x.mean(axis=BATCH, keepdims=True)) / _std(x, eps)
    return normal


class Paths(NamedTuple):
    """What each path contributes: dx = direct − mean − var."""

    direct: Array
    mean: Array
    var: Array


def _paths(dout: Array, x: Array, gamma: Array, std: Array, axes: tuple[int, ...] = BATCH) -> Paths:
    """The paths where the forward pass has centred over `axes` and divided by `std`."""
    direct = _each(gamma) * dout / std
    normal = (x - x.mean(axis=axes, keepdims=True)) / std
    through_var = normal * (direct * normal).mean(axis=axes, keepdims=True)
    return Paths(direct, direct.mean(axis=axes, keepdims=True), through_var)


def _right(dout: Array, x: Array, gamma: Array, eps: float) -> Paths:
    return _paths(dout, x, gamma, _std(x, eps))


def _with_denominator(
    dout: Array, x: Array, gamma: Array, std: Array, axes: tuple[int, ...] = BATCH
) -> Gradients:
    """Gradients where the forward pass has centred over `axes` and divided by `std`."""
    direct, mean, var = _paths(dout, x, gamma, std, axes)
    normal = (x - x.mean(axis=axes, keepdims=True)) / std
    return direct - mean - var, (dout * normal).sum(axis=BATCH), dout.sum(axis=BATCH)


# --- from images to columns and back -------------------------------------------------------------


def _table(x: Array) -> Array:
    """(N·H·W, C), each row a pixel; as images of one pixel."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1], 1, 1)


def _cut(x: Array) -> Array:
    """(N·H·W, C) in the order in memory; as images of one pixel."""
    return x.reshape(-1, x.shape[1], 1, 1)


def _rows(x: Array) -> Array:
    """(C, N·H·W) in the order in memory, turned to (N·H·W, C); as images of one pixel."""
    return x.reshape(x.shape[1], -1).T[:, :, None, None]


def _images(table: Array, x: Array) -> Array:
    n, c, h, w = x.shape
    return table.reshape(n, h, w, c).transpose(0, 3, 1, 2)


@mistake
def reshapes_without_transposing(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """Images and gradients are reshaped to one column per channel without moving the channel axis to the end.

    A reshape keeps the order in memory: in (N, C, H, W) neighbours are pixels of one channel, so a column
    mixes all channels. Only from (N, H, W, C) does a reshape to (N·H·W, C) put one channel in each column.
    """
    dx, dgamma, dbeta = of(_cut(dout), _cut(x), gamma, eps=eps)
    return dx.reshape(x.shape), dgamma, dbeta


@mistake
def reshapes_the_upstream_without_transposing(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient is reshaped without a transpose, and dx too, although the images were transposed.

    Values and gradients must line up: the upstream gradient is reshaped like the images, (N, C, H, W) → (N,
    H, W, C) → (N·H·W, C), and dx the same way backwards.
    """
    dx, dgamma, dbeta = of(_cut(dout), _table(x), gamma, eps=eps)
    return dx.reshape(x.shape), dgamma, dbeta


@mistake
def reshapes_to_rows_without_transposing(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """Images and gradients are reshaped to one row per channel without moving the channel axis to the front.

    A reshape keeps the order in memory: in (N, C, H, W) all channels of an image come before the next image,
    so a row of (C, N·H·W) mixes channels. Only from (C, N, H, W) does it hold one.
    """
    dx, dgamma, dbeta = of(_rows(dout), _rows(x), gamma, eps=eps)
    return dx[:, :, 0, 0].T.reshape(x.shape), dgamma, dbeta


@mistake
def reshapes_the_upstream_to_rows_without_transposing(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient and dx are reshaped to rows without a transpose, unlike the images.

    Values and gradients must line up: the upstream gradient is reshaped like the images, with the channel
    axis moved before the reshape, and dx the same way backwards.
    """
    dx, dgamma, dbeta = of(_rows(dout), _table(x), gamma, eps=eps)
    return dx[:, :, 0, 0].T.reshape(x.shape), dgamma, dbeta


@mistake
def transposes_dx_only(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient is reshaped without a transpose, but dx is transposed as if it had been.

    The upstream gradient is reshaped like the images, (N, C, H, W) → (N, H, W, C) → (N·H·W, C), and dx the
    same way backwards.
    """
    dx, dgamma, dbeta = of(_cut(dout), _table(x), gamma, eps=eps)
    return _images(dx, x), dgamma, dbeta


@mistake
def transposes_the_upstream_only(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient is transposed, although the images were reshaped without a transpose.

    Values and gradients must line up: both go (N, C, H, W) → (N, H, W, C) → (N·H·W, C).
    """
    dx, dgamma, dbeta = of(_table(dout), _cut(x), gamma, eps=eps)
    return _images(dx, x), dgamma, dbeta


@mistake
def does_not_transpose_back(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The table of dx is reshaped directly to the shape of the images, without transposing back.

    The rows of the (N·H·W, C) table are pixels: it is (N, H, W, C) in memory, and becomes (N, C, H, W) only
    when the channel axis is moved back after the reshape.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return _table(dx).reshape(x.shape), dgamma, dbeta


@mistake
def leaves_channels_last(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient dx keeps the channels as its last axis.

    A gradient has the shape of what it is the gradient of: dx is (N, C, H, W), like x.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx.transpose(0, 2, 3, 1), dgamma, dbeta


@mistake
def turns_dx_on_its_side(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The transpose back swaps height and width, so dx is transposed.

    From (N, H, W, C) the axes go back to the order N, C, H, W; swapping the two spatial axes gives (N, C, W,
    H).
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx.swapaxes(2, 3), dgamma, dbeta


@mistake
def turns_the_upstream_on_its_side(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient is flattened with width before height, the images with height before width.

    Values and gradients must line up: row n·H·W + i·W + j of both tables is pixel (i, j) of image n.
    """
    dx, dgamma, dbeta = of(_table(dout.swapaxes(2, 3)), _table(x), gamma, eps=eps)
    return _images(dx, x), dgamma, dbeta


@mistake
def rebuilds_with_height_for_width(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """Swapping channels and width gives images of W rows, but dx is reshaped back to images of H rows.

    Swapping axes 1 and 3 of (N, C, H, W) gives (N, W, H, C): the reshape before the swap back needs that
    order, or images that are not square are scrambled.
    """
    n, c, h, w = x.shape
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return _table(dx.swapaxes(2, 3)).reshape(n, h, w, c).swapaxes(1, 3), dgamma, dbeta


@mistake
def moves_channels_to_the_front(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The channel axis is moved to the front, but the tables are then made with channels as columns.

    From (C, N, H, W) a channel is a row of a (C, N·H·W) table, which must still be transposed; reshaping it
    to (N·H·W, C) mixes the channels.
    """

    def cut(images: Array) -> Array:
        return images.transpose(1, 0, 2, 3).reshape(-1, x.shape[1], 1, 1)

    n, c, h, w = x.shape
    dx, dgamma, dbeta = of(cut(dout), cut(x), gamma, eps=eps)
    return dx.reshape(c, n, h, w).transpose(1, 0, 2, 3), dgamma, dbeta


# --- which values share a mean and a variance ----------------------------------------------------


@mistake
def takes_each_image_by_itself(dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5) -> Gradients:
    """Every image is processed by itself, with its own mean and variance, as in instance normalisation.

    The means ⟨·⟩ in dx are over N, H and W, as mean and variance are in the forward pass.
    """
    return _with_denominator(dout, x, gamma, _std(x, eps, (2, 3)), (2, 3))


@mistake
def takes_each_pixel_by_itself(dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5) -> Gradients:
    """Means are taken over the batch only, separately for each pixel.

    All pixels of a channel share a mean and a variance, so the means ⟨·⟩ in dx are over N, H and W.
    """
    return _with_denominator(dout, x, gamma, _std(x, eps, (0,)), (0,))


@mistake
def takes_all_channels_together(dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5) -> Gradients:
    """All channels are processed together, with one mean and one variance.

    Channels do not influence each other in batch normalisation: the means ⟨·⟩ are over N, H and W, for each
    channel.
    """
    every = (0, 1, 2, 3)
    return _with_denominator(dout, x, gamma, _std(x, eps, every), every)


@mistake
def takes_the_channels_of_an_image_together(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5
) -> Gradients:
    """Means are taken over all channels and pixels of one image, as in layer normalisation.

    Batch normalisation keeps channels apart and pools images: the means ⟨·⟩ are over N, H and W.
    """
    return _with_denominator(dout, x, gamma, _std(x, eps, (1, 2, 3)), (1, 2, 3))


def _dx_over(
    axes: tuple[int, ...], dout: Array, x: Array, gamma: Array, eps: float, of: Backward
) -> Gradients:
    """Change only which values the means in dx are over: x̂ is that of the forward pass."""
    _, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    direct, normal = _each(gamma) * dout / _std(x, eps), _normal(x, eps)
    through_var = normal * (direct * normal).mean(axis=axes, keepdims=True)
    return direct - direct.mean(axis=axes, keepdims=True) - through_var, dgamma, dbeta


@mistake
def averages_the_gradient_over_each_image(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The means in dx are taken over one image, although the images were normalised over the batch.

    The gradient pools what the forward pass pooled: μ and σ² depend on every image, so the means ⟨·⟩ are over
    N, H and W.
    """
    return _dx_over((2, 3), dout, x, gamma, eps, of)


@mistake
def averages_the_gradient_over_the_batch_alone(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The means in dx are taken over the batch axis only, although the forward pass pooled the pixels too.

    The gradient pools what the forward pass pooled: μ and σ² depend on every pixel, so the means ⟨·⟩ are over
    N, H and W.
    """
    return _dx_over((0,), dout, x, gamma, eps, of)


def _dx_counting(count: int, dout: Array, x: Array, gamma: Array, eps: float, of: Backward) -> Gradients:
    """Divide the sums in dx by another number than that of the values in a channel."""
    _, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    direct, mean, var = _right(dout, x, gamma, eps)
    return direct - (mean + var) * (x[:, 0].size / count), dgamma, dbeta


@mistake
def divides_by_the_batch_size(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The sums in dx are divided by the number of images only.

    Mean and variance of a channel are over N·H·W values: the sums in dx are divided by that number.
    """
    return _dx_counting(len(x), dout, x, gamma, eps, of)


@mistake
def divides_by_the_number_of_pixels(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The sums in dx are divided by the number of pixels of one image only.

    Mean and variance of a channel are over N·H·W values: the sums in dx are divided by that number.
    """
    return _dx_counting(x.shape[2] * x.shape[3], dout, x, gamma, eps, of)


@mistake
def divides_by_the_size_of_the_images(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The sums in dx are divided by the size of the whole batch, channels included.

    Each channel is normalised by itself: its mean and variance are over N·H·W values, not over N·C·H·W.
    """
    return _dx_counting(x.size, dout, x, gamma, eps, of)


@mistake
def sums_where_dx_has_means(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The sums in dx are not divided by the number of values.

    Each value is one of N·H·W in μ and σ², so both terms of dx are means over N·H·W values, not sums.
    """
    return _dx_counting(1, dout, x, gamma, eps, of)


# --- dx: the paths through the mean and the variance ---------------------------------------------


def _add(change: Array, dout: Array, x: Array, gamma: Array, eps: float, of: Backward) -> Gradients:
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx + change, dgamma, dbeta


@mistake
def forgets_both_paths(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """Mean and variance are treated as constants: the gradient has only the direct path.

    Both μ and σ² depend on x while training: two more terms are subtracted, ⟨dout⟩ and x̂ · ⟨dout · x̂⟩.
    """
    paths = _right(dout, x, gamma, eps)
    return _add(paths.mean + paths.var, dout, x, gamma, eps, of)


@mistake
def forgets_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The mean is treated as a constant: the gradient's path through it is missing in dx.

    Each x is part of μ, which is subtracted from all values of the channel: dx has the term −⟨dout⟩.
    """
    return _add(_right(dout, x, gamma, eps).mean, dout, x, gamma, eps, of)


@mistake
def forgets_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The variance is treated as a constant: the gradient's path through it is missing in dx.

    Each x is part of σ², by which all values of the channel are divided: dx has the term −x̂ · ⟨dout · x̂⟩.
    """
    return _add(_right(dout, x, gamma, eps).var, dout, x, gamma, eps, of)


@mistake
def forgets_the_direct_path(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient dx has only the paths through mean and variance; the direct one is missing.

    There are three paths from x to the output, and their gradients add up: directly, through μ and through
    σ².
    """
    return _add(-_right(dout, x, gamma, eps).direct, dout, x, gamma, eps, of)


@mistake
def adds_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The term of the mean has the wrong sign in dx.

    The mean is subtracted from x, so its gradient is a negative sum: the term ⟨dout⟩ is subtracted.
    """
    return _add(2 * _right(dout, x, gamma, eps).mean, dout, x, gamma, eps, of)


@mistake
def adds_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The term of the variance has the wrong sign in dx.

    A larger σ² makes the output smaller, so the derivative of (σ² + eps)^(−1/2) is negative: the term is
    subtracted.
    """
    return _add(2 * _right(dout, x, gamma, eps).var, dout, x, gamma, eps, of)


@mistake
def sums_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The mean's gradient is passed to every value in full, without the division by their number.

    Each value is one of N·H·W in μ: the derivative of μ by one value is 1 / (N·H·W).
    """
    n = x[:, 0].size
    return _add((1 - n) * _right(dout, x, gamma, eps).mean, dout, x, gamma, eps, of)


@mistake
def sums_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The variance's gradient is passed to every value without the division by their number.

    The variance is a mean of squares: its derivative by one value is 2 (x − μ) / (N·H·W).
    """
    n = x[:, 0].size
    return _add((1 - n) * _right(dout, x, gamma, eps).var, dout, x, gamma, eps, of)


@mistake
def halves_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The term of the variance is half of what it should be: the factor 2 of the square is missing.

    The derivative of the square (x − μ)² is 2 (x − μ); the 2 cancels the 1/2 that comes from the root.
    """
    return _add(_right(dout, x, gamma, eps).var / 2, dout, x, gamma, eps, of)


@mistake
def doubles_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The term of the variance is twice what it should be: the factor one half of the root is missing.

    The derivative of (σ² + eps)^(−1/2) is −1/2 · (σ² + eps)^(−3/2); the 1/2 cancels the 2 of the square.
    """
    return _add(-_right(dout, x, gamma, eps).var, dout, x, gamma, eps, of)


@mistake
def eps_is_always_the_usual_one(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """Eps is always 0.00001, whatever the settings say.

    eps is a hyperparameter of the layer, given with the other settings; 1e-5 is only its default.
    """
    return of(dout, x, gamma, eps=1e-5)


@mistake
def keeps_the_exponent_of_the_root(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """In the variance's gradient the power stays at minus one half: the derivative should lower it.

    The derivative lowers the exponent by one: (σ² + eps)^(−1/2) becomes −1/2 · (σ² + eps)^(−3/2).
    """
    change = _right(dout, x, gamma, eps).var * (1 - _std(x, eps) ** 2)
    return _add(change, dout, x, gamma, eps, of)


@mistake
def loses_a_power_of_the_deviation(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """In the variance's gradient one division by the standard deviation is missing.

    With s = √(σ² + eps): 1/s has the derivative −1/s² by s, and s has the derivative 1/(2s) by σ², together
    −1/(2s³).
    """
    change = _right(dout, x, gamma, eps).var * (1 - _std(x, eps))
    return _add(change, dout, x, gamma, eps, of)


@mistake
def forgets_the_derivative_of_the_root(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of the standard deviation is passed to the variance without the derivative of the root.

    The chain rule has one more factor: s = √(σ² + eps) has the derivative 1/(2s) with respect to σ².
    """
    change = _right(dout, x, gamma, eps).var * (1 - 2 * _std(x, eps))
    return _add(change, dout, x, gamma, eps, of)


@mistake
def forgets_to_divide_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient that goes through the mean is not divided by the standard deviation.

    The mean is subtracted before the division, so its gradient comes through the division as well:
    −γ · ⟨dout⟩ / √(σ² + eps).
    """
    change = _right(dout, x, gamma, eps).mean * (1 - _std(x, eps))
    return _add(change, dout, x, gamma, eps, of)


@mistake
def forgets_to_divide_the_direct_path(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The direct part of the gradient is not divided by the standard deviation.

    The forward pass divides the value by √(σ² + eps), so its gradient is divided by the same.
    """
    change = _right(dout, x, gamma, eps).direct * (_std(x, eps) - 1)
    return _add(change, dout, x, gamma, eps, of)


# --- dx: factors -----------------------------------------------------------------------------------


@mistake
def leaves_gamma_out_of_dx(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The factor gamma is missing from dx.

    The output is γ[c] · x̂ + β[c], so the gradient of x̂ is γ[c] · dout, and from there it goes on to x.
    """
    _, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return of(dout, x, np.ones_like(gamma), eps=eps)[0], dgamma, dbeta


@mistake
def leaves_gamma_out_of_the_direct_path(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The factor gamma is missing from the direct part of dx; the paths through the statistics have it.

    All three paths begin at x̂, whose gradient is γ[c] · dout.
    """
    change = _right(dout, x, 1 - gamma, eps).direct
    return _add(change, dout, x, gamma, eps, of)


@mistake
def leaves_gamma_out_of_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The factor gamma is missing from the gradient that goes through the mean.

    All three paths begin at x̂, whose gradient is γ[c] · dout.
    """
    change = _right(dout, x, gamma - 1, eps).mean
    return _add(change, dout, x, gamma, eps, of)


@mistake
def leaves_gamma_out_of_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The factor gamma is missing from the gradient that goes through the variance.

    All three paths begin at x̂, whose gradient is γ[c] · dout.
    """
    change = _right(dout, x, gamma - 1, eps).var
    return _add(change, dout, x, gamma, eps, of)


@mistake
def takes_gamma_twice(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The factor gamma appears twice in dx.

    The output is γ[c] · x̂ + β[c], so γ appears once: the gradient of x̂ is γ[c] · dout.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return _each(gamma) * dx, dgamma, dbeta


@mistake
def does_not_divide_dx(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The division by the standard deviation is missing from dx.

    The forward pass divides by √(σ² + eps), so the gradient is divided by the same.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx * _std(x, eps), dgamma, dbeta


@mistake
def divides_dx_by_the_variance(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient dx is divided by the variance instead of its square root.

    The forward pass divides by √(σ² + eps), so the gradient is divided by the same.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx / _std(x, eps), dgamma, dbeta


@mistake
def multiplies_dx_by_the_deviation(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient dx is multiplied by the standard deviation instead of divided by it.

    The forward pass divides by √(σ² + eps), so the gradient is divided by the same.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx * _std(x, eps) ** 2, dgamma, dbeta


@mistake
def leaves_out_the_last_division(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient dx is too large by the number of values: the division in front of the bracket is missing.

    With one denominator, dx = γ / (m √(σ² + eps)) · (m dout − Σ dout − x̂ Σ dout x̂) with m = N·H·W.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx * x[:, 0].size, dgamma, dbeta


@mistake
def weighs_the_direct_path_as_one_value(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The direct part of dx is divided by the number of values as well.

    With one denominator, dx = γ / (m √(σ² + eps)) · (m dout − Σ dout − x̂ Σ dout x̂): dout itself has the
    factor m = N·H·W in the bracket.
    """
    change = _right(dout, x, gamma, eps).direct * (1 / x[:, 0].size - 1)
    return _add(change, dout, x, gamma, eps, of)


@mistake
def hands_the_gradient_on(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient is returned as dx, unchanged.

    The layer scales its values and makes them depend on each other: dx = γ / √(σ² + eps) · (dout − ⟨dout⟩ −
    x̂ · ⟨dout · x̂⟩).
    """
    _, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dout.copy(), dgamma, dbeta


@mistake
def dx_is_zero(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient dx stays zero everywhere.

    Normalising passes the gradient on: dx = γ / √(σ² + eps) · (dout − ⟨dout⟩ − x̂ · ⟨dout · x̂⟩).
    """
    _, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return np.zeros_like(x), dgamma, dbeta


# --- the denominator -------------------------------------------------------------------------------


@mistake
def leaves_out_eps(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """Eps is left out of the denominator.

    The gradient is that of the forward pass, which divides by √(σ² + eps).
    """
    return of(dout, x, gamma, eps=0.0)


@mistake
def leaves_eps_out_of_dx(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """Eps is left out of the factor in front of dx, although the normalised values have it.

    The gradient is that of the forward pass: both divide by the same √(σ² + eps).
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx * _std(x, eps) / _std(x, 0.0), dgamma, dbeta


@mistake
def adds_eps_outside_the_root(dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5) -> Gradients:
    """Eps is added to the standard deviation, outside the square root.

    Eps is added to the variance, under the root: the denominator is √(σ² + eps), not σ + eps.
    """
    return _with_denominator(dout, x, gamma, _std(x, 0.0) + eps)


@mistake
def divides_by_one_less(dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5) -> Gradients:
    """The variance is the unbiased one, divided by the number of values minus one.

    While training the layer uses the biased variance: σ² is the mean of (x − μ)², over N·H·W values.
    """
    return _with_denominator(dout, x, gamma, np.sqrt(x.var(axis=BATCH, ddof=1, keepdims=True) + eps))


@mistake
def divides_by_one_less_throughout(dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5) -> Gradients:
    """The variance is the unbiased one, and its gradient too is divided by the number of values minus one.

    While training the layer uses the biased variance: σ² is the mean of (x − μ)², over N·H·W values.
    """
    m, std = x[:, 0].size, np.sqrt(x.var(axis=BATCH, ddof=1, keepdims=True) + eps)
    dx, dgamma, dbeta = _with_denominator(dout, x, gamma, std)
    return dx - _paths(dout, x, gamma, std).var / (m - 1), dgamma, dbeta


# --- dgamma and dbeta ----------------------------------------------------------------------------


@mistake
def dgamma_is_without_the_normalised_values(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of gamma is the sum of the upstream gradient alone, without the normalised values.

    Gamma multiplies x̂, so each value of dout is multiplied by x̂: dγ[c] is the sum of dout · x̂.
    """
    dx, _, dbeta = of(dout, x, gamma, eps=eps)
    return dx, dout.sum(axis=BATCH), dbeta


@mistake
def dgamma_is_with_the_bare_input(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of gamma is computed with the input instead of the normalised values.

    Gamma multiplies x̂, not x: dγ[c] is the sum of dout · x̂ with x̂ = (x − μ) / √(σ² + eps).
    """
    dx, _, dbeta = of(dout, x, gamma, eps=eps)
    return dx, (dout * x).sum(axis=BATCH), dbeta


@mistake
def dgamma_is_with_the_centred_input(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of gamma is computed with the centred input, which is not divided yet.

    Gamma multiplies x̂: dγ[c] is the sum of dout · x̂ with x̂ = (x − μ) / √(σ² + eps).
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, dgamma * _std(x, eps).ravel(), dbeta


@mistake
def dgamma_has_a_factor_gamma(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of gamma has gamma itself as a factor.

    The derivative of γ · x̂ with respect to γ is x̂ alone: dγ[c] is the sum of dout · x̂.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, gamma * dgamma, dbeta


@mistake
def dbeta_has_a_factor_gamma(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of beta has gamma as a factor.

    Beta is added after the scaling: its derivative is 1, and dβ[c] is the sum of dout.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, dgamma, gamma * dbeta


@mistake
def swaps_dgamma_and_dbeta(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta are swapped.

    The order is dx, dgamma, dbeta, with dγ[c] the sum of dout · x̂ and dβ[c] the sum of dout.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, dbeta, dgamma


@mistake
def averages_dgamma_and_dbeta(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta are means over the values of a channel instead of sums.

    Every value that γ and β are applied to adds to their gradients: they are sums over N, H and W, without a
    division.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, dgamma / x[:, 0].size, dbeta / x[:, 0].size


@mistake
def divides_dgamma_and_dbeta_by_the_batch_size(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta are divided by the number of images.

    If the loss is a mean over the batch, dout already has that factor: dγ and dβ are sums over N, H and W.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, dgamma / len(x), dbeta / len(x)


def _summed_over(
    axes: tuple[int, ...] | None,
    dout: Array,
    x: Array,
    gamma: Array,
    eps: float,
    of: Backward,
    *,
    keepdims: bool = False,
) -> Gradients:
    """Sum dgamma and dbeta over other axes than (0, 2, 3)."""
    dx, _, _ = of(dout, x, gamma, eps=eps)
    dgamma = (dout * _normal(x, eps)).sum(axis=axes, keepdims=keepdims)
    return dx, dgamma, dout.sum(axis=axes, keepdims=keepdims)


@mistake
def sums_dgamma_and_dbeta_over_the_batch_alone(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta are summed over the batch only, and keep the spatial axes.

    One γ is used for all pixels of a channel, so its gradient sums over them too: over N, H and W, to shape
    (C,).
    """
    return _summed_over((0,), dout, x, gamma, eps, of)


@mistake
def sums_dgamma_and_dbeta_over_pixels_alone(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta are summed over the pixels only, and keep the batch axis.

    One γ is used for all images, so its gradient sums over them too: over N, H and W, to shape (C,).
    """
    return _summed_over((2, 3), dout, x, gamma, eps, of)


@mistake
def sums_dgamma_and_dbeta_over_everything(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta are summed over everything, channels included, to single numbers.

    Every channel has its own γ and β: the sums are over N, H and W, which leaves C numbers.
    """
    return _summed_over(None, dout, x, gamma, eps, of)


@mistake
def sums_dgamma_and_dbeta_over_channels(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta are summed over the channels, and keep the last axis, the width.

    The layout is (N, C, H, W): the channels are the second axis, and that is the one that the sums keep.
    """
    return _summed_over((0, 1, 2), dout, x, gamma, eps, of)


@mistake
def keeps_the_summed_axes(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradients of gamma and beta keep the summed axes, with length one.

    A gradient has the shape of what it is the gradient of: dγ and dβ are (C,), like γ and β.
    """
    return _summed_over((0, 2, 3), dout, x, gamma, eps, of, keepdims=True)


@mistake
def dgamma_is_zero(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of gamma stays zero.

    Gamma is learned: dγ[c] is the sum of dout · x̂ over N, H and W.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, np.zeros_like(dgamma), dbeta


@mistake
def dbeta_is_zero(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The gradient of beta stays zero.

    Beta is learned: dβ[c] is the sum of dout over N, H and W.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, eps=eps)
    return dx, dgamma, np.zeros_like(dbeta)


# --- the caller's arrays ---------------------------------------------------------------------------


@mistake
def scales_the_upstream_in_place(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient is multiplied by gamma in place, which changes the caller's own array.

    The upstream gradient belongs to the caller: the gradient of x̂, γ[c] · dout, is a new array.
    """
    gradients = of(dout.copy(), x, gamma, eps=eps)
    dout *= _each(gamma)
    return gradients


@mistake
def scales_the_upstream_before_the_sums(
    dout: Array, x: Array, gamma: Array, *, eps: float = 1e-5, of: Backward = spatial_batchnorm_backward
) -> Gradients:
    """The upstream gradient is multiplied by gamma in place before dgamma and dbeta are summed from it.

    The sums use the upstream gradient as it came: dγ[c] is the sum of dout · x̂ and dβ[c] that of dout, both
    without γ.
    """
    dx, dgamma, dbeta = of(dout.copy(), x, gamma, eps=eps)
    dout *= _each(gamma)
    return dx, gamma * dgamma, gamma * dbeta


MISTAKES = mistake.mistakes
