import numpy as np


class ConvCache(dict):
    """so that I can write cache.x instead of cache['x']"""
    __getattr__ = dict.__getitem__


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    xx = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    Ho, Wo = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.tile(b[None, :, None, None], (N, 1, Ho, Wo)).astype(x.dtype)
    for ho in range(Ho):
        for wo in range(Wo):
            hs, ws = ho * stride, wo * stride
            out[:, :, ho, wo] += np.einsum('nchw,fchw->nf', xx[:, :, hs:hs + HH, ws:ws + WW], w)
    return out, ConvCache(x=xx, w=w, b=b, pad=pad, stride=stride, size=(H, W))


def conv_backward_naive(dout, cache):
    pad = cache.pad
    H, W = cache.size
    _, _, HH, WW = cache.w.shape
    dx, dw = np.zeros_like(cache.x), np.zeros_like(cache.w)
    for ho in range(dout.shape[2]):
        for wo in range(dout.shape[3]):
            dx[:, :, ho:ho + HH, wo:wo + WW] += np.einsum('nf,fchw->nchw', dout[:, :, ho, wo], cache.w)
            dw += np.einsum('nf,nchw->fchw', dout[:, :, ho, wo], cache.x[:, :, ho:ho + HH, wo:wo + WW])
    return dx[:, :, pad:pad + H, pad:pad + W], dw, np.einsum('nfhw->f', dout)


def max_pool_forward_naive(x, pool_param):
    PH, PW, stride = [pool_param[k] for k in ('pool_height', 'pool_width', 'stride')]
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - PH) // stride + 1, (W - PW) // stride + 1))
    arg = {}
    for ho in range(out.shape[2]):
        for wo in range(out.shape[3]):
            flat = x[:, :, ho * stride:ho * stride + PH, wo * stride:wo * stride + PW].reshape(N, C, PH * PW)
            arg[ho, wo] = np.argmax(flat, axis=2)
            out[:, :, ho, wo] = np.max(flat, axis=2)
    return out, ConvCache(arg=arg, shape=x.shape, PW=PW, stride=stride)


def max_pool_backward_naive(dout, cache):
    dx = np.zeros(cache.shape)
    N, C = cache.shape[:2]
    for (ho, wo), arg in cache.arg.items():
        for n in range(N):
            for c in range(C):
                r, s = arg[n, c] // cache.PW, arg[n, c] % cache.PW
                dx[n, c, ho * cache.stride + r, wo * cache.stride + s] += dout[n, c, ho, wo]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    wide = lambda v: v.reshape(1, -1, 1, 1)
    C = x.shape[1]
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    rm, rv = bn_param.get('running_mean', np.zeros(C)), bn_param.get('running_var', np.zeros(C))
    if bn_param['mode'] == 'train':
        mu = np.einsum('nchw->c', x) * C / x.size
        var = np.einsum('nchw->c', (x - wide(mu)) ** 2) * C / x.size
        bn_param['running_mean'] = momentum * rm + (1 - momentum) * mu
        bn_param['running_var'] = momentum * rv + (1 - momentum) * var
    else:
        mu, var = rm, rv
    xhat = (x - wide(mu)) / np.sqrt(wide(var) + eps)
    return wide(gamma) * xhat + wide(beta), ConvCache(xhat=xhat, gamma=wide(gamma), std=np.sqrt(wide(var) + eps))


def spatial_batchnorm_backward(dout, cache):
    m = dout.size // dout.shape[1]
    dxhat = dout * cache.gamma
    dx = 1 / m / cache.std * (m * dxhat - dxhat.sum(axis=(0, 2, 3), keepdims=True)
                              - cache.xhat * (dxhat * cache.xhat).sum(axis=(0, 2, 3), keepdims=True))
    return dx, np.einsum('nchw,nchw->c', dout, cache.xhat), np.einsum('nchw->c', dout)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xg = x.reshape(N, G, C // G * H * W)
    mu = np.einsum('ngk->ng', xg)[..., None] / xg.shape[2]
    var = np.einsum('ngk,ngk->ng', xg - mu, xg - mu)[..., None] / xg.shape[2]
    std = np.sqrt(var + gn_param.get('eps', 1e-5))
    xhat = (xg - mu) / std
    return gamma * xhat.reshape(x.shape) + beta, ConvCache(xhat=xhat, std=std, gamma=gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, m = cache.xhat, cache.xhat.shape[2]
    dxhat = (dout * cache.gamma).reshape(xhat.shape)
    dx = (m * dxhat - dxhat.sum(axis=2, keepdims=True) - xhat * (dxhat * xhat).sum(axis=2, keepdims=True)) / m / cache.std
    dgamma = np.einsum('nchw,nchw->c', dout, xhat.reshape(dout.shape)).reshape(1, -1, 1, 1)
    return dx.reshape(dout.shape), dgamma, np.einsum('nchw->c', dout).reshape(1, -1, 1, 1)
