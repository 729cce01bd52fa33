import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    S, P = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
    OH, OW = (H + 2 * P - KH) // S + 1, (W + 2 * P - KW) // S + 1
    strides = (xp.strides[0], xp.strides[1], xp.strides[2] * S, xp.strides[3] * S, xp.strides[2], xp.strides[3])
    view = np.lib.stride_tricks.as_strided(xp, (N, C, OH, OW, KH, KW), strides, writeable=False)
    out = np.einsum("ncpqij,fcij->nfpq", view, w, optimize=True) + b[:, None, None]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    S = conv_param["stride"]
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for p in range(dout.shape[2]):
        for q in range(dout.shape[3]):
            d = dout[:, :, p, q]
            dw += np.einsum("nf,ncij->fcij", d, xp[:, :, p * S:p * S + KH, q * S:q * S + KW])
            dxp[:, :, p * S:p * S + KH, q * S:q * S + KW] += np.einsum("nf,fcij->ncij", d, w)
    return dxp[:, :, 1:-1, 1:-1], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    KH, KW, S = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    OH, OW = (H - KH) // S + 1, (W - KW) // S + 1
    view = np.lib.stride_tricks.as_strided(
        x, (N, C, OH, OW, KH, KW),
        (x.strides[0], x.strides[1], x.strides[2] * S, x.strides[3] * S, x.strides[2], x.strides[3]), writeable=False)
    flat = view.reshape(N, C, OH, OW, KH * KW)
    return flat.max(axis=-1), (flat.argmax(axis=-1), x.shape, KW, S)


def max_pool_backward_naive(dout, cache):
    arg, shape, KW, S = cache
    N, C, H, W = shape
    OH, OW = dout.shape[2:]
    rows = arg // KW + S * np.arange(OH)[:, None]
    cols = arg % KW + S * np.arange(OW)
    plane = np.arange(N * C).reshape(N, C, 1, 1)
    flat = np.bincount(((plane * H + rows) * W + cols).ravel(), weights=dout.ravel(), minlength=N * C * H * W)
    return flat.reshape(shape)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    axes = (0, 2, 3)
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    if bn_param["mode"] == "train":
        mean, var = x.mean(axes), x.var(axes)
        bn_param["running_mean"] = (1 - momentum) * mean + momentum * bn_param.get("running_mean", np.zeros_like(mean))
        bn_param["running_var"] = (1 - momentum) * var + momentum * bn_param.get("running_var", np.zeros_like(var))
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    mean, istd, gamma, beta = (np.expand_dims(v, axes) for v in (mean, 1 / np.sqrt(var + eps), gamma, beta))
    xhat = (x - mean) * istd
    return xhat * gamma + beta, (xhat, istd * gamma)


def spatial_batchnorm_backward(dout, cache):
    xhat, scale = cache
    axes = (0, 2, 3)
    proj = np.mean(dout * xhat, axes, keepdims=True)
    dx = scale * (dout - np.mean(dout, axes, keepdims=True) - xhat * proj)
    return dx, np.sum(dout * xhat, axes), np.sum(dout, axes)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    xg = x.reshape(len(x), G, -1)
    istd = 1 / np.sqrt(xg.var(-1, keepdims=True) + gn_param.get("eps", 1e-5))
    xhat = (xg - xg.mean(-1, keepdims=True)) * istd
    return xhat.reshape(x.shape) * gamma + beta, (xhat, istd, gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, istd, gamma = cache
    d = (dout * gamma).reshape(xhat.shape)
    dx = istd * (d - d.mean(-1, keepdims=True) - xhat * np.mean(d * xhat, -1, keepdims=True))
    axes = (0, 2, 3)
    return dx.reshape(dout.shape), np.sum(dout * xhat.reshape(dout.shape), axes, keepdims=True), np.sum(dout, axes, keepdims=True)
