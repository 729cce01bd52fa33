"""The lecture's own exercises: plain functions in ``exercises.py``, images as (N, C, H, W).

Every hyperparameter is an argument of its own, and a backward function takes the forward's inputs again, so
that nothing is kept in between. Filters and windows are square, as in the lecture: F is one number. Calls are
by position, so that an argument may be renamed, and leave defaults to the function.
"""

from __future__ import annotations

from grader.conventions.spelling import Convention
from grader.conventions.wording import spell
from grader.model import Domain

__all__ = ["CONVENTION"]

_STEPS = {"stride": 1, "pad": 0}
_BIAS = {"bias": True}

_pool = spell("out = function(x, window[0], stride)")
_pool_backward = spell("dx = function(dout, x, window[0], stride)")

CONVENTION = Convention(
    domain=Domain(square_kernel=True),
    spellings={
        "correlate2d": spell("out = function(x, w, stride)", defaults=_STEPS),
        "zero_pad": spell("out = function(x, pad)"),
        "output_size": spell(
            "size = function(size, kernel, stride, pad)", names={"size": "out"}, defaults=_STEPS
        ),
        "conv_shape": spell(
            "depth, height, width = function(shape, filters, kernel, stride, pad)",
            names={"depth": "channels"},
            defaults=_STEPS,
        ),
        "fc_params": spell("count = function(n_in, n_out, bias)", names={"count": "out"}, defaults=_BIAS),
        "locally_connected_params": spell(
            "count = function(kernel, c_in, c_out, out_size[0], out_size[1], bias)",
            names={"count": "out"},
            defaults=_BIAS,
        ),
        "conv_params": spell(
            "count = function(kernel, c_in, c_out, bias)", names={"count": "out"}, defaults=_BIAS
        ),
        "conv2d": spell("out = function(x, w, b, stride, pad)", defaults=_STEPS),
        "conv2d_backward": spell("dx, dw, db = function(dout, x, w, b, stride, pad)", defaults=_STEPS),
        "max_pool2d": _pool,
        "max_pool2d_backward": _pool_backward,
        "avg_pool2d": _pool,
        "avg_pool2d_backward": _pool_backward,
        "conv_multiply_adds": spell(
            "count = function(kernel, c_in, c_out, out_size[0], out_size[1])", names={"count": "out"}
        ),
        "strided_conv_cost": spell("height, width, params, multiply_adds = function(shape, kernel, stride)"),
        "receptive_field": spell("size = function(layers)", names={"size": "out"}),
    },
)
