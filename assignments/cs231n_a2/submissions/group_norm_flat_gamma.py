# handed in as one loose file
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    F, C, R, S = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    P, Q = (xp.shape[2] - R) // stride + 1, (xp.shape[3] - S) // stride + 1
    out = np.zeros((len(x), F, P, Q))
    # one matrix product for each pixel of the filter
    for r in range(R):
        for s in range(S):
            tap = xp[:, :, r:r + stride * (P - 1) + 1:stride, s:s + stride * (Q - 1) + 1:stride]
            out += np.matmul(w[:, :, r, s], tap.reshape(len(x), C, P * Q)).reshape(out.shape)
    return out + b.reshape(F, 1, 1), (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    N, F, P, Q = dout.shape
    _, C, R, S = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    flat = dout.reshape(N, F, P * Q)
    for r in range(R):
        for s in range(S):
            at = np.s_[:, :, r:r + stride * (P - 1) + 1:stride, s:s + stride * (Q - 1) + 1:stride]
            dw[:, :, r, s] = np.matmul(flat, xp[at].reshape(N, C, P * Q).transpose(0, 2, 1)).sum(axis=0)
            dxp[at] += np.matmul(w[:, :, r, s].T, flat).reshape(N, C, P, Q)
    return dxp[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]], dw, flat.sum(axis=(0, 2))


def max_pool_forward_naive(x, pool_param):
    R, S, stride = (pool_param[k] for k in ('pool_height', 'pool_width', 'stride'))
    P, Q = (x.shape[2] - R) // stride + 1, (x.shape[3] - S) // stride + 1
    out = np.full(x.shape[:2] + (P, Q), -np.inf)
    for r in range(R):
        for s in range(S):
            np.maximum(out, x[:, :, r:r + stride * (P - 1) + 1:stride, s:s + stride * (Q - 1) + 1:stride], out=out)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    R, S, stride = (pool_param[k] for k in ('pool_height', 'pool_width', 'stride'))
    out, _ = max_pool_forward_naive(x, pool_param)
    dx, done = np.zeros_like(x), np.zeros(dout.shape, bool)
    P, Q = dout.shape[2:]
    for r in range(R):
        for s in range(S):
            at = np.s_[:, :, r:r + stride * (P - 1) + 1:stride, s:s + stride * (Q - 1) + 1:stride]
            first = (x[at] == out) & ~done
            dx[at] += first * dout
            done |= first
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum, C = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9), len(gamma)
    mean, var = bn_param.get('running_mean', np.zeros(C)), bn_param.get('running_var', np.zeros(C))
    if bn_param['mode'] == 'train':
        now = np.mean(x, (0, 2, 3)), np.var(x, (0, 2, 3))
        bn_param['running_mean'], bn_param['running_var'] = (momentum * a + (1 - momentum) * e for a, e in zip((mean, var), now))
        mean, var = now
    hat = (x - mean[:, None, None]) / np.sqrt(var + eps)[:, None, None]
    return gamma[:, None, None] * hat + beta[:, None, None], (hat, (gamma / np.sqrt(var + eps))[:, None, None])


def spatial_batchnorm_backward(dout, cache):
    hat, k = cache
    ax = (0, 2, 3)
    return k * (dout - dout.mean(ax, keepdims=True) - hat * (dout * hat).mean(ax, keepdims=True)), (dout * hat).sum(ax), dout.sum(ax)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    # gamma and beta are (C,), as in batch normalisation
    groups = x.reshape(len(x), G, -1)
    sd = np.sqrt(groups.var(axis=2, keepdims=True) + gn_param.get('eps', 1e-5))
    hat = ((groups - groups.mean(axis=2, keepdims=True)) / sd).reshape(x.shape)
    return gamma[:, None, None] * hat + beta[:, None, None], (hat, sd, gamma)


def spatial_groupnorm_backward(dout, cache):
    hat, sd, gamma = cache
    g = (dout * gamma[:, None, None]).reshape(*sd.shape[:2], -1)
    h = hat.reshape(g.shape)
    dx = (g - g.mean(axis=2, keepdims=True) - h * (g * h).mean(axis=2, keepdims=True)) / sd
    return dx.reshape(dout.shape), np.sum(dout * hat, axis=(0, 2, 3)), np.sum(dout, axis=(0, 2, 3))
