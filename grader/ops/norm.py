"""Normalisation and its gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from grader.ops.op import Arrays, Gradient, Op, Params
from grader.steps import Array
from reference.norm import (
    batch_statistics,
    spatial_batchnorm_backward,
    spatial_batchnorm_layer,
    spatial_groupnorm,
    spatial_groupnorm_backward,
)

__all__ = ["OPS"]

# Not a sum of products: the variance may be taken as E[x²] - E[x]², which cancels, and is then raised
# to the power -1/2. Its relative error is a few n u κ with κ = 1 + max x² / (σ² + eps), so that factor
# stands in the magnitude, beside the size of the terms of the formula.


def _conditioning(x: Array, var: Array, eps: float) -> Array:
    """κ of each channel or group, shaped to go with x."""
    return np.asarray(1 + np.max(np.square(x)) / (var + eps))


def _batchnorm_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    x, eps = arrays["x"], params.get("eps", 1e-5)
    mean, var = batch_statistics(x)
    if params["mode"] == "test":
        mean, var = arrays["running_mean"], arrays["running_var"]
    scale = np.abs(arrays["gamma"]) * _conditioning(x, var, eps) / np.sqrt(var + eps)
    largest = np.max(np.abs(x))
    out = (np.abs(x) + largest + np.abs(mean)[:, None, None]) * scale[:, None, None]
    magnitudes = {"out": out + np.abs(arrays["beta"])[:, None, None]}
    if "running_mean" in arrays:
        magnitudes["running_mean"] = np.abs(arrays["running_mean"]) + largest
        magnitudes["running_var"] = np.abs(arrays["running_var"]) + largest**2
    return magnitudes


def _batchnorm_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    n = 8 * (arrays["x"][:, 0].size + 8)
    return {"out": n, "running_mean": n, "running_var": n}


def _group_deviation(x: Array, params: Params) -> tuple[Array, Array]:
    """σ² and κ of each image's groups, shaped like x."""
    n, c, h, w = x.shape
    groups = params["groups"]
    var = x.reshape(n, groups, -1).var(axis=2)
    shape = (n, groups, c // groups, h, w)
    spread = np.broadcast_to(var[:, :, None, None, None], shape).reshape(x.shape)
    return spread, _conditioning(x, spread, params.get("eps", 1e-5))


def _groupnorm_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    x = arrays["x"]
    var, conditioning = _group_deviation(x, params)
    scale = np.abs(arrays["gamma"])[:, None, None] * conditioning / np.sqrt(var + params.get("eps", 1e-5))
    out = (np.abs(x) + np.max(np.abs(x))) * scale + np.abs(arrays["beta"])[:, None, None]
    return {"out": out}


def _normalised_gradient_magnitude(
    arrays: Arrays, var: Array, conditioning: Array, eps: float
) -> Mapping[str, Array]:
    """Every term of dx = γ/σ (dout - mean(dout) - x̂ mean(dout x̂)) at its largest."""
    dout, x = np.abs(arrays["dout"]), arrays["x"]
    largest = np.max(dout)
    x_hat = 2 * np.max(np.abs(x)) / np.sqrt(var + eps)
    scale = np.max(np.abs(arrays["gamma"])) * conditioning / np.sqrt(var + eps)
    return {
        "dx": scale * (dout + largest + np.square(x_hat) * largest),
        "dgamma": np.sum(dout * x_hat * conditioning, axis=(0, 2, 3)),
        "dbeta": np.sum(dout, axis=(0, 2, 3)),
    }


def _batchnorm_backward_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    x, eps = arrays["x"], params.get("eps", 1e-5)
    var = np.broadcast_to(batch_statistics(x)[1][:, None, None], x.shape)
    return _normalised_gradient_magnitude(arrays, var, _conditioning(x, var, eps), eps)


def _groupnorm_backward_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    var, conditioning = _group_deviation(arrays["x"], params)
    return _normalised_gradient_magnitude(arrays, var, conditioning, params.get("eps", 1e-5))


def _norm_terms(*outputs: str) -> Callable[[Arrays, Params], Mapping[str, int]]:
    def terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
        return dict.fromkeys(outputs, 8 * (arrays["x"].size + 8))

    return terms


_NORM_GRADIENTS = {"dx": "x", "dgamma": "gamma", "dbeta": "beta"}

OPS = {
    "spatial_batchnorm": Op(
        reference=spatial_batchnorm_layer,
        inputs=("x", "gamma", "beta"),
        optional=("running_mean", "running_var"),
        outputs=("out", "running_mean", "running_var"),
        magnitude=_batchnorm_magnitude,
        terms=_batchnorm_terms,
    ),
    "spatial_batchnorm_backward": Op(
        reference=spatial_batchnorm_backward,
        inputs=("dout", "x", "gamma"),
        outputs=("dx", "dgamma", "dbeta"),
        magnitude=_batchnorm_backward_magnitude,
        terms=_norm_terms("dx", "dgamma", "dbeta"),
        gradient=Gradient(
            forward="spatial_batchnorm", of=_NORM_GRADIENTS, step=2.0**-14, params={"mode": "train"}
        ),
    ),
    "spatial_groupnorm": Op(
        reference=spatial_groupnorm,
        inputs=("x", "gamma", "beta"),
        outputs=("out",),
        magnitude=_groupnorm_magnitude,
        terms=_norm_terms("out"),
    ),
    "spatial_groupnorm_backward": Op(
        reference=spatial_groupnorm_backward,
        inputs=("dout", "x", "gamma"),
        outputs=("dx", "dgamma", "dbeta"),
        magnitude=_groupnorm_backward_magnitude,
        terms=_norm_terms("dx", "dgamma", "dbeta"),
        gradient=Gradient(forward="spatial_groupnorm", of=_NORM_GRADIENTS, step=2.0**-14),
    ),
}
