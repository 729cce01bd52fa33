"""The reference against torch, where it is installed, and against loops, on seven workloads.

    python -m benchmarks.kernels [--rounds R]

One thread, CPU time, candidates take turns; what is printed are medians of the ratios of each round. Loops
are timed on one image and one filter, since a whole workload would take them minutes, and scaled up: their
time is proportional to the number of outputs. Of the convolution, its two parts alone are among the others:
copying pixels to columns, and the matrix product.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reference.conv import _geometry, _im2col, conv2d, conv2d_backward
from reference.pool import max_pool2d, max_pool2d_backward

__all__ = ["WORKLOADS", "Workload", "ratios"]

Array = NDArray[Any]
Candidates = Mapping[str, tuple[Callable[[], object], int]]
"""Name -> what to call, and by how much to multiply its time."""


class Workload(NamedTuple):
    """A convolution: images, filters, and how they meet. Sizes in pixels."""

    n: int
    c: int
    h: int
    w: int
    f: int
    k: int
    stride: int
    pad: int


WORKLOADS = (
    Workload(100, 3, 31, 31, 25, 3, 2, 1),
    Workload(32, 16, 32, 32, 32, 3, 1, 1),
    Workload(64, 64, 16, 16, 64, 3, 1, 1),
    Workload(8, 64, 56, 56, 64, 3, 1, 1),
    Workload(32, 256, 14, 14, 64, 1, 1, 0),
    Workload(8, 3, 224, 224, 64, 7, 2, 3),
    Workload(50, 3, 32, 32, 20, 5, 1, 2),
)
WINDOW = 2


class Arrays(NamedTuple):
    """What a workload works on; `maps` and `pooled` are upstream gradients."""

    x: Array
    w: Array
    b: Array
    maps: Array
    pooled: Array


def _arrays(load: Workload, dtype: str) -> Arrays:
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> Array:
        return rng.standard_normal(shape).astype(dtype)

    x, w, b = normal(load.n, load.c, load.h, load.w), normal(load.f, load.c, load.k, load.k), normal(load.f)
    maps = conv2d(x, w, b, stride=load.stride, pad=load.pad)
    pooled = max_pool2d(x, window=WINDOW, stride=WINDOW)
    return Arrays(x, w, b, normal(*maps.shape), normal(*pooled.shape))


# --- candidates ----------------------------------------------------------------------------------


def _ours(load: Workload, a: Arrays) -> Mapping[str, Callable[[], object]]:
    where = {"stride": load.stride, "pad": load.pad}
    return {
        "conv forward": partial(conv2d, a.x, a.w, a.b, **where),
        "conv backward": partial(conv2d_backward, a.maps, a.x, a.w, **where),
        "pool forward": partial(max_pool2d, a.x, window=WINDOW, stride=WINDOW),
        "pool both": lambda: (
            max_pool2d(a.x, window=WINDOW, stride=WINDOW),
            max_pool2d_backward(a.pooled, a.x, window=WINDOW, stride=WINDOW),
        ),
    }


def _torch(load: Workload, a: Arrays) -> Mapping[str, Callable[[], object]]:
    """The same in torch. Its pooling remembers where the largest pixels were: both directions go together."""
    import torch

    torch.set_num_threads(1)
    x, w, b, maps, pooled = (torch.from_numpy(array) for array in a)
    step, edge = [load.stride] * 2, [load.pad] * 2
    leaf = x.clone().requires_grad_()
    once, none = [1, 1], [0, 0]
    backward = torch.ops.aten.convolution_backward
    return {
        "conv forward": lambda: torch.nn.functional.conv2d(x, w, b, load.stride, load.pad),
        "conv backward": lambda: backward(
            maps, x, w, [load.f], step, edge, once, False, none, 1, [True, True, True]
        ),
        "pool forward": lambda: torch.nn.functional.max_pool2d(x, WINDOW),
        "pool both": lambda: torch.autograd.grad(torch.nn.functional.max_pool2d(leaf, WINDOW), leaf, pooled),
    }


def _parts(load: Workload, a: Arrays) -> Mapping[str, Candidates]:
    """What convolution is made of, each part alone."""
    geometry = _geometry(a.x, a.w, load.stride, load.pad)
    blocks = [block for block, _ in _im2col(a.x, geometry)]
    _, columns = next(_im2col(a.x, geometry))
    filters = np.concatenate([a.w.reshape(load.f, -1), a.b[:, None]], axis=1)
    out = np.empty((load.n, load.f, math.prod(geometry.out_size)), a.x.dtype)

    def copy() -> None:
        for _ in _im2col(a.x, geometry):
            pass

    def multiply() -> None:
        for block in blocks:
            maps = out[block]
            np.matmul(filters, columns[: len(maps)], out=maps)

    return {"copying": {"conv forward": (copy, 1)}, "product": {"conv forward": (multiply, 1)}}


def _loops(load: Workload, a: Arrays) -> Candidates:
    """Convolution as students write it first: a loop over outputs, the window's sum in NumPy."""
    x, w, maps = a.x[:1], a.w[:1], a.maps[:1, :1]
    times = load.n * load.f
    return {
        "conv forward": (partial(_loop_forward, x, w, a.b, load), times),
        "conv backward": (partial(_loop_backward, maps, x, w, load), times),
    }


