import numpy as np


class Geometry(object):
    def __init__(self, size, kernel, stride, pad=0):
        self.kernel, self.stride, self.pad = kernel, stride, pad
        self.out = tuple((n + 2 * pad - k) // stride + 1 for n, k in zip(size, kernel))

    def cut(self, a, i, j):
        y, x = i * self.stride, j * self.stride
        return a[..., y:y + self.kernel[0], x:x + self.kernel[1]]


def conv_forward_naive(x, w, b, conv_param):
    geo = Geometry(x.shape[2:], w.shape[2:], conv_param['stride'], conv_param['pad'])
    p = geo.pad
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.zeros((len(x), len(w)) + geo.out)
    for n in range(len(x)):
        for i in range(geo.out[0]):
            for j in range(geo.out[1]):
                out[n, :, i, j] = np.tensordot(w, geo.cut(xp[n], i, j), axes=3)
    return out + b.reshape(-1, 1, 1), (geo, xp, w)


def conv_backward_naive(dout, cache):
    geo, xp, w = cache
    p = geo.pad
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n in range(len(xp)):
        for i in range(geo.out[0]):
            for j in range(geo.out[1]):
                g = dout[n, :, i, j]
                cut = geo.cut(dxp[n], i, j)
                cut += np.tensordot(g, w, axes=1)
                dw += np.tensordot(g, geo.cut(xp[n], i, j), axes=0)
    h, v = xp.shape[2:]
    return dxp[:, :, p:h - p, p:v - p], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - ph) // stride + 1, (W - pw) // stride + 1))
    for n in range(N):
        for c in range(C):
            for i in range(0, H, stride):
                for j in range(0, W, stride):
                    out[n, c, i // stride, j // stride] = np.max(x[n, c, i:i + ph, j:j + pw])
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    geo = Geometry(x.shape[2:], (pool_param['pool_height'], pool_param['pool_width']), pool_param['stride'])
    dx = np.zeros_like(x)
    for i in range(geo.out[0]):
        for j in range(geo.out[1]):
            seen, cut = geo.cut(x, i, j), geo.cut(dx, i, j)
            cut += np.where(seen == seen.max(axis=(2, 3), keepdims=True), dout[:, :, i:i + 1, j:j + 1], 0.0)
    return dx


class Standardiser(object):
    def __init__(self, axes):
        self.axes = axes

    def mean(self, a):
        return a.mean(axis=self.axes, keepdims=True)

    def forward(self, a, eps):
        self.centre = self.mean(a)
        self.variance = self.mean((a - self.centre) ** 2)
        self.scale = (self.variance + eps) ** -0.5
        self.hat = (a - self.centre) * self.scale
        return self.hat

    def backward(self, g):
        return self.scale * (g - self.mean(g) - self.hat * self.mean(g * self.hat))


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    C = x.shape[1]
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    s = Standardiser((0, 2, 3))
    if bn_param['mode'] == 'train':
        hat = s.forward(x, eps)
        for key, now in (('running_mean', s.centre), ('running_var', s.variance)):
            bn_param[key] = momentum * bn_param.get(key, np.zeros(C)) + (1 - momentum) * now.reshape(C)
    else:
        hat = (x - bn_param['running_mean'].reshape(C, 1, 1)) / np.sqrt(bn_param['running_var'].reshape(C, 1, 1) + eps)
    return gamma.reshape(C, 1, 1) * hat + beta.reshape(C, 1, 1), (s, gamma.reshape(C, 1, 1))


def spatial_batchnorm_backward(dout, cache):
    s, gamma = cache
    return s.backward(dout * gamma), (dout * s.hat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    s = Standardiser(2)
    hat = s.forward(x.reshape(len(x), G, -1), gn_param.get('eps', 1e-5))
    return gamma * hat.reshape(x.shape) + beta, (s, gamma)


def spatial_groupnorm_backward(dout, cache):
    s, gamma = cache
    dx = s.backward((dout * gamma).reshape(s.hat.shape)).reshape(dout.shape)
    dgamma = (dout * s.hat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx, dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
