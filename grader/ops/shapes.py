"""Sizes and counts: whole numbers that follow from hyperparameters alone, exact or wrong."""

from __future__ import annotations

from grader.ops.op import Op
from reference.shapes import (
    conv_multiply_adds,
    conv_params,
    conv_shape,
    fc_params,
    locally_connected_params,
    output_size,
    receptive_field,
    strided_conv_cost,
)

__all__ = ["OPS"]

OPS = {
    "output_size": Op(reference=output_size, inputs=(), outputs=("out",)),
    "conv_shape": Op(reference=conv_shape, inputs=(), outputs=("channels", "height", "width")),
    "fc_params": Op(reference=fc_params, inputs=(), outputs=("out",)),
    "locally_connected_params": Op(reference=locally_connected_params, inputs=(), outputs=("out",)),
    "conv_params": Op(reference=conv_params, inputs=(), outputs=("out",)),
    "conv_multiply_adds": Op(reference=conv_multiply_adds, inputs=(), outputs=("out",)),
    "strided_conv_cost": Op(
        reference=strided_conv_cost, inputs=(), outputs=("height", "width", "params", "multiply_adds")
    ),
    "receptive_field": Op(reference=receptive_field, inputs=(), outputs=("out", "jump")),
}