def _loop_forward(x: Array, w: Array, b: Array, load: Workload) -> Array:
    framed, s, k = _framed(x, load.pad), load.stride, load.k
    rows, cols = (framed.shape[2] - k) // s + 1, (framed.shape[3] - k) // s + 1
    out = np.zeros((len(x), len(w), rows, cols))
    for n, f, i, j in np.ndindex(*out.shape):
        out[n, f, i, j] = np.sum(framed[n, :, i * s : i * s + k, j * s : j * s + k] * w[f]) + b[f]
    return out


def _loop_backward(dout: Array, x: Array, w: Array, load: Workload) -> tuple[Array, Array, Array]:
    framed, s, k = _framed(x, load.pad), load.stride, load.k
    dx, dw, db = np.zeros_like(framed), np.zeros_like(w), np.zeros(len(w))
    for n, f, i, j in np.ndindex(*dout.shape):
        window = np.s_[n, :, i * s : i * s + k, j * s : j * s + k]
        dx[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * framed[window]
        db[f] += dout[n, f, i, j]
    return dx[:, :, load.pad : load.pad + load.h, load.pad : load.pad + load.w], dw, db


def _framed(x: Array, pad: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


# --- measuring -------------------------------------------------------------------------------------


def ratios(load: Workload, dtype: str, rounds: int) -> Mapping[tuple[str, str], float]:
    """How many times the reference's time the others take.

    Returns:
        (function, candidate) -> time of the candidate / time of the reference, the median of the rounds.
    """
    a = _arrays(load, dtype)
    others: dict[str, Candidates] = {"loops": _loops(load, a), **_parts(load, a)}
    if importlib.util.find_spec("torch"):
        others["torch"] = {name: (call, 1) for name, call in _torch(load, a).items()}
    found: dict[tuple[str, str], float] = {}
    for name, ours in _ours(load, a).items():
        rivals = {rival: calls[name] for rival, calls in others.items() if name in calls}
        found |= {(name, rival): ratio for rival, ratio in _race(ours, rivals, rounds).items()}
    return found


def _race(ours: Callable[[], object], rivals: Candidates, rounds: int) -> Mapping[str, float]:
    found: dict[str, list[float]] = {rival: [] for rival in rivals}
    calls = (ours, *(call for name, (call, _) in rivals.items() if name != "loops"))
    for call in calls:
        call()  # the first call prepares things
    for place in range(rounds):
        own = _seconds(ours)
        for rival, (call, times) in rivals.items():
            if rival != "loops" or not place:  # they take long and are not close: once is enough
                found[rival].append(times * _seconds(call) / own)
    return {rival: median(values) for rival, values in found.items()}


def _seconds(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def _mean(values: Sequence[float]) -> float:
    """The geometric mean: ratios multiply."""
    return math.exp(sum(map(math.log, values)) / len(values))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7)
    rounds = options.parse_args().rounds
    print("time of others / time of the reference: more than 1 means that the reference is faster")
    for dtype in ("float32", "float64"):
        measured = [ratios(load, dtype, rounds) for load in WORKLOADS]
        for name, rival in measured[0]:
            values = [each[name, rival] for each in measured]
            row = " ".join(f"{value:7.3g}" for value in values)
            print(f"{dtype}  {name:<13} {rival:<7} {row}   mean {_mean(values):.3g}", flush=True)


if __name__ == "__main__":
    main()
