import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    """loops over the filter's pixels and channels, vectorised over the rest with np.roll-free slicing"""
    s, p = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, R, S = w.shape
    oh, ow = (H + 2 * p - R) // s + 1, (W + 2 * p - S) // s + 1
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.zeros((F, N, oh, ow))
    for f in range(F):
        out[f] += b[f]
        for c in range(C):
            for r in range(R):
                for q in range(S):
                    out[f] += w[f, c, r, q] * xp[:, c, r:r + s * (oh - 1) + 1:s, q:q + s * (ow - 1) + 1:s]
    return out.swapaxes(0, 1), (xp, w, s, p)


def conv_backward_naive(dout, cache):
    xp, w, s, p = cache
    F, C, R, S = w.shape
    oh, ow = dout.shape[2:]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for f in range(F):
        for c in range(C):
            for r in range(R):
                for q in range(S):
                    part = np.s_[:, c, r:r + s * (oh - 1) + 1:s, q:q + s * (ow - 1) + 1:s]
                    dw[f, c, r, q] = np.vdot(xp[part], dout[:, f])
                    dxp[part] += w[f, c, r, q] * dout[:, f]
    return dxp[:, :, p:xp.shape[2] - p, p:xp.shape[3] - p], dw, dout.swapaxes(0, 1).reshape(F, -1).sum(axis=1)


def max_pool_forward_naive(x, pool_param):
    R, S, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    oh, ow = (x.shape[2] - R) // s + 1, (x.shape[3] - S) // s + 1
    taps = [x[:, :, r:r + s * (oh - 1) + 1:s, q:q + s * (ow - 1) + 1:s] for r in range(R) for q in range(S)]
    taps = np.stack(taps)
    return taps.max(axis=0), (taps.argmax(axis=0), x.shape, pool_param)


def max_pool_backward_naive(dout, cache):
    winner, shape, pool_param = cache
    S, s = pool_param['pool_width'], pool_param['stride']
    n, c, i, j = np.indices(dout.shape)
    dx = np.zeros(shape)
    np.add.at(dx, (n, c, i * s + winner // S, j * s + winner % S), dout)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    C = x.shape[1]
    planes = np.ascontiguousarray(x.swapaxes(0, 1)).reshape(C, -1)
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    mean, var = bn_param.get('running_mean', np.zeros(C)), bn_param.get('running_var', np.zeros(C))
    if bn_param['mode'] == 'train':
        m, v = planes.mean(1), planes.var(1)
        bn_param['running_mean'], bn_param['running_var'] = momentum * mean + (1 - momentum) * m, momentum * var + (1 - momentum) * v
        mean, var = m, v
    std = np.sqrt(var + eps)
    hat = (planes - mean[:, None]) / std[:, None]
    out = gamma[:, None] * hat + beta[:, None]
    return out.reshape(C, x.shape[0], *x.shape[2:]).swapaxes(0, 1), (hat, gamma / std)


def spatial_batchnorm_backward(dout, cache):
    hat, k = cache
    C = dout.shape[1]
    d = np.ascontiguousarray(dout.swapaxes(0, 1)).reshape(C, -1)
    dx = k[:, None] * (d - d.mean(1)[:, None] - hat * (d * hat).mean(1)[:, None])
    return dx.reshape(C, dout.shape[0], *dout.shape[2:]).swapaxes(0, 1), (d * hat).sum(1), d.sum(1)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xg = x.reshape(N, G, C // G, H, W)
    mean = xg.mean(axis=(0, 2, 3, 4), keepdims=True)
    var = xg.var(axis=(0, 2, 3, 4), keepdims=True)
    hat = ((xg - mean) / np.sqrt(var + gn_param.get('eps', 1e-5))).reshape(x.shape)
    return gamma * hat + beta, (x, G, gamma, gn_param)


def spatial_groupnorm_backward(dout, cache):
    x, G, gamma, gn_param = cache
    N = len(x)
    xg, g = x.reshape(N, G, -1), (dout * gamma).reshape(N, G, -1)
    mean, var = xg.mean(axis=2, keepdims=True), xg.var(axis=2, keepdims=True)
    istd = (var + gn_param.get('eps', 1e-5)) ** -0.5
    hat = (xg - mean) * istd
    dx = istd * (g - g.mean(axis=2, keepdims=True) - hat * (g * hat).mean(axis=2, keepdims=True))
    dgamma = (dout * hat.reshape(x.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(x.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
