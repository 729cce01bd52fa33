from builtins import range
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride = conv_param['stride']
    pad = conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    total = b[f]
                    for c in range(C):
                        for k in range(HH):
                            for l in range(WW):
                                # the padding is not stored anywhere: outside of the image is zero
                                row = i * stride + k - pad
                                col = j * stride + l - pad
                                if row >= 0 and row < H and col >= 0 and col < W:
                                    total = total + x[n, c, row, col] * w[f, c, k, l]
                    out[n, f, i, j] = total
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride = conv_param['stride']
    pad = conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    g = dout[n, f, i, j]
                    db[f] += g
                    for c in range(C):
                        for k in range(HH):
                            for l in range(WW):
                                row = i * stride + k - pad
                                col = j * stride + l - pad
                                if row < 0 or row >= H or col < 0 or col >= W:
                                    continue
                                dx[n, c, row, col] += g * w[f, c, k, l]
                                dw[f, c, k, l] += g * x[n, c, row, col]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    ph = pool_param['pool_height']
    pw = pool_param['pool_width']
    s = pool_param['stride']
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - ph) // s + 1, (W - pw) // s + 1))
    for n in range(N):
        for c in range(C):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    best = x[n, c, i * s, j * s]
                    for k in range(ph):
                        for l in range(pw):
                            if x[n, c, i * s + k, j * s + l] > best:
                                best = x[n, c, i * s + k, j * s + l]
                    out[n, c, i, j] = best
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph = pool_param['pool_height']
    pw = pool_param['pool_width']
    s = pool_param['stride']
    dx = np.zeros(x.shape)
    N, C, H_out, W_out = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    bk = 0
                    bl = 0
                    for k in range(ph):
                        for l in range(pw):
                            if x[n, c, i * s + k, j * s + l] > x[n, c, i * s + bk, j * s + bl]:
                                bk = k
                                bl = l
                    dx[n, c, i * s + bk, j * s + bl] += dout[n, c, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    running_mean = bn_param.get('running_mean', np.zeros(C))
    running_var = bn_param.get('running_var', np.zeros(C))
    out = np.zeros(x.shape)
    xhat = np.zeros(x.shape)
    invstd = np.zeros(C)
    for c in range(C):
        if bn_param['mode'] == 'train':
            m = 0.0
            for n in range(N):
                for i in range(H):
                    for j in range(W):
                        m += x[n, c, i, j]
            m /= N * H * W
            v = 0.0
            for n in range(N):
                for i in range(H):
                    for j in range(W):
                        v += (x[n, c, i, j] - m) ** 2
            v /= N * H * W
            running_mean[c] = momentum * running_mean[c] + (1 - momentum) * m
            running_var[c] = momentum * running_var[c] + (1 - momentum) * v
        else:
            m = running_mean[c]
            v = running_var[c]
        invstd[c] = 1 / np.sqrt(v + eps)
        for n in range(N):
            for i in range(H):
                for j in range(W):
                    xhat[n, c, i, j] = (x[n, c, i, j] - m) * invstd[c]
                    out[n, c, i, j] = gamma[c] * xhat[n, c, i, j] + beta[c]
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, (xhat, invstd, gamma)


def spatial_batchnorm_backward(dout, cache):
    xhat, invstd, gamma = cache
    N, C, H, W = dout.shape
    M = N * H * W
    dx = np.zeros(dout.shape)
    dgamma = np.zeros(C)
    dbeta = np.zeros(C)
    for c in range(C):
        for n in range(N):
            for i in range(H):
                for j in range(W):
                    dbeta[c] += dout[n, c, i, j]
                    dgamma[c] += dout[n, c, i, j] * xhat[n, c, i, j]
        for n in range(N):
            for i in range(H):
                for j in range(W):
                    dx[n, c, i, j] = gamma[c] * invstd[c] / M * (
                        M * dout[n, c, i, j] - dbeta[c] - xhat[n, c, i, j] * dgamma[c])
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    D = C // G
    out = np.zeros(x.shape)
    xhat = np.zeros(x.shape)
    invstd = np.zeros((N, G))
    for n in range(N):
        for g in range(G):
            block = x[n, g * D:(g + 1) * D]
            m = np.sum(block) / block.size
            v = np.sum((block - m) ** 2) / block.size
            invstd[n, g] = 1 / np.sqrt(v + eps)
            for c in range(g * D, (g + 1) * D):
                for i in range(H):
                    for j in range(W):
                        xhat[n, c, i, j] = (x[n, c, i, j] - m) * invstd[n, g]
                        out[n, c, i, j] = gamma[0, c, 0, 0] * xhat[n, c, i, j] + beta[0, c, 0, 0]
    return out, (xhat, invstd, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    xhat, invstd, gamma, G = cache
    N, C, H, W = dout.shape
    D = C // G
    M = D * H * W
    dx = np.zeros(dout.shape)
    dgamma = np.zeros((1, C, 1, 1))
    dbeta = np.zeros((1, C, 1, 1))
    for n in range(N):
        for g in range(G):
            s1 = 0.0
            s2 = 0.0
            for c in range(g * D, (g + 1) * D):
                for i in range(H):
                    for j in range(W):
                        dgamma[0, c, 0, 0] += dout[n, c, i, j] * xhat[n, c, i, j]
                        dbeta[0, c, 0, 0] += dout[n, c, i, j]
                        s1 += dout[n, c, i, j] * gamma[0, c, 0, 0]
                        s2 += dout[n, c, i, j] * gamma[0, c, 0, 0] * xhat[n, c, i, j]
            for c in range(g * D, (g + 1) * D):
                for i in range(H):
                    for j in range(W):
                        d = dout[n, c, i, j] * gamma[0, c, 0, 0]
                        dx[n, c, i, j] = invstd[n, g] * (d - s1 / M - xhat[n, c, i, j] * s2 / M)
    return dx, dgamma, dbeta
