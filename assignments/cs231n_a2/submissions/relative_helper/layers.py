from .windows import corners, how_many, per_channel

import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    pad = conv_param["pad"]
    stride = conv_param["stride"]
    big = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((x.shape[0], w.shape[0]) + how_many(big.shape[2:], w.shape[2:], stride))
    for i, j, rows, cols in corners(big.shape[2:], w.shape[2:], stride):
        for f in range(w.shape[0]):
            out[:, f, i, j] = np.sum(big[:, :, rows, cols] * w[f], axis=(1, 2, 3)) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad = conv_param["pad"]
    big = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dbig = np.zeros(big.shape)
    dw = np.zeros(w.shape)
    for i, j, rows, cols in corners(big.shape[2:], w.shape[2:], conv_param["stride"]):
        for f in range(w.shape[0]):
            g = dout[:, f, i, j][:, None, None, None]
            dbig[:, :, rows, cols] += w[f] * g
            dw[f] += np.sum(big[:, :, rows, cols] * g, axis=0)
    dx = np.delete(dbig, [k for k in range(pad)], axis=2)[:, :, :x.shape[2]]
    dx = np.delete(dx, [k for k in range(pad)], axis=3)[:, :, :, :x.shape[3]]
    return dx, dw, np.sum(dout, axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    size = pool_param["pool_height"], pool_param["pool_width"]
    out = np.zeros(x.shape[:2] + how_many(x.shape[2:], size, pool_param["stride"]))
    for i, j, rows, cols in corners(x.shape[2:], size, pool_param["stride"]):
        out[:, :, i, j] = np.max(np.max(x[:, :, rows, cols], axis=3), axis=2)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    size = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros(x.shape)
    n = np.arange(x.shape[0])[:, None]
    c = np.arange(x.shape[1])[None, :]
    for i, j, rows, cols in corners(x.shape[2:], size, pool_param["stride"]):
        flat = x[:, :, rows, cols].reshape(x.shape[:2] + (-1,)).argmax(axis=2)
        dx[n, c, rows.start + flat // size[1], cols.start + flat % size[1]] += dout[:, :, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    if bn_param["mode"] == "test":
        centred = x - per_channel(bn_param["running_mean"])
        return per_channel(gamma) * centred / np.sqrt(per_channel(bn_param["running_var"]) + eps) + per_channel(beta), None
    mean, var = np.mean(x, axis=(0, 2, 3)), np.var(x, axis=(0, 2, 3))
    m = bn_param.get("momentum", 0.9)
    for name, now in (("running_mean", mean), ("running_var", var)):
        bn_param[name] = m * bn_param.get(name, 0) + (1 - m) * now
    centred = x - per_channel(mean)
    return per_channel(gamma) * centred / np.sqrt(per_channel(var) + eps) + per_channel(beta), (centred, var + eps, gamma)


def spatial_batchnorm_backward(dout, cache):
    centred, var, gamma = cache
    axes = (0, 2, 3)
    count = dout[:, 0].size
    std = np.sqrt(per_channel(var))
    dbeta = np.sum(dout, axis=axes)
    dgamma = np.sum(dout * centred / std, axis=axes)
    dxhat = dout * per_channel(gamma)
    dvar = np.sum(dxhat * centred, axis=axes) * -0.5 * var ** -1.5
    dmean = np.sum(-dxhat / std, axis=axes) + dvar * np.sum(-2 * centred, axis=axes) / count
    return dxhat / std + per_channel(dvar) * 2 * centred / count + per_channel(dmean) / count, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    v = x.reshape(N * G, C // G * H * W)
    mean = v.mean(axis=1, keepdims=True)
    var = v.var(axis=1, keepdims=True) + gn_param.get("eps", 1e-5)
    xhat = ((v - mean) / np.sqrt(var)).reshape(x.shape)
    return gamma * xhat + beta, (v - mean, var, xhat, gamma)


def spatial_groupnorm_backward(dout, cache):
    centred, var, xhat, gamma = cache
    D = centred.shape[1]
    dxhat = (dout * gamma).reshape(centred.shape)
    dvar = np.sum(dxhat * centred, axis=1, keepdims=True) * -0.5 * var ** -1.5
    dmean = -np.sum(dxhat, axis=1, keepdims=True) / np.sqrt(var)
    dx = dxhat / np.sqrt(var) + 2 * centred * dvar / D + dmean / D
    return (dx.reshape(dout.shape), np.sum(dout * xhat, axis=(0, 2, 3), keepdims=True),
            np.sum(dout, axis=(0, 2, 3), keepdims=True))
