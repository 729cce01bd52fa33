import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    st, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    h, k = w.shape[2], w.shape[3]
    A, B = (xp.shape[2] - h) // st + 1, (xp.shape[3] - k) // st + 1
    out = np.zeros((x.shape[0], w.shape[0], A, B))
    for n in range(x.shape[0]):
        for a in range(A):
            for c in range(B):
                for f in range(w.shape[0]):
                    out[n, f, a, c] = np.sum(xp[n, :, a * st:a * st + h, c * st:c * st + k] * w[f]) + b[f]
    return out


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    st, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    h, k = w.shape[2], w.shape[3]
    dxp, dw, db = np.zeros(xp.shape), np.zeros(w.shape), np.zeros(b.shape)
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for a in range(dout.shape[2]):
                for c in range(dout.shape[3]):
                    db[f] += dout[n, f, a, c]
                    dxp[n, :, a * st:a * st + h, c * st:c * st + k] += w[f] * dout[n, f, a, c]
                    dw[f] += xp[n, :, a * st:a * st + h, c * st:c * st + k] * dout[n, f, a, c]
    return dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]], dw, db


def max_pool_forward_naive(x, pool_param):
    h, k, st = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    A, B = (x.shape[2] - h) // st + 1, (x.shape[3] - k) // st + 1
    out = np.zeros(x.shape[:2] + (A, B))
    for a in range(A):
        for c in range(B):
            out[:, :, a, c] = x[:, :, a * st:a * st + h, c * st:c * st + k].max(axis=2).max(axis=2)
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    h, k, st = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for a in range(dout.shape[2]):
                for e in range(dout.shape[3]):
                    view = x[n, c, a * st:a * st + h, e * st:e * st + k]
                    dx[n, c, a * st:a * st + h, e * st:e * st + k] += np.where(view == np.amax(view), dout[n, c, a, e], 0)
    return dx
