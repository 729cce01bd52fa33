import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    OH, OW = (H + 2 * pad - KH) // stride + 1, (W + 2 * pad - KW) // stride + 1
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.broadcast_to(b.reshape(1, F, 1, 1), (N, F, OH, OW)).copy()
    for kh in range(KH):
        for kw in range(KW):
            taps = xpad[:, :, kh:kh + stride * OH:stride, kw:kw + stride * OW:stride][:, :, :OH, :OW]
            out += np.einsum("nchw,fc->nfhw", taps, w[:, :, kh, kw])
    return out, (xpad, w, stride, pad)


def conv_backward_naive(dout, cache):
    xpad, w, stride, pad = cache
    F, C, KH, KW = w.shape
    OH, OW = dout.shape[2:]
    dxpad, dw = np.zeros_like(xpad), np.zeros_like(w)
    for kh in range(KH):
        for kw in range(KW):
            taps = (Ellipsis, slice(kh, kh + stride * (OH - 1) + 1, stride), slice(kw, kw + stride * (OW - 1) + 1, stride))
            dw[:, :, kh, kw] = np.einsum("nchw,nfhw->fc", xpad[taps], dout)
            dxpad[taps] += np.einsum("nfhw,fc->nchw", dout, w[:, :, kh, kw])
    H, W = xpad.shape[2] - 2 * pad, xpad.shape[3] - 2 * pad
    db = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    return dxpad[:, :, pad:pad + H, pad:pad + W], dw, db


def max_pool_forward_naive(x, pool_param):
    KH, KW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    OH, OW = (x.shape[2] - KH) // stride + 1, (x.shape[3] - KW) // stride + 1
    out = None
    for kh in range(KH):
        for kw in range(KW):
            tap = x[:, :, kh:kh + stride * (OH - 1) + 1:stride, kw:kw + stride * (OW - 1) + 1:stride]
            out = tap.copy() if out is None else np.maximum(out, tap)
    return out, (x, out, KH, KW, stride)


def max_pool_backward_naive(dout, cache):
    x, out, KH, KW, stride = cache
    dx = np.zeros_like(x)
    OH, OW = out.shape[2:]
    for kh in range(KH):
        for kw in range(KW):
            at = (Ellipsis, slice(kh, kh + stride * (OH - 1) + 1, stride), slice(kw, kw + stride * (OW - 1) + 1, stride))
            dx[at] += dout * (x[at] == out)
    return dx


def _moments(x, axes):
    n = np.prod([x.shape[a] for a in axes])
    mean = x.sum(axes, keepdims=True) / n
    return mean, ((x - mean) ** 2).sum(axes, keepdims=True) / n, n


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    C, eps = x.shape[1], bn_param.get("eps", 1e-5)
    gamma4, beta4 = gamma.reshape(1, C, 1, 1), beta.reshape(1, C, 1, 1)
    if bn_param["mode"] == "train":
        mean, var, n = _moments(x, (0, 2, 3))
        mom = bn_param.get("momentum", 0.9)
        bn_param["running_mean"] = mom * bn_param.get("running_mean", np.zeros(C)) + (1 - mom) * np.squeeze(mean, (0, 2, 3))
        bn_param["running_var"] = mom * bn_param.get("running_var", np.zeros(C)) + (1 - mom) * np.squeeze(var, (0, 2, 3))
    else:
        mean, var, n = bn_param["running_mean"].reshape(1, C, 1, 1), bn_param["running_var"].reshape(1, C, 1, 1), 1
    istd = 1.0 / np.sqrt(var + eps)
    xhat = (x - mean) * istd
    return xhat * gamma4 + beta4, (xhat, istd, gamma4, n)


def spatial_batchnorm_backward(dout, cache):
    xhat, istd, gamma4, n = cache
    axes = (0, 2, 3)
    g = dout * gamma4
    dx = istd * (g - g.sum(axes, keepdims=True) / n - xhat * (g * xhat).sum(axes, keepdims=True) / n)
    return dx, (dout * xhat).sum(axes), dout.sum(axes)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xg = x.reshape(N, G, C // G, H, W)
    mean, var, n = _moments(xg, (2, 3, 4))
    istd = 1.0 / np.sqrt(var + gn_param.get("eps", 1e-5))
    xhat = (xg - mean) * istd
    return xhat.reshape(x.shape) * gamma + beta, (xhat, istd, gamma, n)


def spatial_groupnorm_backward(dout, cache):
    xhat, istd, gamma, n = cache
    axes = (2, 3, 4)
    g = (dout * gamma).reshape(xhat.shape)
    dx = istd * (g - g.sum(axes, keepdims=True) / n - xhat * (g * xhat).sum(axes, keepdims=True) / n)
    dgamma = (dout * xhat.reshape(dout.shape)).sum((0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dout.sum((0, 2, 3), keepdims=True)
