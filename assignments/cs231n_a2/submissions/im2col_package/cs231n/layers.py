import numpy as np
from cs231n.im2col import im2col, col2im


def affine_forward(x, w, b):
    raise NotImplementedError("this was in assignment 1")


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    D = x.shape[1]
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
    cache = None
    if mode == 'train':
        mu = np.mean(x, axis=0)
        xc = x - mu
        var = np.mean(xc ** 2, axis=0)
        std = np.sqrt(var + eps)
        xn = xc / std
        out = gamma * xn + beta
        cache = (xc, std, xn, gamma)
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """The computational graph backwards, one node a line."""
    xc, std, xn, gamma = cache
    M = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(xn * dout, axis=0)
    dxn = gamma * dout
    dxc = dxn / std
    dstd = -np.sum(dxn * xc, axis=0) / (std * std)
    dvar = 0.5 * dstd / std
    dxc += (2.0 / M) * xc * dvar
    dmu = -np.sum(dxc, axis=0)
    dx = dxc + dmu / M
    return dx, dgamma, dbeta


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    F, C, HH, WW = w.shape
    cols, oh, ow = im2col(x, HH, WW, pad, stride)
    out = w.reshape(F, -1) @ cols + b[:, None]
    cache = {'cols': cols, 'w': w, 'shape': x.shape, 'stride': stride, 'pad': pad}
    return out.reshape(-1, F, oh, ow), cache


def conv_backward_naive(dout, cache):
    w, cols = cache['w'], cache['cols']
    F, C, HH, WW = w.shape
    d = dout.reshape(dout.shape[0], F, -1)
    db = d.sum(axis=(0, 2))
    dw = np.matmul(d, cols.transpose(0, 2, 1)).sum(axis=0).reshape(w.shape)
    dcols = w.reshape(F, -1).T @ d
    dx = col2im(dcols, cache['shape'], HH, WW, cache['pad'], cache['stride'])
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    # every channel becomes an image of its own
    cols, oh, ow = im2col(x.reshape(N * C, 1, H, W), ph, pw, 0, s)
    winner = cols.argmax(axis=1)
    out = np.take_along_axis(cols, winner[:, None, :], axis=1)
    return out.reshape(N, C, oh, ow), (winner, cols.shape, x.shape, pool_param)


def max_pool_backward_naive(dout, cache):
    winner, cols_shape, (N, C, H, W), pool_param = cache
    dcols = np.zeros(cols_shape)
    np.put_along_axis(dcols, winner[:, None, :], dout.reshape(N * C, 1, -1), axis=1)
    dx = col2im(dcols, (N * C, 1, H, W), pool_param['pool_height'], pool_param['pool_width'], 0,
                pool_param['stride'])
    return dx.reshape(N, C, H, W)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    flat = np.moveaxis(x, 1, -1).reshape(N * H * W, C)
    out, cache = batchnorm_forward(flat, gamma, beta, bn_param)
    return np.moveaxis(out.reshape(N, H, W, C), -1, 1), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    flat = np.moveaxis(dout, 1, -1).reshape(N * H * W, C)
    dx, dgamma, dbeta = batchnorm_backward(flat, cache)
    return np.moveaxis(dx.reshape(N, H, W, C), -1, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    # group norm is batch norm of the transposed matrix: the rows are what is averaged
    N, C, H, W = x.shape
    rows = x.reshape(N * G, -1).T
    ones, zeros = np.ones(N * G), np.zeros(N * G)
    xn, bn_cache = batchnorm_forward(rows, ones, zeros, {'mode': 'train', **gn_param})
    xn = xn.T.reshape(N, C, H, W)
    return xn * gamma + beta, (bn_cache, xn, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    bn_cache, xn, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * xn).sum(axis=(0, 2, 3), keepdims=True)
    rows = (dout * gamma).reshape(N * G, -1).T
    dx, _, _ = batchnorm_backward(rows, bn_cache)
    return dx.T.reshape(N, C, H, W), dgamma, dbeta
