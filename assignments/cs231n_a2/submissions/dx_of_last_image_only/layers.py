import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s = conv_param['stride']
    p = conv_param['pad']
    N, C, H, W = x.shape
    F, C, K, L = w.shape
    A = 1 + (H + 2 * p - K) // s
    B = 1 + (W + 2 * p - L) // s
    out = np.zeros((N, F, A, B))
    for n in range(N):
        xn = np.pad(x[n], ((0, 0), (p, p), (p, p)))
        for f in range(F):
            for i in range(A):
                for j in range(B):
                    out[n, f, i, j] = (xn[:, i * s:i * s + K, j * s:j * s + L] * w[f]).sum()
    out += b[None, :, None, None]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s = conv_param['stride']
    p = conv_param['pad']
    N, C, H, W = x.shape
    F, C, K, L = w.shape
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for n in range(N):
        xn = np.pad(x[n], ((0, 0), (p, p), (p, p)))
        dxn = np.zeros(xn.shape)
        for f in range(F):
            db[f] += dout[n, f].sum()
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    dxn[:, i * s:i * s + K, j * s:j * s + L] += w[f] * dout[n, f, i, j]
                    dw[f] += xn[:, i * s:i * s + K, j * s:j * s + L] * dout[n, f, i, j]
    dx[n] = dxn[:, p:p + H, p:p + W]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    K, L, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - K) // s, 1 + (W - L) // s))
    for n in range(N):
        for c in range(C):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    out[n, c, i, j] = max(x[n, c, i * s:i * s + K, j * s:j * s + L].ravel())
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    K, L, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    values = list(x[n, c, i * s:i * s + K, j * s:j * s + L].ravel())
                    k = values.index(max(values))
                    dx[n, c, i * s + k // L, j * s + k % L] += dout[n, c, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, C, H, W = x.shape
    x = x.transpose(1, 0, 2, 3).reshape(C, -1).T
    if mode == 'train':
        mean = np.mean(x, axis=0)
        var = np.mean((x - mean) ** 2, axis=0)
        bn_param['running_mean'] = momentum * bn_param.get('running_mean', np.zeros(C)) + (1 - momentum) * mean
        bn_param['running_var'] = momentum * bn_param.get('running_var', np.zeros(C)) + (1 - momentum) * var
    if mode == 'test':
        mean = bn_param['running_mean']
        var = bn_param['running_var']
    xhat = (x - mean) / np.sqrt(var + eps)
    out = gamma * xhat + beta
    return out.T.reshape(C, N, H, W).transpose(1, 0, 2, 3), (x, xhat, mean, var, gamma, eps)


def spatial_batchnorm_backward(dout, cache):
    x, xhat, mean, var, gamma, eps = cache
    N, C, H, W = dout.shape
    d = dout.transpose(1, 0, 2, 3).reshape(C, -1).T
    M = len(d)
    dxhat = d * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 / (var + eps) ** 1.5
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    dx = dxhat / np.sqrt(var + eps) + dvar * 2 / M * (x - mean) + dmean / M
    return dx.T.reshape(C, N, H, W).transpose(1, 0, 2, 3), (d * xhat).sum(axis=0), d.sum(axis=0)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    xg = x.reshape(N, G, -1)
    mean = xg.mean(axis=2).reshape(N, G, 1)
    var = xg.var(axis=2).reshape(N, G, 1)
    xhat = (xg - mean) / np.sqrt(var + eps)
    return xhat.reshape(N, C, H, W) * gamma + beta, (xg, xhat, mean, var, gamma, eps)


def spatial_groupnorm_backward(dout, cache):
    xg, xhat, mean, var, gamma, eps = cache
    M = xg.shape[2]
    dxhat = (dout * gamma).reshape(xg.shape)
    dvar = ((dxhat * (xg - mean)).sum(axis=2, keepdims=True)) * -0.5 / (var + eps) ** 1.5
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=2, keepdims=True)
    dx = dxhat / np.sqrt(var + eps) + dvar * 2 / M * (xg - mean) + dmean / M
    dgamma = (dout * xhat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
