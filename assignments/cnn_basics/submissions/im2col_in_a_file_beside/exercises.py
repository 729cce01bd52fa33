from im2col import col2im, im2col
import numpy as np


def filter_image(x, w):
    f = w.shape[0]
    rows, columns = x.shape[0] - f + 1, x.shape[1] - f + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i : i + f, j : j + f] * w)
    return out


def zero_pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def strided_filter(x, w, s=1):
    f = w.shape[0]
    rows, columns = (x.shape[0] - f) // s + 1, (x.shape[1] - f) // s + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * s : i * s + f, j * s : j * s + f] * w)
    return out


def output_size(w, f, s=1, p=0):
    if f > w + 2 * p:
        raise ValueError(f"a filter of {f} does not fit in {w} + 2 * {p} pixels")
    return (w - f + 2 * p) // s + 1


def fc_params(n_in, n_out, bias=True):
    return n_out * (n_in + bool(bias))


def local_params(f, c_in, c_out, h_out, w_out, bias=True):
    return h_out * w_out * c_out * (f * f * c_in + bool(bias))


def conv_params(f, c_in, c_out, bias=True):
    return c_out * (f * f * c_in + bool(bias))


def conv_layer_shape(shape, k, f, s=1, p=0):
    _, h, w = shape
    return k, output_size(h, f, s, p), output_size(w, f, s, p)


def conv_forward(x, w, b, s=1, p=0):
    columns, rows, cols = im2col(zero_pad(x, p), w.shape[2], s)
    out = w.reshape(len(w), -1) @ columns + b[:, None]
    return out.reshape(len(x), len(w), rows, cols)


def conv_backward(dout, x, w, b, s=1, p=0):
    padded = zero_pad(x, p)
    columns, _, _ = im2col(padded, w.shape[2], s)
    flat = dout.reshape(*dout.shape[:2], -1)
    dw = np.einsum("nkl,ncl->kc", flat, columns).reshape(w.shape)
    dcolumns = w.reshape(len(w), -1).T @ flat
    dx = col2im(dcolumns, padded.shape, w.shape[2], s)
    return dx[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, flat.sum(axis=(0, 2))


def max_pool_forward(x, f, s):
    rows, columns = output_size(x.shape[2], f, s), output_size(x.shape[3], f, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * s : i * s + f, j * s : j * s + f].max(axis=(2, 3))
    return out


def max_pool_backward(dout, x, f, s):
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            place = np.s_[:, :, i * s : i * s + f, j * s : j * s + f]
            largest = x[place] == x[place].max(axis=(2, 3), keepdims=True)
            dx[place] += largest * dout[:, :, i, j][:, :, None, None]
    return dx


def avg_pool_forward(x, f, s):
    rows, columns = output_size(x.shape[2], f, s), output_size(x.shape[3], f, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * s : i * s + f, j * s : j * s + f].mean(axis=(2, 3))
    return out


def avg_pool_backward(dout, x, f, s):
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            share = dout[:, :, i, j][:, :, None, None] / (f * f)
            dx[:, :, i * s : i * s + f, j * s : j * s + f] += share
    return dx


def conv_multiply_adds(f, c_in, c_out, h_out, w_out):
    return h_out * w_out * c_out * f * f * c_in


def pool_to_conv(shape, f, s):
    c, h, w = shape
    height, width = output_size(h, f, s), output_size(w, f, s)
    return height, width, conv_params(f, c, c), conv_multiply_adds(f, c, c, height, width)


def receptive_field(layers):
    r, j = 1, 1
    for f, s in layers:
        r += (f - 1) * j
        j *= s
    return r


def fast_conv_forward(x, w, b, s=1, p=0):
    return conv_forward(x, w, b, s, p)
