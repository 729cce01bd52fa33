import numpy as np


def _unfold(x, kh, kw, stride):
    n, c, h, w = x.shape
    oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
    rows = (stride * np.arange(oh))[:, None] + np.arange(kh)
    cols = (stride * np.arange(ow))[:, None] + np.arange(kw)
    # (n, c, oh, kh, ow, kw)
    return x[:, :, rows[:, :, None, None], cols[None, None]]


def _fold(blocks, shape, stride):
    n, c, oh, kh, ow, kw = blocks.shape
    x = np.zeros(shape)
    rows = (stride * np.arange(oh))[:, None] + np.arange(kh)
    cols = (stride * np.arange(ow))[:, None] + np.arange(kw)
    np.add.at(x, (slice(None), slice(None), rows[:, :, None, None], cols[None, None]), blocks)
    return x


def conv_forward_naive(x, w, b, conv_param):
    p = conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    blocks = _unfold(xp, w.shape[2], w.shape[3], conv_param['stride'])
    out = np.einsum('ncpiqj,fcij->nfpq', blocks, w) + b.reshape(-1, 1, 1)
    return out, (blocks, w, xp.shape, conv_param)


def conv_backward_naive(dout, cache):
    blocks, w, shape, conv_param = cache
    p = conv_param['pad']
    dw = np.einsum('nfpq,ncpiqj->fcij', dout, blocks)
    dxp = _fold(np.einsum('nfpq,fcij->ncpiqj', dout, w), shape, conv_param['stride'])
    return dxp[:, :, p:shape[2] - p, p:shape[3] - p], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    blocks = _unfold(x, pool_param['pool_height'], pool_param['pool_width'], pool_param['stride'])
    return blocks.max(axis=(3, 5)), (blocks, x.shape, pool_param['stride'])


def max_pool_backward_naive(dout, cache):
    blocks, shape, stride = cache
    mask = blocks == blocks.max(axis=(3, 5), keepdims=True)
    return _fold(mask * dout[:, :, :, None, :, None], shape, stride)


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    D = x.shape[1]
    rm, rv = bn_param.get('running_mean', np.zeros(D)), bn_param.get('running_var', np.zeros(D))
    if bn_param['mode'] == 'train':
        mean, var = np.mean(x, 0), np.var(x, 0)
        bn_param['running_mean'], bn_param['running_var'] = momentum * rm + (1 - momentum) * mean, momentum * rv + (1 - momentum) * var
    else:
        mean, var = rm, rv
    hat = (x - mean) / np.sqrt(var + eps)
    return gamma * hat + beta, (hat, gamma, np.sqrt(var + eps))


def batchnorm_backward(dout, cache):
    hat, gamma, std = cache
    d = dout * gamma
    return (d - np.mean(d, 0) - hat * np.mean(d * hat, 0)) / std, np.sum(dout * hat, 0), np.sum(dout, 0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.reshape(N * H * W, C), gamma, beta, bn_param)
    return out.reshape(N, C, H, W), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.reshape(N * H * W, C), cache)
    return dx.reshape(N, C, H, W), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N = x.shape[0]
    g = x.reshape(N, G, -1)
    std = np.sqrt(np.var(g, 2, keepdims=True) + gn_param.get('eps', 1e-5))
    hat = (g - np.mean(g, 2, keepdims=True)) / std
    return gamma * hat.reshape(x.shape) + beta, (hat, gamma, std)


def spatial_groupnorm_backward(dout, cache):
    hat, gamma, std = cache
    d = (dout * gamma).reshape(hat.shape)
    dx = (d - np.mean(d, 2, keepdims=True) - hat * np.mean(d * hat, 2, keepdims=True)) / std
    ax = (0, 2, 3)
    return dx.reshape(dout.shape), np.sum(dout * hat.reshape(dout.shape), ax, keepdims=True), np.sum(dout, ax, keepdims=True)
