import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n_rows = 1 + (x_pad.shape[2] - w.shape[2]) // stride
    n_cols = 1 + (x_pad.shape[3] - w.shape[3]) // stride
    out = np.full((x.shape[0], w.shape[0], n_rows, n_cols), np.nan)
    it = np.nditer(out, flags=['multi_index'], op_flags=['readwrite'])
    for cell in it:
        n, f, r, c = it.multi_index
        window = x_pad[n, :, r * stride:r * stride + w.shape[2], c * stride:c * stride + w.shape[3]]
        cell[...] = np.sum(window * w[f]) + b[f]
    return out, (x_pad, w, conv_param)


def conv_backward_naive(dout, cache):
    x_pad, w, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    dx_pad, dw = np.zeros_like(x_pad), np.zeros_like(w)
    it = np.nditer(dout, flags=['multi_index'])
    for d in it:
        n, f, r, c = it.multi_index
        window = (n, slice(None), slice(r * stride, r * stride + w.shape[2]), slice(c * stride, c * stride + w.shape[3]))
        dx_pad[window] += d * w[f]
        dw[f] += d * x_pad[window]
    rows, cols = (np.arange(pad, length - pad) for length in x_pad.shape[2:])
    return dx_pad[:, :, rows[:, None], cols], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - ph) // stride, 1 + (W - pw) // stride))
    for n in range(N):
        for r in range(out.shape[2]):
            for c in range(out.shape[3]):
                out[n, :, r, c] = np.max(x[n, :, r * stride:r * stride + ph, c * stride:c * stride + pw])
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    it = np.nditer(dout, flags=['multi_index'])
    for d in it:
        n, k, r, c = it.multi_index
        window = (n, k, slice(r * stride, r * stride + ph), slice(c * stride, c * stride + pw))
        dx[window] += d * (x[window] == x[window].max())
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum, C = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9), x.shape[1]
    mean = bn_param.get('running_mean', np.zeros(C))
    var = bn_param.get('running_var', np.zeros(C))
    if bn_param['mode'] == 'train':
        batch = [(x[:, c].mean(), x[:, c].var()) for c in range(C)]
        new_mean, new_var = map(np.array, zip(*batch))
        bn_param['running_mean'] = momentum * mean + (1 - momentum) * new_mean
        bn_param['running_var'] = momentum * var + (1 - momentum) * new_var
        mean, var = new_mean, new_var
    x_hat = ((x.T.swapaxes(-1, -2) - mean) / np.sqrt(var + eps)).swapaxes(-1, -2).T
    out = (x_hat.T.swapaxes(-1, -2) * gamma + beta).swapaxes(-1, -2).T
    return out, (x_hat, (gamma / np.sqrt(var + eps)).reshape(1, C, 1, 1))


def spatial_batchnorm_backward(dout, cache):
    x_hat, scale = cache
    mean = lambda a: a.mean(axis=(0, 2, 3), keepdims=True)
    dx = scale * (dout - mean(dout) - x_hat * mean(dout * x_hat))
    return dx, np.sum(dout * x_hat, (0, 2, 3)), np.sum(dout, (0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    groups = x.reshape(N * G, C // G, H, W)
    std = np.sqrt(np.var(groups, axis=(1, 2, 3), keepdims=True) + gn_param.get('eps', 1e-5))
    x_hat = (groups - np.mean(groups, axis=(1, 2, 3), keepdims=True)) / std
    return x_hat.reshape(x.shape) * gamma + beta, (x_hat, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    x_hat, std, gamma = cache
    d = (dout * gamma).reshape(x_hat.shape)
    mean = lambda a: a.mean(axis=(1, 2, 3), keepdims=True)
    dx = ((d - mean(d) - x_hat * mean(d * x_hat)) / std).reshape(dout.shape)
    return dx, np.sum(dout * x_hat.reshape(dout.shape), (0, 2, 3), keepdims=True), np.sum(dout, (0, 2, 3), keepdims=True)
