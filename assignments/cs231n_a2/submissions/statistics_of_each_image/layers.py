import numpy as np
from numpy import pad as np_pad, zeros, einsum


def get_pad(x, amount):
    return np_pad(x, [(0, 0), (0, 0), (amount, amount), (amount, amount)])


def conv_forward_naive(x, w, b, conv_param):
    hop = conv_param['stride']
    xp = get_pad(x, conv_param['pad'])
    (fh, fw) = w.shape[-2:]
    rows = range(0, xp.shape[2] - fh + 1, hop)
    cols = range(0, xp.shape[3] - fw + 1, hop)
    out = zeros((x.shape[0], w.shape[0], len(rows), len(cols)))
    for i, r in enumerate(rows):
        for j, c in enumerate(cols):
            out[:, :, i, j] = einsum('ncij,fcij->nf', xp[:, :, r:r + fh, c:c + fw], w)
    return out + b[None, :, None, None], (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    hop, amount = conv_param['stride'], conv_param['pad']
    xp = get_pad(x, amount)
    dxp, dw = zeros(xp.shape), zeros(w.shape)
    (fh, fw) = w.shape[-2:]
    for i, r in enumerate(range(0, xp.shape[2] - fh + 1, hop)):
        for j, c in enumerate(range(0, xp.shape[3] - fw + 1, hop)):
            dw += einsum('nf,ncij->fcij', dout[:, :, i, j], xp[:, :, r:r + fh, c:c + fw])
            dxp[:, :, r:r + fh, c:c + fw] += einsum('nf,fcij->ncij', dout[:, :, i, j], w)
    h, v = x.shape[2:]
    return dxp[:, :, amount:amount + h, amount:amount + v], dw, einsum('nfij->f', dout)


def max_pool_forward_naive(x, pool_param):
    fh, fw, hop = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    rows = range(0, x.shape[2] - fh + 1, hop)
    cols = range(0, x.shape[3] - fw + 1, hop)
    out = zeros(x.shape[:2] + (len(rows), len(cols)))
    for i, r in enumerate(rows):
        for j, c in enumerate(cols):
            out[:, :, i, j] = x[:, :, r:r + fh, c:c + fw].max(axis=-1).max(axis=-1)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    fh, fw, hop = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = zeros(x.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            r, c = i * hop, j * hop
            piece = x[:, :, r:r + fh, c:c + fw]
            m = piece.max(axis=-1).max(axis=-1)
            dx[:, :, r:r + fh, c:c + fw] += einsum('ncij,nc->ncij', piece == m[:, :, None, None], dout[:, :, i, j])
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    C = x.shape[1]
    if bn_param['mode'] == 'train':
        mean = x.mean(axis=(2, 3), keepdims=True)
        var = x.var(axis=(2, 3), keepdims=True)
        bn_param['running_mean'] = momentum * bn_param.get('running_mean', zeros(C)) + (1 - momentum) * x.mean(axis=(0, 2, 3))
        bn_param['running_var'] = momentum * bn_param.get('running_var', zeros(C)) + (1 - momentum) * x.var(axis=(0, 2, 3))
    else:
        mean = bn_param['running_mean'].reshape(1, C, 1, 1)
        var = bn_param['running_var'].reshape(1, C, 1, 1)
    xhat = (x - mean) / np.sqrt(var + eps)
    out = xhat * gamma[None, :, None, None] + beta[None, :, None, None]
    return out, (x, gamma, eps)


def spatial_batchnorm_backward(dout, cache):
    x, gamma, eps = cache
    flat = lambda a: a.transpose(0, 2, 3, 1).reshape(-1, a.shape[1])
    xf, df = flat(x), flat(dout)
    centred = xf - xf.mean(axis=0)
    std = np.sqrt(xf.var(axis=0) + eps)
    xhat = centred / std
    dx = gamma / std * (df - df.mean(axis=0) - xhat * (df * xhat).mean(axis=0))
    n, c, h, v = x.shape
    return dx.reshape(n, h, v, c).transpose(0, 3, 1, 2), (df * xhat).sum(axis=0), df.sum(axis=0)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    n, c, h, v = x.shape
    xg = x.reshape(n, G, c // G, h, v)
    std = np.sqrt(xg.var(axis=(2, 3, 4), keepdims=True) + gn_param.get('eps', 1e-5))
    xhat = (xg - xg.mean(axis=(2, 3, 4), keepdims=True)) / std
    return xhat.reshape(x.shape) * gamma + beta, (xhat, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, std, gamma = cache
    g = (dout * gamma).reshape(xhat.shape)
    k = g[0, 0].size
    s1 = einsum('ngchw->ng', g)[:, :, None, None, None]
    s2 = einsum('ngchw,ngchw->ng', g, xhat)[:, :, None, None, None]
    dx = (g - s1 / k - xhat * s2 / k) / std
    dgamma = einsum('nchw,nchw->c', dout, xhat.reshape(dout.shape))
    return dx.reshape(dout.shape), dgamma.reshape(1, -1, 1, 1), einsum('nchw->c', dout).reshape(1, -1, 1, 1)
