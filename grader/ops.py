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
    spatial_batchnorm_backward,
    spatial_batchnorm_layer,
    spatial_groupnorm,
    spatial_groupnorm_backward,
)
from reference.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward

__all__ = ["OPS", "Function", "Gradient", "Op", "expect"]

Arrays = Mapping[str, Array]
Params = Mapping[str, Any]
Function = Callable[..., Any]


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
        reference: the right function; a mistake has the same signature.
        inputs: arrays that it takes by position; the case's hyperparameters go in by keyword.
        outputs: what it returns, in order; None stands for one that a case does not have.
        optional: arrays that it takes by keyword where a case has them.
        magnitude: (arrays, params) -> for each output the sum of the absolute values of its terms.
        terms: (arrays, params) -> for each output how many terms are summed; 0 where no rounding can occur.
    """

    reference: Function
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    magnitude: Callable[[Arrays, Params], Mapping[str, Array]]
    terms: Callable[[Arrays, Params], Mapping[str, int]]
    gradient: Gradient | None = None
    optional: tuple[str, ...] = ()

    def apply(self, function: Function, arrays: Arrays, params: Params) -> Mapping[str, Any]:
        """What a function of the reference's signature returns, by output."""
        given = [arrays[name] for name in self.inputs]
        more = {name: arrays[name] for name in self.optional if name in arrays}
        returned = function(*given, **params, **more)
        results = (returned,) if len(self.outputs) == 1 else returned
        return {
            name: result for name, result in zip(self.outputs, results, strict=True) if result is not None
        }

    def compute(self, arrays: Arrays, params: Params) -> Mapping[str, Array]:
        """What the reference returns."""
        return self.apply(self.reference, arrays, params)


# --- convolution -------------------------------------------------------------------------------


def _absolute(arrays: Arrays) -> dict[str, Array]:
    return {name: np.abs(array) for name, array in arrays.items()}


def _on_absolute_values(op: str) -> Callable[[Arrays, Params], Mapping[str, Array]]:
    """The magnitude of a sum of products."""
    return lambda arrays, params: OPS[op].compute(_absolute(arrays), params)


def _conv2d_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    return {"out": arrays["w"][0].size + 1}


def _conv2d_backward_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    per_filter = arrays["dout"].size // arrays["w"].shape[0]
    return {"dx": arrays["w"].size // arrays["w"].shape[1], "dw": per_filter, "db": per_filter}


# --- pooling -----------------------------------------------------------------------------------


def _max_pool2d_backward_magnitude(arrays: Arrays, params: Params) -> Mapping[str, Array]:
    return OPS["max_pool2d_backward"].compute({**arrays, "dout": np.abs(arrays["dout"])}, params)


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


# --- the table -----------------------------------------------------------------------------------

_NORM_GRADIENTS = {"dx": "x", "dgamma": "gamma", "dbeta": "beta"}

OPS: Mapping[str, Op] = {
    "conv2d": Op(
        reference=conv2d,
        inputs=("x", "w", "b"),
        outputs=("out",),
        magnitude=_on_absolute_values("conv2d"),
        terms=_conv2d_terms,
    ),
    "conv2d_backward": Op(
        reference=conv2d_backward,
        inputs=("dout", "x", "w"),
        outputs=("dx", "dw", "db"),
        magnitude=_on_absolute_values("conv2d_backward"),
        terms=_conv2d_backward_terms,
        gradient=Gradient(forward="conv2d", of={"dx": "x", "dw": "w", "db": "b"}),
    ),
    "max_pool2d": Op(
        reference=max_pool2d,
        inputs=("x",),
        outputs=("out",),
        magnitude=lambda arrays, params: OPS["max_pool2d"].compute(arrays, params),
        terms=lambda *_: {"out": 0},
    ),
    "max_pool2d_backward": Op(
        reference=max_pool2d_backward,
        inputs=("dout", "x"),
        outputs=("dx",),
        magnitude=_max_pool2d_backward_magnitude,
        terms=_window_terms("dx"),
        gradient=Gradient(forward="max_pool2d", of={"dx": "x"}, step=2.0**-10),
    ),
    "avg_pool2d": Op(
        reference=avg_pool2d,
        inputs=("x",),
        outputs=("out",),
        magnitude=_on_absolute_values("avg_pool2d"),
        terms=_window_terms("out"),
    ),
    "avg_pool2d_backward": Op(
        reference=avg_pool2d_backward,
        inputs=("dout", "x"),
        outputs=("dx",),
        magnitude=_on_absolute_values("avg_pool2d_backward"),
        terms=_window_terms("dx"),
        gradient=Gradient(forward="avg_pool2d", of={"dx": "x"}),
    ),
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
        gradient=Gradient(forward="spatial_batchnorm", of=_NORM_GRADIENTS, step=2.0**-14),
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
