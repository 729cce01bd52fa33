import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    """every filter on every image with a little function of its own"""
    stride, pad = conv_param['stride'], conv_param['pad']

    def correlate(image, kernel):
        C, H, W = image.shape
        _, HH, WW = kernel.shape
        result = np.zeros(((H - HH) // stride + 1, (W - WW) // stride + 1))
        for i in range(result.shape[0]):
            for j in range(result.shape[1]):
                y, z = i * stride, j * stride
                result[i, j] = np.dot(image[:, y:y + HH, z:z + WW].flatten(), kernel.flatten())
        return result

    images = [np.pad(im, ((0, 0), (pad, pad), (pad, pad)), mode='constant') for im in x]
    out = np.array([[correlate(im, k) + c for k, c in zip(w, b)] for im in images])
    return out, (images, x.shape, w, stride, pad)


def conv_backward_naive(dout, cache):
    images, shape, w, stride, pad = cache
    _, _, H, W = shape
    F, C, HH, WW = w.shape
    dx, dw, db = [], np.zeros(w.shape), np.zeros(F)
    for im, d in zip(images, dout):
        dim = np.zeros(im.shape)
        for f in range(F):
            db[f] += d[f].sum()
            for i in range(d.shape[1]):
                for j in range(d.shape[2]):
                    y, z = i * stride, j * stride
                    dw[f] += d[f, i, j] * im[:, y:y + HH, z:z + WW]
                    dim[:, y:y + HH, z:z + WW] += d[f, i, j] * w[f]
        dx.append(dim[:, pad:pad + H, pad:pad + W])
    return np.array(dx), dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    out = np.zeros((N, C, (H - ph) // s + 1, (W - pw) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for k in range(ph):
                for l in range(pw):
                    out[:, :, i, j] = np.maximum(out[:, :, i, j], x[:, :, i * s + k, j * s + l])
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            part = x[:, :, i * s:i * s + ph, j * s:j * s + pw]
            order = part.reshape(*part.shape[:2], -1).argsort(axis=-1)[:, :, -1]
            for n, c in np.ndindex(*order.shape):
                k, l = divmod(order[n, c], pw)
                dx[n, c, i * s + k, j * s + l] += dout[n, c, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    running_mean = bn_param.get('running_mean', np.zeros(C))
    running_var = bn_param.get('running_var', np.zeros(C))
    ones = np.ones((1, C, 1, 1))
    if bn_param['mode'] == 'train':
        m, v = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        bn_param['running_mean'] = running_mean * momentum + m * (1 - momentum)
        bn_param['running_var'] = running_var * momentum + v * (1 - momentum)
    elif bn_param['mode'] == 'test':
        m, v = running_mean, running_var
    sd = np.sqrt(v[None, :, None, None] + eps)
    z = (x - ones * m[None, :, None, None]) / sd
    return z * gamma[None, :, None, None] + beta[None, :, None, None], (z, sd, gamma[None, :, None, None])


def spatial_batchnorm_backward(dout, cache):
    z, sd, gamma = cache
    count = z.shape[0] * z.shape[2] * z.shape[3]
    dz = dout * gamma
    a = np.sum(dz, axis=(0, 2, 3), keepdims=True) / count
    c = np.sum(dz * z, axis=(0, 2, 3), keepdims=True) / count
    return (dz - a - z * c) / sd, np.sum(dout * z, axis=(0, 2, 3)), np.sum(dout, axis=(0, 2, 3))


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    r = x.reshape(N, G, C // G, H * W)
    sd = np.sqrt(r.var(axis=(2, 3), keepdims=True) + gn_param.get('eps', 1e-5))
    z = (r - r.mean(axis=(2, 3), keepdims=True)) / sd
    return z.reshape(x.shape) * gamma + beta, (z, sd, gamma)


def spatial_groupnorm_backward(dout, cache):
    z, sd, gamma = cache
    dz = (dout * gamma).reshape(z.shape)
    a = dz.mean(axis=(2, 3), keepdims=True)
    c = (dz * z).mean(axis=(2, 3), keepdims=True)
    dx = (dz - a - z * c) / sd
    dgamma = np.sum(dout * z.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)
