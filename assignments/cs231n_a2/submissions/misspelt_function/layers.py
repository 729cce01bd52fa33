import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    kh, kw = w.shape[2:]
    out = np.array([[(xp[:, None, :, i:i + kh, j:j + kw] * w).sum(axis=(2, 3, 4)) + b
                     for j in range(0, xp.shape[3] - kw + 1, s)] for i in range(0, xp.shape[2] - kh + 1, s)])
    return out.transpose(2, 3, 0, 1), (x, w, b, conv_param)


def conv_backword_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    kh, kw = w.shape[2:]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for (n, f, i, j), g in np.ndenumerate(dout):
        dxp[n, :, i * s:i * s + kh, j * s:j * s + kw] += g * w[f]
        dw[f] += g * xp[n, :, i * s:i * s + kh, j * s:j * s + kw]
    return dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    kh, kw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    out = np.array([[x[:, :, i:i + kh, j:j + kw].max(axis=(2, 3)) for j in range(0, x.shape[3] - kw + 1, s)]
                    for i in range(0, x.shape[2] - kh + 1, s)])
    return out.transpose(2, 3, 0, 1), (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    kh, kw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    for (n, c, i, j), g in np.ndenumerate(dout):
        window = x[n, c, i * s:i * s + kh, j * s:j * s + kw]
        dx[n, c, i * s:i * s + kh, j * s:j * s + kw] += g * (window == window.max())
    return dx
