import numpy as np

# One pass for each pixel of the kernel; within a pass all positions of the window at once.


def conv_forward_naive(x, w, b, conv_param):
    st, pd = conv_param['stride'], conv_param['pad']
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    ho = (h + 2 * pd - kh) // st + 1
    wo = (wd + 2 * pd - kw) // st + 1
    canvas = np.zeros((n, c, h + 2 * pd, wd + 2 * pd), dtype=x.dtype)
    canvas[:, :, pd:pd + h, pd:pd + wd] = x
    out = np.zeros((n, f, ho, wo), dtype=x.dtype) + b.reshape(1, f, 1, 1)
    for r in range(kh):
        for q in range(kw):
            pixels = canvas[:, :, r:r + (ho - 1) * st + 1:st, q:q + (wo - 1) * st + 1:st]
            for ch in range(c):
                out += pixels[:, None, ch] * w[None, :, ch, r, q, None, None]
    cache = canvas, w, st, pd
    return out, cache


def conv_backward_naive(dout, cache):
    canvas, w, st, pd = cache
    n, f, ho, wo = dout.shape
    _, c, kh, kw = w.shape
    dcanvas, dw = np.zeros_like(canvas), np.zeros_like(w)
    for r in range(kh):
        for q in range(kw):
            rows = slice(r, r + (ho - 1) * st + 1, st)
            cols = slice(q, q + (wo - 1) * st + 1, st)
            for ch in range(c):
                for fi in range(f):
                    dcanvas[:, ch, rows, cols] += dout[:, fi] * w[fi, ch, r, q]
                    dw[fi, ch, r, q] = np.sum(dout[:, fi] * canvas[:, ch, rows, cols])
    bottom, right = canvas.shape[2] - pd, canvas.shape[3] - pd
    return dcanvas[:, :, pd:bottom, pd:right], dw, dout.sum((0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    kh, kw, st = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    ho = (x.shape[2] - kh) // st + 1
    wo = (x.shape[3] - kw) // st + 1
    out = np.full(x.shape[:2] + (ho, wo), -np.inf)
    which = np.zeros(out.shape, dtype=int)
    for tap in range(kh * kw):
        r, q = divmod(tap, kw)
        pixels = x[:, :, r:r + (ho - 1) * st + 1:st, q:q + (wo - 1) * st + 1:st]
        better = pixels > out
        which[better] = tap
        out[better] = pixels[better]
    return out, (which, x.shape, kh, kw, st)


def max_pool_backward_naive(dout, cache):
    which, shape, kh, kw, st = cache
    dx = np.zeros(shape)
    ho, wo = dout.shape[2:]
    for tap in range(kh * kw):
        r, q = divmod(tap, kw)
        dx[:, :, r:r + (ho - 1) * st + 1:st, q:q + (wo - 1) * st + 1:st] += np.where(which == tap, dout, 0)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    c = x.shape[1]
    if mode == "train":
        mean = [x[:, k].mean() for k in range(c)]
        var = [x[:, k].var() for k in range(c)]
        m = bn_param.get("momentum", 0.9)
        bn_param["running_mean"] = m * bn_param.get("running_mean", np.zeros(c)) + (1 - m) * np.array(mean)
        bn_param["running_var"] = m * bn_param.get("running_var", np.zeros(c)) + (1 - m) * np.array(var)
    elif mode == "test":
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    xhat = np.zeros_like(x)
    out = np.zeros_like(x)
    for k in range(c):
        xhat[:, k] = (x[:, k] - mean[k]) / np.sqrt(var[k] + eps)
        out[:, k] = gamma[k] * xhat[:, k] + beta[k]
    return out, (xhat, gamma, np.sqrt(np.array(var) + eps))


def spatial_batchnorm_backward(dout, cache):
    xhat, gamma, std = cache
    dx = np.zeros_like(dout)
    dgamma = np.zeros_like(gamma)
    dbeta = np.zeros_like(gamma)
    for k in range(len(gamma)):
        d, xh = dout[:, k], xhat[:, k]
        dgamma[k], dbeta[k] = (d * xh).sum(), d.sum()
        dx[:, k] = gamma[k] / std[k] * (d - d.mean() - xh * (d * xh).mean())
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    parts = np.split(x, G, axis=1)
    stds = [np.sqrt(p.var(axis=(1, 2, 3), keepdims=True) + eps) for p in parts]
    xhat = np.concatenate([(p - p.mean(axis=(1, 2, 3), keepdims=True)) / s for p, s in zip(parts, stds)], axis=1)
    return gamma * xhat + beta, (xhat, gamma, stds)


def spatial_groupnorm_backward(dout, cache):
    xhat, gamma, stds = cache
    G = len(stds)
    dparts = []
    for d, xh, s in zip(np.split(dout * gamma, G, axis=1), np.split(xhat, G, axis=1), stds):
        mean_d = d.mean(axis=(1, 2, 3), keepdims=True)
        mean_dx = (d * xh).mean(axis=(1, 2, 3), keepdims=True)
        dparts.append((d - mean_d - xh * mean_dx) / s)
    dgamma = (dout * xhat).sum(axis=(0, 2, 3)).reshape(gamma.shape)
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(gamma.shape)
    return np.concatenate(dparts, axis=1), dgamma, dbeta
