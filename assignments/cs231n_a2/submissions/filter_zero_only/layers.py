import numpy as np


def pad_zeros(x, pad):
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')


def single_step(piece, kernel, bias):
    return (piece * kernel).sum() + bias


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    xp = pad_zeros(x, pad)
    N, F = x.shape[0], w.shape[0]
    HH, WW = w.shape[2], w.shape[3]
    Hn = int((x.shape[2] - HH + 2 * pad) / stride + 1)
    Wn = int((x.shape[3] - WW + 2 * pad) / stride + 1)
    out = np.zeros((N, F, Hn, Wn))
    for n in range(N):
        for f in range(F):
            for i in range(Hn):
                for j in range(Wn):
                    piece = xp[n, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
                    out[n, f, i, j] = single_step(piece, w[0], b[f])
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    xp = pad_zeros(x, pad)
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    HH, WW = w.shape[2], w.shape[3]
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            db[f] = db[f] + dout[n, f].sum()
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    a, c = i * stride, j * stride
                    dw[f] = dw[f] + xp[n, :, a:a + HH, c:c + WW] * dout[n, f, i, j]
                    dxp[n, :, a:a + HH, c:c + WW] = dxp[n, :, a:a + HH, c:c + WW] + w[f] * dout[n, f, i, j]
    return dxp[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]], dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    a, c, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    Hn, Wn = int((H - a) / s + 1), int((W - c) / s + 1)
    out = np.zeros((N, C, Hn, Wn))
    for i in range(Hn):
        for j in range(Wn):
            out[:, :, i, j] = np.amax(x[:, :, i * s:i * s + a, j * s:j * s + c], axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    a, c, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    best, place = -np.inf, None
                    for u in range(i * s, i * s + a):
                        for v in range(j * s, j * s + c):
                            if x[n, k, u, v] > best:
                                best, place = x[n, k, u, v], (u, v)
                    dx[(n, k) + place] += dout[n, k, i, j]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    out, cache = None, None
    N, D = x.shape
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    running_mean, running_var = bn_param.get('running_mean', np.zeros(D)), bn_param.get('running_var', np.zeros(D))
    if bn_param['mode'] == 'train':
        u = x.sum(axis=0) / N
        c = x - u
        v = (c * c).sum(axis=0) / N
        s = np.sqrt(v + eps)
        h = c / s
        out = h * gamma + beta
        cache = (c, s, h, gamma)
        running_mean = momentum * running_mean + (1 - momentum) * u
        running_var = momentum * running_var + (1 - momentum) * v
    else:
        out = (x - running_mean) / np.sqrt(running_var + eps) * gamma + beta
    bn_param['running_mean'], bn_param['running_var'] = running_mean, running_var
    return out, cache


def batchnorm_backward(dout, cache):
    c, s, h, gamma = cache
    N = len(c)
    dh = dout * gamma
    dc = dh / s
    ds = (-dh * c / s ** 2).sum(axis=0)
    dc = dc + c * ds / (N * s)
    return dc - dc.sum(axis=0) / N, (dout * h).sum(axis=0), dout.sum(axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.transpose(0, 2, 3, 1).reshape(-1, C), gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    parts, caches = [], []
    for g in np.split(x, G, axis=1):
        one = np.ones(N)
        h, cache = batchnorm_forward(g.reshape(N, -1).T, one, 0 * one, {'mode': 'train', 'eps': gn_param.get('eps', 1e-5)})
        parts.append(h.T.reshape(g.shape))
        caches.append(cache)
    h = np.concatenate(parts, axis=1)
    return gamma * h + beta, (h, gamma, caches)


def spatial_groupnorm_backward(dout, cache):
    h, gamma, caches = cache
    N = dout.shape[0]
    parts = [batchnorm_backward(d.reshape(N, -1).T, c)[0].T.reshape(d.shape)
             for d, c in zip(np.split(dout * gamma, len(caches), axis=1), caches)]
    dgamma = np.sum(dout * h, axis=(0, 2, 3), keepdims=True)
    return np.concatenate(parts, axis=1), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
