import numpy as np


def indices(c, h, w, f, s):
    rows, cols = (h - f) // s + 1, (w - f) // s + 1
    i = np.tile(np.repeat(np.arange(f), f), c)[:, None] + s * np.repeat(np.arange(rows), cols)
    j = np.tile(np.arange(f), f * c)[:, None] + s * np.tile(np.arange(cols), rows)
    k = np.repeat(np.arange(c), f * f)[:, None]
    return k, i, j, rows, cols


def im2col(x, f, s):
    k, i, j, rows, cols = indices(*x.shape[1:], f, s)
    return x[:, k, i, j], rows, cols


def col2im(columns, shape, f, s):
    k, i, j, _, _ = indices(*shape[1:], f, s)
    x = np.zeros(shape)
    np.add.at(x, (slice(None), k, i, j), columns)
    return x
