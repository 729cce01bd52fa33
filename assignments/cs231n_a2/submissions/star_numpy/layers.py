from numpy import *
from math import floor


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    N, C, H, W = shape(x)
    F, C, h, v = shape(w)
    A = floor((H + 2 * p - h) / s) + 1
    B = floor((W + 2 * p - v) / s) + 1
    X = concatenate((zeros((N, C, p, W)), x, zeros((N, C, p, W))), axis=2)
    X = concatenate((zeros((N, C, H + 2 * p, p)), X, zeros((N, C, H + 2 * p, p))), axis=3)
    Y = zeros((N, F, A, B))
    for i in range(A):
        for j in range(B):
            patch = X[:, :, i * s:i * s + h, j * s:j * s + v].reshape(N, C * h * v)
            Y[:, :, i, j] = dot(patch, w.reshape(F, C * h * v).transpose()) + b
    return Y, (X, w, s, p, (H, W))


def conv_backward_naive(dout, cache):
    X, w, s, p, (H, W) = cache
    F, C, h, v = shape(w)
    N = len(dout)
    dX = zeros(shape(X))
    dw = zeros((F, C * h * v))
    for i in range(shape(dout)[2]):
        for j in range(shape(dout)[3]):
            d = dout[:, :, i, j]
            dw += dot(d.transpose(), X[:, :, i * s:i * s + h, j * s:j * s + v].reshape(N, -1))
            dX[:, :, i * s:i * s + h, j * s:j * s + v] += dot(d, w.reshape(F, -1)).reshape(N, C, h, v)
    return dX[:, :, p:p + H, p:p + W], dw.reshape(shape(w)), sum(dout, axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    h, v, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = shape(x)
    Y = zeros((N, C, (H - h) // s + 1, (W - v) // s + 1))
    for i in range(shape(Y)[2]):
        for j in range(shape(Y)[3]):
            Y[:, :, i, j] = amax(x[:, :, i * s:i * s + h, j * s:j * s + v], axis=(2, 3))
    return Y, (x, Y, pool_param)


def max_pool_backward_naive(dout, cache):
    x, Y, pool_param = cache
    h, v, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = zeros(shape(x))
    for i in range(shape(Y)[2]):
        for j in range(shape(Y)[3]):
            for k in range(h):
                for l in range(v):
                    hit = equal(x[:, :, i * s + k, j * s + l], Y[:, :, i, j])
                    dx[:, :, i * s + k, j * s + l] += multiply(hit, dout[:, :, i, j])
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = shape(x)
    eps = bn_param.get('eps', 1e-5)
    m = bn_param.get('momentum', 0.9)
    mu = bn_param.get('running_mean', zeros(C))
    va = bn_param.get('running_var', zeros(C))
    if bn_param['mode'] == 'train':
        mu_, va_ = mean(x, axis=(0, 2, 3)), var(x, axis=(0, 2, 3))
        bn_param['running_mean'] = m * mu + (1 - m) * mu_
        bn_param['running_var'] = m * va + (1 - m) * va_
        mu, va = mu_, va_
    col = lambda t: reshape(t, (C, 1, 1))
    z = divide(subtract(x, col(mu)), sqrt(col(va) + eps))
    return col(gamma) * z + col(beta), (z, col(gamma), sqrt(col(va) + eps))


def spatial_batchnorm_backward(dout, cache):
    z, g, sd = cache
    a = (0, 2, 3)
    dz = dout * g
    dx = (dz - mean(dz, axis=a, keepdims=True) - z * mean(dz * z, axis=a, keepdims=True)) / sd
    return dx, sum(dout * z, axis=a), sum(dout, axis=a)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = shape(x)
    t = reshape(x, (N, G, C // G, H, W))
    a = (2, 3, 4)
    sd = sqrt(var(t, axis=a, keepdims=True) + gn_param.get('eps', 1e-5))
    z = (t - mean(t, axis=a, keepdims=True)) / sd
    return reshape(z, shape(x)) * gamma + beta, (z, gamma, sd)


def spatial_groupnorm_backward(dout, cache):
    z, gamma, sd = cache
    a = (2, 3, 4)
    dz = reshape(dout * gamma, shape(z))
    dx = (dz - mean(dz, axis=a, keepdims=True) - z * mean(dz * z, axis=a, keepdims=True)) / sd
    zz = reshape(z, shape(dout))
    return (reshape(dx, shape(dout)), sum(dout * zz, axis=(0, 2, 3), keepdims=True),
            sum(dout, axis=(0, 2, 3), keepdims=True))
