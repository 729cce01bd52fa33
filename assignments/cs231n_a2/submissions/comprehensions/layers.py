import numpy as np


def _slots(length, k, s):
    return [slice(a, a + k) for a in range(0, length - k + 1, s)]


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.array([[np.pad(channel, p) for channel in image] for image in x])
    rows, cols = _slots(xp.shape[2], w.shape[2], s), _slots(xp.shape[3], w.shape[3], s)
    out = np.array([[[[np.sum(image[:, r, c] * k) + bias for c in cols] for r in rows]
                     for k, bias in zip(w, b)] for image in xp])
    return out, (xp, rows, cols, w, p)


def conv_backward_naive(dout, cache):
    xp, rows, cols, w, p = cache
    dxp = np.zeros(xp.shape)
    for n, per_image in enumerate(dout):
        for f, per_filter in enumerate(per_image):
            for r, line in zip(rows, per_filter):
                for c, g in zip(cols, line):
                    dxp[n, :, r, c] += g * w[f]
    dw = np.array([sum(dout[n, f, i, j] * xp[n, :, r, c]
                       for n in range(len(xp)) for i, r in enumerate(rows) for j, c in enumerate(cols))
                   for f in range(len(w))])
    db = np.array([dout[:, f].sum() for f in range(len(w))])
    h, v = xp.shape[2], xp.shape[3]
    return dxp[:, :, p:h - p, p:v - p], dw, db


def max_pool_forward_naive(x, pool_param):
    s = pool_param['stride']
    rows = _slots(x.shape[2], pool_param['pool_height'], s)
    cols = _slots(x.shape[3], pool_param['pool_width'], s)
    out = [[[[channel[r, c].max() for c in cols] for r in rows] for channel in image] for image in x]
    return np.array(out), (x, rows, cols)


def max_pool_backward_naive(dout, cache):
    x, rows, cols = cache
    return sum(_one_window(x, r, c, dout[:, :, i, j]) for i, r in enumerate(rows) for j, c in enumerate(cols))


def _one_window(x, r, c, g):
    full = np.zeros(x.shape)
    window = x[:, :, r, c]
    full[:, :, r, c] = (window == window.max((2, 3), keepdims=True)) * g[:, :, None, None]
    return full


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    channels = [x[:, c] for c in range(x.shape[1])]
    eps, m = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    if bn_param['mode'] == 'train':
        means, variances = np.array([c.mean() for c in channels]), np.array([c.var() for c in channels])
        bn_param['running_mean'] = m * bn_param.get('running_mean', 0.) + (1 - m) * means
        bn_param['running_var'] = m * bn_param.get('running_var', 0.) + (1 - m) * variances
    else:
        means, variances = bn_param['running_mean'], bn_param['running_var']
    hats = [(c - mu) / np.sqrt(v + eps) for c, mu, v in zip(channels, means, variances)]
    out = np.stack([g * h + t for g, h, t in zip(gamma, hats, beta)], axis=1)
    return out, (hats, [np.sqrt(v + eps) for v in variances], gamma)


def spatial_batchnorm_backward(dout, cache):
    hats, stds, gamma = cache
    flows = [dout[:, c] for c in range(dout.shape[1])]
    dgamma = np.array([np.sum(d * h) for d, h in zip(flows, hats)])
    dbeta = np.array([np.sum(d) for d in flows])
    dx = [g / s * (d - d.mean() - h * np.mean(d * h)) for g, s, d, h in zip(gamma, stds, flows, hats)]
    return np.stack(dx, axis=1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    groups = [np.array_split(image, G) for image in x]
    stds = [[np.sqrt(np.var(g) + eps) for g in image] for image in groups]
    hat = np.array([np.concatenate([(g - np.mean(g)) / s for g, s in zip(*pair)]) for pair in zip(groups, stds)])
    return hat * gamma + beta, (hat, stds, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    hat, stds, gamma, G = cache
    dx = [np.concatenate([(d - np.mean(d) - h * np.mean(d * h)) / s
                          for d, h, s in zip(np.array_split(flow, G), np.array_split(image, G), std)])
          for flow, image, std in zip(dout * gamma, hat, stds)]
    total = lambda a: a.sum(axis=(0, 2, 3), keepdims=True)
    return np.array(dx), total(dout * hat), total(dout)
