import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    F, _, R, S = w.shape
    P, Q = (xp.shape[2] - R) // s + 1, (xp.shape[3] - S) // s + 1
    out = np.zeros((len(x), F, P, Q))
    for p_ in range(P):
        for q in range(Q):
            win = xp[:, None, :, p_ * s:p_ * s + R, q * s:q * s + S]
            out[:, :, p_, q] = (win * w[None]).sum(axis=(2, 3, 4)) + b
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    F, _, R, S = w.shape
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for p_ in range(dout.shape[2]):
        for q in range(dout.shape[3]):
            g = dout[:, :, p_, q][:, :, None, None, None]
            win = xp[:, None, :, p_ * s:p_ * s + R, q * s:q * s + S]
            dw += (g * win).sum(axis=0)
            dxp[:, :, p_ * s:p_ * s + R, q * s:q * s + S] += (g * w[None]).sum(axis=1)
    H, W = x.shape[2:]
    return dxp[:, :, p:p + H, p:p + W], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    R, S, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - R) // s + 1, (W - S) // s + 1), dtype=int)
    for p_ in range(out.shape[2]):
        for q in range(out.shape[3]):
            out[:, :, p_, q] = x[:, :, p_ * s:p_ * s + R, q * s:q * s + S].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    R, S, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    for p_ in range(dout.shape[2]):
        for q in range(dout.shape[3]):
            win = x[:, :, p_ * s:p_ * s + R, q * s:q * s + S]
            hit = win == win.max(axis=3, keepdims=True).max(axis=2, keepdims=True)
            dx[:, :, p_ * s:p_ * s + R, q * s:q * s + S] += hit * dout[:, :, p_, q][..., None, None]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    rm, rv = bn_param.get('running_mean', 0.0), bn_param.get('running_var', 0.0)
    train = bn_param['mode'] == 'train'
    mean, var = (x.mean(axis=0), x.var(axis=0)) if train else (rm, rv)
    if train:
        bn_param['running_mean'] = mom * rm + (1 - mom) * mean
        bn_param['running_var'] = mom * rv + (1 - mom) * var
    xn = (x - mean) / (var + eps) ** 0.5
    return xn * gamma + beta, (xn, gamma / (var + eps) ** 0.5)


def batchnorm_backward(dout, cache):
    xn, k = cache
    dgamma, dbeta = (xn * dout).sum(axis=0), dout.sum(axis=0)
    return k * (dout - (dbeta + xn * dgamma) / len(xn)), dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(np.einsum('nchw->nhwc', x).reshape(-1, C), gamma, beta, bn_param)
    return np.einsum('nhwc->nchw', out.reshape(N, H, W, C)), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(np.einsum('nchw->nhwc', dout).reshape(-1, C), cache)
    return np.einsum('nhwc->nchw', dx.reshape(N, H, W, C)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    cols = x.reshape(len(x) * G, -1).T
    xn, cache = batchnorm_forward(cols, 1.0, 0.0, {'mode': 'train', 'eps': gn_param.get('eps', 1e-5)})
    xn = xn.T.reshape(x.shape)
    return xn * gamma + beta, (xn, cache, gamma)


def spatial_groupnorm_backward(dout, cache):
    xn, inner, gamma = cache
    dx, _, _ = batchnorm_backward((dout * gamma).reshape(inner[0].T.shape).T, inner)
    keep = {'axis': (0, 2, 3), 'keepdims': True}
    return dx.T.reshape(dout.shape), np.sum(dout * xn, **keep), np.sum(dout, **keep)
