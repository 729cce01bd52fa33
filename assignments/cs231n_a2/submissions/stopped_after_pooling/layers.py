import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    out = None
    stride = conv_param["stride"]
    pad = conv_param["pad"]
    x_pad = np.pad(x, pad_width=[(0,), (0,), (pad,), (pad,)])
    H_out = 1 + (x.shape[2] + 2 * pad - w.shape[2]) // stride
    W_out = 1 + (x.shape[3] + 2 * pad - w.shape[3]) // stride
    out = np.zeros((x.shape[0], w.shape[0], H_out, W_out))
    for j in range(W_out):
        for i in range(H_out):
            for f in range(w.shape[0]):
                for n in range(x.shape[0]):
                    rows = slice(i * stride, i * stride + w.shape[2])
                    cols = slice(j * stride, j * stride + w.shape[3])
                    out[n, f, i, j] = b[f] + (x_pad[n, :, rows, cols] * w[f, :]).sum()
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride = conv_param["stride"]
    pad = conv_param["pad"]
    x_pad = np.pad(x, pad_width=[(0,), (0,), (pad,), (pad,)])
    dx_pad = np.zeros(x_pad.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for j in range(dout.shape[3]):
        for i in range(dout.shape[2]):
            for f in range(w.shape[0]):
                db[f] += dout[:, f, i, j].sum()
                for n in range(x.shape[0]):
                    rows = slice(i * stride, i * stride + w.shape[2])
                    cols = slice(j * stride, j * stride + w.shape[3])
                    dx_pad[n, :, rows, cols] += w[f] * dout[n, f, i, j]
                    dw[f] += x_pad[n, :, rows, cols] * dout[n, f, i, j]
    dx = dx_pad[:, :, pad:x_pad.shape[2] - pad, pad:x_pad.shape[3] - pad]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    out = None
    h, v, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    H_out = 1 + (x.shape[2] - h) // stride
    W_out = 1 + (x.shape[3] - v) // stride
    out = np.zeros((x.shape[0], x.shape[1], H_out, W_out))
    for j in range(W_out):
        for i in range(H_out):
            out[:, :, i, j] = np.max(x[:, :, i * stride:i * stride + h, j * stride:j * stride + v], axis=(2, 3))
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    dx = None
    x, pool_param = cache
    h, v, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    # the mask goes here
    for j in range(dout.shape[3]):
        for i in range(dout.shape[2]):
            pass
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    return None, None


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.transpose(0, 2, 3, 1).reshape(-1, C), gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta
