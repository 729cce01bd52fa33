import numpy as np


def filter_image(x, w):
    return np.einsum("ijuv,uv->ij", windows(x, w.shape[0], 1), w)


def zero_pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def strided_filter(x, w, s=1):
    return np.einsum("ijuv,uv->ij", windows(x, w.shape[0], s), w)


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
    seen = windows(zero_pad(x, p), w.shape[2], s)
    return np.einsum("ncijuv,kcuv->nkij", seen, w, optimize=True) + b[None, :, None, None]


def conv_backward(dout, x, w, b, s=1, p=0):
    f = w.shape[2]
    padded = zero_pad(x, p)
    dw = np.einsum("nkij,ncijuv->kcuv", dout, windows(padded, f, s))
    db = dout.sum(axis=(0, 2, 3))
    spread = np.zeros((*dout.shape[:2], padded.shape[2] + f - 1, padded.shape[3] + f - 1))
    rows, columns = dout.shape[2:]
    spread[:, :, f - 1 : f - 1 + s * rows : s, f - 1 : f - 1 + s * columns : s] = dout
    dx = np.einsum("nkijuv,kcuv->ncij", windows(spread, f, 1), w[:, :, ::-1, ::-1])
    return dx[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, db


def max_pool_forward(x, f, s):
    return windows(x, f, s).max(axis=(-1, -2))


def max_pool_backward(dout, x, f, s):
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            place = np.s_[:, :, i * s : i * s + f, j * s : j * s + f]
            largest = x[place] == x[place].max(axis=(2, 3), keepdims=True)
            dx[place] += largest * dout[:, :, i, j][:, :, None, None]
    return dx


def avg_pool_forward(x, f, s):
    return windows(x, f, s).mean(axis=(-1, -2))


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


def windows(x, f, s):
    view = np.lib.stride_tricks.sliding_window_view(x, (f, f), axis=(-2, -1))
    return view[..., ::s, ::s, :, :]
