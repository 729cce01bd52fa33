import numpy as np
from numpy.lib.stride_tricks import as_strided


def _view(a, kh, kw, s):
    """(N, C, H, W) -> (N, C, OH, OW, kh, kw) without a copy."""
    n, c, h, w = a.shape
    sn, sc, sh, sw = a.strides
    return as_strided(a, shape=(n, c, (h - kh) // s + 1, (w - kw) // s + 1, kh, kw),
                      strides=(sn, sc, s * sh, s * sw, sh, sw))


def conv_forward_naive(x, w, b, conv_param):
    p, s = conv_param["pad"], conv_param["stride"]
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    v = _view(xp, *w.shape[2:], s)
    out = np.tensordot(v, w, axes=((1, 4, 5), (1, 2, 3)))  # (N, OH, OW, F)
    out += b
    return out.transpose(0, 3, 1, 2), (xp, w, s, p, x.shape)


def conv_backward_naive(dout, cache):
    xp, w, s, p, shape = cache
    kh, kw = w.shape[2:]
    db = np.einsum("nfij->f", dout)
    dw = np.tensordot(dout, _view(xp, kh, kw, s), axes=((0, 2, 3), (0, 2, 3)))
    g = np.tensordot(dout, w, axes=(1, 0))  # (N, OH, OW, C, kh, kw)
    dxp = np.zeros(xp.shape, xp.dtype)
    oh, ow = dout.shape[2:]
    for a in range(kh):
        for e in range(kw):
            dxp[:, :, a:a + s * oh:s, e:e + s * ow:s] += g[..., a, e].transpose(0, 3, 1, 2)
    return dxp[:, :, p:p + shape[2], p:p + shape[3]], dw, db


def max_pool_forward_naive(x, pool_param):
    v = _view(x, pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"])
    return np.amax(v, axis=(-1, -2)), (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    kh, kw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    dx = np.zeros_like(x)
    mask = _view(x, kh, kw, s) == np.amax(_view(x, kh, kw, s), axis=(-1, -2), keepdims=True)
    # windows overlap in dx, so that the strided view must be added to one tap at a time
    target = _view(dx, kh, kw, s)
    for a in range(kh):
        for e in range(kw):
            target[..., a, e] += mask[..., a, e] * dout
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    c = x.shape[1]
    rm = bn_param.setdefault("running_mean", np.zeros(c))
    rv = bn_param.setdefault("running_var", np.zeros(c))
    if bn_param["mode"] == "train":
        mu, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
        bn_param["running_var"] = momentum * rv + (1 - momentum) * var
    else:
        mu, var = rm, rv
    wide = (1, -1, 1, 1)
    istd = (1 / np.sqrt(var + eps)).reshape(wide)
    xh = (x - mu.reshape(wide)) * istd
    return gamma.reshape(wide) * xh + beta.reshape(wide), (xh, istd * gamma.reshape(wide))


def spatial_batchnorm_backward(dout, cache):
    xh, scale = cache
    axes = (0, 2, 3)
    dgamma = np.einsum("nchw,nchw->c", dout, xh)
    dbeta = np.einsum("nchw->c", dout)
    dx = scale * (dout - dout.mean(axes, keepdims=True) - xh * (dout * xh).mean(axes, keepdims=True))
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    n, c, h, w = x.shape
    g = x.reshape(n, G, -1)
    mu = g.mean(-1, keepdims=True)
    istd = (g.var(-1, keepdims=True) + gn_param.get("eps", 1e-5)) ** -0.5
    xh = ((g - mu) * istd).reshape(n, c, h, w)
    return gamma.reshape(1, c, 1, 1) * xh + beta.reshape(1, c, 1, 1), (xh, istd, gamma.reshape(1, c, 1, 1), G)


def spatial_groupnorm_backward(dout, cache):
    xh, istd, gamma, G = cache
    n = dout.shape[0]
    g, xg = (dout * gamma).reshape(n, G, -1), xh.reshape(n, G, -1)
    dx = istd * (g - g.mean(-1, keepdims=True) - xg * (g * xg).mean(-1, keepdims=True))
    keep = dict(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), np.sum(dout * xh, **keep), np.sum(dout, **keep)
