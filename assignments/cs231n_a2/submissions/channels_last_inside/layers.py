"""I think in (N, H, W, C), so everything is turned round at the door."""
import numpy as np


def _last(a):
    return np.transpose(a, (0, 2, 3, 1))


def _first(a):
    return np.transpose(a, (0, 3, 1, 2))


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    a = np.pad(_last(x), ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    k = np.transpose(w, (2, 3, 1, 0))  # (HH, WW, C, F)
    hh, ww = k.shape[:2]
    n, h, v, c = a.shape
    oh, ow = (h - hh) // stride + 1, (v - ww) // stride + 1
    z = np.zeros((n, oh, ow, k.shape[3])) + b
    for i in range(oh):
        for j in range(ow):
            cut = a[:, i * stride:i * stride + hh, j * stride:j * stride + ww]
            z[:, i, j] += cut.reshape(n, -1).dot(k.reshape(-1, k.shape[3]))
    return _first(z), (a, k, stride, pad)


def conv_backward_naive(dout, cache):
    a, k, stride, pad = cache
    dz = _last(dout)
    hh, ww, c, f = k.shape
    n, oh, ow, _ = dz.shape
    da, dk = np.zeros(a.shape), np.zeros((hh * ww * c, f))
    for i in range(oh):
        for j in range(ow):
            where = (slice(None), slice(i * stride, i * stride + hh), slice(j * stride, j * stride + ww))
            dk += a[where].reshape(n, -1).T.dot(dz[:, i, j])
            da[where] += dz[:, i, j].dot(k.reshape(-1, f).T).reshape(n, hh, ww, c)
    if pad:
        da = da[:, pad:-pad, pad:-pad, :]
    return _first(da), np.transpose(dk.reshape(k.shape), (3, 2, 0, 1)), dz.sum(axis=(0, 1, 2))


def max_pool_forward_naive(x, pool_param):
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    a = _last(x)
    n, h, v, c = a.shape
    z = np.zeros((n, (h - ph) // stride + 1, (v - pw) // stride + 1, c))
    masks = {}
    for i in range(z.shape[1]):
        for j in range(z.shape[2]):
            cut = a[:, i * stride:i * stride + ph, j * stride:j * stride + pw]
            z[:, i, j] = cut.max(axis=1).max(axis=1)
            masks[i, j] = cut == z[:, i:i + 1, j:j + 1]
    return _first(z), (masks, a.shape, ph, pw, stride)


def max_pool_backward_naive(dout, cache):
    masks, shape, ph, pw, stride = cache
    dz = _last(dout)
    da = np.zeros(shape)
    for (i, j), mask in masks.items():
        da[:, i * stride:i * stride + ph, j * stride:j * stride + pw] += mask * dz[:, i:i + 1, j:j + 1]
    return _first(da)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    a = _last(x)
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    mean, var = bn_param.get('running_mean'), bn_param.get('running_var')
    if bn_param['mode'] != 'test':
        old_mean = np.zeros(a.shape[-1]) if mean is None else mean
        old_var = np.zeros(a.shape[-1]) if var is None else var
        mean, var = a.mean(axis=(0, 1, 2)), a.var(axis=(0, 1, 2))
        bn_param['running_mean'] = old_mean + (1 - momentum) * (mean - old_mean)
        bn_param['running_var'] = old_var + (1 - momentum) * (var - old_var)
    hat = (a - mean) / np.sqrt(var + eps)
    return _first(hat * gamma + beta), (hat, np.sqrt(var + eps), gamma)


def spatial_batchnorm_backward(dout, cache):
    hat, std, gamma = cache
    d = _last(dout)
    m = d.shape[0] * d.shape[1] * d.shape[2]
    dbeta, dgamma = d.sum(axis=(0, 1, 2)), (d * hat).sum(axis=(0, 1, 2))
    return _first(gamma * (m * d - dbeta - hat * dgamma) / (m * std)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    n, c, h, v = x.shape
    a = _last(x).reshape(n, h, v, G, c // G)
    mean = a.mean(axis=(1, 2, 4), keepdims=True)
    std = np.sqrt(a.var(axis=(1, 2, 4), keepdims=True) + gn_param.get('eps', 1e-5))
    hat = ((a - mean) / std).reshape(n, h, v, c)
    return _first(hat * gamma.ravel() + beta.ravel()), (hat, std, gamma.ravel(), G)


def spatial_groupnorm_backward(dout, cache):
    hat, std, gamma, G = cache
    d = _last(dout)
    n, h, v, c = d.shape
    dg, hg = (d * gamma).reshape(n, h, v, G, -1), hat.reshape(n, h, v, G, -1)
    axes = (1, 2, 4)
    dx = (dg - dg.mean(axis=axes, keepdims=True) - hg * (dg * hg).mean(axis=axes, keepdims=True)) / std
    pack = lambda t: t.sum(axis=(0, 1, 2)).reshape(1, c, 1, 1)
    return _first(dx.reshape(n, h, v, c)), pack(d * hat), pack(d)
