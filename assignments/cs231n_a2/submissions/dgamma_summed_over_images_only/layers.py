import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    Hc = 1 + (H + 2 * pad - HH) // stride
    Wc = 1 + (W + 2 * pad - WW) // stride
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant', constant_values=0)
    activation = np.zeros((N, F, Hc, Wc))
    h = 0
    while h < Hc:
        v = 0
        while v < Wc:
            receptive = xpad[:, :, h * stride:h * stride + HH, v * stride:v * stride + WW]
            activation[:, :, h, v] = receptive.reshape(N, -1).dot(w.reshape(F, -1).T)
            v += 1
        h += 1
    activation += b.reshape(1, -1, 1, 1)
    return activation, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant', constant_values=0)
    dxpad, dw = np.zeros(xpad.shape), np.zeros((F, C * HH * WW))
    h = 0
    while h < dout.shape[2]:
        v = 0
        while v < dout.shape[3]:
            receptive = xpad[:, :, h * stride:h * stride + HH, v * stride:v * stride + WW]
            dw += dout[:, :, h, v].T.dot(receptive.reshape(N, -1))
            dxpad[:, :, h * stride:h * stride + HH, v * stride:v * stride + WW] += \
                dout[:, :, h, v].dot(w.reshape(F, -1)).reshape(receptive.shape)
            v += 1
        h += 1
    return dxpad[:, :, pad:pad + H, pad:pad + W], dw.reshape(w.shape), dout.sum(3).sum(2).sum(0)


def max_pool_forward_naive(x, pool_param):
    HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    pooled = np.zeros((N, C, 1 + (H - HH) // stride, 1 + (W - WW) // stride))
    for n in range(N):
        for h in range(pooled.shape[2]):
            for v in range(pooled.shape[3]):
                block = x[n, :, h * stride:h * stride + HH, v * stride:v * stride + WW].reshape(C, -1)
                pooled[n, :, h, v] = np.sort(block, axis=1)[:, -1]
    return pooled, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for h in range(dout.shape[2]):
            for v in range(dout.shape[3]):
                block = x[n, :, h * stride:h * stride + HH, v * stride:v * stride + WW].reshape(C, -1)
                grad = np.zeros(block.shape)
                grad[np.arange(C), block.argmax(axis=1)] = dout[n, :, h, v]
                dx[n, :, h * stride:h * stride + HH, v * stride:v * stride + WW] += grad.reshape(C, HH, WW)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    C = x.shape[1]
    shape = (1, C, 1, 1)
    if bn_param['mode'] == 'train':
        mean, std2 = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        bn_param['running_mean'] = bn_param.get('running_mean', np.zeros(C)) * momentum + (1 - momentum) * mean
        bn_param['running_var'] = bn_param.get('running_var', np.zeros(C)) * momentum + (1 - momentum) * std2
    else:
        mean, std2 = bn_param['running_mean'], bn_param['running_var']
    norm = (x - mean.reshape(shape)) / np.sqrt(std2.reshape(shape) + eps)
    return norm * gamma.reshape(shape) + beta.reshape(shape), (norm, gamma.reshape(shape) / np.sqrt(std2.reshape(shape) + eps))


def spatial_batchnorm_backward(dout, cache):
    norm, factor = cache
    m = dout.size / dout.shape[1]
    s0 = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    s1 = np.sum(dout * norm, axis=(0, 2, 3), keepdims=True)
    return factor * (dout - s0 / m - norm * s1 / m), s1[0, :, 0, 0], s0[0, :, 0, 0]


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    x5 = x.reshape(N, G, C // G, H, W)
    std = np.sqrt(x5.var(axis=(2, 3, 4), keepdims=True) + gn_param.get('eps', 1e-5))
    norm = (x5 - x5.mean(axis=(2, 3, 4), keepdims=True)) / std
    return gamma * norm.reshape(x.shape) + beta, (norm, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    norm, std, gamma = cache
    d5 = (dout * gamma).reshape(norm.shape)
    m = d5[0, 0].size
    s0 = np.sum(d5, axis=(2, 3, 4), keepdims=True)
    s1 = np.sum(d5 * norm, axis=(2, 3, 4), keepdims=True)
    dx = (d5 - s0 / m - norm * s1 / m) / std
    dgamma = np.sum(dout * norm.reshape(dout.shape), axis=0, keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dbeta
