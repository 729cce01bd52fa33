import numpy as np


def pad_image(x, pad):
    if pad == 0:
        return x
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')


def conv_forward_naive(x, w, b, conv_param):
    N, C, H, W = x.shape
    F, C, R, S = w.shape
    stride, pad = conv_param['stride'], conv_param['pad']
    padded = pad_image(x, pad)
    out = np.zeros((N, F, (H + 2 * pad - R) // stride + 1, (W + 2 * pad - S) // stride + 1))
    for n in range(N):
        for f in range(F):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    out[n, f, i, j] = np.sum(padded[n, :, i:i + R, j:j + S] * w[f]) + b[f]
    return out, {'padded': padded, 'w': w, 'pad': pad, 'size': (H, W)}


def conv_backward_naive(dout, cache):
    padded, w, pad, (H, W) = cache['padded'], cache['w'], cache['pad'], cache['size']
    N, F, P, Q = dout.shape
    _, _, R, S = w.shape
    dpadded = np.zeros(padded.shape)
    dw = np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for i in range(P):
                for j in range(Q):
                    dpadded[n, :, i:i + R, j:j + S] += w[f] * dout[n, f, i, j]
                    dw[f] += padded[n, :, i:i + R, j:j + S] * dout[n, f, i, j]
    return dpadded[:, :, pad:pad + H, pad:pad + W], dw, np.sum(dout, axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    R, S, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    out = np.zeros((N, C, (H - R) // stride + 1, (W - S) // stride + 1))
    index = np.zeros((2,) + out.shape, dtype=np.intp)
    for n, c, i, j in np.ndindex(*out.shape):
        part = x[n, c, i * stride:i * stride + R, j * stride:j * stride + S]
        a, e = np.unravel_index(part.argmax(), part.shape)
        index[:, n, c, i, j] = i * stride + a, j * stride + e
        out[n, c, i, j] = part[a, e]
    return out, (index, x.shape)


def max_pool_backward_naive(dout, cache):
    index, shape = cache
    dx = np.zeros(shape)
    for n, c, i, j in np.ndindex(*dout.shape):
        a, e = index[:, n, c, i, j]
        dx[n, c, a, e] += dout[n, c, i, j]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    D = x.shape[1]
    rm, rv = bn_param.get('running_mean', np.zeros(D)), bn_param.get('running_var', np.zeros(D))
    training = bn_param['mode'] == 'train'
    mean = x.mean(axis=0) if training else rm
    var = x.var(axis=0) if training else rv
    if training:
        rm, rv = momentum * rm + (1 - momentum) * mean, momentum * rv + (1 - momentum) * var
    bn_param.update({'running_mean': rm, 'running_var': rv})
    std = np.sqrt(var + eps)
    z = (x - mean) / std
    return gamma * z + beta, (z, std, gamma)


def batchnorm_backward(dout, cache):
    z, std, gamma = cache
    dgamma = np.sum(dout * z, axis=0)
    dbeta = np.sum(dout, axis=0)
    dz = dout * gamma
    dx = 1 / std * (dz - np.mean(dz, axis=0) - z * np.mean(dz * z, axis=0))
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    z, cache = batchnorm_forward(x.transpose(2, 3, 0, 1).reshape(-1, C), gamma, beta, bn_param)
    return z.reshape(H, W, N, C).transpose(2, 3, 0, 1), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose(2, 3, 0, 1).reshape(-1, C), cache)
    return dx.reshape(H, W, N, C).transpose(2, 3, 0, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    t = x.reshape(N, G, -1)
    std = np.sqrt(t.var(axis=2) + gn_param.get('eps', 1e-5))[..., None]
    z = (t - t.mean(axis=2)[..., None]) / std
    return gamma * z.reshape(x.shape) + beta, (z, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    z, std, gamma = cache
    dz = (dout * gamma).reshape(z.shape)
    dx = 1 / std * (dz - dz.mean(axis=2)[..., None] - z * (dz * z).mean(axis=2)[..., None])
    dgamma = np.sum(dout * z.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
