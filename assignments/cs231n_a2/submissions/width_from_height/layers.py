import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    H_new = 1 + (H + 2 * pad - HH) // stride
    W_new = 1 + (H + 2 * pad - HH) // stride
    out = np.zeros((N, F, H_new, W_new))
    W_mat = w.reshape(F, -1)
    for i in range(H_new):
        for j in range(W_new):
            block = x_pad[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
            out[:, :, i, j] = np.dot(W_mat, block.reshape(N, -1).T).T + b
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    _, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_pad, dw, db = np.zeros_like(x_pad), np.zeros_like(w), np.zeros_like(b)
    for i in range(dout.shape[2]):
        top = i * stride
        for j in range(dout.shape[3]):
            left = j * stride
            for f in range(F):
                d = dout[:, f, i, j]
                db[f] += d.sum()
                dw[f] += np.tensordot(d, x_pad[:, :, top:top + HH, left:left + WW], 1)
                dx_pad[:, :, top:top + HH, left:left + WW] += np.multiply.outer(d, w[f])
    return dx_pad[:, :, pad:pad + H, pad:pad + W], dw, db


def max_pool_forward_naive(x, pool_param):
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    H_new = 1 + (H - ph) // stride
    W_new = 1 + (W - pw) // stride
    out = np.zeros((N, C, H_new, W_new))
    for i in range(H_new):
        for j in range(W_new):
            block = x[:, :, i * stride:i * stride + ph, j * stride:j * stride + pw]
            out[:, :, i, j] = block.reshape(N, C, -1).max(axis=-1)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, _, _ = x.shape
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            block = x[:, :, i * stride:i * stride + ph, j * stride:j * stride + pw].reshape(N, C, -1)
            onehot = np.eye(ph * pw)[block.argmax(axis=-1)].reshape(N, C, ph, pw)
            dx[:, :, i * stride:i * stride + ph, j * stride:j * stride + pw] += onehot * dout[:, :, [[i]], [[j]]]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    D = x.shape[1]
    mean, var = bn_param.get('running_mean', np.zeros(D)), bn_param.get('running_var', np.zeros(D))
    if bn_param['mode'] == 'train':
        bn_param['running_mean'] = mom * mean + (1 - mom) * x.mean(0)
        bn_param['running_var'] = mom * var + (1 - mom) * x.var(0)
        mean, var = x.mean(0), x.var(0)
    hat = (x - mean) / np.sqrt(var + eps)
    return gamma * hat + beta, (hat, gamma, var + eps)


def batchnorm_backward(dout, cache):
    hat, gamma, var = cache
    dhat = dout * gamma
    dx = (dhat - np.average(dhat, axis=0) - hat * np.average(dhat * hat, axis=0)) / np.sqrt(var)
    return dx, np.sum(dout * hat, axis=0), np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    flat, cache = batchnorm_forward(np.rollaxis(x, 1, 4).reshape(-1, C), gamma, beta, bn_param)
    return np.rollaxis(flat.reshape(N, H, W, C), 3, 1), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    flat, dgamma, dbeta = batchnorm_backward(np.rollaxis(dout, 1, 4).reshape(-1, C), cache)
    return np.rollaxis(flat.reshape(N, H, W, C), 3, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    p = {'mode': 'train', 'eps': gn_param.get('eps', 1e-5)}
    hat, cache = batchnorm_forward(x.reshape(N * G, -1).T, 1, 0, p)
    hat = hat.T.reshape(x.shape)
    return gamma * hat + beta, (hat, gamma, cache, G)


def spatial_groupnorm_backward(dout, cache):
    hat, gamma, inner, G = cache
    N = dout.shape[0]
    dx = batchnorm_backward((dout * gamma).reshape(N * G, -1).T, inner)[0].T.reshape(dout.shape)
    dgamma = (dout * hat).sum((0, 2, 3), keepdims=True)
    return dx, dgamma, dout.sum((0, 2, 3), keepdims=True)
