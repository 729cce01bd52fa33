import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    field = np.zeros((C, H + 2 * pad, W + 2 * pad))
    out = np.zeros((N, F, Ho, Wo))
    for n in range(N):
        field[:, pad:pad + H, pad:pad + W] = x[n]
        for f in range(F):
            for i in range(Ho):
                for j in range(Wo):
                    out[n, f, i, j] = np.sum(w[f] * field[:, stride * i:stride * i + kh, stride * j:stride * j + kw])
            out[n, f] += b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(F)
    field, dfield = np.zeros((C, H + 2 * pad, W + 2 * pad)), np.zeros((C, H + 2 * pad, W + 2 * pad))
    for n in range(N):
        field[:, pad:pad + H, pad:pad + W] = x[n]
        dfield[...] = 0
        for f in range(F):
            db[f] += dout[n, f].sum()
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    here = (slice(None), slice(stride * i, stride * i + kh), slice(stride * j, stride * j + kw))
                    dw[f] += field[here] * dout[n, f, i, j]
                    dfield[here] += w[f] * dout[n, f, i, j]
        dx[n] = dfield[:, pad:pad + H, pad:pad + W]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    kh, kw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    Ho, Wo = (H - kh) // stride + 1, (W - kw) // stride + 1
    planes = x.reshape(N * C, H, W)
    out = np.array([[[plane[stride * i:stride * i + kh, stride * j:stride * j + kw].max() for j in range(Wo)]
                     for i in range(Ho)] for plane in planes]).reshape(N, C, Ho, Wo)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    kh, kw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    planes, dplanes = x.reshape(N * C, H, W), np.zeros((N * C, H, W))
    for k, d in enumerate(dout.reshape(N * C, *dout.shape[2:])):
        for i in range(d.shape[0]):
            for j in range(d.shape[1]):
                part = planes[k, stride * i:stride * i + kh, stride * j:stride * j + kw]
                r, c = np.where(part == part.max())
                dplanes[k, stride * i + r[0], stride * j + c[0]] += d[i, j]
    return dplanes.reshape(x.shape)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    C = x.shape[1]
    if bn_param['mode'] == 'train':
        mean = x.mean(axis=(0, 2, 3))
        var = x.var(axis=(0, 2, 3))
        bn_param['running_mean'] = momentum * bn_param.get('running_mean', np.zeros(C)) + (1 - momentum) * mean
        bn_param['running_var'] = momentum * bn_param.get('running_var', np.zeros(C)) + (1 - momentum) * var
    else:
        mean, var = bn_param['running_mean'], bn_param['running_var']
    std = np.sqrt(var + eps).reshape(1, C, 1, 1)
    x -= mean.reshape(1, C, 1, 1)
    x /= std
    return x * gamma.reshape(1, C, 1, 1) + beta.reshape(1, C, 1, 1), (x.copy(), std, gamma.reshape(1, C, 1, 1))


def spatial_batchnorm_backward(dout, cache):
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = dxhat - dxhat.mean(axis=(0, 2, 3), keepdims=True)
    dx -= xhat * (dxhat * xhat).mean(axis=(0, 2, 3), keepdims=True)
    dx /= std
    return dx, (dout * xhat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xhat = x.reshape(N, G, -1).copy()
    xhat -= xhat.mean(axis=2, keepdims=True)
    std = np.sqrt((xhat * xhat).mean(axis=2, keepdims=True) + gn_param.get('eps', 1e-5))
    xhat /= std
    return xhat.reshape(x.shape) * gamma + beta, (xhat, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, std, gamma = cache
    dx = (dout * gamma).reshape(xhat.shape)
    shift, tilt = dx.mean(axis=2, keepdims=True), (dx * xhat).mean(axis=2, keepdims=True)
    dx -= shift
    dx -= xhat * tilt
    dx /= std
    dgamma = (dout * xhat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
