"""The table of operations: name, reference, outputs, error bounds.

Adding an operation is one reference function, one family of cases, one row here, its mistakes, and a
spelling in each course that has it.

A value is right when it lies within the error that *some* honest order of summation could make
(Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1): for a sum of n products,

    |got - exact| <= gamma(n) * sum |terms|,   gamma(n) = n u / (1 - n u),

where sum |terms| is the same operation on absolute values. So a correct algorithm is never blamed for
its order of summation, and an error of one part in a million always shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.model import Case, Expected
from grader.steps import Array
from reference.conv import conv2d, conv2d_backward
from reference.norm import (
    batch_statistics,
    running_average,
    spatial_batchnorm,
    spatial_batchnorm_backward,
    spatial_groupnorm,
    spatial_groupnorm_backward,
)
from reference.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward

__all__ = ["OPS", "Gradient", "Op", "expect"]

Arrays = Mapping[str, Array]
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient:
    """How a backward operation belongs to its forward one.

    Attributes:
        forward: the forward operation.
        of: for each gradient, the forward's input that it is the gradient of.
        upstream: the input that holds the gradient of the output.
        step: step of a central difference of the forward. Along one input alone convolution is linear
            and any step is exact; a maximum stays where it is while the step is small against the
            distance of two values.
    """

    forward: str
    of: Mapping[str, str]
    upstream: str = "dout"
    step: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """An operation with its reference.

    Attributes:
        compute: (arrays, params) -> outputs, all in float64.
        magnitude: (arrays, params) -> for each output the sum of the absolute values of its terms.
        terms: (arrays, params) -> for each output how many terms are summed; 0 where no rounding can occur.
    """

    compute: Callable[[Arrays, Params], Mapping[str, Array]]
    magnitude: Callable[[Arrays, Params], Mapping[str, Array]]
    terms: Callable[[Arrays, Params], Mapping[str, int]]
    gradient: Gradient | None = None


# --- convolution -------------------------------------------------------------------------------


def _absolute(arrays: Arrays) -> dict[str, Array]:
    return {name: np.abs(array) for name, array in arrays.items()}


def _conv2d(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"out": conv2d(arrays["x"], arrays["w"], arrays["b"], **params)}


def _conv2d_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    return {"out": arrays["w"][0].size + 1}


def _conv2d_backward(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    gradients = conv2d_backward(arrays["dout"], arrays["x"], arrays["w"], **params)
    return dict(zip(("dx", "dw", "db"), gradients, strict=True))


def _conv2d_backward_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    per_filter = arrays["dout"].size // arrays["w"].shape[0]
    return {"dx": arrays["w"].size // arrays["w"].shape[1], "dw": per_filter, "db": per_filter}


# --- pooling -----------------------------------------------------------------------------------


def _max_pool2d(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"out": max_pool2d(arrays["x"], **params)}


def _max_pool2d_backward(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"dx": max_pool2d_backward(arrays["dout"], arrays["x"], **params)}


def _max_pool2d_backward_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"dx": max_pool2d_backward(np.abs(arrays["dout"]), arrays["x"], **params)}


def _avg_pool2d(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"out": avg_pool2d(arrays["x"], **params)}


def _avg_pool2d_backward(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return {"dx": avg_pool2d_backward(arrays["dout"], arrays["x"], **params)}


def _window_terms(output: str) -> Callable[[Arrays, Params], Mapping[str, int]]:
    def terms(_: Arrays, params: Params) -> Mapping[str, int]:
        return {output: params["window"][0] * params["window"][1] + 1}

    return terms


# --- normalisation -----------------------------------------------------------------------------
#
# Not a sum of products: the variance may be taken as E[x²] - E[x]², which cancels, and is then raised
# to the power -1/2. Its relative error is a few n u κ with κ = 1 + max x² / (σ² + eps), so that factor
# stands in the magnitude, beside the size of the terms of the formula.


def _conditioning(x: Array, var: Array, eps: float) -> Array:
    """κ of each channel or group, shaped to go with x."""
    return np.asarray(1 + np.max(np.square(x)) / (var + eps))


def _batchnorm(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    x, eps = arrays["x"], params.get("eps", 1e-5)
    if params["mode"] == "test":
        mean, var = arrays["running_mean"], arrays["running_var"]
        return {"out": spatial_batchnorm(x, arrays["gamma"], arrays["beta"], eps=eps, mean=mean, var=var)}
    results = {"out": spatial_batchnorm(x, arrays["gamma"], arrays["beta"], eps=eps)}
    if "running_mean" in arrays:
        for name, new in zip(("running_mean", "running_var"), batch_statistics(x), strict=True):
            results[name] = running_average(arrays[name], new, momentum=params.get("momentum", 0.9))
    return results


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


def _batchnorm_backward(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    eps = params.get("eps", 1e-5)
    gradients = spatial_batchnorm_backward(arrays["dout"], arrays["x"], arrays["gamma"], eps=eps)
    return dict(zip(("dx", "dgamma", "dbeta"), gradients, strict=True))


def _groupnorm(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    options = {"groups": params["groups"], "eps": params.get("eps", 1e-5)}
    return {"out": spatial_groupnorm(arrays["x"], arrays["gamma"], arrays["beta"], **options)}


def _groupnorm_backward(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    options = {"groups": params["groups"], "eps": params.get("eps", 1e-5)}
    gradients = spatial_groupnorm_backward(arrays["dout"], arrays["x"], arrays["gamma"], **options)
    return dict(zip(("dx", "dgamma", "dbeta"), gradients, strict=True))


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


# --- the table -----------------------------------------------------------------------------------

_NORM_GRADIENTS = {"dx": "x", "dgamma": "gamma", "dbeta": "beta"}

OPS: Mapping[str, Op] = {
    "conv2d": Op(
        compute=_conv2d,
        magnitude=lambda arrays, params: _conv2d(_absolute(arrays), params),
        terms=_conv2d_terms,
    ),
    "conv2d_backward": Op(
        compute=_conv2d_backward,
        magnitude=lambda arrays, params: _conv2d_backward(_absolute(arrays), params),
        terms=_conv2d_backward_terms,
        gradient=Gradient(forward="conv2d", of={"dx": "x", "dw": "w", "db": "b"}),
    ),
    "max_pool2d": Op(compute=_max_pool2d, magnitude=_max_pool2d, terms=lambda *_: {"out": 0}),
    "max_pool2d_backward": Op(
        compute=_max_pool2d_backward,
        magnitude=_max_pool2d_backward_magnitude,
        terms=_window_terms("dx"),
        gradient=Gradient(forward="max_pool2d", of={"dx": "x"}, step=2.0**-10),
    ),
    "avg_pool2d": Op(
        compute=_avg_pool2d,
        magnitude=lambda arrays, params: _avg_pool2d(_absolute(arrays), params),
        terms=_window_terms("out"),
    ),
    "avg_pool2d_backward": Op(
        compute=_avg_pool2d_backward,
        magnitude=lambda arrays, params: _avg_pool2d_backward(_absolute(arrays), params),
        terms=_window_terms("dx"),
        gradient=Gradient(forward="avg_pool2d", of={"dx": "x"}),
    ),
    "spatial_batchnorm": Op(compute=_batchnorm, magnitude=_batchnorm_magnitude, terms=_batchnorm_terms),
    "spatial_batchnorm_backward": Op(
        compute=_batchnorm_backward,
        magnitude=_batchnorm_backward_magnitude,
        terms=_norm_terms("dx", "dgamma", "dbeta"),
        gradient=Gradient(forward="spatial_batchnorm", of=_NORM_GRADIENTS, step=2.0**-14),
    ),
    "spatial_groupnorm": Op(compute=_groupnorm, magnitude=_groupnorm_magnitude, terms=_norm_terms("out")),
    "spatial_groupnorm_backward": Op(
        compute=_groupnorm_backward,
        magnitude=_groupnorm_backward_magnitude,
        terms=_norm_terms("dx", "dgamma", "dbeta"),
        gradient=Gradient(forward="spatial_groupnorm", of=_NORM_GRADIENTS, step=2.0**-14),
    ),
}


# --- expectations ----------------------------------------------------------------------------------

DOUBLE, SINGLE = 2.0**-53, 2.0**-24
"""Unit roundoff u of the two precisions."""


def gamma(n: int, u: float) -> float:
    """The relative error that a sum of n terms can gather, n u / (1 - n u)."""
    return n * u / (1 - n * u)


def expect(case: Case) -> Mapping[str, Expected]:
    """What a correct function returns for a case, in canonical layout.

    In double precision the expected value is itself rounded: hence twice the bound. Against a student's
    single precision it is as good as exact.
    """
    op = OPS[case.op]
    arrays = {name: array.astype(np.float64) for name, array in case.arrays.items()}
    values = op.compute(arrays, case.params)
    magnitudes = op.magnitude(arrays, case.params)
    terms = op.terms(arrays, case.params)
    return {
        name: Expected(values[name], _bound(magnitudes[name], terms[name], single=case.single))
        for name in case.outputs
    }


def _bound(magnitude: Array, terms: int, *, single: bool) -> Array:
    smallest = np.finfo(np.float32 if single else np.float64).smallest_subnormal
    factor = gamma(terms, SINGLE) if single else 2 * gamma(terms, DOUBLE)
    return np.asarray(factor * magnitude + terms * float(smallest))
