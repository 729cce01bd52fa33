import numpy as np


def patch_indices(shape, kh, kw, pad, stride):
    """For every patch and every tap: the channel, row and column in the padded image."""
    _, C, H, W = shape
    oh = (H + 2 * pad - kh) // stride + 1
    ow = (W + 2 * pad - kw) // stride + 1
    chan = np.repeat(np.arange(C), kh * kw)[:, None]
    tap_row = np.tile(np.repeat(np.arange(kh), kw), C)
    tap_col = np.tile(np.arange(kw), kh * C)
    pos_row = stride * np.repeat(np.arange(oh), ow)
    pos_col = stride * np.tile(np.arange(ow), oh)
    rows = tap_row[:, None] + pos_row[None, :]
    cols = tap_col[:, None] + pos_col[None, :]
    return chan, rows, cols, oh, ow


def im2col(x, kh, kw, pad, stride):
    chan, rows, cols, oh, ow = patch_indices(x.shape, kh, kw, pad, stride)
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')
    return xp[:, chan, rows, cols], oh, ow


def col2im(cols_grad, shape, kh, kw, pad, stride):
    N, C, H, W = shape
    chan, rows, cols, _, _ = patch_indices(shape, kh, kw, pad, stride)
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=cols_grad.dtype)
    np.add.at(xp, (slice(None), chan, rows, cols), cols_grad)
    return xp[:, :, pad:H + pad, pad:W + pad]
