import numpy as np
import sys

DEBUG = True


def conv_forward_naive(x, w, b, conv_param, verbose=False, debug=DEBUG):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    P, S = conv_param['pad'], conv_param['stride']
    if debug:
        print('=' * 80)
        print('x', x.shape, 'w', w.shape, 'b', b.shape, conv_param)
        print(x)
        print(w)
    x_padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)), 'constant')
    H_ = (H - HH + 2 * P) // S + 1
    W_ = (W - WW + 2 * P) // S + 1
    out = np.zeros((N, F, H_, W_))
    for n in range(N):
        image = x_padded[n]
        for f in range(F):
            kernel = w[f]
            for i in range(H_):
                for j in range(W_):
                    piece = image[:, S * i:S * i + HH, S * j:S * j + WW]
                    out[n, f, i, j] = np.sum(piece * kernel) + b[f]
                    if debug:
                        print('n=%d f=%d i=%d j=%d ->' % (n, f, i, j), out[n, f, i, j])
                    if verbose:
                        print(piece, file=sys.stderr)
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache, verbose=True):
    x, w, b, conv_param = cache
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    P, S = conv_param['pad'], conv_param['stride']
    x_padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)), 'constant')
    dx_padded = np.zeros_like(x_padded)
    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            db[f] += dout[n, f].sum()
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    dw[f] += x_padded[n, :, S * i:S * i + HH, S * j:S * j + WW] * dout[n, f, i, j]
                    dx_padded[n, :, S * i:S * i + HH, S * j:S * j + WW] += w[f] * dout[n, f, i, j]
    dx = dx_padded[:, :, P:P + H, P:P + W]
    if verbose:
        print('dx', dx, 'dw', dw, 'db', db, sep='\n')
        print('--- done ---', file=sys.stderr)
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    ph, pw, S = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    H_, W_ = 1 + (H - ph) // S, 1 + (W - pw) // S
    print('pooling', (H, W), 'to', (H_, W_))
    out = np.zeros((N, C, H_, W_))
    for i in range(H_):
        for j in range(W_):
            out[:, :, i, j] = np.max(x[:, :, S * i:S * i + ph, S * j:S * j + pw], axis=(2, 3))
    print(out)
    return out, (x, out, pool_param)


def max_pool_backward_naive(dout, cache):
    x, out, pool_param = cache
    ph, pw, S = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, S * i:S * i + ph, S * j:S * j + pw]
            mask = (window == out[:, :, i, j][:, :, np.newaxis, np.newaxis])
            dx[:, :, S * i:S * i + ph, S * j:S * j + pw] += mask * dout[:, :, i, j][:, :, np.newaxis, np.newaxis]
            print('mask', mask.astype(int))
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    N, D = x.shape
    rm, rv = bn_param.get('running_mean', np.zeros(D)), bn_param.get('running_var', np.zeros(D))
    print('mode is', bn_param['mode'])
    if bn_param['mode'] == 'train':
        sample_mean = np.mean(x, axis=0)
        sample_var = np.var(x, axis=0)
        print('mean', sample_mean, 'var', sample_var)
        x_hat = (x - sample_mean) / np.sqrt(sample_var + eps)
        bn_param['running_mean'] = momentum * rm + (1 - momentum) * sample_mean
        bn_param['running_var'] = momentum * rv + (1 - momentum) * sample_var
        return gamma * x_hat + beta, (gamma, x, sample_mean, sample_var, eps, x_hat)
    scale = gamma / np.sqrt(rv + eps)
    return x * scale + (beta - rm * scale), None


def batchnorm_backward(dout, cache):
    gamma, x, mean, var, eps, x_hat = cache
    m = x.shape[0]
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * (x - mean) * -0.5 * (var + eps) ** (-1.5), axis=0)
    dmean = np.sum(dx_hat * -1 / np.sqrt(var + eps), axis=0) + dvar * np.sum(-2 * (x - mean), axis=0) / m
    dx = dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / m + dmean / m
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.transpose((0, 2, 3, 1)).reshape((-1, C)), gamma, beta, bn_param)
    return out.reshape((N, H, W, C)).transpose((0, 3, 1, 2)), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose((0, 2, 3, 1)).reshape((-1, C)), cache)
    print('dgamma', dgamma, 'dbeta', dbeta)
    return dx.reshape((N, H, W, C)).transpose((0, 3, 1, 2)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get('eps', 1e-5)
    x_group = np.reshape(x, (N, G, C // G, H, W))
    mean = np.mean(x_group, axis=(2, 3, 4), keepdims=True)
    var = np.var(x_group, axis=(2, 3, 4), keepdims=True)
    x_norm = np.reshape((x_group - mean) / np.sqrt(var + eps), (N, C, H, W))
    print('group norm: %d groups of %d channels' % (G, C // G))
    return x_norm * gamma + beta, (G, x, x_norm, mean, var, beta, gamma, eps)


def spatial_groupnorm_backward(dout, cache):
    G, x, x_norm, mean, var, beta, gamma, eps = cache
    N, C, H, W = dout.shape
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dgamma = np.sum(dout * x_norm, axis=(0, 2, 3), keepdims=True)
    dx_norm = (dout * gamma).reshape((N, G, C // G, H, W))
    xm = x.reshape((N, G, C // G, H, W)) - mean
    dvar = np.sum(dx_norm * xm * -0.5 * (var + eps) ** (-1.5), axis=(2, 3, 4), keepdims=True)
    dmean = np.sum(-dx_norm / np.sqrt(var + eps), axis=(2, 3, 4), keepdims=True)
    M = C // G * H * W
    dmean = dmean + dvar * np.sum(-2 * xm, axis=(2, 3, 4), keepdims=True) / M
    dx = dx_norm / np.sqrt(var + eps) + dvar * 2 * xm / M + dmean / M
    print(dx)
    return dx.reshape((N, C, H, W)), dgamma, dbeta
