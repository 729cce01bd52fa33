"""Wrong spatial group normalisations, forward.

Formula: out[n, c, i, j] = γ[c] · (x[n, c, i, j] − μ[n, g]) / √(σ²[n, g] + eps) + β[c], where g is the group
of channel c, C/G consecutive channels, and μ and σ² are over the C/G·H·W values of that group in that image.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.norm import spatial_groupnorm

__all__ = ["MISTAKES"]

Groupnorm = Callable[..., Array]

mistake = Collection("spatial_groupnorm")

GROUP = (2, 3, 4)  # of (N, G, C/G, H, W)


def _each(parameter: Array) -> Array:
    return parameter[:, None, None]


def _grouped(x: Array, groups: int) -> Array:
    """See (N, C, H, W) as (N, G, C/G, H, W)."""
    n, c, h, w = x.shape
    return x.reshape(n, groups, c // groups, h, w)


def _normalised(x: Array, axes: tuple[int, ...], eps: float) -> Array:
    normal: Array = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return normal


def _affine(normal: Array, x: Array, gamma: Array, beta: Array) -> Array:
    return _each(gamma) * normal.reshape(x.shape) + _each(beta)


def _by_channel(statistic: Array, x: Array, groups: int) -> Array:
    """Repeat a number per group, (N, G, 1, 1, 1), for each of its channels: (N, C, 1, 1)."""
    return np.repeat(statistic[..., 0, 0, 0], x.shape[1] // groups, axis=1)[..., None, None]


def _mean(x: Array, groups: int) -> Array:
    return _by_channel(_grouped(x, groups).mean(axis=GROUP, keepdims=True), x, groups)


def _std(x: Array, groups: int, eps: float, ddof: int = 0) -> Array:
    var = _grouped(x, groups).var(axis=GROUP, ddof=ddof, keepdims=True)
    return _by_channel(np.sqrt(var + eps), x, groups)


# --- which channels are a group ------------------------------------------------------------------


@mistake
def swaps_the_number_and_the_size(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The number of groups is used as the number of channels in a group.

    There are G groups of C/G channels each, in the shape (N, G, C/G, H, W).
    """
    return of(x, gamma, beta, groups=x.shape[1] // groups, eps=eps)


@mistake
def takes_all_channels_as_one_group(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """All channels of an image are normalised together, whatever the number of groups: layer normalisation.

    Each of the G groups has a mean and a variance of its own, over C/G·H·W values of one image.
    """
    return of(x, gamma, beta, groups=1, eps=eps)


@mistake
def takes_each_channel_as_a_group(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Every channel is normalised by itself, whatever the number of groups: instance normalisation.

    The C/G channels of a group share a mean and a variance: the mean is over its channels, too.
    """
    return of(x, gamma, beta, groups=x.shape[1], eps=eps)


@mistake
def deals_the_channels_out(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Channels are assigned to the groups in turn, instead of in consecutive blocks.

    Channel c belongs to group c // (C/G): in the shape (N, G, C/G, H, W) the group axis comes before its
    channels.
    """
    order = np.arange(x.shape[1]).reshape(-1, groups).T.ravel()
    out = of(x[:, order], gamma[order], beta[order], groups=groups, eps=eps)
    return out[:, np.argsort(order)]


@mistake
def groups_the_channels_at_one_place(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """The first channels of all groups are normalised together, and so are the second ones, and so on.

    Mean and variance are taken within a group: of (N, G, C/G, H, W) over the last three axes.
    """
    return _affine(_normalised(_grouped(x, groups), (1, 3, 4), eps), x, gamma, beta)


@mistake
def cuts_the_whole_batch_into_groups(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """The whole batch is cut into as many pieces as there are groups, across images.

    Every image has its own groups: N·G groups of C/G·H·W values each.
    """
    return _affine(_normalised(x.reshape(groups, -1), (1,), eps), x, gamma, beta)


@mistake
def moves_the_channels_to_the_end(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """The channel axis is moved to the end before the groups are made, so that pixels are grouped.

    In (N, C, H, W) the channels of a group are next to each other already: a reshape to (N, G, C/G, H, W)
    needs no transpose, unlike the table of batch normalisation.
    """
    n, c, h, w = x.shape
    normal = _normalised(x.transpose(0, 2, 3, 1).reshape(n, groups, -1), (2,), eps)
    return _affine(normal.reshape(n, h, w, c).transpose(0, 3, 1, 2), x, gamma, beta)


def _in_slices(start: int, size: int, x: Array, gamma: Array, beta: Array, groups: int, eps: float) -> Array:
    """Normalise `size` channels for each group, beginning at `start` times its number; others are zero."""
    normal = np.zeros_like(x)
    for group in range(groups):
        channels = slice(group * start, group * start + size)
        if x[:, channels].size:
            normal[:, channels] = _normalised(x[:, channels], (1, 2, 3), eps)
    return _affine(normal, x, gamma, beta)


@mistake
def starts_at_the_number_of_the_group(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """A group's slice of channels starts at the group's index, so that the slices overlap.

    Group g starts where the group before it ends: its C/G channels are those from g·C/G on.
    """
    return _in_slices(1, x.shape[1] // groups, x, gamma, beta, groups, eps)


@mistake
def slices_as_many_channels_as_groups(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """A group's slice has as many channels as there are groups, so some channels may be left at zero.

    A group has C/G channels: those of group g are the C/G from g·C/G on.
    """
    return _in_slices(groups, groups, x, gamma, beta, groups, eps)


# --- which values share a mean and a variance ----------------------------------------------------


@mistake
def pools_the_batch(x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5) -> Array:
    """Mean and variance of a group are taken over the whole batch instead of for each image.

    Group normalisation does not depend on the batch: every image has its own mean and variance for each
    group.
    """
    return _affine(_normalised(_grouped(x, groups), (0, 2, 3, 4), eps), x, gamma, beta)


@mistake
def normalises_like_batchnorm(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """Every channel is normalised over the batch, which is batch normalisation.

    Here images are kept apart and channels are pooled: μ[n, g] is over the C/G·H·W values of a group.
    """
    return _affine(_normalised(x, (0, 2, 3), eps), x, gamma, beta)


@mistake
def normalises_over_everything(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """One mean and one variance are taken over the whole batch: all images, channels and pixels.

    Every group of every image has its own: μ[n, g] is over the C/G·H·W values of a group in one image.
    """
    return _affine(_normalised(x, (0, 1, 2, 3), eps), x, gamma, beta)


@mistake
def averages_over_the_rows_of_the_table(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """In a table with one group in each row, means are taken down the columns, over groups and images.

    In a table of N·G rows each row is one group of one image: mean and variance are along the row, C/G·H·W
    values.
    """
    return _affine(_normalised(_grouped(x, groups), (0, 1), eps), x, gamma, beta)


@mistake
def averages_over_the_groups(x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5) -> Array:
    """Mean and variance are taken over the axis of the groups, from group to group.

    Mean and variance are taken within a group: of (N, G, C/G, H, W) over the last three axes.
    """
    return _affine(_normalised(_grouped(x, groups), (1,), eps), x, gamma, beta)


@mistake
def averages_over_channels_alone(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """Every pixel is normalised by itself: mean and variance are over the channels of the group only.

    The means are over the pixels as well: of (N, G, C/G, H, W) over the last three axes, C/G·H·W values.
    """
    return _affine(_normalised(_grouped(x, groups), (2,), eps), x, gamma, beta)


@mistake
def leaves_the_width_out(x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5) -> Array:
    """Every column of pixels is normalised by itself: the mean is not taken over the width.

    Mean and variance are over the last three axes of (N, G, C/G, H, W), both spatial ones included.
    """
    return _affine(_normalised(_grouped(x, groups), (2, 3), eps), x, gamma, beta)


@mistake
def leaves_the_height_out(x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5) -> Array:
    """Every row of pixels is normalised by itself: the mean is not taken over the height.

    Mean and variance are over the last three axes of (N, G, C/G, H, W), both spatial ones included.
    """
    return _affine(_normalised(_grouped(x, groups), (2, 4), eps), x, gamma, beta)


@mistake
def normalises_over_all_channels_of_a_pixel(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """Mean and variance are taken over all channels of a pixel, whatever the number of groups.

    A group shares its statistics: μ[n, g] is over C/G channels and over all H·W pixels of image n.
    """
    return _affine(_normalised(x, (1,), eps), x, gamma, beta)


@mistake
def averages_over_the_batch_alone(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """Mean and variance are taken over the batch axis, separately for each channel and pixel.

    Group normalisation keeps the images apart: μ[n, g] is over the C/G·H·W values of a group in one image.
    """
    return _affine(_normalised(x, (0,), eps), x, gamma, beta)


@mistake
def takes_statistics_of_the_first_image(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """All images are normalised with the first image's means and variances.

    Every image has its own statistics: image n is normalised with μ[n, g] and σ²[n, g].
    """
    normal = (x - _mean(x, groups)[:1]) / _std(x, groups, eps)[:1]
    return _affine(normal, x, gamma, beta)


def _counting(count: int, x: Array, gamma: Array, beta: Array, groups: int, eps: float) -> Array:
    """Divide the sums over a group by another number than that of its values."""
    grouped = _grouped(x, groups)
    centred = grouped - grouped.sum(axis=GROUP, keepdims=True) / count
    var = (centred**2).sum(axis=GROUP, keepdims=True) / count
    return _affine(centred / np.sqrt(var + eps), x, gamma, beta)


@mistake
def divides_by_the_number_of_pixels(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """The sums over a group are divided by the number of pixels only, without the number of its channels.

    A group has C/G·H·W values in an image: its sums are divided by that number.
    """
    return _counting(x.shape[2] * x.shape[3], x, gamma, beta, groups, eps)


@mistake
def divides_by_the_size_of_the_image(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """The sums over a group are divided by the number of values in the whole image, all channels included.

    A group has C/G·H·W values in an image: its sums are divided by that number.
    """
    return _counting(x[0].size, x, gamma, beta, groups, eps)


@mistake
def divides_by_the_batch_size(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """The sums over a group are divided by the number of images.

    A group has C/G·H·W values in an image, whatever the batch size is: its sums are divided by that number.
    """
    return _counting(len(x), x, gamma, beta, groups, eps)


# --- normalising ---------------------------------------------------------------------------------


def _rescaled(
    ratio: Array, x: Array, gamma: Array, beta: Array, groups: int, eps: float, of: Groupnorm
) -> Array:
    """Multiply the normalised values by a ratio, (N, C, 1, 1)."""
    return _each(beta) + ratio * (of(x, gamma, beta, groups=groups, eps=eps) - _each(beta))


@mistake
def divides_by_one_less(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The variance is the unbiased one, divided by the number of values minus one.

    The layer uses the biased variance: σ² is the mean of (x − μ)², over the C/G·H·W values of the group.
    """
    ratio = _std(x, groups, eps) / _std(x, groups, eps, ddof=1)
    return _rescaled(ratio, x, gamma, beta, groups, eps, of)


@mistake
def eps_is_always_the_usual_one(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Eps is always 0.00001, whatever the settings say.

    eps is a hyperparameter of the layer, given with the other settings; 1e-5 is only its default.
    """
    return of(x, gamma, beta, groups=groups, eps=1e-5)


@mistake
def adds_eps_outside_the_root(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Eps is added to the standard deviation, outside the square root.

    Eps is added to the variance, under the root: the denominator is √(σ² + eps), not σ + eps.
    """
    ratio = _std(x, groups, eps) / (_std(x, groups, 0.0) + eps)
    return _rescaled(ratio, x, gamma, beta, groups, eps, of)


@mistake
def leaves_out_eps(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Eps is left out: the values are divided by the standard deviation alone.

    The denominator is √(σ² + eps); without eps a constant group is divided by zero.
    """
    return of(x, gamma, beta, groups=groups, eps=0.0)


@mistake
def adds_eps_after_dividing(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Eps is added to the normalised values, after the division.

    Eps keeps the denominator away from zero: it is added to the variance, under the root, √(σ² + eps).
    """
    return of(x, gamma, beta + gamma * eps, groups=groups, eps=0.0)


@mistake
def divides_by_the_variance(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The values are divided by the variance instead of its square root.

    Dividing by the standard deviation gives the result a standard deviation of 1: the denominator is √(σ² +
    eps).
    """
    return _rescaled(1 / _std(x, groups, eps), x, gamma, beta, groups, eps, of)


@mistake
def multiplies_by_the_deviation(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The centred values are multiplied by the standard deviation instead of divided by it.

    Normalising gives every group a standard deviation of 1: (x − μ) is divided by √(σ² + eps).
    """
    return _rescaled(_std(x, groups, eps) ** 2, x, gamma, beta, groups, eps, of)


@mistake
def only_centres(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The mean is subtracted, but the values are not divided by the standard deviation.

    Normalising takes two steps: subtract μ, then divide by √(σ² + eps).
    """
    return _rescaled(_std(x, groups, eps), x, gamma, beta, groups, eps, of)


@mistake
def does_not_subtract_the_mean(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The values are divided by the standard deviation, but the mean is not subtracted.

    Normalising takes two steps: subtract μ, then divide by √(σ² + eps).
    """
    shift = _each(gamma) * _mean(x, groups) / _std(x, groups, eps)
    return of(x, gamma, beta, groups=groups, eps=eps) + shift


@mistake
def takes_the_variance_about_zero(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The variance is the mean of the squares, and the square of the mean is not subtracted from it.

    The variance measures the distance from the mean: σ² is the mean of (x − μ)², which is the mean of x²
    minus μ².
    """
    ratio = _std(x, groups, eps) / np.sqrt(_mean(x**2, groups) + eps)
    return _rescaled(ratio, x, gamma, beta, groups, eps, of)


@mistake
def subtracts_the_mean_in_place(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The mean is subtracted in the caller's own array, which is changed by the call.

    A reshaped array shares its memory with the original, which belongs to the caller: x − μ is a new array.
    """
    out = of(x.copy(), gamma, beta, groups=groups, eps=eps)
    x -= _mean(x, groups)
    return out


# --- gamma and beta ------------------------------------------------------------------------------


@mistake
def leaves_out_gamma(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The normalised values are not scaled by gamma.

    The layer can undo the normalisation: out = γ[c] · x̂ + β[c], and both γ and β are learned.
    """
    return of(x, np.ones_like(gamma), beta, groups=groups, eps=eps)


@mistake
def leaves_out_beta(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The scaled values are not shifted by beta.

    The layer can undo the normalisation: out = γ[c] · x̂ + β[c], and both γ and β are learned.
    """
    return of(x, gamma, np.zeros_like(beta), groups=groups, eps=eps)


@mistake
def leaves_out_gamma_and_beta(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The normalised values are returned as they are, neither scaled by gamma nor shifted by beta.

    The layer can undo the normalisation: out = γ[c] · x̂ + β[c], and both γ and β are learned.
    """
    return of(x, np.ones_like(gamma), np.zeros_like(beta), groups=groups, eps=eps)


@mistake
def shifts_before_scaling(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Beta is added before the multiplication by gamma, so the shift is scaled as well.

    First scale, then shift: out = γ[c] · x̂ + β[c], so β is added as it is.
    """
    return of(x, gamma, gamma * beta, groups=groups, eps=eps)


@mistake
def scales_before_normalising(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The input is multiplied by gamma before it is normalised, instead of the normalised values.

    First each group is normalised, then each channel is scaled and shifted: γ[c] · x̂ + β[c].
    """
    return of(_each(gamma) * x, np.ones_like(gamma), beta, groups=groups, eps=eps)


@mistake
def scales_and_shifts_before_normalising(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Gamma and beta scale and shift the input before it is normalised, instead of the normalised values.

    First each group is normalised, then each channel is scaled and shifted: γ[c] · x̂ + β[c].
    """
    scaled = _each(gamma) * x + _each(beta)
    return of(scaled, np.ones_like(gamma), np.zeros_like(beta), groups=groups, eps=eps)


@mistake
def swaps_gamma_and_beta(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Gamma and beta are swapped: beta scales and gamma shifts.

    The scale is γ, the shift is β: out = γ[c] · x̂ + β[c].
    """
    return of(x, beta, gamma, groups=groups, eps=eps)


@mistake
def takes_gamma_and_beta_by_group(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Gamma and beta are indexed by the group instead of the channel.

    A group shares only its mean and variance: channel c gets its own γ[c] and β[c].
    """
    group = np.arange(x.shape[1]) // (x.shape[1] // groups)
    return of(x, gamma[group], beta[group], groups=groups, eps=eps)


@mistake
def takes_gamma_and_beta_by_place_in_the_group(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """Gamma and beta are indexed by the channel's place in its group, so every group gets the first ones.

    Channels are counted over all groups: channel k of group g is c = g·C/G + k.
    """
    place = np.arange(x.shape[1]) % (x.shape[1] // groups)
    return of(x, gamma[place], beta[place], groups=groups, eps=eps)


@mistake
def uses_the_first_gamma_and_beta(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """All channels are scaled and shifted by the first channel's gamma and beta.

    Both γ and β have one number per channel: channel c gets γ[c] and β[c].
    """
    first_gamma, first_beta = np.full_like(gamma, gamma[0]), np.full_like(beta, beta[0])
    return of(x, first_gamma, first_beta, groups=groups, eps=eps)


@mistake
def scales_while_still_in_groups(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """Gamma and beta are applied while the values are still in groups, with no axis for the channels.

    Both have one number per channel: apply them after the values are reshaped back to (N, C, H, W).
    """
    normal = _normalised(_grouped(x, groups), GROUP, eps)
    return (_each(gamma)[None] * normal + _each(beta)[None]).reshape(x.shape)


@mistake
def lays_gamma_along_the_width(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5
) -> Array:
    """Gamma and beta are broadcast along the last axis, the width, instead of the channels.

    NumPy aligns shapes from the right: (C,) against (N, C, H, W) lines up with W. One number per channel
    needs the shape (1, C, 1, 1).
    """
    return gamma * _normalised(_grouped(x, groups), GROUP, eps).reshape(x.shape) + beta


# --- the output's shape --------------------------------------------------------------------------


@mistake
def leaves_the_output_in_groups(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The output keeps an axis for the groups: it has five axes instead of four.

    Groups are only for the statistics: the output has the shape of the input, (N, C, H, W).
    """
    return _grouped(of(x, gamma, beta, groups=groups, eps=eps), groups)


@mistake
def leaves_channels_last(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5, of: Groupnorm = spatial_groupnorm
) -> Array:
    """The output has the channels as its last axis.

    The layer returns the layout that it was given: (N, C, H, W), the channel axis in second place.
    """
    return of(x, gamma, beta, groups=groups, eps=eps).transpose(0, 2, 3, 1)


MISTAKES = mistake.mistakes
