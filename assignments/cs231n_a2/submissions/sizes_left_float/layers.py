from builtins import range
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride = conv_param['stride']
    pad = conv_param['pad']
    (N, C, H, W) = x.shape
    (F, C, HH, WW) = w.shape
    # in Python 2 this was an integer
    Hp = 1 + (H + 2 * pad - HH) / stride
    Wp = 1 + (W + 2 * pad - WW) / stride
    out = np.zeros((N, F, Hp, Wp))
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], 'constant')
    for i in range(N):
        for f in range(F):
            for hi in range(Hp):
                for wi in range(Wp):
                    out[i, f, hi, wi] = np.sum(
                        padded[i, :, hi * stride:hi * stride + HH, wi * stride:wi * stride + WW] * w[f]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    (x, w, b, conv_param) = cache
    stride = conv_param['stride']
    pad = conv_param['pad']
    (N, F, Hp, Wp) = dout.shape
    (F, C, HH, WW) = w.shape
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], 'constant')
    padded_dx = np.zeros_like(padded)
    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    for i in range(N):
        for f in range(F):
            for hi in range(Hp):
                for wi in range(Wp):
                    grad = dout[i, f, hi, wi]
                    db[f] += grad
                    dw[f] += grad * padded[i, :, hi * stride:hi * stride + HH, wi * stride:wi * stride + WW]
                    padded_dx[i, :, hi * stride:hi * stride + HH, wi * stride:wi * stride + WW] += grad * w[f]
    dx = padded_dx[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    (N, C, H, W) = x.shape
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    Hp = 1 + (H - ph) // stride
    Wp = 1 + (W - pw) // stride
    out = np.zeros((N, C, Hp, Wp))
    for hi in range(Hp):
        for wi in range(Wp):
            rows = [x[:, :, hi * stride + k, wi * stride:wi * stride + pw] for k in range(ph)]
            out[:, :, hi, wi] = np.max([row.max(axis=2) for row in rows], axis=0)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    (x, pool_param) = cache
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    (N, C, Hp, Wp) = dout.shape
    dx = np.zeros_like(x)
    for i in range(N):
        for c in range(C):
            for hi in range(Hp):
                for wi in range(Wp):
                    region = x[i, c, hi * stride:hi * stride + ph, wi * stride:wi * stride + pw]
                    best = list(zip(*np.nonzero(region == region.max())))[0]
                    dx[i, c, hi * stride + best[0], wi * stride + best[1]] += dout[i, c, hi, wi]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    (N, C, H, W) = x.shape
    eps = bn_param.get('eps', 1e-5)
    flat = np.array([x[:, c].flatten() for c in range(C)])
    if bn_param['mode'] == 'train':
        mean = flat.mean(axis=1)
        var = ((flat.T - mean) ** 2).mean(axis=0)
        momentum = bn_param.get('momentum', 0.9)
        bn_param['running_mean'] = momentum * bn_param.get('running_mean', np.zeros(C)) + (1 - momentum) * mean
        bn_param['running_var'] = momentum * bn_param.get('running_var', np.zeros(C)) + (1 - momentum) * var
    else:
        mean, var = bn_param['running_mean'], bn_param['running_var']
    std = np.sqrt(var + eps)
    norm = (flat.T - mean) / std
    out = (norm * gamma + beta).T.reshape(C, N, H, W)
    return np.transpose(out, (1, 0, 2, 3)), (norm, std, gamma)


def spatial_batchnorm_backward(dout, cache):
    (norm, std, gamma) = cache
    (N, C, H, W) = dout.shape
    d = np.array([dout[:, c].flatten() for c in range(C)]).T
    dgamma = (d * norm).sum(axis=0)
    dbeta = d.sum(axis=0)
    m = len(d)
    dx = gamma / std / m * (m * d - dbeta - norm * dgamma)
    return np.transpose(dx.T.reshape(C, N, H, W), (1, 0, 2, 3)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    (N, C, H, W) = x.shape
    xg = x.reshape((N, G, C // G, H, W))
    mean = xg.mean(axis=4).mean(axis=3).mean(axis=2)[:, :, None, None, None]
    var = ((xg - mean) ** 2).mean(axis=4).mean(axis=3).mean(axis=2)[:, :, None, None, None]
    std = np.sqrt(var + gn_param.get('eps', 1e-5))
    norm = ((xg - mean) / std)
    return norm.reshape(x.shape) * gamma + beta, (norm, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    (norm, std, gamma) = cache
    avg = lambda a: a.mean(axis=4).mean(axis=3).mean(axis=2)[:, :, None, None, None]
    d = (dout * gamma).reshape(norm.shape)
    dx = (d - avg(d) - norm * avg(d * norm)) / std
    dgamma = (dout * norm.reshape(dout.shape)).sum(axis=3).sum(axis=2).sum(axis=0)
    dbeta = dout.sum(axis=3).sum(axis=2).sum(axis=0)
    return dx.reshape(dout.shape), dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape)
