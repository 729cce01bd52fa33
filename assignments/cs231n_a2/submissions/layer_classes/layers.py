import itertools

import numpy as np


class Windows:
    """Where the windows of a convolution or pool lie."""

    def __init__(self, shape, size, stride):
        self.size, self.stride = size, stride
        self.counts = [(length - k) // stride + 1 for length, k in zip(shape[-2:], size)]

    def __iter__(self):
        for i, j in itertools.product(*map(range, self.counts)):
            top, left = i * self.stride, j * self.stride
            yield i, j, (Ellipsis, slice(top, top + self.size[0]), slice(left, left + self.size[1]))


class Convolution:
    def __init__(self, w, b, stride, pad):
        self.w, self.b, self.stride, self.pad = w, b, stride, pad

    def forward(self, x):
        border = [(0, 0)] * 2 + [(self.pad, self.pad)] * 2
        self.x = np.pad(x, border, mode="constant")
        self.shape = x.shape
        self.windows = Windows(self.x.shape, self.w.shape[2:], self.stride)
        out = np.empty((len(x), len(self.w), *self.windows.counts), dtype=x.dtype)
        flat = self.w.reshape(len(self.w), -1).T
        for i, j, at in self.windows:
            out[:, :, i, j] = self.x[at].reshape(len(x), -1) @ flat + self.b
        return out

    def backward(self, dout):
        dx, dw = np.zeros_like(self.x), np.zeros_like(self.w)
        for i, j, at in self.windows:
            g = dout[:, :, i, j]
            dx[at] += (g @ self.w.reshape(len(self.w), -1)).reshape(self.x[at].shape)
            dw += (g.T @ self.x[at].reshape(len(g), -1)).reshape(self.w.shape)
        _, _, h, w = self.shape
        return dx[:, :, self.pad:self.pad + h, self.pad:self.pad + w], dw, dout.sum(axis=(0, 2, 3))


class MaxPool:
    def __init__(self, height, width, stride):
        self.size, self.stride = (height, width), stride

    def forward(self, x):
        self.x = x
        self.windows = Windows(x.shape, self.size, self.stride)
        self.out = np.empty((*x.shape[:2], *self.windows.counts), dtype=x.dtype)
        for i, j, at in self.windows:
            self.out[:, :, i, j] = x[at].max(axis=(-2, -1))
        return self.out

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, at in self.windows:
            cell = np.s_[:, :, i:i + 1, j:j + 1]
            dx[at] += np.where(self.x[at] == self.out[cell], dout[cell], 0)
        return dx


class Normalisation:
    """Standardises over the given axes; the channels lie in axis 1 of the original array."""

    def __init__(self, axes, eps):
        self.axes, self.eps = axes, eps

    def standardise(self, x):
        self.std = np.sqrt(x.var(axis=self.axes, keepdims=True) + self.eps)
        self.xhat = (x - x.mean(axis=self.axes, keepdims=True)) / self.std
        return self.xhat

    def backward(self, d):
        def mean(a):
            return a.mean(axis=self.axes, keepdims=True)
        return (d - mean(d) - self.xhat * mean(d * self.xhat)) / self.std


def conv_forward_naive(x, w, b, conv_param):
    layer = Convolution(w, b, **conv_param)
    return layer.forward(x), layer


def conv_backward_naive(dout, cache):
    return cache.backward(dout)


def max_pool_forward_naive(x, pool_param):
    layer = MaxPool(pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"])
    return layer.forward(x), layer


def max_pool_backward_naive(dout, cache):
    return cache.backward(dout)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    channel = lambda v: np.asarray(v)[None, :, None, None]
    zeros = np.zeros(x.shape[1], dtype=x.dtype)
    means, variances = bn_param.get("running_mean", zeros), bn_param.get("running_var", zeros)
    layer = Normalisation((0, 2, 3), eps)
    if bn_param["mode"] == "train":
        xhat = layer.standardise(x)
        bn_param["running_mean"] = momentum * means + (1 - momentum) * x.mean(axis=(0, 2, 3))
        bn_param["running_var"] = momentum * variances + (1 - momentum) * x.var(axis=(0, 2, 3))
    else:
        xhat = (x - channel(means)) / np.sqrt(channel(variances) + eps)
    return channel(gamma) * xhat + channel(beta), (layer, channel(gamma))


def spatial_batchnorm_backward(dout, cache):
    layer, gamma = cache
    return layer.backward(dout * gamma), (dout * layer.xhat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    layer = Normalisation((2, 3, 4), gn_param.get("eps", 1e-5))
    xhat = layer.standardise(x.reshape(len(x), G, -1, *x.shape[2:]))
    return xhat.reshape(x.shape) * gamma + beta, (layer, gamma)


def spatial_groupnorm_backward(dout, cache):
    layer, gamma = cache
    dx = layer.backward((dout * gamma).reshape(layer.xhat.shape)).reshape(dout.shape)
    dgamma = (dout * layer.xhat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx, dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
