import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    p, s = conv_param['pad'], conv_param['stride']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    win = np.lib.stride_tricks.sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    N, C, OH, OW, KH, KW = win.shape
    cols = win.transpose(0, 2, 3, 1, 4, 5).reshape(N, OH * OW, C * KH * KW)
    out = (cols @ w.reshape(len(w), -1).T + b).transpose(0, 2, 1).reshape(N, len(w), OH, OW)
    return out, (x.shape, cols, w, conv_param)


def conv_backward_naive(dout, cache):
    shape, cols, w, conv_param = cache
    p, s = conv_param['pad'], conv_param['stride']
    F, C, KH, KW = w.shape
    N, C, H, W = shape
    OH, OW = dout.shape[2:]
    d = dout.reshape(N, F, -1)
    dw = np.einsum('nfl,nlk->fk', d, cols).reshape(w.shape)
    dcols = np.einsum('nfl,fk->nlk', d, w.reshape(F, -1)).reshape(N, OH, OW, C, KH, KW)
    dxp = np.zeros((N, C, H + 2 * p, W + 2 * p))
    for a in range(OH):
        for c in range(OW):
            dxp[:, :, a * s:a * s + KH, c * s:c * s + KW] += dcols[:, a, c]
    return dxp[:, :, p:H + p, p:W + p], dw, d.sum(axis=(0, 2))


def max_pool_forward_naive(x, pool_param):
    kh, kw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    OH, OW = (H - kh) // s + 1, (W - kw) // s + 1
    out = np.zeros((N, C, OH, OW))
    im = x[0]
    for a in range(OH):
        for c in range(OW):
            out[:, :, a, c] = im[:, a * s:a * s + kh, c * s:c * s + kw].max(axis=(1, 2))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    kh, kw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for im, dim, d in zip(x, dx, dout):
        for a in range(d.shape[1]):
            for c in range(d.shape[2]):
                part = im[:, a * s:a * s + kh, c * s:c * s + kw]
                best = part.max(axis=(1, 2), keepdims=True)
                dim[:, a * s:a * s + kh, c * s:c * s + kw] += (part == best) * d[:, a:a + 1, c:c + 1]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    C = x.shape[1]
    cn = x.swapaxes(1, 3)
    if bn_param['mode'] == 'train':
        mu, var = cn.mean(axis=(0, 1, 2)), cn.var(axis=(0, 1, 2))
        for k, v in {'running_mean': mu, 'running_var': var}.items():
            bn_param[k] = momentum * bn_param.get(k, np.zeros(C)) + (1. - momentum) * v
    else:
        mu, var = bn_param['running_mean'], bn_param['running_var']
    hat = (cn - mu) / np.sqrt(var + eps)
    return (gamma * hat + beta).swapaxes(1, 3), (hat, gamma / np.sqrt(var + eps))


def spatial_batchnorm_backward(dout, cache):
    hat, scale = cache
    d = dout.swapaxes(1, 3)
    ax = (0, 1, 2)
    dgamma, dbeta = (d * hat).sum(axis=ax), d.sum(axis=ax)
    M = d.size / d.shape[3]
    return (scale * (d - (dbeta + hat * dgamma) / M)).swapaxes(1, 3), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    hat, inv = np.zeros((N, G, C // G, H, W)), np.zeros((N, G, 1, 1, 1))
    for g in range(G):
        part = x[:, g * (C // G):(g + 1) * (C // G)]
        inv[:, g] = 1 / np.sqrt(part.var(axis=(1, 2, 3), keepdims=True) + gn_param.get('eps', 1e-5))
        hat[:, g] = (part - part.mean(axis=(1, 2, 3), keepdims=True)) * inv[:, g]
    return gamma * hat.reshape(x.shape) + beta, (hat, inv, gamma)


def spatial_groupnorm_backward(dout, cache):
    hat, inv, gamma = cache
    d = (dout * gamma).reshape(hat.shape)
    dx = np.zeros_like(hat)
    for g in range(hat.shape[1]):
        m1 = d[:, g].mean(axis=(1, 2, 3), keepdims=True)
        m2 = (d[:, g] * hat[:, g]).mean(axis=(1, 2, 3), keepdims=True)
        dx[:, g] = inv[:, g] * (d[:, g] - m1 - hat[:, g] * m2)
    ax = (0, 2, 3)
    return dx.reshape(dout.shape), (dout * hat.reshape(dout.shape)).sum(ax, keepdims=True), dout.sum(ax, keepdims=True)
