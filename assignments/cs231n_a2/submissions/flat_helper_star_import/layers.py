import numpy
from im2col import *

def conv_forward_naive(x, w, b, conv_param):
    filters, _, kh, kw = w.shape
    rows, oh, ow = to_columns(x, kh, kw, conv_param['stride'], conv_param['pad'])
    out = numpy.dot(rows, w.reshape(filters, -1).T) + b
    out = out.reshape(x.shape[0], oh, ow, filters).transpose(0, 3, 1, 2)
    return out, (x, w, b, conv_param, rows)

def conv_backward_naive(dout, cache):
    x, w, b, conv_param, rows = cache
    filters, _, kh, kw = w.shape
    d = dout.transpose(0, 2, 3, 1).reshape(-1, filters)
    dw = numpy.dot(d.T, rows).reshape(w.shape)
    drows = numpy.dot(d, w.reshape(filters, -1))
    dx = from_columns(drows, x.shape, kh, kw, conv_param['stride'], conv_param['pad'])
    return dx, dw, d.sum(0)

def max_pool_forward_naive(x, pool_param):
    kh, kw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    oh = output_length(x.shape[2], kh, stride, 0)
    ow = output_length(x.shape[3], kw, stride, 0)
    out = numpy.zeros(x.shape[:2] + (oh, ow))
    where = {}
    for n, c, i, j in numpy.ndindex(*out.shape):
        window = x[n, c, i*stride:i*stride+kh, j*stride:j*stride+kw]
        row, col = numpy.unravel_index(window.argmax(), window.shape)
        where[n, c, i, j] = (n, c, i*stride + row, j*stride + col)
        out[n, c, i, j] = x[where[n, c, i, j]]
    return out, (where, x.shape)

def max_pool_backward_naive(dout, cache):
    where, shape = cache
    dx = numpy.zeros(shape)
    for position, source in where.items():
        dx[source] += dout[position]
    return dx

def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    n, d = x.shape
    if 'running_mean' not in bn_param:
        bn_param['running_mean'] = numpy.zeros(d)
        bn_param['running_var'] = numpy.zeros(d)
    if bn_param['mode'] == 'train':
        mean = x.sum(0) / n
        centred = x - mean
        var = (centred**2).sum(0) / n
        istd = 1. / numpy.sqrt(var + eps)
        xn = centred * istd
        bn_param['running_mean'] = bn_param['running_mean'] * momentum + mean * (1 - momentum)
        bn_param['running_var'] = bn_param['running_var'] * momentum + var * (1 - momentum)
        return gamma * xn + beta, (xn, istd, gamma)
    xn = (x - bn_param['running_mean']) / numpy.sqrt(bn_param['running_var'] + eps)
    return gamma * xn + beta, None

def batchnorm_backward(dout, cache):
    xn, istd, gamma = cache
    n = len(dout)
    dbeta = dout.sum(0)
    dgamma = (dout * xn).sum(0)
    return gamma * istd * (n * dout - dbeta - xn * dgamma) / n, dgamma, dbeta

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    n, c, h, w = x.shape
    # channels first, then flatten, then turn it round
    rows = x.swapaxes(0, 1).reshape(c, -1).T
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return out.T.reshape(c, n, h, w).swapaxes(0, 1), cache

def spatial_batchnorm_backward(dout, cache):
    n, c, h, w = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.swapaxes(0, 1).reshape(c, -1).T, cache)
    return dx.T.reshape(c, n, h, w).swapaxes(0, 1), dgamma, dbeta

def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    n, c, h, w = x.shape
    xn = numpy.zeros_like(x)
    istd = numpy.zeros((n, G, 1, 1, 1))
    k = c // G
    for i in range(n):
        for g in range(G):
            part = x[i, g*k:(g+1)*k]
            istd[i, g] = 1. / numpy.sqrt(part.var() + eps)
            xn[i, g*k:(g+1)*k] = (part - part.mean()) * istd[i, g]
    return gamma * xn + beta, (xn, istd, gamma)

def spatial_groupnorm_backward(dout, cache):
    xn, istd, gamma = cache
    n, c, h, w = dout.shape
    G = istd.shape[1]
    k = c // G
    dx = numpy.zeros_like(dout)
    for i in range(n):
        for g in range(G):
            at = i, slice(g*k, (g+1)*k)
            d = dout[at] * gamma[0, at[1]]
            dx[at] = istd[i, g] * (d - d.mean() - xn[at] * (d * xn[at]).mean())
    dgamma = (dout * xn).sum((0, 2, 3), keepdims=True)
    dbeta = dout.sum((0, 2, 3), keepdims=True)
    return dx, dgamma, dbeta
