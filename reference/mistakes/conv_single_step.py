"""Wrong steps of a convolution: one filter on one window.

Formula: out = b + Σ_{c,u,v} x[c, u, v] · w[c, u, v].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.mistake import Collection
from reference.single_window import conv_single_step

__all__ = ["MISTAKES"]

Step = Callable[..., Array]

mistake = Collection("conv_single_step")


# --- the bias ------------------------------------------------------------------------------------


@mistake
def adds_the_bias_to_each_product(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The bias is added to every single product, and so counts once for each weight of the filter.

    There is one bias for the whole window: it is added to the sum of the products, out = Σ x · w + b.
    """
    return of(x, w, np.asarray(b * x.size))


@mistake
def leaves_out_the_bias(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The bias is not added.

    A step is the sum of the products plus the filter's bias: out = Σ x · w + b.
    """
    return of(x, w, np.zeros_like(b))


@mistake
def subtracts_the_bias(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The bias is subtracted instead of added.

    A step is the sum of the products plus the filter's bias: out = Σ x · w + b.
    """
    return of(x, w, np.asarray(-b))


@mistake
def multiplies_by_the_bias(x: Array, w: Array, b: Array) -> Array:
    """The sum of the products is multiplied by the bias.

    The bias is an offset, which is added after the products are summed: out = Σ x · w + b.
    """
    return np.asarray(np.sum(x * w) * b)


@mistake
def adds_the_bias_for_each_channel(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The bias is added once for every channel of the window.

    There is one bias for the whole window, whatever its number of channels: out = Σ x · w + b.
    """
    return of(x, w, np.asarray(b * len(x)))


@mistake
def adds_the_bias_for_each_pixel(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The bias is added once for every pixel of the window.

    There is one bias for the whole window, however large it is: out = Σ x · w + b.
    """
    return of(x, w, np.asarray(b * x[0].size))


@mistake
def adds_the_bias_twice(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The bias is added twice.

    The bias counts once: out = Σ x · w + b, either with the sum or after it.
    """
    return of(x, w, np.asarray(2 * b))


@mistake
def returns_the_bias(x: Array, w: Array, b: Array) -> Array:
    """Only the bias is returned: the products are missing.

    A step is the sum of the products plus the filter's bias: out = Σ x · w + b.
    """
    return b.copy()


@mistake
def adds_the_bias_to_the_window(x: Array, w: Array, b: Array) -> Array:
    """The bias is added to the pixels before they are multiplied by the weights.

    First the products, then their sum, then the bias: out = Σ x · w + b.
    """
    return np.asarray(np.sum((x + b) * w))


@mistake
def adds_the_bias_to_the_weights(x: Array, w: Array, b: Array) -> Array:
    """The bias is added to the weights before they are multiplied by the pixels.

    First the products, then their sum, then the bias: out = Σ x · w + b.
    """
    return np.asarray(np.sum(x * (w + b)))


@mistake
def cuts_off_the_fraction_of_the_bias(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The bias is converted to an integer before it is added.

    The bias is a real number: convert it with float, which keeps the fraction, not with int.
    """
    return of(x, w, np.asarray(np.trunc(b)))


# --- the products --------------------------------------------------------------------------------


@mistake
def does_not_sum_the_products(x: Array, w: Array, b: Array) -> Array:
    """The products are not summed, so that an array is returned instead of one number.

    One window gives one value of the feature map: out = Σ x · w + b, summed over both sides and all channels.
    """
    return np.asarray(x * w + b)


@mistake
def sums_each_channel_apart(x: Array, w: Array, b: Array) -> Array:
    """The products are summed for each channel by itself, so that there is one number for every channel.

    The sum runs over the channels, too: a filter has as many channels as the window, and gives one number.
    """
    return np.asarray(np.sum(x * w, axis=(1, 2)) + b)


@mistake
def sums_over_the_channels_alone(x: Array, w: Array, b: Array) -> Array:
    """The products are summed over the channels, but not over the window's rows and columns.

    One window gives one value of the feature map: the sum runs over rows, columns and channels.
    """
    return np.asarray(np.sum(x * w, axis=0) + b)


@mistake
def sums_down_the_columns_alone(x: Array, w: Array, b: Array) -> Array:
    """The products are summed over the rows, but neither over the columns nor over the channels.

    One window gives one value of the feature map: the sum runs over rows, columns and channels.
    """
    return np.asarray(np.moveaxis(np.sum(x * w, axis=1), 0, -1) + b)


@mistake
def adds_instead_of_multiplying(x: Array, w: Array, b: Array) -> Array:
    """Pixels and weights are added instead of multiplied.

    Each pixel is multiplied by the weight at its place: out = Σ x[c, u, v] · w[c, u, v] + b.
    """
    return np.asarray(np.sum(x + w) + b)


@mistake
def sums_before_multiplying(x: Array, w: Array, b: Array) -> Array:
    """Pixels and weights are summed first, and the two sums are multiplied.

    The sum of products is not the product of the sums: multiply place by place, then add up.
    """
    return np.asarray(np.sum(x) * np.sum(w) + b)


@mistake
def multiplies_as_matrices(x: Array, w: Array, b: Array) -> Array:
    """Window and filter are multiplied as matrices before the sum, instead of place by place.

    Each pixel is multiplied by the weight at its place: out = Σ x[c, u, v] · w[c, u, v] + b.
    """
    return np.asarray(np.sum(np.matmul(np.moveaxis(x, 0, -1), np.moveaxis(w, 0, -1))) + b)


@mistake
def multiplies_every_row_with_every_column(x: Array, w: Array, b: Array) -> Array:
    """A dot product of the two blocks multiplies rows of the window by columns of the filter.

    Each pixel is multiplied by the weight at its place: out = Σ x[c, u, v] · w[c, u, v] + b.
    """
    return np.asarray(np.sum(np.dot(np.moveaxis(x, 0, -1), np.moveaxis(w, 0, -1))) + b)


@mistake
def averages_the_products(x: Array, w: Array, b: Array) -> Array:
    """The products are averaged instead of summed.

    A convolution adds up all products, Σ x · w, without dividing.
    """
    return np.asarray(np.mean(x * w) + b)


@mistake
def takes_the_largest_product(x: Array, w: Array, b: Array) -> Array:
    """The largest product is taken instead of the sum of all.

    A convolution adds up all products, Σ x · w; the maximum belongs to max pooling.
    """
    return np.asarray(np.max(x * w) + b)


@mistake
def flips_the_filter(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The filter is rotated by 180 degrees before it is multiplied by the window.

    In deep learning the filter is used as it is (cross-correlation): pixel (u, v) meets weight (u, v).
    """
    return of(x, np.ascontiguousarray(w[:, ::-1, ::-1]), b)


@mistake
def transposes_the_filter(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """Rows and columns of the filter are swapped before it is multiplied by the window.

    Pixel (u, v) meets weight (u, v): window and filter have the same axes in the same order.
    """
    return of(x, np.ascontiguousarray(w.swapaxes(1, 2)), b)


@mistake
def reads_the_first_channel(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """Only the first channel of the window is used.

    A filter has weights for every channel of the window, and the sum runs over all of them.
    """
    return of(x[:1], w[:1], b)


@mistake
def multiplies_the_window_by_itself(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The window is multiplied by itself instead of by the filter.

    Each pixel is multiplied by the filter's weight at its place: out = Σ x · w + b.
    """
    return of(x, x, b)


@mistake
def multiplies_the_filter_by_itself(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The filter is multiplied by itself instead of by the window.

    Each pixel is multiplied by the filter's weight at its place: out = Σ x · w + b.
    """
    return of(w, w, b)


@mistake
def leaves_out_the_filter(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The pixels of the window are added up without the filter's weights.

    Each pixel is multiplied by the filter's weight at its place: out = Σ x · w + b.
    """
    return of(x, np.ones_like(w), b)


# --- the result ----------------------------------------------------------------------------------


@mistake
def cuts_off_negative_values(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """A negative result is set to zero.

    The step of a convolution is linear; an activation such as ReLU is a layer of its own.
    """
    return np.maximum(of(x, w, b), 0)


@mistake
def loses_the_sign(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The absolute value of the result is returned.

    The step of a convolution is linear, out = Σ x · w + b, and its result may be negative.
    """
    return np.abs(of(x, w, b))


@mistake
def squashes_the_result(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """A hyperbolic tangent is applied to the result.

    The step of a convolution is linear, out = Σ x · w + b; an activation is a layer of its own.
    """
    return np.tanh(of(x, w, b))


@mistake
def cuts_off_the_fraction(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The result is converted to an integer.

    The result is a real number: convert it with float, which keeps the fraction, not with int.
    """
    return np.asarray(of(x, w, b), np.int64)


@mistake
def stays_zero(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The result is always zero.

    A step is the sum of the products plus the filter's bias: out = Σ x · w + b.
    """
    return np.zeros_like(of(x, w, b))


@mistake
def works_in_the_window(x: Array, w: Array, b: Array, *, of: Step = conv_single_step) -> Array:
    """The products are stored in the window itself, which later steps read as pixels.

    A slice is a view of the image: storing into it changes the image, so the products need a new array.
    """
    out = of(x, w, b)
    x *= w
    return out


MISTAKES = mistake.mistakes
