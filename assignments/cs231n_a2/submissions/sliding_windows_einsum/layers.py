"""Assignment 2, everything written as sums over indices."""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as windows


def conv_forward_naive(x, w, b, conv_param):
    S, P = conv_param['stride'], conv_param['pad']
    padded = np.pad(x, ((0,), (0,), (P,), (P,)))
    cols = windows(padded, w.shape[2:], axis=(2, 3))[:, :, ::S, ::S]
    out = np.einsum('ncijkl,fckl->nfij', cols, w) + b[None, :, None, None]
    return out, (padded.shape, cols, w, conv_param)


def conv_backward_naive(dout, cache):
    shape, cols, w, conv_param = cache
    S, P = conv_param['stride'], conv_param['pad']
    dw = np.einsum('nfij,ncijkl->fckl', dout, cols)
    db = np.einsum('nfij->f', dout)
    # put the stride's holes back, then convolve with the mirrored filters ("full" convolution)
    N, F, OH, OW = dout.shape
    HH, WW = w.shape[2:]
    spread = np.zeros((N, F, shape[2] + HH - 1, shape[3] + WW - 1), dout.dtype)
    spread[:, :, HH - 1:HH - 1 + S * OH:S, WW - 1:WW - 1 + S * OW:S][:, :, :OH, :OW] = dout
    mirrored = w[:, :, ::-1, ::-1]
    dpadded = np.einsum('nfijkl,fckl->ncij', windows(spread, (HH, WW), axis=(2, 3)), mirrored)
    return dpadded[:, :, P:shape[2] - P, P:shape[3] - P], dw, db


def max_pool_forward_naive(x, pool_param):
    size = pool_param['pool_height'], pool_param['pool_width']
    S = pool_param['stride']
    view = windows(x, size, axis=(2, 3))[:, :, ::S, ::S]
    out = view.max(axis=(4, 5))
    return out, (x.shape, view == out[..., None, None], S)


def max_pool_backward_naive(dout, cache):
    shape, mask, S = cache
    grad = mask * dout[..., None, None]
    dx = np.zeros(shape, dout.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * S:i * S + mask.shape[4], j * S:j * S + mask.shape[5]] += grad[:, :, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    M = N * H * W
    eps = bn_param.get('eps', 1e-5)
    keep = bn_param.get('momentum', 0.9)
    running_mean = bn_param.get('running_mean', np.zeros(C))
    running_var = bn_param.get('running_var', np.zeros(C))
    if bn_param['mode'] == 'train':
        mean = np.einsum('nchw->c', x) / M
        centred = x - mean[:, None, None]
        var = np.einsum('nchw,nchw->c', centred, centred) / M
        running_mean = keep * running_mean + (1 - keep) * mean
        running_var = keep * running_var + (1 - keep) * var
    else:
        centred = x - running_mean[:, None, None]
        var = running_var
    xhat = centred / np.sqrt(var + eps)[:, None, None]
    out = np.einsum('c,nchw->nchw', gamma, xhat) + beta[:, None, None]
    bn_param['running_mean'], bn_param['running_var'] = running_mean, running_var
    return out, (xhat, gamma / np.sqrt(var + eps), M)


def spatial_batchnorm_backward(dout, cache):
    xhat, k, M = cache
    dbeta = np.einsum('nchw->c', dout)
    dgamma = np.einsum('nchw,nchw->c', dout, xhat)
    dx = k[:, None, None] * (dout - dbeta[:, None, None] / M - xhat * dgamma[:, None, None] / M)
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xg = x.reshape(N, G, C // G, H, W)
    M = C // G * H * W
    mean = np.einsum('ngchw->ng', xg) / M
    centred = xg - mean[:, :, None, None, None]
    var = np.einsum('ngchw,ngchw->ng', centred, centred) / M
    istd = 1 / np.sqrt(var + gn_param.get('eps', 1e-5))
    xhat = centred * istd[:, :, None, None, None]
    return gamma * xhat.reshape(x.shape) + beta, (xhat, istd, gamma, M)


def spatial_groupnorm_backward(dout, cache):
    xhat, istd, gamma, M = cache
    d = (dout * gamma).reshape(xhat.shape)
    a = np.einsum('ngchw->ng', d) / M
    e = np.einsum('ngchw,ngchw->ng', d, xhat) / M
    dx = istd[:, :, None, None, None] * (d - a[:, :, None, None, None] - xhat * e[:, :, None, None, None])
    dgamma = np.einsum('nchw,nchw->c', dout, xhat.reshape(dout.shape))
    dbeta = np.einsum('nchw->c', dout)
    return dx.reshape(dout.shape), dgamma[None, :, None, None], dbeta[None, :, None, None]
