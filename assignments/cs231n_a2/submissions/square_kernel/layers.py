import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    n, c, h, wid = x.shape
    f, _, k, _ = w.shape   # filters are k x k
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    ho = (h + 2 * p - k) // s + 1
    wo = (wid + 2 * p - k) // s + 1
    out = np.zeros((n, f, ho, wo))
    for i in range(ho):
        for j in range(wo):
            for q in range(f):
                out[:, q, i, j] = np.sum(xp[:, :, i * s:i * s + k, j * s:j * s + k] * w[q], axis=(1, 2, 3)) + b[q]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param['stride'], conv_param['pad']
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            xs = xp[:, :, i * s:i * s + kh, j * s:j * s + kw]
            d = dout[:, :, i, j]
            dw += np.tensordot(d, xs, axes=([0], [0]))
            dxp[:, :, i * s:i * s + kh, j * s:j * s + kw] += np.tensordot(d, w, axes=([1], [0]))
    return dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    kh, kw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    n, c, h, wid = x.shape
    out = np.stack([np.stack([x[:, :, i:i + kh, j:j + kw].max(axis=(2, 3))
                              for j in range(0, wid - kw + 1, s)], axis=-1)
                    for i in range(0, h - kh + 1, s)], axis=-2)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    kh, kw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            view = dx[:, :, i * s:i * s + kh, j * s:j * s + kw]
            xs = x[:, :, i * s:i * s + kh, j * s:j * s + kw]
            top = xs.max(axis=(2, 3), keepdims=True)
            view += np.where(xs < top, 0, dout[:, :, i, j][:, :, None, None])
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    n, c, h, wid = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, c)
    rm, rv = bn_param.get('running_mean', np.zeros(c)), bn_param.get('running_var', np.zeros(c))
    if bn_param['mode'] == 'train':
        mu, var = rows.mean(axis=0), rows.var(axis=0)
        rm, rv = mom * rm + (1 - mom) * mu, mom * rv + (1 - mom) * var
        bn_param['running_mean'], bn_param['running_var'] = rm, rv
    else:
        mu, var = rm, rv
    xh = (rows - mu) / np.sqrt(var + eps)
    out = (gamma * xh + beta).reshape(n, h, wid, c).transpose(0, 3, 1, 2)
    return out, (xh, gamma, np.sqrt(var + eps))


def spatial_batchnorm_backward(dout, cache):
    xh, gamma, sd = cache
    n, c, h, wid = dout.shape
    d = dout.transpose(0, 2, 3, 1).reshape(-1, c)
    dbeta, dgamma = d.sum(axis=0), np.diag(d.T @ xh)
    dx = gamma / sd * (d - d.mean(axis=0) - xh * (d * xh).mean(axis=0))
    return dx.reshape(n, h, wid, c).transpose(0, 3, 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    n, c, h, wid = x.shape
    xs = x.reshape(n * G, -1)
    sd = np.sqrt(xs.var(axis=1) + gn_param.get('eps', 1e-5))
    xh = ((xs.T - xs.mean(axis=1)) / sd).T
    return gamma * xh.reshape(x.shape) + beta, (xh, sd, gamma)


def spatial_groupnorm_backward(dout, cache):
    xh, sd, gamma = cache
    d = (dout * gamma).reshape(xh.shape)
    dx = ((d.T - d.mean(axis=1) - xh.T * (d * xh).mean(axis=1)) / sd).T
    ax = (0, 2, 3)
    return (dx.reshape(dout.shape), (dout * xh.reshape(dout.shape)).sum(axis=ax, keepdims=True),
            dout.sum(axis=ax, keepdims=True))
