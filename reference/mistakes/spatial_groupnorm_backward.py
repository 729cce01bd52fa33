"""Wrong gradients of spatial group normalisation.

Formula, with ⟨·⟩ the mean over the C/G·H·W values of a group of one image and x̂ = (x − μ) / √(σ² + eps):

    dx = (dx̂ − ⟨dx̂⟩ − x̂ · ⟨dx̂ · x̂⟩) / √(σ² + eps),  dx̂ = γ · dout,  dγ = Σ dout · x̂,  dβ = Σ dout.

The first term of dx is the direct path, the second goes through μ, the third through σ². The sums of dγ and
dβ are over N, H and W: γ and β belong to channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.norm import spatial_groupnorm_backward

__all__ = ["MISTAKES"]

Gradients = tuple[Array, Array, Array]
Backward = Callable[..., Gradients]
Axes = tuple[int, ...]

RIGHT: Backward = spatial_groupnorm_backward

mistake = Collection("spatial_groupnorm_backward")

BATCH = (0, 2, 3)  # of (N, C, H, W)
GROUP = (2, 3, 4)  # of (N, G, C/G, H, W)


def _each(parameter: Array) -> Array:
    return parameter[:, None, None]


def _grouped(x: Array, groups: int) -> Array:
    """See (N, C, H, W) as (N, G, C/G, H, W)."""
    n, c, h, w = x.shape
    return x.reshape(n, groups, c // groups, h, w)


def _std(x: Array, groups: int, eps: float, axes: Axes = GROUP, ddof: int = 0) -> Array:
    """The denominator √(σ² + eps), shaped like x."""
    grouped = _grouped(x, groups)
    std = np.sqrt(grouped.var(axis=axes, ddof=ddof, keepdims=True) + eps)
    return np.broadcast_to(std, grouped.shape).reshape(x.shape)


def _average(x: Array, groups: int, axes: Axes = GROUP) -> Array:
    """The mean ⟨·⟩, shaped like x."""
    grouped = _grouped(x, groups)
    return np.broadcast_to(grouped.mean(axis=axes, keepdims=True), grouped.shape).reshape(x.shape)


def _size(x: Array, groups: int) -> int:
    """The number of values that share a mean."""
    return int(x[0].size) // groups


class Paths(NamedTuple):
    """What each path contributes: dx = direct − mean − var."""

    direct: Array
    mean: Array
    var: Array


def _paths(dout: Array, x: Array, gamma: Array, std: Array, groups: int, axes: Axes = GROUP) -> Paths:
    """The paths where the forward pass has centred over `axes` and divided by `std`."""
    direct = _each(gamma) * dout / std
    normal = (x - _average(x, groups, axes)) / std
    return Paths(direct, _average(direct, groups, axes), normal * _average(direct * normal, groups, axes))


def _right(dout: Array, x: Array, gamma: Array, groups: int, eps: float) -> Paths:
    return _paths(dout, x, gamma, _std(x, groups, eps), groups)


def _with_denominator(
    dout: Array, x: Array, gamma: Array, std: Array, groups: int, axes: Axes = GROUP
) -> Gradients:
    """Gradients where the forward pass has centred over `axes` and divided by `std`."""
    direct, mean, var = _paths(dout, x, gamma, std, groups, axes)
    normal = (x - _average(x, groups, axes)) / std
    return direct - mean - var, (dout * normal).sum(axis=BATCH), dout.sum(axis=BATCH)


# --- which channels are a group ------------------------------------------------------------------


@mistake
def swaps_the_number_and_the_size(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The number of groups is used as the number of channels in a group.

    There are G groups of C/G channels each, in the shape (N, G, C/G, H, W).
    """
    return of(dout, x, gamma, groups=x.shape[1] // groups, eps=eps)


@mistake
def takes_all_channels_as_one_group(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """All channels of an image are processed together, whatever the number of groups: layer normalisation.

    Each of the G groups has a mean and a variance of its own, over C/G·H·W values of one image.
    """
    return of(dout, x, gamma, groups=1, eps=eps)


@mistake
def takes_each_channel_as_a_group(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """Every channel is processed by itself, whatever the number of groups: instance normalisation.

    The C/G channels of a group share a mean and a variance: the means in dx are over its channels, too.
    """
    return of(dout, x, gamma, groups=x.shape[1], eps=eps)


@mistake
def deals_the_channels_out(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """Channels are assigned to the groups in turn, instead of in consecutive blocks.

    Channel c belongs to group c // (C/G): in the shape (N, G, C/G, H, W) the group axis comes before its
    channels.
    """
    order = np.arange(x.shape[1]).reshape(-1, groups).T.ravel()
    dx, dgamma, dbeta = of(dout[:, order], x[:, order], gamma[order], groups=groups, eps=eps)
    back = np.argsort(order)
    return dx[:, back], dgamma[back], dbeta[back]


@mistake
def cuts_the_whole_batch_into_groups(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """The whole batch is cut into as many pieces as there are groups, across images.

    Every image has its own groups: N·G groups of C/G·H·W values each.
    """
    rows = x.reshape(groups, -1)
    scale = 1 / np.sqrt(rows.var(axis=1, keepdims=True) + eps)
    normal = (rows - rows.mean(axis=1, keepdims=True)) * scale
    dnormal = (_each(gamma) * dout).reshape(groups, -1)
    through_var = normal * (dnormal * normal).mean(axis=1, keepdims=True)
    dx = scale * (dnormal - dnormal.mean(axis=1, keepdims=True) - through_var)
    dgamma = (dout * normal.reshape(x.shape)).sum(axis=BATCH)
    return dx.reshape(x.shape), dgamma, dout.sum(axis=BATCH)


# --- which values share a mean and a variance ----------------------------------------------------


@mistake
def pools_the_batch(dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5) -> Gradients:
    """Mean and variance of a group are taken over the whole batch instead of for each image.

    Group normalisation does not depend on the batch: every image has its own mean and variance for each
    group.
    """
    axes = (0, 2, 3, 4)
    return _with_denominator(dout, x, gamma, _std(x, groups, eps, axes), groups, axes)


@mistake
def averages_over_everything(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """Mean and variance, and the means in dx, are taken over all images, channels and pixels.

    Every group of every image has its own: μ[n, g] is over the C/G·H·W values of a group in one image.
    """
    axes = (0, 1, 2, 3, 4)
    return _with_denominator(dout, x, gamma, _std(x, groups, eps, axes), groups, axes)


@mistake
def takes_channels_like_batchnorm(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """Every channel is processed over the whole batch, as in batch normalisation.

    Here images are kept apart and channels are pooled: the means ⟨·⟩ are over the C/G·H·W values of a group.
    """
    axes = (0, 3, 4)
    return _with_denominator(dout, x, gamma, _std(x, groups, eps, axes), groups, axes)


@mistake
def takes_channels_of_a_pixel_together(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """Mean and variance, and the means in dx, are taken over the channels of the group only, for every pixel.

    The means are over the pixels as well: of (N, G, C/G, H, W) over the last three axes, C/G·H·W values.
    """
    return _with_denominator(dout, x, gamma, _std(x, groups, eps, (2,)), groups, (2,))


@mistake
def averages_over_the_rows_of_the_table(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """In a table with one group in each row, means are taken down the columns, over groups and images.

    In a table of N·G rows each row is one group of one image: all means are along the row, over C/G·H·W
    values.
    """
    return _with_denominator(dout, x, gamma, _std(x, groups, eps, (0, 1)), groups, (0, 1))


def _dx_over(
    axes: Axes, dout: Array, x: Array, gamma: Array, groups: int, eps: float, of: Backward
) -> Gradients:
    """Change only which values the means in dx are over: x̂ is that of the forward pass."""
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    std = _std(x, groups, eps)
    direct, normal = _each(gamma) * dout / std, (x - _average(x, groups)) / std
    through_var = normal * _average(direct * normal, groups, axes)
    return direct - _average(direct, groups, axes) - through_var, dgamma, dbeta


@mistake
def averages_the_gradient_over_each_channel(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The means in dx are taken over each channel, although a group's channels were normalised together.

    The gradient pools what the forward pass pooled: the means ⟨·⟩ are over the C/G channels of the group and
    their pixels.
    """
    return _dx_over((3, 4), dout, x, gamma, groups, eps, of)


@mistake
def averages_the_gradient_over_all_channels(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The means in dx are taken over all channels of an image, although each group was normalised by itself.

    The gradient pools what the forward pass pooled: the means ⟨·⟩ are over the C/G·H·W values of a group, no
    others.
    """
    return _dx_over((1, 2, 3, 4), dout, x, gamma, groups, eps, of)


@mistake
def averages_the_gradient_over_the_batch(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The means in dx are taken over a group in all images, although each image was normalised by itself.

    The gradient pools what the forward pass pooled: the means ⟨·⟩ are over the C/G·H·W values of a group of
    one image.
    """
    return _dx_over((0, 2, 3, 4), dout, x, gamma, groups, eps, of)


@mistake
def averages_the_gradient_like_batchnorm(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The means in dx are those of batch normalisation: over the batch and the pixels, for each channel.

    The gradient pools what the forward pass pooled: the means ⟨·⟩ are over the C/G·H·W values of a group of
    one image.
    """
    return _dx_over((0, 3, 4), dout, x, gamma, groups, eps, of)


@mistake
def averages_the_gradient_over_the_rows_of_the_table(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """In a table with one group in each row, the means in dx are taken down the columns.

    In a table of N·G rows each row is one group of one image: the means ⟨·⟩ are along the row, over C/G·H·W
    values.
    """
    return _dx_over((0, 1), dout, x, gamma, groups, eps, of)


@mistake
def puts_dgamma_and_dbeta_into_dx(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are those of dgamma and dbeta, over a channel in all images, instead of over the group.

    In batch normalisation the two are the same sums. Here dx has Σ γ · dout and Σ γ · dout · x̂ over the
    group of one image, while dγ and dβ sum over N, H and W.
    """
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    std = _std(x, groups, eps)
    sums = dout.sum(axis=BATCH), (dout * (x - _average(x, groups)) / std).sum(axis=BATCH)
    through_mean, through_normal = (_each(total) / _size(x, groups) for total in sums)
    through_var = (x - _average(x, groups)) / std * through_normal
    return _each(gamma) / std * (dout - through_mean - through_var), dgamma, dbeta


def _dx_counting(
    count: int, dout: Array, x: Array, gamma: Array, groups: int, eps: float, of: Backward
) -> Gradients:
    """Divide the sums in dx by another number than that of the values in a group."""
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    direct, mean, var = _right(dout, x, gamma, groups, eps)
    return direct - (mean + var) * (_size(x, groups) / count), dgamma, dbeta


@mistake
def divides_by_the_batch_size(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are divided by the number of images.

    Mean and variance are over the C/G·H·W values of a group: the sums in dx are divided by that number.
    """
    return _dx_counting(len(x), dout, x, gamma, groups, eps, of)


@mistake
def divides_by_the_number_of_pixels(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are divided by the number of pixels only, without the number of channels of the group.

    Mean and variance are over the C/G·H·W values of a group: the sums in dx are divided by that number.
    """
    return _dx_counting(x.shape[2] * x.shape[3], dout, x, gamma, groups, eps, of)


@mistake
def divides_by_the_values_of_a_channel(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are divided by the number of values of a channel in the batch: batch normalisation.

    Mean and variance are over the C/G·H·W values of a group of one image: the sums in dx are divided by that
    number.
    """
    return _dx_counting(x[:, 0].size, dout, x, gamma, groups, eps, of)


@mistake
def divides_by_the_size_of_the_image(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are divided by the number of values in the whole image, all channels included.

    Mean and variance are over the C/G·H·W values of a group: the sums in dx are divided by that number.
    """
    return _dx_counting(x[0].size, dout, x, gamma, groups, eps, of)


@mistake
def divides_by_the_group_in_all_images(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are divided by the number of values of a group in all images of the batch.

    Every image is normalised by itself: the sums in dx are divided by C/G·H·W, the number of values of a
    group of one image.
    """
    return _dx_counting(x.size // groups, dout, x, gamma, groups, eps, of)


@mistake
def divides_by_the_number_of_rows(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are divided by the number of groups in the batch, the rows of the table.

    In a table of N·G rows the sums are along a row: they are divided by its length, C/G·H·W.
    """
    return _dx_counting(len(x) * groups, dout, x, gamma, groups, eps, of)


@mistake
def sums_where_dx_has_means(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The sums in dx are not divided by the number of values.

    Each value is one of C/G·H·W in μ and σ², so both terms of dx are means over C/G·H·W values, not sums.
    """
    return _dx_counting(1, dout, x, gamma, groups, eps, of)


# --- dx: gamma -------------------------------------------------------------------------------------


@mistake
def multiplies_by_gamma_at_the_end(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient dx is multiplied by gamma at the end, outside the means over the group.

    In batch normalisation this is the same, since a channel has one γ. Channels of a group differ in γ: the
    means are over γ · dout.
    """
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return _each(gamma) * of(dout, x, np.ones_like(gamma), groups=groups, eps=eps)[0], dgamma, dbeta


@mistake
def leaves_gamma_out_of_dx(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The factor gamma is missing from dx.

    The output is γ[c] · x̂ + β[c], so the gradient of x̂ is γ[c] · dout, and from there it goes on to x.
    """
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return of(dout, x, np.ones_like(gamma), groups=groups, eps=eps)[0], dgamma, dbeta


@mistake
def takes_gamma_by_group(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """In dx gamma is indexed by the group instead of the channel.

    A group shares only its mean and variance: channel c has its own γ[c].
    """
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    group = np.arange(x.shape[1]) // (x.shape[1] // groups)
    return of(dout, x, gamma[group], groups=groups, eps=eps)[0], dgamma, dbeta


@mistake
def scales_while_already_in_groups(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """The upstream gradient is multiplied by gamma while it is in groups, with no axis for the channels.

    There is one γ per channel: multiply dout by it in the shape (N, C, H, W), and only then reshape to
    groups.
    """
    dnormal = _each(gamma)[None] * _grouped(dout, groups)
    one = np.ones_like(gamma)
    return spatial_groupnorm_backward(dnormal.reshape(x.shape), x, one, groups=groups, eps=eps)


def _add(
    change: Array, dout: Array, x: Array, gamma: Array, groups: int, eps: float, of: Backward
) -> Gradients:
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx + change, dgamma, dbeta


@mistake
def leaves_gamma_out_of_the_direct_path(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The factor gamma is missing from the direct part of dx; the paths through the statistics have it.

    All three paths begin at x̂, whose gradient is γ[c] · dout.
    """
    change = _right(dout, x, 1 - gamma, groups, eps).direct
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def leaves_gamma_out_of_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The factor gamma is missing from the gradient that goes through the mean.

    All three paths begin at x̂, whose gradient is γ[c] · dout.
    """
    change = _right(dout, x, gamma - 1, groups, eps).mean
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def leaves_gamma_out_of_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The factor gamma is missing from the gradient that goes through the variance.

    All three paths begin at x̂, whose gradient is γ[c] · dout.
    """
    change = _right(dout, x, gamma - 1, groups, eps).var
    return _add(change, dout, x, gamma, groups, eps, of)


# --- dx: the paths through the mean and the variance ---------------------------------------------


@mistake
def forgets_both_paths(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """Mean and variance are treated as constants: the gradient has only the direct path.

    Both μ and σ² depend on x: with dx̂ = γ · dout two more terms are subtracted, ⟨dx̂⟩ and x̂ · ⟨dx̂ · x̂⟩.
    """
    paths = _right(dout, x, gamma, groups, eps)
    return _add(paths.mean + paths.var, dout, x, gamma, groups, eps, of)


@mistake
def forgets_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The mean is treated as a constant: the gradient's path through it is missing in dx.

    Each x is part of μ, which is subtracted from all values of the group: dx has the term −⟨γ · dout⟩.
    """
    return _add(_right(dout, x, gamma, groups, eps).mean, dout, x, gamma, groups, eps, of)


@mistake
def forgets_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The variance is treated as a constant: the gradient's path through it is missing in dx.

    Each x is part of σ², by which all values of the group are divided: dx has the term −x̂ · ⟨γ · dout · x̂⟩.
    """
    return _add(_right(dout, x, gamma, groups, eps).var, dout, x, gamma, groups, eps, of)


@mistake
def forgets_the_direct_path(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient dx has only the paths through mean and variance; the direct one is missing.

    There are three paths from x to the output, and their gradients add up: directly, through μ and through
    σ².
    """
    return _add(-_right(dout, x, gamma, groups, eps).direct, dout, x, gamma, groups, eps, of)


@mistake
def adds_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The term of the mean has the wrong sign in dx.

    The mean is subtracted from x, so its gradient is a negative sum: the term ⟨γ · dout⟩ is subtracted.
    """
    return _add(2 * _right(dout, x, gamma, groups, eps).mean, dout, x, gamma, groups, eps, of)


@mistake
def adds_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The term of the variance has the wrong sign in dx.

    A larger σ² makes the output smaller, so the derivative of (σ² + eps)^(−1/2) is negative: the term is
    subtracted.
    """
    return _add(2 * _right(dout, x, gamma, groups, eps).var, dout, x, gamma, groups, eps, of)


@mistake
def sums_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The mean's gradient is passed to every value in full, without the division by their number.

    Each value is one of C/G·H·W in μ: the derivative of μ by one value is 1 / (C/G·H·W).
    """
    change = (1 - _size(x, groups)) * _right(dout, x, gamma, groups, eps).mean
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def sums_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The variance's gradient is passed to every value without the division by their number.

    The variance is a mean of squares: its derivative by one value is 2 (x − μ) / (C/G·H·W).
    """
    change = (1 - _size(x, groups)) * _right(dout, x, gamma, groups, eps).var
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def halves_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The term of the variance is half of what it should be: the factor 2 of the square is missing.

    The derivative of the square (x − μ)² is 2 (x − μ); the 2 cancels the 1/2 that comes from the root.
    """
    return _add(_right(dout, x, gamma, groups, eps).var / 2, dout, x, gamma, groups, eps, of)


@mistake
def doubles_the_path_through_the_variance(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The term of the variance is twice what it should be: the factor one half of the root is missing.

    The derivative of (σ² + eps)^(−1/2) is −1/2 · (σ² + eps)^(−3/2); the 1/2 cancels the 2 of the square.
    """
    return _add(-_right(dout, x, gamma, groups, eps).var, dout, x, gamma, groups, eps, of)


@mistake
def eps_is_always_the_usual_one(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """Eps is always 0.00001, whatever the settings say.

    eps is a hyperparameter of the layer, given with the other settings; 1e-5 is only its default.
    """
    return of(dout, x, gamma, groups=groups, eps=1e-5)


@mistake
def keeps_the_exponent_of_the_root(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """In the variance's gradient the power stays at minus one half: the derivative should lower it.

    The derivative lowers the exponent by one: (σ² + eps)^(−1/2) becomes −1/2 · (σ² + eps)^(−3/2).
    """
    change = _right(dout, x, gamma, groups, eps).var * (1 - _std(x, groups, eps) ** 2)
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def loses_a_power_of_the_deviation(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """In the variance's gradient one division by the standard deviation is missing.

    With s = √(σ² + eps): 1/s has the derivative −1/s² by s, and s has the derivative 1/(2s) by σ², together
    −1/(2s³).
    """
    change = _right(dout, x, gamma, groups, eps).var * (1 - _std(x, groups, eps))
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def forgets_the_derivative_of_the_root(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of the standard deviation is passed to the variance without the derivative of the root.

    The chain rule has one more factor: s = √(σ² + eps) has the derivative 1/(2s) with respect to σ².
    """
    change = _right(dout, x, gamma, groups, eps).var * (1 - 2 * _std(x, groups, eps))
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def forgets_to_divide_the_path_through_the_mean(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient that goes through the mean is not divided by the standard deviation.

    The mean is subtracted before the division, so its gradient comes through the division as well:
    −⟨γ · dout⟩ / √(σ² + eps).
    """
    change = _right(dout, x, gamma, groups, eps).mean * (1 - _std(x, groups, eps))
    return _add(change, dout, x, gamma, groups, eps, of)


# --- dx: factors -----------------------------------------------------------------------------------


@mistake
def does_not_divide_dx(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The division by the standard deviation is missing from dx.

    The forward pass divides by √(σ² + eps), so the gradient is divided by the same.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx * _std(x, groups, eps), dgamma, dbeta


@mistake
def divides_dx_by_the_variance(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient dx is divided by the variance instead of its square root.

    The forward pass divides by √(σ² + eps), so the gradient is divided by the same.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx / _std(x, groups, eps), dgamma, dbeta


@mistake
def multiplies_dx_by_the_deviation(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient dx is multiplied by the standard deviation instead of divided by it.

    The forward pass divides by √(σ² + eps), so the gradient is divided by the same.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx * _std(x, groups, eps) ** 2, dgamma, dbeta


@mistake
def leaves_out_the_last_division(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient dx is too large by the number of values: the division in front of the bracket is missing.

    With one denominator, dx = (m dx̂ − Σ dx̂ − x̂ Σ dx̂ x̂) / (m √(σ² + eps)) with m = C/G·H·W and dx̂ = γ ·
    dout.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx * _size(x, groups), dgamma, dbeta


@mistake
def weighs_the_direct_path_as_one_value(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The direct part of dx is divided by the number of values as well.

    With one denominator, dx = (m dx̂ − Σ dx̂ − x̂ Σ dx̂ x̂) / (m √(σ² + eps)): dx̂ = γ · dout itself has the
    factor m = C/G·H·W.
    """
    change = _right(dout, x, gamma, groups, eps).direct * (1 / _size(x, groups) - 1)
    return _add(change, dout, x, gamma, groups, eps, of)


@mistake
def hands_the_gradient_on(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The upstream gradient is returned as dx, unchanged.

    The layer scales its values and makes them depend on each other: dx = (dx̂ − ⟨dx̂⟩ − x̂ · ⟨dx̂ · x̂⟩) /
    √(σ² + eps) with dx̂ = γ · dout.
    """
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dout.copy(), dgamma, dbeta


@mistake
def leaves_dx_in_groups(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient dx keeps an axis for the groups: it has five axes instead of four.

    A gradient has the shape of what it is the gradient of: dx is (N, C, H, W), like x.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return _grouped(dx, groups), dgamma, dbeta


@mistake
def dx_is_zero(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient dx stays zero everywhere.

    Normalising passes the gradient on: dx = (dx̂ − ⟨dx̂⟩ − x̂ · ⟨dx̂ · x̂⟩) / √(σ² + eps) with dx̂ = γ · dout.
    """
    _, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return np.zeros_like(x), dgamma, dbeta


# --- the denominator -------------------------------------------------------------------------------


@mistake
def leaves_out_eps(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """Eps is left out of the denominator.

    The gradient is that of the forward pass, which divides by √(σ² + eps).
    """
    return of(dout, x, gamma, groups=groups, eps=0.0)


@mistake
def leaves_eps_out_of_dx(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """Eps is left out of the factor in front of dx, although the normalised values have it.

    The gradient is that of the forward pass: both divide by the same √(σ² + eps).
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx * _std(x, groups, eps) / _std(x, groups, 0.0), dgamma, dbeta


@mistake
def adds_eps_outside_the_root(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """Eps is added to the standard deviation, outside the square root.

    Eps is added to the variance, under the root: the denominator is √(σ² + eps), not σ + eps.
    """
    return _with_denominator(dout, x, gamma, _std(x, groups, 0.0) + eps, groups)


@mistake
def divides_by_one_less(dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5) -> Gradients:
    """The variance is the unbiased one, divided by the number of values minus one.

    The layer uses the biased variance: σ² is the mean of (x − μ)², over the C/G·H·W values of the group.
    """
    return _with_denominator(dout, x, gamma, _std(x, groups, eps, ddof=1), groups)


@mistake
def divides_by_one_less_throughout(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5
) -> Gradients:
    """The variance is the unbiased one, and its gradient too is divided by the number of values minus one.

    The layer uses the biased variance: σ² is the mean of (x − μ)², over the C/G·H·W values of the group.
    """
    std = _std(x, groups, eps, ddof=1)
    dx, dgamma, dbeta = _with_denominator(dout, x, gamma, std, groups)
    return dx - _paths(dout, x, gamma, std, groups).var / (_size(x, groups) - 1), dgamma, dbeta


# --- dgamma and dbeta ----------------------------------------------------------------------------


@mistake
def dgamma_is_without_the_normalised_values(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of gamma is the sum of the upstream gradient alone, without the normalised values.

    Gamma multiplies x̂, so each value of dout is multiplied by x̂: dγ[c] is the sum of dout · x̂.
    """
    dx, _, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dout.sum(axis=BATCH), dbeta


@mistake
def dgamma_is_with_the_bare_input(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of gamma is computed with the input instead of the normalised values.

    Gamma multiplies x̂, not x: dγ[c] is the sum of dout · x̂ with x̂ = (x − μ) / √(σ² + eps).
    """
    dx, _, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, (dout * x).sum(axis=BATCH), dbeta


@mistake
def dgamma_is_with_the_centred_input(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of gamma is computed with the centred input, which is not divided yet.

    Gamma multiplies x̂: dγ[c] is the sum of dout · x̂ with x̂ = (x − μ) / √(σ² + eps).
    """
    dx, _, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, (dout * (x - _average(x, groups))).sum(axis=BATCH), dbeta


@mistake
def dgamma_has_a_factor_gamma(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of gamma has gamma itself as a factor.

    The derivative of γ · x̂ with respect to γ is x̂ alone: dγ[c] is the sum of dout · x̂.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, gamma * dgamma, dbeta


@mistake
def dbeta_has_a_factor_gamma(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of beta has gamma as a factor.

    Beta is added after the scaling: its derivative is 1, and dβ[c] is the sum of dout.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma, gamma * dbeta


@mistake
def swaps_dgamma_and_dbeta(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are swapped.

    The order is dx, dgamma, dbeta, with dγ[c] the sum of dout · x̂ and dβ[c] the sum of dout.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dbeta, dgamma


@mistake
def averages_dgamma_and_dbeta(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are means over the values of a channel instead of sums.

    Every value that γ and β are applied to adds to their gradients: they are sums over N, H and W, without a
    division.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma / x[:, 0].size, dbeta / x[:, 0].size


@mistake
def averages_dgamma_and_dbeta_over_the_batch(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are divided by the number of images.

    Every value that γ and β are applied to adds to their gradients: they are sums over N, H and W, without a
    division.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma / len(x), dbeta / len(x)


@mistake
def averages_dgamma_over_the_batch(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of gamma is divided by the number of images; that of beta is not.

    Every value that γ and β are applied to adds to their gradients: they are sums over N, H and W, without a
    division.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma / len(x), dbeta


@mistake
def averages_dbeta_over_the_batch(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of beta is divided by the number of images; that of gamma is not.

    Every value that γ and β are applied to adds to their gradients: they are sums over N, H and W, without a
    division.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma, dbeta / len(x)


@mistake
def averages_dgamma(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of gamma is a mean over the values of a channel; that of beta is a sum.

    Every value that γ and β are applied to adds to their gradients: they are sums over N, H and W, without a
    division.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma / x[:, 0].size, dbeta


@mistake
def averages_dbeta(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of beta is a mean over the values of a channel; that of gamma is a sum.

    Every value that γ and β are applied to adds to their gradients: they are sums over N, H and W, without a
    division.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma, dbeta / x[:, 0].size


def _summed(
    total: Callable[[Array], Array],
    dout: Array,
    x: Array,
    gamma: Array,
    groups: int,
    eps: float,
    of: Backward,
) -> Gradients:
    """Sum dgamma and dbeta in another way than over (0, 2, 3)."""
    dx, _, _ = of(dout, x, gamma, groups=groups, eps=eps)
    normal = (x - _average(x, groups)) / _std(x, groups, eps)
    return dx, total(dout * normal), total(dout)


@mistake
def sums_dgamma_and_dbeta_over_the_batch_alone(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are summed over the batch only, and keep the spatial axes.

    One γ is used for all pixels of a channel, so its gradient sums over them too: over N, H and W, to C
    numbers.
    """
    return _summed(lambda terms: np.asarray(terms.sum(axis=0)), dout, x, gamma, groups, eps, of)


@mistake
def sums_dgamma_and_dbeta_over_pixels_alone(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are summed over the pixels only, and keep the batch axis.

    One γ is used for all images, so its gradient sums over them too: over N, H and W, to C numbers.
    """
    return _summed(lambda terms: np.asarray(terms.sum(axis=(2, 3))), dout, x, gamma, groups, eps, of)


@mistake
def sums_dgamma_and_dbeta_over_everything(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are summed over everything, channels included, to single numbers.

    Every channel has its own γ and β: the sums are over N, H and W, which leaves C numbers.
    """
    return _summed(lambda terms: np.asarray(terms.sum()), dout, x, gamma, groups, eps, of)


@mistake
def sums_dgamma_and_dbeta_by_group(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are summed over the channels of a group: one number for each group.

    A group shares only its mean and variance: every channel has its own γ and β, and sums over N, H and W.
    """
    return _summed(
        lambda terms: np.asarray(_grouped(terms, groups).sum(axis=(0, 2, 3, 4))),
        dout,
        x,
        gamma,
        groups,
        eps,
        of,
    )


@mistake
def shares_dgamma_and_dbeta_in_a_group(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradients of gamma and beta are summed over a group, and all of its channels get the same number.

    A group shares only its mean and variance: every channel has its own γ and β, and sums over N, H and W.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    size = x.shape[1] // groups

    def shared(gradient: Array) -> Array:
        return np.repeat(gradient.reshape(groups, size).sum(axis=1), size)

    return dx, shared(dgamma), shared(dbeta)


@mistake
def dgamma_is_zero(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of gamma stays zero.

    Gamma is learned: dγ[c] is the sum of dout · x̂ over N, H and W.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, np.zeros_like(dgamma), dbeta


@mistake
def dbeta_is_zero(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The gradient of beta stays zero.

    Beta is learned: dβ[c] is the sum of dout over N, H and W.
    """
    dx, dgamma, dbeta = of(dout, x, gamma, groups=groups, eps=eps)
    return dx, dgamma, np.zeros_like(dbeta)


# --- the caller's arrays ---------------------------------------------------------------------------


@mistake
def scales_the_upstream_in_place(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The upstream gradient is multiplied by gamma in place, which changes the caller's own array.

    The upstream gradient belongs to the caller: the gradient of x̂, γ[c] · dout, is a new array.
    """
    gradients = of(dout.copy(), x, gamma, groups=groups, eps=eps)
    dout *= _each(gamma)
    return gradients


@mistake
def scales_the_upstream_before_the_sums(
    dout: Array, x: Array, gamma: Array, *, groups: int, eps: float = 1e-5, of: Backward = RIGHT
) -> Gradients:
    """The upstream gradient is multiplied by gamma in place before dgamma and dbeta are summed from it.

    The sums use the upstream gradient as it came: dγ[c] is the sum of dout · x̂ and dβ[c] that of dout, both
    without γ.
    """
    dx, dgamma, dbeta = of(dout.copy(), x, gamma, groups=groups, eps=eps)
    dout *= _each(gamma)
    return dx, gamma * dgamma, gamma * dbeta


MISTAKES = mistake.mistakes
