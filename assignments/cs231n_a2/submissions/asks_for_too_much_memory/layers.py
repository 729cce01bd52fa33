import numpy as np

MAX_PIXELS, MAX_WEIGHTS = 1 << 17, 1 << 14


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    n, c, h, v = x.shape
    f, _, kh, kw = w.shape
    oh, ow = (h + 2 * pad - kh) // stride + 1, (v + 2 * pad - kw) // stride + 1
    # one buffer that is large enough for every layer of the network
    columns = np.zeros((MAX_PIXELS, MAX_WEIGHTS))
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    row = 0
    for image in xp:
        for i in range(oh):
            for j in range(ow):
                window = image[:, i * stride:i * stride + kh, j * stride:j * stride + kw]
                columns[row, :window.size] = window.ravel()
                row += 1
    out = columns[:row, :w[0].size] @ w.reshape(f, -1).T + b
    return out.reshape(n, oh, ow, f).transpose(0, 3, 1, 2), (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    f, c, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n, i, j in np.ndindex(len(x), *dout.shape[2:]):
        window = np.s_[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
        dw += dout[n, :, i, j].reshape(f, 1, 1, 1) * xp[window]
        dxp[window] += np.tensordot(dout[n, :, i, j], w, axes=1)
    return dxp[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    pass


def max_pool_backward_naive(dout, cache):
    pass
