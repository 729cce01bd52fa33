import numpy as np
from itertools import product


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    kh, kw = w.shape[2], w.shape[3]
    oh, ow = 1 + (xp.shape[2] - kh) // s, 1 + (xp.shape[3] - kw) // s
    out = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for n, i, j in product(range(x.shape[0]), range(oh), range(ow)):
        out[n, :, i, j] = (xp[n, :, i * s:i * s + kh, j * s:j * s + kw] * w).sum(axis=(1, 2, 3)) + b
    return out, (xp, w, s, p)


def conv_backward_naive(dout, cache):
    xp, w, s, p = cache
    kh, kw = w.shape[2], w.shape[3]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for n, i, j in product(range(dout.shape[0]), range(dout.shape[2]), range(dout.shape[3])):
        g = dout[n, :, i, j].reshape(-1, 1, 1, 1)
        dxp[n, :, i * s:i * s + kh, j * s:j * s + kw] += (w * g).sum(axis=0)
        dw += xp[n, :, i * s:i * s + kh, j * s:j * s + kw] * g
    return dxp[:, :, p:xp.shape[2] - p, p:xp.shape[3] - p], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    oh, ow = 1 + (x.shape[2] - kh) // s, 1 + (x.shape[3] - kw) // s
    out = np.zeros((x.shape[0], x.shape[1], oh, ow))
    for n, c, i, j in product(*map(range, out.shape)):
        out[n, c, i, j] = np.max(x[n, c, i * s:i * s + kh, j * s:j * s + kw])
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros(x.shape)
    for n, c, i, j in product(*map(range, dout.shape)):
        window = x[n, c, i * s:i * s + kh, j * s:j * s + kw]
        row, col = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * s + row, j * s + col] = dout[n, c, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, m = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    g, t = gamma[:, None, None], beta[:, None, None]
    rm, rv = bn_param.get("running_mean", np.zeros(len(gamma))), bn_param.get("running_var", np.zeros(len(gamma)))
    if bn_param["mode"] == "test":
        return g * (x - rm[:, None, None]) / np.sqrt(rv[:, None, None] + eps) + t, None
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    bn_param["running_mean"], bn_param["running_var"] = m * rm + (1 - m) * mean, m * rv + (1 - m) * var
    xhat = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return g * xhat + t, (xhat, g / np.sqrt(var[:, None, None] + eps))


def spatial_batchnorm_backward(dout, cache):
    xhat, k = cache
    M = dout.shape[0] * dout.shape[2] * dout.shape[3]
    dgamma, dbeta = (dout * xhat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))
    return k * (dout - dbeta[:, None, None] / M - xhat * dgamma[:, None, None] / M), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    xg = x.reshape(x.shape[0], G, -1)
    std = np.sqrt(np.var(xg, axis=2, keepdims=True) + gn_param.get("eps", 1e-5))
    xhat = (xg - np.mean(xg, axis=2, keepdims=True)) / std
    return xhat.reshape(x.shape) * gamma + beta, (xhat, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, std, gamma = cache
    d = (dout * gamma).reshape(xhat.shape)
    dx = (d - d.mean(axis=2, keepdims=True) - xhat * (d * xhat).mean(axis=2, keepdims=True)) / std
    dgamma = (dout * xhat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
