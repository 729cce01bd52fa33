import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    pad, stride = conv_param['pad'], conv_param['stride']
    H_out = (H + 2 * pad - HH) // stride + 1
    W_out = (W + 2 * pad - WW) // stride + 1
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')
    out = np.zeros((N, F, H_out, W_out))
    for i in range(N):
        for j in range(F):
            for k in range(H_out):
                for l in range(W_out):
                    region = x_padded[i, :, k * stride:k * stride + HH, l * stride:l * stride + WW]
                    out[i, j, k, l] = np.sum(region * w[j]) + b[j]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    N, F, H_out, W_out = dout.shape
    F, C, HH, WW = w.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')
    dx_padded = np.zeros_like(x_padded)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for i in range(N):
        for j in range(F):
            for k in range(H_out):
                for l in range(W_out):
                    dw[j] += x_padded[i, :, k * stride:k * stride + HH, l * stride:l * stride + WW] * dout[i, j, k, l]
                    dx_padded[i, :, k * stride:k * stride + HH, l * stride:l * stride + WW] += w[j] * dout[i, j, k, l]
    dx = dx_padded[:, :, pad:-pad, pad:-pad]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    out = np.zeros((N, C, (H - HH) // stride + 1, (W - WW) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    N, C, H_out, W_out = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    window = x[n, c, i * stride:i * stride + HH, j * stride:j * stride + WW]
                    mask = window == np.max(window)
                    dx[n, c, i * stride:i * stride + HH, j * stride:j * stride + WW] += mask * dout[n, c, i, j]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    running_mean = bn_param.get('running_mean', np.zeros(x.shape[1]))
    running_var = bn_param.get('running_var', np.zeros(x.shape[1]))
    if bn_param['mode'] == 'train':
        mean, var = np.mean(x, axis=0), np.var(x, axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
        xn = (x - mean) / np.sqrt(var + eps)
        cache = (x, xn, mean, var, gamma, eps)
    else:
        xn = (x - running_mean) / np.sqrt(running_var + eps)
        cache = None
    bn_param.update(running_mean=running_mean, running_var=running_var)
    return gamma * xn + beta, cache


def batchnorm_backward(dout, cache):
    x, xn, mean, var, gamma, eps = cache
    N = x.shape[0]
    dxn = dout * gamma
    s = np.sqrt(var + eps)
    dx = (dxn - dxn.mean(axis=0) - xn * (dxn * xn).sum(axis=0) / N) / s
    return dx, np.sum(dout * xn, axis=0), np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(np.transpose(x, (0, 2, 3, 1)).reshape(N * H * W, C), gamma, beta, bn_param)
    return np.transpose(out.reshape(N, H, W, C), (0, 3, 1, 2)), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(np.transpose(dout, (0, 2, 3, 1)).reshape(N * H * W, C), cache)
    return np.transpose(dx.reshape(N, H, W, C), (0, 3, 1, 2)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xg = x.reshape(N, G, C // G, H, W)
    mean = xg.mean(axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(xg.var(axis=(2, 3, 4), keepdims=True) + gn_param.get('eps', 1e-5))
    xn = (xg - mean) / std
    return gamma * xn.reshape(N, C, H, W) + beta, (xn, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    xn, std, gamma = cache
    M = xn.shape[2] * xn.shape[3] * xn.shape[4]
    dxn = (dout * gamma).reshape(xn.shape)
    dx = dxn - np.sum(dxn, axis=(2, 3, 4), keepdims=True) / M
    dx -= xn * np.sum(dxn * xn, axis=(2, 3, 4), keepdims=True) / M
    dgamma = np.sum(dout * xn.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    return (dx / std).reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
