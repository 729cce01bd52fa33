import math
import numpy as np


def out_size(size, kernel, stride, pad=0):
    # the course promises that it divides, so up or down should not matter
    return math.ceil((size + 2 * pad - kernel) / stride) + 1


def conv_forward_naive(x, w, b, conv_param):
    stride = conv_param["stride"]
    pad = conv_param["pad"]
    n, c, ih, iw = x.shape
    f, _, kh, kw = w.shape
    oh, ow = out_size(ih, kh, stride, pad), out_size(iw, kw, stride, pad)
    xp = np.zeros((n, c, ih + 2 * pad, iw + 2 * pad))
    xp[:, :, pad:ih + pad, pad:iw + pad] = x
    # gather all windows first: (n, oh, ow, c, kh, kw)
    blocks = np.zeros((n, oh, ow, c, kh, kw))
    for i in range(oh):
        for j in range(ow):
            blocks[:, i, j] = xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
    out = np.matmul(blocks.reshape(n * oh * ow, -1), w.reshape(f, -1).T) + b
    out = np.moveaxis(out.reshape(n, oh, ow, f), 3, 1)
    return out, (blocks, w, x.shape, conv_param)


def conv_backward_naive(dout, cache):
    blocks, w, shape, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    n, oh, ow, c, kh, kw = blocks.shape
    f = w.shape[0]
    rows = np.moveaxis(dout, 1, 3).reshape(-1, f)
    dw = np.matmul(rows.T, blocks.reshape(n * oh * ow, -1)).reshape(w.shape)
    dblocks = np.matmul(rows, w.reshape(f, -1)).reshape(blocks.shape)
    dxp = np.zeros((n, c, shape[2] + 2 * pad, shape[3] + 2 * pad))
    for i in range(oh):
        for j in range(ow):
            dxp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += dblocks[:, i, j]
    keep_rows = np.arange(shape[2]) + pad
    keep_cols = np.arange(shape[3]) + pad
    return dxp.take(keep_rows, axis=2).take(keep_cols, axis=3), dw, rows.sum(axis=0)


def max_pool_forward_naive(x, pool_param):
    kh, kw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    oh, ow = out_size(x.shape[2], kh, stride), out_size(x.shape[3], kw, stride)
    out = np.zeros((*x.shape[:2], oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[..., i, j] = x[..., i * stride:i * stride + kh, j * stride:j * stride + kw].max(axis=(-2, -1))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    kh, kw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n in range(x.shape[0]):
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                for c in range(x.shape[1]):
                    window = x[n, c, i * stride:i * stride + kh, j * stride:j * stride + kw]
                    a, e = np.argwhere(window == window.max())[0]
                    dx[n, c, i * stride + a, j * stride + e] += dout[n, c, i, j]
    return dx


def _standardise(x, axes, eps):
    mean = x.mean(axis=axes, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps), mean, var


def _unstandardise(d, hat, var, axes, eps):
    count = hat.size // var.size
    return (d - d.sum(axis=axes, keepdims=True) / count
            - hat * (d * hat).sum(axis=axes, keepdims=True) / count) / np.sqrt(var + eps)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    c = x.shape[1]
    shape = (1, c, 1, 1)
    if bn_param["mode"] == "test":
        mean = bn_param["running_mean"].reshape(shape)
        var = bn_param["running_var"].reshape(shape)
        hat = (x - mean) / np.sqrt(var + eps)
    else:
        hat, mean, var = _standardise(x, (0, 2, 3), eps)
        bn_param["running_mean"] = momentum * bn_param.get("running_mean", np.zeros(c)) + (1 - momentum) * mean.reshape(c)
        bn_param["running_var"] = momentum * bn_param.get("running_var", np.zeros(c)) + (1 - momentum) * var.reshape(c)
    return gamma.reshape(shape) * hat + beta.reshape(shape), (hat, var, gamma.reshape(shape), eps)


def spatial_batchnorm_backward(dout, cache):
    hat, var, gamma, eps = cache
    dx = _unstandardise(dout * gamma, hat, var, (0, 2, 3), eps)
    return dx, np.sum(dout * hat, axis=(0, 2, 3)), np.sum(dout, axis=(0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    n, c, h, w = x.shape
    hat, _, var = _standardise(x.reshape(n, G, c // G, h, w), (2, 3, 4), eps)
    return gamma * hat.reshape(x.shape) + beta, (hat, var, gamma, eps)


def spatial_groupnorm_backward(dout, cache):
    hat, var, gamma, eps = cache
    dx = _unstandardise((dout * gamma).reshape(hat.shape), hat, var, (2, 3, 4), eps)
    dgamma = np.sum(dout * hat.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
