import numpy as np


def filter_image(x, w):
    f = w.shape[0]
    rows, columns = x.shape[0] - f + 1, x.shape[1] - f + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i : i + f, j : j + f] * w)
    return out


def zero_pad(x, p)
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
    n, _, h, width = x.shape
    k, _, f, _ = w.shape
    rows, columns = output_size(h, f, s, p), output_size(width, f, s, p)
    padded = zero_pad(x, p)
    out = np.zeros((n, k, rows, columns))
    for image in range(n):
        for filter_ in range(k):
            for i in range(rows):
                for j in range(columns):
                    window = padded[image, :, i * s : i * s + f, j * s : j * s + f]
                    out[image, filter_, i, j] = np.sum(window * w[filter_]) + b[filter_]
    return out


def conv_backward(dout, x, w, b, s=1, p=0):
    h, width = x.shape[2:]
    n, k, rows, columns = dout.shape
    f = w.shape[2]
    padded = zero_pad(x, p)
    dx_pad, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros_like(b)
    for image in range(n):
        for filter_ in range(k):
            for i in range(rows):
                for j in range(columns):
                    d = dout[image, filter_, i, j]
                    place = np.s_[image, :, i * s : i * s + f, j * s : j * s + f]
                    dx_pad[place] += d * w[filter_]
                    dw[filter_] += d * padded[place]
                    db[filter_] += d
    return dx_pad[:, :, p : p + h, p : p + width], dw, db


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
    windows = np.lib.stride_tricks.sliding_window_view(zero_pad(x, p), w.shape[2:], axis=(2, 3))
    out = np.tensordot(windows[:, :, ::s, ::s], w, axes=((1, 4, 5), (1, 2, 3)))
    return out.transpose(0, 3, 1, 2) + b[:, None, None]
