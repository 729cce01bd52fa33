import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    _, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    maps = []
    top = 0
    while top + kh <= xp.shape[2]:
        line = []
        left = 0
        while left + kw <= xp.shape[3]:
            window = xp[:, :, top:top + kh, left:left + kw]
            line.append(np.einsum('ncij,fcij->nf', window, w) + b)
            left += stride
        maps.append(np.stack(line, axis=-1))
        top += stride
    return np.stack(maps, axis=-2), (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    _, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = 0 * xp, 0 * w
    i = 0
    while i < dout.shape[2]:
        j = 0
        while j < dout.shape[3]:
            top, left = i * stride, j * stride
            dxp[:, :, top:top + kh, left:left + kw] += np.einsum('nf,fcij->ncij', dout[:, :, i, j], w)
            dw += np.einsum('nf,ncij->fcij', dout[:, :, i, j], xp[:, :, top:top + kh, left:left + kw])
            j += 1
        i += 1
    return dxp[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    columns = []
    left = 0
    while left + pw <= x.shape[3]:
        column = []
        top = 0
        while top + ph <= x.shape[2]:
            column.append(x[:, :, top:top + ph, left:left + pw].max(axis=(2, 3)))
            top += stride
        columns.append(np.stack(column, axis=-1))
        left += stride
    return np.stack(columns, axis=-1), (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    i = 0
    while i < dout.shape[2]:
        j = 0
        while j < dout.shape[3]:
            top, left = i * stride, j * stride
            window = x[:, :, top:top + ph, left:left + pw]
            mask = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, top:top + ph, left:left + pw] += mask * dout[:, :, i, j, None, None]
            j += 1
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    out, cache = None, None
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    pass


def spatial_groupnorm_backward(dout, cache):
    pass
