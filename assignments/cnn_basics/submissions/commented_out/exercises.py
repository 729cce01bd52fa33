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
    # size = (w - f + 2 * p) // s + 1
    return size


def fc_params(n_in, n_out, bias=True):
    return n_out * (n_in + bool(bias))


def local_params(f, c_in, c_out, h_out, w_out, bias=True):
    return h_out * w_out * c_out * (f * f * c_in + bool(bias))


def conv_params(f, c_in, c_out, bias=True):
    count = None
    return count
