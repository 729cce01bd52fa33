import numpy as np

# A convolution is one big matrix; its backward pass is the transposed matrix. So is a max pool, once
# the maxima are known.


def _unrolled(w, shape, stride, pad):
    """Matrix from all pixels of an image to all pixels of its feature maps."""
    C, H, W = shape
    F, _, HH, WW = w.shape
    OH, OW = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    A = np.zeros((F, OH, OW, C, H + 2 * pad, W + 2 * pad))
    for i in range(OH):
        for j in range(OW):
            A[:, i, j, :, i * stride:i * stride + HH, j * stride:j * stride + WW] = w
    A = A[..., pad:pad + H, pad:pad + W]
    return A.reshape(F * OH * OW, C * H * W), (F, OH, OW)


def conv_forward_naive(x, w, b, conv_param):
    A, out_shape = _unrolled(w, x.shape[1:], conv_param['stride'], conv_param['pad'])
    out = (x.reshape(len(x), -1) @ A.T).reshape(len(x), *out_shape) + b[:, None, None]
    return out, (x, w, A, conv_param)


def conv_backward_naive(dout, cache):
    x, w, A, conv_param = cache
    dx = (dout.reshape(len(dout), -1) @ A).reshape(x.shape)
    dw = np.zeros(w.shape)
    # w is linear too: what each single weight contributes
    for k in np.ndindex(w.shape[1:]):
        unit = np.zeros((1,) + w.shape[1:])
        unit[(0,) + k] = 1
        U, (_, OH, OW) = _unrolled(unit, x.shape[1:], conv_param['stride'], conv_param['pad'])
        picked = (x.reshape(len(x), -1) @ U.T).reshape(len(x), 1, OH, OW)
        dw[(slice(None),) + k] = (dout * picked).sum(axis=(0, 2, 3))
    return dx, dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    OH, OW = (H - ph) // s + 1, (W - pw) // s + 1
    pixel = np.arange(H * W).reshape(H, W)
    windows = np.array([pixel[i * s:i * s + ph, j * s:j * s + pw].ravel() for i in range(OH) for j in range(OW)])
    values = x.reshape(N, C, H * W)[:, :, windows]
    best = windows[np.arange(OH * OW), values.argmax(axis=-1)]
    out = values.max(axis=-1).reshape(N, C, OH, OW)
    return out, (best, x.shape)


def max_pool_backward_naive(dout, cache):
    best, shape = cache
    N, C, H, W = shape
    dx = np.array([[np.bincount(best[n, c], dout[n, c].ravel(), minlength=H * W) for c in range(C)]
                   for n in range(N)])
    return dx.reshape(shape)


def batchnorm_forward(x, gamma, beta, bn_param):
    D = x.shape[1]
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    running = [bn_param.get(k, np.zeros(D)) for k in ('running_mean', 'running_var')]
    stats = running
    if bn_param['mode'] == 'train':
        stats = [x.mean(axis=0), x.var(axis=0)]
        running = [momentum * old + (1 - momentum) * new for old, new in zip(running, stats)]
    bn_param['running_mean'], bn_param['running_var'] = running
    std = np.sqrt(stats[1] + eps)
    xhat = (x - stats[0]) / std
    return xhat * gamma + beta, (xhat, std, gamma)


def batchnorm_backward(dout, cache):
    """Written with the Jacobian of one column: (I - 1/n - xhat xhat^T / n) / std."""
    xhat, std, gamma = cache
    n, D = dout.shape
    dx = np.zeros_like(dout)
    for d in range(D):
        J = (np.eye(n) - 1.0 / n - np.outer(xhat[:, d], xhat[:, d]) / n) / std[d]
        dx[:, d] = J @ (dout[:, d] * gamma[d])
    return dx, (dout * xhat).sum(0), dout.sum(0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.transpose(0, 2, 3, 1).reshape(-1, C), gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    columns = x.reshape(x.shape[0] * G, -1).T
    one = np.ones(columns.shape[1])
    hat, cache = batchnorm_forward(columns, one, 0 * one, dict(gn_param, mode='train'))
    hat = hat.T.reshape(x.shape)
    return hat * gamma + beta, (cache, hat, gamma)


def spatial_groupnorm_backward(dout, cache):
    inner, hat, gamma = cache
    columns = (dout * gamma).reshape(inner[0].shape[::-1]).T
    dx = batchnorm_backward(columns, inner)[0].T.reshape(dout.shape)
    axes = (0, 2, 3)
    return dx, (dout * hat).sum(axes).reshape(gamma.shape), dout.sum(axes).reshape(gamma.shape)
