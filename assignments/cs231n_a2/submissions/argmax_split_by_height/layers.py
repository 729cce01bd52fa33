import numpy as np

N_AXIS, C_AXIS, H_AXIS, W_AXIS = 0, 1, 2, 3


def conv_forward_naive(x, w, b, conv_param):
    stride = conv_param['stride']
    pad = conv_param['pad']
    hh, ww = w.shape[H_AXIS], w.shape[W_AXIS]
    oh = (x.shape[H_AXIS] + 2 * pad - hh) // stride + 1
    ow = (x.shape[W_AXIS] + 2 * pad - ww) // stride + 1
    out = np.zeros((x.shape[N_AXIS], w.shape[0], oh, ow))
    for n, image in enumerate(x):
        big = np.pad(image, ((0, 0), (pad, pad), (pad, pad)))
        for f, (kernel, bias) in enumerate(zip(w, b)):
            for r in range(oh):
                for c in range(ow):
                    out[n, f, r, c] = bias + np.inner(
                        big[:, r * stride:r * stride + hh, c * stride:c * stride + ww].ravel(), kernel.ravel())
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride = conv_param['stride']
    pad = conv_param['pad']
    hh, ww = w.shape[H_AXIS], w.shape[W_AXIS]
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for n, image in enumerate(x):
        big = np.pad(image, ((0, 0), (pad, pad), (pad, pad)))
        dbig = np.zeros_like(big)
        for f, kernel in enumerate(w):
            db[f] += np.sum(dout[n, f])
            for r in range(dout.shape[H_AXIS]):
                for c in range(dout.shape[W_AXIS]):
                    rows = slice(r * stride, r * stride + hh)
                    cols = slice(c * stride, c * stride + ww)
                    dbig[:, rows, cols] += kernel * dout[n, f, r, c]
                    dw[f] += big[:, rows, cols] * dout[n, f, r, c]
        dx[n] = dbig[:, pad:pad + x.shape[H_AXIS], pad:pad + x.shape[W_AXIS]]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    oh = (x.shape[H_AXIS] - ph) // stride + 1
    ow = (x.shape[W_AXIS] - pw) // stride + 1
    out = np.zeros((x.shape[N_AXIS], x.shape[C_AXIS], oh, ow))
    for r in range(oh):
        for c in range(ow):
            out[:, :, r, c] = x[:, :, r * stride:r * stride + ph, c * stride:c * stride + pw].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    for n in range(dout.shape[N_AXIS]):
        for ch in range(dout.shape[C_AXIS]):
            for r in range(dout.shape[H_AXIS]):
                for c in range(dout.shape[W_AXIS]):
                    piece = x[n, ch, r * stride:r * stride + ph, c * stride:c * stride + pw]
                    k = piece.argmax()
                    dx[n, ch, r * stride + k // ph, c * stride + k % ph] += dout[n, ch, r, c]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param['mode'], bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    n_channels = x.shape[C_AXIS]
    running_mean = np.array(bn_param.get('running_mean', np.zeros(n_channels)))
    running_var = np.array(bn_param.get('running_var', np.zeros(n_channels)))
    out, hat = np.empty_like(x), np.empty_like(x)
    istd = np.empty_like(running_var)
    for ch in range(n_channels):
        plane = x[:, ch]
        if mode == 'train':
            mean, var = plane.mean(), plane.var()
            running_mean[ch] = momentum * running_mean[ch] + (1 - momentum) * mean
            running_var[ch] = momentum * running_var[ch] + (1 - momentum) * var
        else:
            mean, var = running_mean[ch], running_var[ch]
        istd[ch] = 1 / np.sqrt(var + eps)
        hat[:, ch] = (plane - mean) * istd[ch]
        out[:, ch] = hat[:, ch] * gamma[ch] + beta[ch]
    bn_param['running_mean'], bn_param['running_var'] = running_mean, running_var
    return out, (hat, istd, gamma)


def spatial_batchnorm_backward(dout, cache):
    hat, istd, gamma = cache
    dx, dgamma, dbeta = np.empty_like(dout), np.empty_like(gamma), np.empty_like(gamma)
    for ch in range(dout.shape[C_AXIS]):
        d, h = dout[:, ch], hat[:, ch]
        dbeta[ch] = d.sum()
        dgamma[ch] = (d * h).sum()
        dx[:, ch] = gamma[ch] * istd[ch] * (d - dbeta[ch] / d.size - h * dgamma[ch] / d.size)
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    size = x.shape[C_AXIS] // G
    hat, istd = np.empty_like(x), []
    for image, target in zip(x, hat):
        for g in range(G):
            part = image[g * size:(g + 1) * size]
            istd.append(1 / np.sqrt(part.var() + gn_param.get('eps', 1e-5)))
            target[g * size:(g + 1) * size] = (part - part.mean()) * istd[-1]
    return hat * gamma + beta, (hat, istd, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    hat, istd, gamma, G = cache
    size = dout.shape[C_AXIS] // G
    dx = np.empty_like(dout)
    factors = iter(istd)
    for n in range(dout.shape[N_AXIS]):
        for g in range(G):
            part = slice(g * size, (g + 1) * size)
            d = dout[n, part] * gamma[0, part]
            dx[n, part] = next(factors) * (d - d.mean() - hat[n, part] * (d * hat[n, part]).mean())
    return dx, np.sum(dout * hat, axis=(0, 2, 3), keepdims=True), np.sum(dout, axis=(0, 2, 3), keepdims=True)
