import numpy as np
import typing


class ConvCache(typing.NamedTuple):
    x_padded: np.ndarray
    w: np.ndarray
    stride: int
    pad: int


def _positions(out: np.ndarray, stride: int, kh: int, kw: int):
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            yield (i, j), np.index_exp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]


def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict):
    pad, stride = conv_param["pad"], conv_param["stride"]
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    kh, kw = w.shape[2:]
    out = np.zeros((x.shape[0], w.shape[0], (x_padded.shape[2] - kh) // stride + 1, (x_padded.shape[3] - kw) // stride + 1))
    for (i, j), window in _positions(out, stride, kh, kw):
        out[:, :, i, j] = np.einsum("nckl,fckl->nf", x_padded[window], w) + b
    return out, ConvCache(x_padded, w, stride, pad)


def conv_backward_naive(dout: np.ndarray, cache: ConvCache):
    kh, kw = cache.w.shape[2:]
    dx = np.zeros_like(cache.x_padded)
    dw = np.zeros_like(cache.w)
    for (i, j), window in _positions(dout, cache.stride, kh, kw):
        dx[window] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], cache.w)
        dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], cache.x_padded[window])
    end_h, end_w = dx.shape[2] - cache.pad, dx.shape[3] - cache.pad
    return dx[:, :, cache.pad:end_h, cache.pad:end_w], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x: np.ndarray, pool_param: dict):
    kh, kw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    out = np.zeros((*x.shape[:2], (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1))
    for (i, j), window in _positions(out, stride, kh, kw):
        out[:, :, i, j] = x[window].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout: np.ndarray, cache):
    x, pool_param = cache
    kh, kw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for (i, j), window in _positions(dout, stride, kh, kw):
        mask = x[window] == x[window].max(axis=(2, 3), keepdims=True)
        dx[window] += mask * dout[:, :, i, j, None, None]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    D = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(D))
    running_var = bn_param.get("running_var", np.zeros(D))
    if bn_param["mode"] == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = (1 - momentum) * running_mean + momentum * mean
        bn_param["running_var"] = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, np.sqrt(var + eps), gamma)


def batchnorm_backward(dout, cache):
    xhat, std, gamma = cache
    dxhat = gamma * dout
    dx = (dxhat - dxhat.mean(axis=0) - xhat * np.mean(xhat * dxhat, axis=0)) / std
    return dx, np.sum(xhat * dout, axis=0), dout.sum(axis=0)


def _to_rows(x):
    return np.moveaxis(x, 1, 3).reshape(-1, x.shape[1])


def _to_images(rows, like):
    n, c, h, w = like.shape
    return np.moveaxis(rows.reshape(n, h, w, c), 3, 1)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    out, cache = batchnorm_forward(_to_rows(x), gamma, beta, bn_param)
    return _to_images(out, x), cache


def spatial_batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(_to_rows(dout), cache)
    return _to_images(dx, dout), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    xg = x.reshape(x.shape[0], G, -1, *x.shape[2:])
    std = np.sqrt(xg.var(axis=(2, 3, 4), keepdims=True) + gn_param.get("eps", 1e-5))
    xhat = ((xg - xg.mean(axis=(2, 3, 4), keepdims=True)) / std)
    return gamma * xhat.reshape(x.shape) + beta, (xhat, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, std, gamma = cache
    g = (dout * gamma).reshape(xhat.shape)
    dx = (g - g.mean(axis=(2, 3, 4), keepdims=True) - xhat * (g * xhat).mean(axis=(2, 3, 4), keepdims=True)) / std
    dgamma = np.sum(dout * xhat.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
