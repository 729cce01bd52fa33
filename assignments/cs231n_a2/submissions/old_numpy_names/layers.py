import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride = np.int(conv_param['stride'])
    pad = np.int(conv_param['pad'])
    n_x, _, h_x, w_x = x.shape
    n_f, _, h_f, w_f = w.shape
    x_pad = np.lib.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant', constant_values=(0, 0))
    h_out = np.int((h_x + 2 * pad - h_f) / stride) + 1
    w_out = np.int((w_x + 2 * pad - w_f) / stride) + 1
    out = np.zeros((n_x, n_f, h_out, w_out), dtype=np.float)
    for im in range(n_x):
        for fi in range(n_f):
            for r in range(h_out):
                for c in range(w_out):
                    rr, cc = r * stride, c * stride
                    out[im, fi, r, c] = np.sum(x_pad[im, :, rr:rr + h_f, cc:cc + w_f] * w[fi]) + b[fi]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    h_f, w_f = w.shape[2:]
    x_pad = np.lib.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')
    dx_pad, dw = np.zeros(x_pad.shape, dtype=np.float), np.zeros(w.shape, dtype=np.float)
    for r in range(dout.shape[2]):
        for c in range(dout.shape[3]):
            rr, cc = r * stride, c * stride
            for fi in range(w.shape[0]):
                d = dout[:, fi, r, c].reshape(-1, 1, 1, 1)
                dx_pad[:, :, rr:rr + h_f, cc:cc + w_f] += d * w[fi]
                dw[fi] += (d * x_pad[:, :, rr:rr + h_f, cc:cc + w_f]).sum(axis=0)
    return dx_pad[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]], dw, dout.sum(axis=3).sum(axis=2).sum(axis=0)


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    h_out = np.int((x.shape[2] - ph) / s) + 1
    w_out = np.int((x.shape[3] - pw) / s) + 1
    out = np.zeros((x.shape[0], x.shape[1], h_out, w_out))
    chosen = np.zeros((x.shape[0], x.shape[1], h_out, w_out, 2), dtype=np.int)
    for im in range(x.shape[0]):
        for ch in range(x.shape[1]):
            for r in range(h_out):
                for c in range(w_out):
                    square = x[im, ch, r * s:r * s + ph, c * s:c * s + pw]
                    chosen[im, ch, r, c] = np.unravel_index(square.argmax(), square.shape)
                    out[im, ch, r, c] = square.max()
    return out, (x, chosen, s)


def max_pool_backward_naive(dout, cache):
    x, chosen, s = cache
    dx = np.zeros(x.shape)
    for (im, ch, r, c), g in np.ndenumerate(dout):
        a, e = chosen[im, ch, r, c]
        dx[im, ch, r * s + a, c * s + e] += g
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    N, C, H, W = x.shape
    running_mean = bn_param.get('running_mean', np.zeros((C,)))
    running_var = bn_param.get('running_var', np.zeros((C,)))
    flat = x.transpose(1, 0, 2, 3).reshape(C, N * H * W)
    is_training = np.bool(bn_param['mode'] == 'train')
    if is_training:
        mean, var = flat.mean(1), flat.var(1)
        bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mean
        bn_param['running_var'] = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    hat = (flat - mean[:, None]) / np.sqrt(var + eps)[:, None]
    out = (hat * gamma[:, None] + beta[:, None]).reshape(C, N, H, W).transpose(1, 0, 2, 3)
    return out, (hat, gamma, np.sqrt(var + eps))


def spatial_batchnorm_backward(dout, cache):
    hat, gamma, std = cache
    N, C, H, W = dout.shape
    d = dout.transpose(1, 0, 2, 3).reshape(C, -1)
    dgamma, dbeta = np.sum(d * hat, 1), np.sum(d, 1)
    m = np.float(N * H * W)
    dx = (gamma / std)[:, None] * (d - dbeta[:, None] / m - hat * dgamma[:, None] / m)
    return dx.reshape(C, N, H, W).transpose(1, 0, 2, 3), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    x = x.reshape(N, G, np.int(C / G), H, W)
    mean = np.mean(x, (2, 3, 4), keepdims=True)
    std = np.sqrt(np.var(x, (2, 3, 4), keepdims=True) + gn_param.get('eps', 1e-5))
    hat = (x - mean) / std
    return gamma * hat.reshape(N, C, H, W) + beta, (hat, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    hat, std, gamma = cache
    d = (dout * gamma).reshape(hat.shape)
    m = np.float(np.prod(hat.shape[2:]))
    total = lambda a: np.sum(a, (2, 3, 4), keepdims=True)
    dx = (d - total(d) / m - hat * total(d * hat) / m) / std
    flat_hat = hat.reshape(dout.shape)
    return (dx.reshape(dout.shape), np.sum(dout * flat_hat, (0, 2, 3), keepdims=True),
            np.sum(dout, (0, 2, 3), keepdims=True))
