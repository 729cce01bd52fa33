import numpy as np
from functools import lru_cache


@lru_cache(maxsize=None)
def slot(i, j, kh, kw, stride):
    return (slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    padded = [[np.pad(c, pad, mode='constant') for c in image] for image in x]
    F, C, kh, kw = w.shape
    oh = (x.shape[2] + 2 * pad - kh) // stride + 1
    ow = (x.shape[3] + 2 * pad - kw) // stride + 1
    out = np.zeros((len(x), F, oh, ow))
    for n in range(len(x)):
        for f in range(F):
            out[n, f] = b[f]
            for c in range(C):
                for i in range(oh):
                    for j in range(ow):
                        out[n, f, i, j] += (padded[n][c][slot(i, j, kh, kw, stride)] * w[f, c]).sum()
    return out, (padded, w, x.shape, pad, stride)


def conv_backward_naive(dout, cache):
    padded, w, shape, pad, stride = cache
    F, C, kh, kw = w.shape
    N, C, H, W = shape
    dx, dw = np.zeros(shape), np.zeros(w.shape)
    for n in range(N):
        for c in range(C):
            d = np.zeros((H + 2 * pad, W + 2 * pad))
            for f in range(F):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        d[slot(i, j, kh, kw, stride)] += w[f, c] * dout[n, f, i, j]
                        dw[f, c] += padded[n][c][slot(i, j, kh, kw, stride)] * dout[n, f, i, j]
            dx[n, c] = d[pad:pad + H, pad:pad + W]
    return dx, dw, np.array([dout[:, f].sum() for f in range(F)])


def max_pool_forward_naive(x, pool_param):
    kh, kw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - kh) // stride + 1, (W - kw) // stride + 1))
    for n in range(N):
        for c in range(C):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    out[n, c, i, j] = x[n, c][slot(i, j, kh, kw, stride)].max()
    return out, (x, out, kh, kw, stride)


def max_pool_backward_naive(dout, cache):
    x, out, kh, kw, stride = cache
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    s = slot(i, j, kh, kw, stride)
                    dx[n, c][s] += dout[n, c, i, j] * (x[n, c][s] == out[n, c, i, j])
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    C = x.shape[1]
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    if bn_param['mode'] == 'train':
        planes = x.transpose(1, 0, 2, 3).reshape(C, -1)
        mean, var = planes.mean(axis=1), planes.var(axis=1, ddof=1)
        bn_param['running_mean'] = momentum * bn_param.get('running_mean', np.zeros(C)) + (1 - momentum) * mean
        bn_param['running_var'] = momentum * bn_param.get('running_var', np.zeros(C)) + (1 - momentum) * var
    else:
        mean, var = bn_param['running_mean'], bn_param['running_var']
    std = np.sqrt(var + eps)[:, None, None]
    return gamma[:, None, None] * (x - mean[:, None, None]) / std + beta[:, None, None], (x, gamma, eps)


def spatial_batchnorm_backward(dout, cache):
    # starts again from x, with the formulas of the paper
    x, gamma, eps = cache
    axes, m = (0, 2, 3), x[:, 0].size
    mu = np.sum(x, axis=axes, keepdims=True) / m
    var = np.sum((x - mu) ** 2, axis=axes, keepdims=True) / m
    istd = 1 / np.sqrt(var + eps)
    xhat = (x - mu) * istd
    g = dout * gamma[:, None, None]
    dvar = -0.5 * np.sum(g * (x - mu), axis=axes, keepdims=True) * istd ** 3
    dmu = -np.sum(g, axis=axes, keepdims=True) * istd
    dx = g * istd + dvar * 2 * (x - mu) / m + dmu / m
    return dx, np.sum(dout * xhat, axis=axes), np.sum(dout, axis=axes)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xg = x.reshape(N, G, -1)
    mu = xg.mean(axis=2, keepdims=True)
    istd = 1 / np.sqrt(xg.var(axis=2, keepdims=True) + gn_param.get('eps', 1e-5))
    return gamma * ((xg - mu) * istd).reshape(x.shape) + beta, (xg - mu, istd, gamma)


def spatial_groupnorm_backward(dout, cache):
    centred, istd, gamma = cache
    m = centred.shape[2]
    g = (dout * gamma).reshape(centred.shape)
    dvar = -0.5 * np.sum(g * centred, axis=2, keepdims=True) * istd ** 3
    dmu = -np.sum(g, axis=2, keepdims=True) * istd
    dx = g * istd + dvar * 2 * centred / m + dmu / m
    dgamma = np.sum(dout * (centred * istd).reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
