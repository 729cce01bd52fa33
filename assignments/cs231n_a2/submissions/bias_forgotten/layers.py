import numpy as np

# ---------------------------------------------------------------- convolution


def conv_forward_naive(x, w, b, conv_param):
    S, P = conv_param['stride'], conv_param['pad']
    num, depth, height, width = x.shape
    filters, depth, fh, fw = w.shape
    oh, ow = 1 + (height + 2 * P - fh) // S, 1 + (width + 2 * P - fw) // S
    framed = np.zeros((num, depth, height + 2 * P, width + 2 * P))
    framed[:, :, P:P + height, P:P + width] = x
    patches = np.empty((num, depth * fh * fw, oh * ow))
    for k in range(oh * ow):
        i, j = divmod(k, ow)
        patches[:, :, k] = framed[:, :, i * S:i * S + fh, j * S:j * S + fw].reshape(num, -1)
    maps = np.matmul(w.reshape(filters, -1), patches)
    return maps.reshape(num, filters, oh, ow), (patches, w, x.shape, S, P)


def conv_backward_naive(dout, cache):
    patches, w, shape, S, P = cache
    num, depth, height, width = shape
    filters, depth, fh, fw = w.shape
    ow = dout.shape[3]
    d = dout.reshape(num, filters, -1)
    dpatches = np.matmul(w.reshape(filters, -1).T, d)
    dframed = np.zeros((num, depth, height + 2 * P, width + 2 * P))
    for k in range(d.shape[2]):
        i, j = divmod(k, ow)
        dframed[:, :, i * S:i * S + fh, j * S:j * S + fw] += dpatches[:, :, k].reshape(num, depth, fh, fw)
    dw = sum(np.matmul(d[n], patches[n].T) for n in range(num)).reshape(w.shape)
    return dframed[:, :, P:P + height, P:P + width], dw, d.sum(axis=2).sum(axis=0)


# ---------------------------------------------------------------- pooling


def max_pool_forward_naive(x, pool_param):
    ph, pw, S = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    num, depth, height, width = x.shape
    oh, ow = 1 + (height - ph) // S, 1 + (width - pw) // S
    out = np.empty((num, depth, oh, ow))
    for k in range(oh * ow):
        i, j = divmod(k, ow)
        out[:, :, i, j] = x[:, :, i * S:i * S + ph, j * S:j * S + pw].max(axis=3).max(axis=2)
    return out, (x, out, ph, pw, S)


def max_pool_backward_naive(dout, cache):
    x, out, ph, pw, S = cache
    dx = np.zeros(x.shape)
    for k in range(dout.shape[2] * dout.shape[3]):
        i, j = divmod(k, dout.shape[3])
        for r in range(i * S, i * S + ph):
            for q in range(j * S, j * S + pw):
                dx[:, :, r, q] += (x[:, :, r, q] == out[:, :, i, j]) * dout[:, :, i, j]
    return dx


# ---------------------------------------------------------------- normalisation


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    g, t = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    eps, keep = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    zero = np.zeros(gamma.shape)
    if bn_param['mode'] == 'train':
        mean = np.mean(x, axis=(0, 2, 3), keepdims=True)
        var = np.var(x, axis=(0, 2, 3), keepdims=True)
        bn_param['running_mean'] = keep * bn_param.get('running_mean', zero) + (1 - keep) * mean.flatten()
        bn_param['running_var'] = keep * bn_param.get('running_var', zero) + (1 - keep) * var.flatten()
    elif bn_param['mode'] == 'test':
        mean = bn_param['running_mean'].reshape(1, -1, 1, 1)
        var = bn_param['running_var'].reshape(1, -1, 1, 1)
    unit = (x - mean) / np.sqrt(var + eps)
    return unit * g + t, (unit, g, var + eps)


def spatial_batchnorm_backward(dout, cache):
    unit, g, var = cache
    dunit = dout * g
    dx = dunit - dunit.mean(axis=(0, 2, 3), keepdims=True) - unit * (dunit * unit).mean(axis=(0, 2, 3), keepdims=True)
    return dx / np.sqrt(var), (dout * unit).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    num, depth, height, width = x.shape
    blocks = x.reshape(num * G, -1)
    mean = blocks.mean(axis=1)[:, None]
    var = blocks.var(axis=1)[:, None] + gn_param.get('eps', 1e-5)
    unit = (blocks - mean) / np.sqrt(var)
    return unit.reshape(x.shape) * gamma + beta, (unit, gamma, var)


def spatial_groupnorm_backward(dout, cache):
    unit, gamma, var = cache
    dunit = (dout * gamma).reshape(unit.shape)
    dx = dunit - dunit.mean(axis=1)[:, None] - unit * (dunit * unit).mean(axis=1)[:, None]
    dgamma = (dout * unit.reshape(dout.shape)).sum(axis=(0, 2, 3))
    return (dx / np.sqrt(var)).reshape(dout.shape), dgamma.reshape(gamma.shape), dout.sum(axis=(0, 2, 3)).reshape(gamma.shape)
