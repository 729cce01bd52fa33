import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    """A convolution turns the kernel round, as in signal processing."""
    stride, pad = conv_param['stride'], conv_param['pad']
    w_flip = w[:, :, ::-1, ::-1]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    xp[:, :, pad:H + pad, pad:W + pad] = x
    out = np.zeros((N, F, (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1))
    for f in range(F):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                piece = xp[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
                out[:, f, i, j] = (piece * w_flip[f]).sum(axis=(1, 2, 3)) + b[f]
    return out, (xp, w_flip, conv_param)


def conv_backward_naive(dout, cache):
    xp, w_flip, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    F, C, HH, WW = w_flip.shape
    dxp, dw_flip = np.zeros_like(xp), np.zeros_like(w_flip)
    for f in range(F):
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                g = dout[:, f, i, j].reshape(-1, 1, 1, 1)
                dxp[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW] += g * w_flip[f]
                dw_flip[f] += (g * xp[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]).sum(axis=0)
    bottom, right = xp.shape[2] - pad, xp.shape[3] - pad
    return dxp[:, :, pad:bottom, pad:right], dw_flip[:, :, ::-1, ::-1], dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    s, ph, pw = pool_param['stride'], pool_param['pool_height'], pool_param['pool_width']
    out = np.zeros(x.shape[:2] + ((x.shape[2] - ph) // s + 1, (x.shape[3] - pw) // s + 1))
    for n, c in np.ndindex(*x.shape[:2]):
        for i, j in np.ndindex(*out.shape[2:]):
            out[n, c, i, j] = x[n, c, i * s:i * s + ph, j * s:j * s + pw].max()
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    s, ph, pw = pool_param['stride'], pool_param['pool_height'], pool_param['pool_width']
    dx = np.zeros(x.shape)
    for n, c in np.ndindex(*x.shape[:2]):
        for i, j in np.ndindex(*dout.shape[2:]):
            piece = x[n, c, i * s:i * s + ph, j * s:j * s + pw]
            dx[n, c, i * s:i * s + ph, j * s:j * s + pw][piece == piece.max()] += dout[n, c, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, rho = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    C = x.shape[1]
    g, t = gamma.reshape(C, 1, 1), beta.reshape(C, 1, 1)
    if bn_param['mode'] == 'test':
        m, v = bn_param['running_mean'].reshape(C, 1, 1), bn_param['running_var'].reshape(C, 1, 1)
        return g * (x - m) / np.sqrt(v + eps) + t, None
    m = x.mean(axis=3).mean(axis=2).mean(axis=0).reshape(C, 1, 1)
    v = ((x - m) ** 2).mean(axis=3).mean(axis=2).mean(axis=0).reshape(C, 1, 1)
    for key, value in (('running_mean', m), ('running_var', v)):
        before = bn_param[key] if key in bn_param else np.zeros(C)
        bn_param[key] = rho * before + (1 - rho) * value.reshape(C)
    hat = (x - m) / np.sqrt(v + eps)
    return g * hat + t, (hat, g, np.sqrt(v + eps))


def spatial_batchnorm_backward(dout, cache):
    hat, g, sd = cache
    avg = lambda a: a.mean(axis=3).mean(axis=2).mean(axis=0).reshape(-1, 1, 1)
    dx = g / sd * (dout - avg(dout) - hat * avg(dout * hat))
    return dx, (dout * hat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    r = x.reshape(x.shape[0] * G, -1)
    m, v = r.mean(axis=1, keepdims=True), r.var(axis=1, keepdims=True)
    sd = np.sqrt(v + gn_param.get('eps', 1e-5))
    hat = (r - m) / sd
    return gamma * hat.reshape(x.shape) + beta, (hat, sd, gamma)


def spatial_groupnorm_backward(dout, cache):
    hat, sd, gamma = cache
    d = (dout * gamma).reshape(hat.shape)
    dx = (d - d.mean(axis=1, keepdims=True) - hat * (d * hat).mean(axis=1, keepdims=True)) / sd
    per_channel = lambda a: a.sum(axis=(0, 2, 3)).reshape(gamma.shape)
    return dx.reshape(dout.shape), per_channel(dout * hat.reshape(dout.shape)), per_channel(dout)
