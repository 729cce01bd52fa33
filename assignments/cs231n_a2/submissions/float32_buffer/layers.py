import numpy as np

DTYPE = np.float32  # faster


def conv_forward_naive(x, w, b, conv_param):
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    Hout, Wout = 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, Hout, Wout), dtype=DTYPE)
    x_p = np.pad(x, ((0,), (0,), (pad,), (pad,)), "constant")
    for n in range(N):
        for h in range(Hout):
            for v in range(Wout):
                region = x_p[n, :, h * stride:h * stride + HH, v * stride:v * stride + WW]
                out[n, :, h, v] = np.tensordot(w, region, 3) + b
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    x_p = np.pad(x, ((0,), (0,), (pad,), (pad,)), "constant")
    dx_p = np.zeros_like(x_p)
    dw = np.zeros_like(w)
    for n in range(N):
        for h in range(dout.shape[2]):
            for v in range(dout.shape[3]):
                rows, cols = slice(h * stride, h * stride + HH), slice(v * stride, v * stride + WW)
                dx_p[n, :, rows, cols] += np.tensordot(dout[n, :, h, v], w, 1)
                dw += np.multiply.outer(dout[n, :, h, v], x_p[n, :, rows, cols])
    db = np.array([dout[:, f].sum() for f in range(F)])
    return dx_p[:, :, pad:H + pad, pad:W + pad], dw, db


def max_pool_forward_naive(x, pool_param):
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    Hout, Wout = 1 + (H - HH) // stride, 1 + (W - WW) // stride
    out = np.zeros((N, C, Hout, Wout))
    for h in range(Hout):
        for v in range(Wout):
            out[:, :, h, v] = np.max(x[:, :, h * stride:h * stride + HH, v * stride:v * stride + WW].reshape(N, C, -1), 2)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for h in range(dout.shape[2]):
                for v in range(dout.shape[3]):
                    r = x[n, c, h * stride:h * stride + HH, v * stride:v * stride + WW]
                    dx[n, c, h * stride:h * stride + HH, v * stride:v * stride + WW] += dout[n, c, h, v] * (r >= r.max())
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    C = x.shape[1]
    broadcast = [None, slice(None), None, None]
    up = lambda v: v[tuple(broadcast)]
    if bn_param["mode"] == "train":
        mu = np.apply_over_axes(np.mean, x, (0, 2, 3)).reshape(C)
        var = np.apply_over_axes(np.mean, (x - up(mu)) ** 2, (0, 2, 3)).reshape(C)
        momentum = bn_param.get("momentum", 0.9)
        bn_param["running_mean"] = momentum * bn_param.get("running_mean", np.zeros(C)) + (1 - momentum) * mu
        bn_param["running_var"] = momentum * bn_param.get("running_var", np.zeros(C)) + (1 - momentum) * var
    else:
        mu, var = bn_param["running_mean"], bn_param["running_var"]
    std = np.sqrt(var + eps)
    xhat = (x - up(mu)) / up(std)
    return up(gamma) * xhat + up(beta), {"xhat": xhat, "std": up(std), "gamma": up(gamma)}


def spatial_batchnorm_backward(dout, cache):
    xhat = cache["xhat"]
    total = lambda a: np.apply_over_axes(np.sum, a, (0, 2, 3))
    M = xhat.size / xhat.shape[1]
    d = dout * cache["gamma"]
    dx = (M * d - total(d) - xhat * total(d * xhat)) / (M * cache["std"])
    return dx, total(dout * xhat).ravel(), total(dout).ravel()


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    g = x.reshape(N, G, C // G, H, W)
    mu = np.apply_over_axes(np.mean, g, (2, 3, 4))
    std = np.sqrt(np.apply_over_axes(np.mean, (g - mu) ** 2, (2, 3, 4)) + gn_param.get("eps", 1e-5))
    xhat = (g - mu) / std
    return gamma * xhat.reshape(x.shape) + beta, {"xhat": xhat, "std": std, "gamma": gamma}


def spatial_groupnorm_backward(dout, cache):
    xhat, std = cache["xhat"], cache["std"]
    d = (dout * cache["gamma"]).reshape(xhat.shape)
    M = d[0, 0].size
    total = lambda a: np.apply_over_axes(np.sum, a, (2, 3, 4))
    dx = (M * d - total(d) - xhat * total(d * xhat)) / (M * std)
    dgamma = np.apply_over_axes(np.sum, dout * xhat.reshape(dout.shape), (0, 2, 3))
    return dx.reshape(dout.shape), dgamma, np.apply_over_axes(np.sum, dout, (0, 2, 3))
