"""Wrong spatial batch normalisations, forward: one call of the layer, while training or at test time.

Formula: out[n, c, i, j] = γ[c] · (x[n, c, i, j] − μ[c]) / √(σ²[c] + eps) + β[c], where μ and σ² are the mean
and the variance of channel c over the N·H·W values of a batch while training, and the running averages at
test time. While training these become momentum · old + (1 − momentum) · batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection, Function
from reference.norm import batch_statistics, running_average, spatial_batchnorm_layer

__all__ = ["MISTAKES"]

mistake = Collection("spatial_batchnorm")


# --- one call of the layer -----------------------------------------------------------------------


class Call(NamedTuple):
    """The settings of one call; those of `spatial_batchnorm_layer`."""

    mode: str
    eps: float
    momentum: float
    running_mean: Array | None
    running_var: Array | None


Result = tuple[Array, Array | None, Array | None]
Layer = Callable[[Array, Array, Array, Call], Result]


def builds(wrong: Callable[[Array, Array, Array, Call, Layer], Result]) -> Function:
    """Give a wrong version that builds on the right one the layer's signature."""

    def layer(
        x: Array,
        gamma: Array,
        beta: Array,
        *,
        mode: str,
        eps: float = 1e-5,
        momentum: float = 0.9,
        running_mean: Array | None = None,
        running_var: Array | None = None,
        of: Function = spatial_batchnorm_layer,
    ) -> Result:
        def right(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
            result: Result = of(x, gamma, beta, **call._asdict())
            return result

        return wrong(x, gamma, beta, Call(mode, eps, momentum, running_mean, running_var), right)

    layer.__name__, layer.__doc__ = wrong.__name__, wrong.__doc__
    return layer


def stands_alone(wrong: Layer) -> Function:
    """Give a wrong version that builds on nothing the layer's signature."""

    def layer(
        x: Array,
        gamma: Array,
        beta: Array,
        *,
        mode: str,
        eps: float = 1e-5,
        momentum: float = 0.9,
        running_mean: Array | None = None,
        running_var: Array | None = None,
    ) -> Result:
        return wrong(x, gamma, beta, Call(mode, eps, momentum, running_mean, running_var))

    layer.__name__, layer.__doc__ = wrong.__name__, wrong.__doc__
    return layer


def _statistics(x: Array, call: Call) -> tuple[Array, Array]:
    """Mean and variance that the right layer normalises with."""
    if call.mode == "test":
        assert call.running_mean is not None and call.running_var is not None
        return call.running_mean, call.running_var
    return batch_statistics(x)


def _std(x: Array, call: Call) -> Array:
    std: Array = np.sqrt(_statistics(x, call)[1] + call.eps)
    return std


def _mixed(old: Array | None, new: Array, channels: int, call: Call) -> Array | None:
    """The running average as NumPy broadcasts it; one that is missing begins at zero."""
    mixed = running_average(np.zeros(channels) if old is None else old, new, momentum=call.momentum)
    return None if old is None else mixed


def _learned(x: Array, mean: Array, var: Array, call: Call) -> tuple[Array | None, Array | None]:
    channels = x.shape[1]
    return _mixed(call.running_mean, mean, channels, call), _mixed(call.running_var, var, channels, call)


def _with(mean: Array, var: Array, x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """While training, take other statistics (C,) than the batch's."""
    if call.mode == "test":
        return of(x, gamma, beta, call)
    out, _, _ = of(x, gamma, beta, call._replace(mode="test", running_mean=mean, running_var=var))
    return out, *_learned(x, mean, var, call)


def _over(axes: tuple[int, ...], x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """While training, take the statistics over other axes than (0, 2, 3)."""
    if call.mode == "test":
        return spatial_batchnorm_layer(x, gamma, beta, **call._asdict())
    mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    normal = (x - mean) / np.sqrt(var + call.eps)
    return gamma[:, None, None] * normal + beta[:, None, None], *_learned(x, mean, var, call)


# --- from images to columns and back -------------------------------------------------------------


def _table(x: Array) -> Array:
    """(N·H·W, C), each row a pixel; as images of one pixel."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1], 1, 1)


@mistake
@builds
def reshapes_without_transposing(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The images are reshaped to one column per channel without moving the channel axis to the end first.

    A reshape keeps the order in memory: in (N, C, H, W) neighbours are pixels of one channel, so a column
    mixes all channels. Only from (N, H, W, C) does a reshape to (N·H·W, C) put one channel in each column.
    """
    out, mean, var = of(x.reshape(-1, x.shape[1], 1, 1), gamma, beta, call)
    return out.reshape(x.shape), mean, var


@mistake
@builds
def reshapes_to_rows_without_transposing(
    x: Array, gamma: Array, beta: Array, call: Call, of: Layer
) -> Result:
    """The batch is reshaped to one row per channel without moving the channel axis to the front first.

    A reshape keeps the order in memory: in (N, C, H, W) all channels of an image come before the next image,
    so a row of (C, N·H·W) mixes channels. Only from (C, N, H, W) does it hold one.
    """
    table = x.reshape(x.shape[1], -1).T
    out, mean, var = of(table[:, :, None, None], gamma, beta, call)
    return out[:, :, 0, 0].T.reshape(x.shape), mean, var


@mistake
@builds
def does_not_transpose_back(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The normalised table is reshaped directly to the shape of the input, without transposing back.

    The rows of the (N·H·W, C) table are pixels: it is (N, H, W, C) in memory, and becomes (N, C, H, W) only
    when the channel axis is moved back after the reshape.
    """
    out, mean, var = of(_table(x), gamma, beta, call)
    return out.reshape(x.shape), mean, var


@mistake
@builds
def transposes_back_only(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The images are flattened without a transpose, but the result is transposed as if they had been.

    The second step must undo the first: (N, C, H, W) → (N, H, W, C) → (N·H·W, C), and the same steps
    backwards.
    """
    n, c, h, w = x.shape
    out, mean, var = of(x.reshape(-1, c, 1, 1), gamma, beta, call)
    return out.reshape(n, h, w, c).transpose(0, 3, 1, 2), mean, var


@mistake
@builds
def leaves_channels_last(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The output keeps the channels as its last axis.

    The layer returns the layout that it was given: (N, C, H, W), the channel axis in second place.
    """
    out, mean, var = of(x, gamma, beta, call)
    return out.transpose(0, 2, 3, 1), mean, var


@mistake
@builds
def turns_the_image_on_its_side(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The transpose back swaps height and width, so every feature map is transposed.

    From (N, H, W, C) the axes go back to the order N, C, H, W; swapping the two spatial axes gives (N, C, W,
    H).
    """
    out, mean, var = of(x, gamma, beta, call)
    return out.swapaxes(2, 3), mean, var


@mistake
@builds
def mirrors_the_image_on_the_way_in(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The images are flattened with width before height, but rebuilt with height before width.

    The second step must undo the first: a table that was made from (N, W, H, C) is reshaped back to (N, W, H,
    C).
    """
    n, c, h, w = x.shape
    out, mean, var = of(_table(x.swapaxes(2, 3)), gamma, beta, call)
    return out.reshape(n, h, w, c).transpose(0, 3, 1, 2), mean, var


@mistake
@builds
def rebuilds_with_height_for_width(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Swapping channels and width gives an image of W rows, but it is reshaped back to one of H rows.

    Swapping axes 1 and 3 of (N, C, H, W) gives (N, W, H, C): the reshape before the swap back needs that
    order, or images that are not square are scrambled.
    """
    n, c, h, w = x.shape
    out, mean, var = of(_table(x.swapaxes(2, 3)), gamma, beta, call)
    return out.reshape(n, h, w, c).swapaxes(1, 3), mean, var


@mistake
@builds
def moves_channels_to_the_front(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The channel axis is moved to the front, but the table is then made with channels as columns.

    From (C, N, H, W) a channel is a row of a (C, N·H·W) table, which must still be transposed; reshaping it
    to (N·H·W, C) mixes the channels.
    """
    front = x.transpose(1, 0, 2, 3)
    out, mean, var = of(front.reshape(-1, x.shape[1], 1, 1), gamma, beta, call)
    return out.reshape(front.shape).transpose(1, 0, 2, 3), mean, var


@mistake
@stands_alone
def flattens_each_image_to_a_row(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Each image is flattened to one row, so that every pixel of every channel is a feature of its own.

    Spatial batch normalisation has one mean, variance, gamma and beta per channel: a row of the table is a
    pixel with its C channels, N·H·W rows in all, not an image with C·H·W features.
    """
    rows = x.reshape(x.shape[0], -1)
    if call.mode == "test":
        mean, var = _statistics(x, call)
        return (gamma * (rows - mean) / np.sqrt(var + call.eps) + beta).reshape(x.shape), mean, var
    mean, var = rows.mean(axis=0), rows.var(axis=0)
    out = gamma * (rows - mean) / np.sqrt(var + call.eps) + beta
    return out.reshape(x.shape), *_learned(rows, mean, var, call)


@mistake
@stands_alone
def flattens_a_channel_of_an_image_to_a_row(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Each channel is normalised as a table with one image in each row, so that pixels are features.

    A channel is one feature: its table is a single column of N·H·W values, with one mean and one variance.
    """
    out, n = np.zeros_like(x), x.shape[0]
    for c in range(x.shape[1]):
        rows = x[:, c].reshape(n, -1)
        if call.mode == "test":
            mean, var = _statistics(x, call)
        else:
            mean, var = rows.mean(axis=0), rows.var(axis=0)
            running_mean, running_var = _learned(rows, mean, var, call)
            call = call._replace(running_mean=running_mean, running_var=running_var)
        normal = (rows - mean) / np.sqrt(var + call.eps)
        out[:, c] = (gamma[c] * normal + beta[c]).reshape(x[:, c].shape)
    return out, call.running_mean, call.running_var


# --- which values share a mean and a variance ----------------------------------------------------


@mistake
@stands_alone
def normalises_each_image_by_itself(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Every image is normalised with its own mean and variance, which is instance normalisation.

    Batch normalisation pools the whole batch: the mean and the variance of a channel are taken over N, H and
    W.
    """
    return _over((2, 3), x, gamma, beta, call)


@mistake
@builds
def calls_the_layer_for_each_image(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The layer is applied to one image at a time, so the statistics are those of single images.

    A batch is normalised at once: mean and variance of a channel are over all N·H·W values, and the running
    averages are updated once per batch.
    """
    images = []
    for image in x:
        out, mean, var = of(image[None], gamma, beta, call)
        call = call._replace(running_mean=mean, running_var=var)
        images.append(out)
    return np.concatenate(images), call.running_mean, call.running_var


@mistake
@stands_alone
def normalises_each_pixel_by_itself(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Mean and variance are taken over the batch only, separately for each pixel.

    All pixels of a channel come from one filter, so they share statistics: the mean is over N, H and W.
    """
    return _over((0,), x, gamma, beta, call)


@mistake
@builds
def pools_all_channels(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """One mean and one variance are taken over everything, all channels together.

    Each channel has statistics of its own: the mean is over N, H and W, which leaves C numbers.
    """
    every = np.ones(x.shape[1], x.dtype)
    return _with(x.mean() * every, x.var() * every, x, gamma, beta, call, of)


@mistake
@stands_alone
def normalises_over_channels_and_pixels(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Each image is normalised over all its channels and pixels, which is layer normalisation.

    Batch normalisation keeps channels apart and pools images: mean and variance are over N, H and W.
    """
    return _over((1, 2, 3), x, gamma, beta, call)


@mistake
@stands_alone
def normalises_over_channels(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Mean and variance are taken over the channel axis, separately for each pixel.

    The channel is the axis that is kept: μ[c] and σ²[c] are over the other three, N, H and W.
    """
    return _over((1,), x, gamma, beta, call)


@mistake
@stands_alone
def normalises_each_row(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Each row of the feature map has its own statistics: the mean is not taken over the height.

    The mean is taken over both spatial axes and the batch: μ[c] is over N, H and W, N·H·W values.
    """
    return _over((0, 3), x, gamma, beta, call)


@mistake
@stands_alone
def normalises_each_column(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Each column of the feature map has its own statistics: the mean is not taken over the width.

    The mean is taken over both spatial axes and the batch: μ[c] is over N, H and W, N·H·W values.
    """
    return _over((0, 2), x, gamma, beta, call)


@mistake
@stands_alone
def takes_the_last_axis_for_channels(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """The last axis is used as the channels, so that each column of the images has its own statistics.

    The layout is (N, C, H, W): the channels are the second axis, and the last one is the width.
    """
    if call.mode == "test":
        mean, var = _statistics(x, call)
        return gamma * (x - mean) / np.sqrt(var + call.eps) + beta, mean, var
    mean, var = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    return gamma * (x - mean) / np.sqrt(var + call.eps) + beta, *_learned(x, mean, var, call)


@mistake
@builds
def takes_statistics_of_the_first_image(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The mean and the variance are those of the first image of the batch only.

    The mean and the variance of a channel are those of the whole batch, N·H·W values.
    """
    return _with(*batch_statistics(x[:1]), x, gamma, beta, call, of)


@mistake
@builds
def takes_statistics_of_the_first_channel(
    x: Array, gamma: Array, beta: Array, call: Call, of: Layer
) -> Result:
    """All channels are normalised with the mean and the variance of the first.

    Every channel has statistics of its own: channel c is normalised with μ[c] and σ²[c].
    """
    every = np.ones(x.shape[1], x.dtype)
    return _with(x[:, 0].mean() * every, x[:, 0].var() * every, x, gamma, beta, call, of)


@mistake
@builds
def averages_the_images_variances(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The variance is computed for each image, and then averaged over the batch.

    That leaves out how far the images' means are apart: σ²[c] is the mean of (x − μ[c])² over N, H and W,
    with one mean for the batch.
    """
    mean, _ = batch_statistics(x)
    return _with(mean, x.var(axis=(2, 3)).mean(axis=0), x, gamma, beta, call, of)


@mistake
@builds
def takes_the_variance_of_image_means(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The pixels are averaged first, and the variance is that of the images' means.

    Averaging first removes the spread within an image: σ²[c] is the mean of (x − μ[c])² over all N·H·W
    values.
    """
    means = x.mean(axis=(2, 3))
    return _with(means.mean(axis=0), means.var(axis=0), x, gamma, beta, call, of)


# --- the mean and the variance themselves --------------------------------------------------------


@mistake
@builds
def divides_by_one_less(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The variance is the unbiased one, divided by the number of values minus one.

    While training the layer uses the biased variance: σ² is the mean of (x − μ)², over N·H·W values.
    """
    mean, _ = batch_statistics(x)
    return _with(mean, x.var(axis=(0, 2, 3), ddof=1), x, gamma, beta, call, of)


@mistake
@builds
def divides_by_the_batch_size(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The sums over batch and pixels are divided by the number of images only.

    A channel has N·H·W values in a batch: its sums are divided by that number.
    """
    mean = x.sum(axis=(0, 2, 3)) / len(x)
    var = ((x - mean[:, None, None]) ** 2).sum(axis=(0, 2, 3)) / len(x)
    return _with(mean, var, x, gamma, beta, call, of)


@mistake
@builds
def divides_by_the_number_of_pixels(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The sums over batch and pixels are divided by the number of pixels of one image only.

    A channel has N·H·W values in a batch: its sums are divided by that number.
    """
    pixels = x.shape[2] * x.shape[3]
    mean = x.sum(axis=(0, 2, 3)) / pixels
    var = ((x - mean[:, None, None]) ** 2).sum(axis=(0, 2, 3)) / pixels
    return _with(mean, var, x, gamma, beta, call, of)


@mistake
@builds
def takes_the_variance_about_zero(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The variance is the mean of the squares, and the square of the mean is not subtracted from it.

    The variance measures the distance from the mean: σ² is the mean of (x − μ)², which is the mean of x²
    minus μ².
    """
    return _with(x.mean(axis=(0, 2, 3)), (x**2).mean(axis=(0, 2, 3)), x, gamma, beta, call, of)


# --- normalising ---------------------------------------------------------------------------------


@mistake
@builds
def adds_eps_outside_the_root(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Eps is added to the standard deviation, outside the square root.

    Eps is added to the variance, under the root: the denominator is √(σ² + eps), not σ + eps.
    """
    std = np.sqrt(_statistics(x, call)[1])
    return of(x, gamma * _std(x, call) / (std + call.eps), beta, call)


@mistake
@builds
def leaves_out_eps(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Eps is left out: the values are divided by the standard deviation alone.

    The denominator is √(σ² + eps); without eps a constant channel is divided by zero.
    """
    return of(x, gamma, beta, call._replace(eps=0.0))


@mistake
@builds
def eps_is_always_the_usual_one(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Eps is always 0.00001, whatever the settings say.

    eps is a hyperparameter of the layer, given with the other settings; 1e-5 is only its default.
    """
    return of(x, gamma, beta, call._replace(eps=1e-5))


@mistake
@builds
def adds_eps_after_dividing(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Eps is added to the normalised values, after the division.

    Eps keeps the denominator away from zero: it is added to the variance, under the root, √(σ² + eps).
    """
    return of(x, gamma, beta + gamma * call.eps, call._replace(eps=0.0))


@mistake
@builds
def divides_by_the_variance(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The values are divided by the variance instead of its square root.

    Dividing by the standard deviation gives the result a standard deviation of 1: the denominator is √(σ² +
    eps).
    """
    return of(x, gamma / _std(x, call), beta, call)


@mistake
@builds
def multiplies_by_the_deviation(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The centred values are multiplied by the standard deviation instead of divided by it.

    Normalising gives every channel a standard deviation of 1: (x − μ) is divided by √(σ² + eps).
    """
    return of(x, gamma * _std(x, call) ** 2, beta, call)


@mistake
@builds
def only_centres(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The mean is subtracted, but the values are not divided by the standard deviation.

    Normalising takes two steps: subtract μ, then divide by √(σ² + eps).
    """
    return of(x, gamma * _std(x, call), beta, call)


@mistake
@builds
def does_not_subtract_the_mean(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The values are divided by the standard deviation, but the mean is not subtracted.

    Normalising takes two steps: subtract μ, then divide by √(σ² + eps).
    """
    mean, _ = _statistics(x, call)
    return of(x, gamma, beta + gamma * mean / _std(x, call), call)


@mistake
@builds
def subtracts_the_divided_input(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Only the mean is divided by the standard deviation, not the values themselves.

    The whole difference is divided: (x − μ) / √(σ² + eps), with x and μ on the same scale.
    """
    mean, _ = _statistics(x, call)
    std = _std(x, call)
    return of(x, gamma * std, beta + gamma * (mean - mean / std), call)


@mistake
@builds
def subtracts_the_mean_in_place(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The mean is subtracted in the caller's own array, which is changed by the call.

    The input belongs to the caller: the layers before still need x, so x − μ is a new array.
    """
    result = of(x.copy(), gamma, beta, call)
    x -= _statistics(x, call)[0][:, None, None]
    return result


# --- gamma and beta ------------------------------------------------------------------------------


@mistake
@builds
def leaves_out_gamma(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The normalised values are not scaled by gamma.

    The layer can undo the normalisation: out = γ[c] · x̂ + β[c], and both γ and β are learned.
    """
    return of(x, np.ones_like(gamma), beta, call)


@mistake
@builds
def leaves_out_beta(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The scaled values are not shifted by beta.

    The layer can undo the normalisation: out = γ[c] · x̂ + β[c], and both γ and β are learned.
    """
    return of(x, gamma, np.zeros_like(beta), call)


@mistake
@builds
def leaves_out_gamma_and_beta(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The normalised values are returned as they are, neither scaled by gamma nor shifted by beta.

    The layer can undo the normalisation: out = γ[c] · x̂ + β[c], and both γ and β are learned.
    """
    return of(x, np.ones_like(gamma), np.zeros_like(beta), call)


@mistake
@builds
def shifts_before_scaling(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Beta is added before the multiplication by gamma, so the shift is scaled as well.

    First scale, then shift: out = γ[c] · x̂ + β[c], so the mean of the output is β[c].
    """
    return of(x, gamma, gamma * beta, call)


@mistake
@builds
def swaps_gamma_and_beta(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Gamma and beta are swapped: beta scales and gamma shifts.

    The scale is γ, the shift is β: out = γ[c] · x̂ + β[c].
    """
    return of(x, beta, gamma, call)


@mistake
@builds
def uses_the_first_gamma_and_beta(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """All channels are scaled and shifted by the first channel's gamma and beta.

    Both γ and β have one number per channel: channel c gets γ[c] and β[c].
    """
    return of(x, np.full_like(gamma, gamma[0]), np.full_like(beta, beta[0]), call)


@mistake
@stands_alone
def lays_gamma_along_the_width(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Gamma and beta are broadcast along the last axis, the width, instead of the channels.

    NumPy aligns shapes from the right: (C,) against (N, C, H, W) lines up with W. One number per channel
    needs the shape (1, C, 1, 1).
    """
    ones = np.ones_like(gamma)
    normal, mean, var = spatial_batchnorm_layer(x, ones, 0 * ones, **call._asdict())
    return gamma * normal + beta, mean, var


# --- running averages, while training ------------------------------------------------------------


@mistake
@builds
def swaps_the_weights_of_the_average(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Momentum is the weight of the batch instead of that of the running average.

    momentum says how much of the old value is kept: momentum · running + (1 − momentum) · batch.
    """
    return of(x, gamma, beta, call._replace(momentum=1 - call.momentum))


@mistake
@builds
def momentum_is_always_the_usual_one(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """Momentum is always 0.9, whatever the settings say.

    momentum is a hyperparameter of the layer, given with the other settings; 0.9 is only its default.
    """
    return of(x, gamma, beta, call._replace(momentum=0.9))


@mistake
@builds
def never_learns(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running averages are never updated, or the updated ones are not stored.

    Each training call computes momentum · running + (1 − momentum) · batch, and stores it where the next call
    finds it.
    """
    out, _, _ = of(x, gamma, beta, call)
    return out, call.running_mean, call.running_var


@mistake
@builds
def never_learns_the_mean(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running mean stays as it was; only the running variance is updated.

    Each training call updates both averages: momentum · running + (1 − momentum) · batch.
    """
    out, _, var = of(x, gamma, beta, call)
    return out, call.running_mean, var


@mistake
@builds
def never_learns_the_variance(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running variance stays as it was; only the running mean is updated.

    Each training call updates both averages: momentum · running + (1 − momentum) · batch.
    """
    out, mean, _ = of(x, gamma, beta, call)
    return out, mean, call.running_var


@mistake
@builds
def remembers_only_the_last_batch(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running averages are replaced by the statistics of the batch.

    They are averages over many batches: momentum · running + (1 − momentum) · batch.
    """
    return of(x, gamma, beta, call._replace(momentum=0.0))


@mistake
@builds
def adds_the_whole_batch(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The statistics of the batch are added in full, without the weight 1 − momentum.

    The weights of an average sum to one: momentum · running + (1 − momentum) · batch.
    """
    out, mean, var = of(x, gamma, beta, call)
    if call.mode == "test" or mean is None or var is None:
        return out, mean, var
    new_mean, new_var = batch_statistics(x)
    return out, mean + call.momentum * new_mean, var + call.momentum * new_var


def _learns_variance(new: Array, x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """While training, mix something else than the batch's variance into the running variance."""
    out, mean, var = of(x, gamma, beta, call)
    if call.mode == "test" or call.running_var is None:
        return out, mean, var
    return out, mean, running_average(call.running_var, new, momentum=call.momentum)


@mistake
@builds
def learns_the_unbiased_variance(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running average is that of the unbiased variance, while the biased one normalises the batch.

    Some libraries do so, but here one variance serves both: the mean of (x − μ)², over N·H·W values.
    """
    return _learns_variance(x.var(axis=(0, 2, 3), ddof=1), x, gamma, beta, call, of)


@mistake
@builds
def learns_the_deviation(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running variance averages the standard deviation instead of the variance.

    At test time the root of the running variance is taken, so it is the average of σ², not of σ.
    """
    return _learns_variance(x.std(axis=(0, 2, 3)), x, gamma, beta, call, of)


@mistake
@builds
def learns_the_denominator(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running variance averages the denominator, the square root with eps in it.

    At test time eps is added and the root taken again, so the running variance is the average of σ² alone,
    not of √(σ² + eps).
    """
    return _learns_variance(np.sqrt(x.var(axis=(0, 2, 3)) + call.eps), x, gamma, beta, call, of)


@mistake
@builds
def learns_the_variance_with_eps(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running variance averages the variance plus eps.

    Eps is added whenever the root is taken, √(σ² + eps); the running variance is the average of σ² alone.
    """
    return _learns_variance(x.var(axis=(0, 2, 3)) + call.eps, x, gamma, beta, call, of)


@mistake
@builds
def learns_the_mean_as_variance(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The running variance averages the mean of the batch instead of its variance.

    Each average has a statistic of its own: the running mean averages μ, the running variance averages σ².
    """
    return _learns_variance(x.mean(axis=(0, 2, 3)), x, gamma, beta, call, of)


@mistake
@builds
def continues_the_mean_as_variance(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """The new running variance is computed from the running mean instead of the old running variance.

    Each average is updated from its own old value: momentum · running variance + (1 − momentum) · σ².
    """
    out, mean, var = of(x, gamma, beta, call)
    if call.mode == "test" or call.running_mean is None or var is None:
        return out, mean, var
    return out, mean, running_average(call.running_mean, batch_statistics(x)[1], momentum=call.momentum)


@mistake
@builds
def trains_with_the_new_running_averages(
    x: Array, gamma: Array, beta: Array, call: Call, of: Layer
) -> Result:
    """While training, the images are normalised with the freshly updated running averages.

    The running averages are for test time only: while training, a batch is normalised with its own mean and
    variance.
    """
    if call.mode == "test":
        return of(x, gamma, beta, call)
    zeros = np.zeros_like(gamma)
    old_mean = zeros if call.running_mean is None else call.running_mean
    old_var = zeros if call.running_var is None else call.running_var
    _, mean, var = of(x, gamma, beta, call._replace(running_mean=old_mean, running_var=old_var))
    out, _, _ = of(x, gamma, beta, call._replace(mode="test", running_mean=mean, running_var=var))
    return out, mean, var


@mistake
@builds
def trains_with_the_old_running_averages(
    x: Array, gamma: Array, beta: Array, call: Call, of: Layer
) -> Result:
    """While training, the images are normalised with the running averages of the earlier batches.

    The running averages are for test time only: while training, a batch is normalised with its own mean and
    variance.
    """
    if call.mode == "test":
        return of(x, gamma, beta, call)
    _, mean, var = of(x, gamma, beta, call)
    zeros = np.zeros_like(gamma)
    old_mean = zeros if call.running_mean is None else call.running_mean
    old_var = zeros if call.running_var is None else call.running_var
    out, _, _ = of(x, gamma, beta, call._replace(mode="test", running_mean=old_mean, running_var=old_var))
    return out, mean, var


# --- test time -----------------------------------------------------------------------------------


@mistake
@builds
def uses_the_batch_at_test_time(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """At test time the batch is normalised with its own mean and variance.

    A prediction must not depend on what else is in the batch: at test time μ and σ² are the running averages.
    """
    out, _, _ = of(x, gamma, beta, call._replace(mode="train"))
    _, mean, var = of(x, gamma, beta, call)
    return out, mean, var


@mistake
@builds
def learns_at_test_time(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """At test time the running averages are updated with the batch before they are used.

    Only training changes the running averages; at test time they are used as they are.
    """
    if call.mode == "test":
        _, mean, var = of(x, gamma, beta, call._replace(mode="train"))
        call = call._replace(running_mean=mean, running_var=var)
    return of(x, gamma, beta, call)


@mistake
@stands_alone
def knows_no_test_time(x: Array, gamma: Array, beta: Array, call: Call) -> Result:
    """Nothing is computed at test time: no output is returned.

    The mode decides: at test time out = γ[c] · (x − running mean) / √(running variance + eps) + β[c].
    """
    if call.mode == "test":
        raise NotImplementedError("test time")
    return spatial_batchnorm_layer(x, gamma, beta, **call._asdict())


@mistake
@builds
def leaves_out_gamma_and_beta_at_test_time(
    x: Array, gamma: Array, beta: Array, call: Call, of: Layer
) -> Result:
    """At test time the normalised values are neither scaled by gamma nor shifted by beta.

    Only the statistics differ at test time; scale and shift are the same: out = γ[c] · x̂ + β[c].
    """
    if call.mode == "test":
        gamma, beta = np.ones_like(gamma), np.zeros_like(beta)
    return of(x, gamma, beta, call)


@mistake
@builds
def leaves_out_eps_at_test_time(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """At test time eps is left out of the denominator.

    Only the statistics differ at test time; the denominator is √(running variance + eps).
    """
    return of(x, gamma, beta, call._replace(eps=0.0) if call.mode == "test" else call)


@mistake
@builds
def adds_eps_outside_the_root_at_test_time(
    x: Array, gamma: Array, beta: Array, call: Call, of: Layer
) -> Result:
    """At test time eps is added to the running standard deviation, outside the square root.

    Eps is added to the variance, under the root, at test time as well: the denominator is √(running variance
    + eps).
    """
    if call.mode == "test":
        gamma = gamma * _std(x, call) / (_std(x, call._replace(eps=0.0)) + call.eps)
    return of(x, gamma, beta, call)


@mistake
@builds
def divides_by_the_running_variance(x: Array, gamma: Array, beta: Array, call: Call, of: Layer) -> Result:
    """At test time the values are divided by the running variance instead of its square root.

    The running variance is the average of σ²: the denominator is √(running variance + eps).
    """
    if call.mode == "test":
        assert call.running_var is not None
        gamma = gamma * _std(x, call) / call.running_var
    return of(x, gamma, beta, call)


MISTAKES = mistake.mistakes
