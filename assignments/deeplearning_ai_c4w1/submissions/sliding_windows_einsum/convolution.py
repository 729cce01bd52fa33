"""Convolution model, without loops over positions."""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def windows(x, f, stride):
    m, h, w, c = x.shape
    oh, ow = (h - f) // stride + 1, (w - f) // stride + 1
    a, b, d, e = x.strides
    return as_strided(x, (m, oh, ow, f, f, c), (a, b * stride, d * stride, b, d, e), writeable=False)


def zero_pad(X, pad):
    X_pad = np.zeros((X.shape[0], X.shape[1] + 2 * pad, X.shape[2] + 2 * pad, X.shape[3]), X.dtype)
    X_pad[:, pad:pad + X.shape[1], pad:pad + X.shape[2]] = X
    return X_pad


def conv_single_step(a_slice_prev, W, b):
    return np.tensordot(a_slice_prev, W, axes=3) + np.squeeze(b)


def conv_forward(A_prev, W, b, hparameters):
    view = windows(zero_pad(A_prev, hparameters["pad"]), W.shape[0], hparameters["stride"])
    Z = np.einsum("nijuvc,uvcf->nijf", view, W) + b
    return Z, (A_prev, W, b, hparameters)


def pool_forward(A_prev, hparameters, mode="max"):
    view = windows(np.ascontiguousarray(A_prev), hparameters["f"], hparameters["stride"])
    A = {"max": np.max, "average": np.mean}[mode](view, axis=(3, 4))
    return A, (A_prev, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    pad, stride, f = hparameters["pad"], hparameters["stride"], W.shape[0]
    padded = zero_pad(A_prev, pad)
    dW = np.einsum("nijuvc,nijf->uvcf", windows(padded, f, stride), dZ)
    db = dZ.sum(axis=(0, 1, 2), keepdims=True)
    dpadded = np.zeros_like(padded, dtype=np.float64)
    for i in range(dZ.shape[1]):
        for j in range(dZ.shape[2]):
            dpadded[:, i * stride:i * stride + f, j * stride:j * stride + f] += np.tensordot(dZ[:, i, j], W, (1, 3))
    dA_prev = dpadded[:, pad:pad + A_prev.shape[1], pad:pad + A_prev.shape[2]]
    return dA_prev, dW, db


def create_mask_from_window(x):
    return np.isclose(x, np.max(x), rtol=0, atol=0)


def distribute_value(dz, shape):
    return np.full(shape, dz / np.prod(shape))


def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride = hparameters["f"], hparameters["stride"]
    dA_prev = np.zeros_like(A_prev, dtype=np.float64)
    for i in range(dA.shape[1]):
        for j in range(dA.shape[2]):
            rows, cols = slice(i * stride, i * stride + f), slice(j * stride, j * stride + f)
            g = dA[:, None, None, i, j, :]
            if mode == "max":
                window = A_prev[:, rows, cols]
                dA_prev[:, rows, cols] += (window == window.max(axis=(1, 2), keepdims=True)) * g
            else:
                dA_prev[:, rows, cols] += g / f**2
    return dA_prev
