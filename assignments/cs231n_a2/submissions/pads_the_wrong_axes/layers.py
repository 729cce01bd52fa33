import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    pad = conv_param['pad']
    stride = conv_param['stride']
    m, C, H, W = x.shape
    F, C, f_h, f_w = w.shape
    n_H = (H - f_h + 2 * pad) // stride + 1
    n_W = (W - f_w + 2 * pad) // stride + 1
    # as in the other course
    x_pad = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode='constant', constant_values=(0, 0))
    out = np.zeros((m, F, n_H, n_W))
    for i in range(m):
        for h in range(n_H):
            for v in range(n_W):
                for c in range(F):
                    piece = x_pad[i, :, h * stride:h * stride + f_h, v * stride:v * stride + f_w]
                    out[i, c, h, v] = np.sum(np.multiply(piece, w[c])) + float(b[c])
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad = conv_param['pad']
    stride = conv_param['stride']
    m, C, H, W = x.shape
    F, C, f_h, f_w = w.shape
    x_pad = np.zeros((m, C, H + 2 * pad, W + 2 * pad))
    x_pad[:, :, pad:pad + H, pad:pad + W] = x
    dx_pad = np.zeros((m, C, H + 2 * pad, W + 2 * pad))
    dw = np.zeros((F, C, f_h, f_w))
    db = np.zeros(F)
    for i in range(m):
        for h in range(dout.shape[2]):
            for v in range(dout.shape[3]):
                for c in range(F):
                    z = dout[i, c, h, v]
                    dx_pad[i, :, h * stride:h * stride + f_h, v * stride:v * stride + f_w] += w[c] * z
                    dw[c] += x_pad[i, :, h * stride:h * stride + f_h, v * stride:v * stride + f_w] * z
                    db[c] += z
    return dx_pad[:, :, pad:pad + H, pad:pad + W], dw, db


def create_mask(a):
    return a == np.max(a)


def max_pool_forward_naive(x, pool_param):
    m, C, H, W = x.shape
    stride = pool_param['stride']
    f_h, f_w = pool_param['pool_height'], pool_param['pool_width']
    A = np.zeros((m, C, int(1 + (H - f_h) / stride), int(1 + (W - f_w) / stride)))
    for i in range(m):
        for h in range(A.shape[2]):
            for v in range(A.shape[3]):
                for c in range(C):
                    A[i, c, h, v] = np.max(x[i, c, h * stride:h * stride + f_h, v * stride:v * stride + f_w])
    return A, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    stride = pool_param['stride']
    f_h, f_w = pool_param['pool_height'], pool_param['pool_width']
    dx = np.zeros(x.shape)
    for i in range(dout.shape[0]):
        for h in range(dout.shape[2]):
            for v in range(dout.shape[3]):
                for c in range(dout.shape[1]):
                    mask = create_mask(x[i, c, h * stride:h * stride + f_h, v * stride:v * stride + f_w])
                    dx[i, c, h * stride:h * stride + f_h, v * stride:v * stride + f_w] += mask * dout[i, c, h, v]
    return dx


def normalise(x, axis, eps):
    mu = np.mean(x, axis=axis, keepdims=True)
    sigma2 = np.mean(np.square(x - mu), axis=axis, keepdims=True)
    return (x - mu) / np.sqrt(sigma2 + eps), mu, sigma2


def normalise_back(dnorm, norm, sigma2, axis, eps):
    a = np.mean(dnorm, axis=axis, keepdims=True)
    e = np.mean(dnorm * norm, axis=axis, keepdims=True)
    return (dnorm - a - norm * e) / np.sqrt(sigma2 + eps)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    C = x.shape[1]
    eps = bn_param.get('eps', 1e-5)
    xt = x.transpose(1, 0, 2, 3).reshape(C, -1)
    gamma, beta = gamma.reshape(C, 1), beta.reshape(C, 1)
    if bn_param['mode'] == 'train':
        norm, mu, sigma2 = normalise(xt, 1, eps)
        decay = bn_param.get('momentum', 0.9)
        for name, new in [('running_mean', mu), ('running_var', sigma2)]:
            bn_param[name] = decay * bn_param.get(name, np.zeros(C)) + (1 - decay) * new[:, 0]
    else:
        sigma2 = bn_param['running_var'].reshape(C, 1)
        norm = (xt - bn_param['running_mean'].reshape(C, 1)) / np.sqrt(sigma2 + eps)
    out = (gamma * norm + beta).reshape(C, x.shape[0], x.shape[2], x.shape[3]).transpose(1, 0, 2, 3)
    return out, (norm, sigma2, gamma, eps)


def spatial_batchnorm_backward(dout, cache):
    norm, sigma2, gamma, eps = cache
    N, C, H, W = dout.shape
    dt = dout.transpose(1, 0, 2, 3).reshape(C, -1)
    dx = normalise_back(dt * gamma, norm, sigma2, 1, eps)
    return dx.reshape(C, N, H, W).transpose(1, 0, 2, 3), np.sum(dt * norm, axis=1), np.sum(dt, axis=1)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    norm, _, sigma2 = normalise(x.reshape(x.shape[0], G, -1), 2, eps)
    return gamma * norm.reshape(x.shape) + beta, (norm, sigma2, gamma, eps)


def spatial_groupnorm_backward(dout, cache):
    norm, sigma2, gamma, eps = cache
    dx = normalise_back((dout * gamma).reshape(norm.shape), norm, sigma2, 2, eps)
    dgamma = np.sum(dout * norm.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
