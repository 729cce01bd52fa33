from builtins import range
from re import X
import numpy as np
import matplotlib.pyplot as plt
from IPython import embed
from pyparsing import col
from scipy import signal


def affine_forward(x, w, b):
    """not part of this assignment"""
    out = None
    pass
    return out, (x, w, b)


def affine_backward(dout, cache):
    assert False, 'later'


def relu_forward(x):
    return np.maximum(0, x), x


def softmax_loss(x, y):
    loss, dx = None, None
    return loss, dx


def layernorm_forward(x, gamma, beta, ln_param):
    raise NotImplementedError


def dropout_forward(x, dropout_param):
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    return x, None


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)

    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    out, cache = None, None
    if mode == "train":
        batch_mean = x.mean(axis=0)
        batch_var = x.var(axis=0)
        inv = 1 / np.sqrt(batch_var + eps)
        x_hat = (x - batch_mean) * inv
        out = gamma * x_hat
        out += beta
        running_mean *= momentum
        running_mean += (1 - momentum) * batch_mean
        running_var *= momentum
        running_var += (1 - momentum) * batch_var
        cache = x_hat, inv, gamma
    elif mode == "test":
        out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    x_hat, inv, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = (gamma * inv / N) * (N * dout - x_hat * dgamma - dbeta)
    return dx, dgamma, dbeta


def conv_forward_naive(x, w, b, conv_param):
    out = None
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    assert (H + 2 * pad - HH) % stride == 0, "filter does not fit"
    assert (W + 2 * pad - WW) % stride == 0, "filter does not fit"
    H_prime = 1 + (H + 2 * pad - HH) // stride
    W_prime = 1 + (W + 2 * pad - WW) // stride

    x_pad = np.pad(x, pad_width=((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant", constant_values=0)
    w_row = w.reshape(F, C * HH * WW)
    x_col = np.zeros((C * HH * WW, H_prime * W_prime))
    out = np.zeros((N, F, H_prime, W_prime))
    for index in range(N):
        neuron = 0
        for i in range(0, H + 2 * pad - HH + 1, stride):
            for j in range(0, W + 2 * pad - WW + 1, stride):
                x_col[:, neuron] = x_pad[index, :, i:i + HH, j:j + WW].reshape(C * HH * WW)
                neuron += 1
        out[index] = (w_row.dot(x_col) + b.reshape(F, 1)).reshape(F, H_prime, W_prime)
    cache = (x_pad, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    x_pad, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, F, H_prime, W_prime = dout.shape
    N, C, HP, WP = x_pad.shape
    F, C, HH, WW = w.shape
    w_row = w.reshape(F, C * HH * WW)
    dx_pad = np.zeros((N, C, HP, WP))
    dw = np.zeros((F, C * HH * WW))
    db = np.zeros(F)
    for index in range(N):
        out_col = dout[index].reshape(F, H_prime * W_prime)
        dx_cur = w_row.T.dot(out_col)
        x_col = np.zeros((C * HH * WW, H_prime * W_prime))
        neuron = 0
        for i in range(0, HP - HH + 1, stride):
            for j in range(0, WP - WW + 1, stride):
                dx_pad[index, :, i:i + HH, j:j + WW] += dx_cur[:, neuron].reshape(C, HH, WW)
                x_col[:, neuron] = x_pad[index, :, i:i + HH, j:j + WW].reshape(-1)
                neuron += 1
        dw += out_col.dot(x_col.T)
        db += out_col.sum(axis=1)
    dx = dx_pad[:, :, pad:HP - pad, pad:WP - pad]
    return dx, dw.reshape(F, C, HH, WW), db


def max_pool_forward_naive(x, pool_param):
    out = None
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - pool_height) // stride, 1 + (W - pool_width) // stride))
    for n in range(N):
        for i in range(0, H - pool_height + 1, stride):
            for j in range(0, W - pool_width + 1, stride):
                out[n, :, i // stride, j // stride] = x[n, :, i:i + pool_height, j:j + pool_width].max(axis=(1, 2))
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(0, H - pool_height + 1, stride):
                for j in range(0, W - pool_width + 1, stride):
                    ind = np.argmax(x[n, c, i:i + pool_height, j:j + pool_width])
                    ind1, ind2 = np.unravel_index(ind, (pool_height, pool_width))
                    dx[n, c, i:i + pool_height, j:j + pool_width][ind1, ind2] += dout[n, c, i // stride, j // stride]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    x = x.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    out, cache = batchnorm_forward(x, gamma, beta, bn_param)
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dout = dout.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    dx, dgamma, dbeta = batchnorm_backward_alt(dout, cache)
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    out, cache = None, None
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    x_ln = x.reshape(N * G, C // G * H * W)
    mu = x_ln.mean(axis=1).reshape(-1, 1)
    sigma = x_ln.std(axis=1).reshape(-1, 1)
    inv = 1 / np.sqrt(sigma ** 2 + eps)
    x_hat = ((x_ln - mu) * inv).reshape(N, C, H, W)
    out = gamma * x_hat + beta
    cache = x_hat, inv, gamma, G
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    x_hat, inv, gamma, G = cache
    N, C, H, W = dout.shape
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)).reshape(1, C, 1, 1)
    dbeta = np.sum(dout, axis=(0, 2, 3)).reshape(1, C, 1, 1)
    M = C // G * H * W
    dx_hat = (dout * gamma).reshape(N * G, M)
    x_hat = x_hat.reshape(N * G, M)
    dx = inv / M * (M * dx_hat - dx_hat.sum(axis=1, keepdims=True)
                    - x_hat * (dx_hat * x_hat).sum(axis=1, keepdims=True))
    return dx.reshape(N, C, H, W), dgamma, dbeta


def svm_loss(x, y):
    pass
