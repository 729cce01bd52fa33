import numpy as np


def filter_image(x, w):
    H, W = x.shape
    F = w.shape[0]
    out = np.zeros((H - F + 1, W - F + 1))
    for i in range(H - F + 1):
        for j in range(W - F + 1):
            total = 0
            for u in range(F):
                for v in range(F):
                    total += x[i + u][j + v] * w[u][v]
            out[i][j] = total
    return out


def zero_pad(x, p):
    N, C, H, W = x.shape
    out = np.zeros((N, C, H + 2 * p, W + 2 * p))
    for i in range(H):
        for j in range(W):
            out[:, :, i + p, j + p] = x[:, :, i, j]
    return out


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
    N, C, H, W = x.shape
    K, _, F, _ = w.shape
    xp = zero_pad(x, p)
    OH, OW = output_size(H, F, s, p), output_size(W, F, s, p)
    out = np.zeros((N, K, OH, OW))
    for n in range(N):
        for k in range(K):
            for i in range(OH):
                for j in range(OW):
                    out[n, k, i, j] = b[k]
                    for c in range(C):
                        for u in range(F):
                            for v in range(F):
                                out[n, k, i, j] += xp[n, c, i * s + u, j * s + v] * w[k, c, u, v]
    return out


def conv_backward(dout, x, w, b, s=1, p=0):
    N, C, H, W = x.shape
    K, _, F, _ = w.shape
    xp = zero_pad(x, p)
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for n in range(N):
        for k in range(K):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    g = dout[n, k, i, j]
                    db[k] += g
                    for u in range(F):
                        for v in range(F):
                            dw[k, :, u, v] += g * xp[n, :, i * s + u, j * s + v]
                            dxp[n, :, i * s + u, j * s + v] += g * w[k, :, u, v]
    dx = dxp[:, :, p:p + H, p:p + W]
    return dx, dw, db


def max_pool_forward(x, f, s):
    rows, columns = output_size(x.shape[2], f, s), output_size(x.shape[3], f, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * s : i * s + f, j * s : j * s + f].max(axis=(2, 3))
    return out


def max_pool_backward(dout, x, f, s):
    dx = np.zeros(x.shape)
    N, C, OH, OW = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    window = x[n, c, i * s:i * s + f, j * s:j * s + f]
                    u, v = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, i * s + u, j * s + v] += dout[n, c, i, j]
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
