import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride = conv_param['stride']; pad = conv_param['pad']
    N, C, H, W = x.shape; F, C, HH, WW = w.shape
    x_ = np.pad(x, ((0,0),(0,0),(pad,pad),(pad,pad)), 'constant')
    H_ = (H + 2*pad - HH)//stride + 1; W_ = (W + 2*pad - WW)//stride + 1
    out = np.zeros((N,F,H_,W_))
    for n in range(N):
        for f in range(F):
            for h in range(H_):
                for k in range(W_):
                    for c in range(C):
                        out[n,f,h,k] += np.sum(x_[n,c,h*stride:h*stride+HH,k*stride:k*stride+WW]*w[f,c])
                    out[n,f,h,k] += b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride = conv_param['stride']; pad = conv_param['pad']
    N, C, H, W = x.shape; F, C, HH, WW = w.shape
    x_ = np.pad(x, ((0,0),(0,0),(pad,pad),(pad,pad)), 'constant')
    dx_ = np.zeros(x_.shape); dw = np.zeros(w.shape); db = np.zeros(F)
    for n in range(N):
        for f in range(F):
            for h in range(dout.shape[2]):
                for k in range(dout.shape[3]):
                    db[f] += dout[n,f,h,k]
                    for c in range(C):
                        dx_[n,c,h*stride:h*stride+HH,k*stride:k*stride+WW] += w[f,c]*dout[n,f,h,k]
                        dw[f,c] += x_[n,c,h*stride:h*stride+HH,k*stride:k*stride+WW]*dout[n,f,h,k]
    dx = dx_[:,:,pad:pad+H,pad:pad+W]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    H_ = H//stride; W_ = W//stride
    out = np.zeros((N,C,H_,W_))
    for h in range(H_):
        for k in range(W_):
            out[:,:,h,k] = np.max(x[:,:,h*stride:h*stride+HH,k*stride:k*stride+WW], axis=(2,3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for h in range(dout.shape[2]):
                for k in range(dout.shape[3]):
                    part = x[n,c,h*stride:h*stride+HH,k*stride:k*stride+WW]
                    dx[n,c,h*stride:h*stride+HH,k*stride:k*stride+WW] += (part==part.max())*dout[n,c,h,k]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5); momentum = bn_param.get('momentum', 0.9); D = x.shape[1]
    rm = bn_param.get('running_mean', np.zeros(D)); rv = bn_param.get('running_var', np.zeros(D))
    if bn_param['mode']=='train':
        mu = x.mean(0); v = x.var(0)
        bn_param['running_mean'] = momentum*rm + (1-momentum)*mu
        bn_param['running_var'] = momentum*rv + (1-momentum)*v
    else:
        mu = rm; v = rv
    xn = (x-mu)/np.sqrt(v+eps)
    return xn*gamma+beta, (xn, gamma, np.sqrt(v+eps))


def batchnorm_backward(dout, cache):
    xn, gamma, sd = cache; n = len(xn)
    g = (dout*xn).sum(0); h = dout.sum(0)
    return gamma*(dout - h/n - xn*g/n)/sd, g, h


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    a, cache = batchnorm_forward(x.transpose(0,2,3,1).reshape(-1,C), gamma, beta, bn_param)
    return a.reshape(N,H,W,C).transpose(0,3,1,2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    a, dgamma, dbeta = batchnorm_backward(dout.transpose(0,2,3,1).reshape(-1,C), cache)
    return a.reshape(N,H,W,C).transpose(0,3,1,2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    a = x.reshape(N*G,-1).T
    sd = np.sqrt(a.var(0)+gn_param.get('eps',1e-5))
    xn = (a-a.mean(0))/sd
    return xn.T.reshape(N,C,H,W)*gamma+beta, (xn, gamma, sd)


def spatial_groupnorm_backward(dout, cache):
    xn, gamma, sd = cache; n = len(xn); N, C, H, W = dout.shape
    d = (dout*gamma).reshape(-1,n).T
    dx = (d - d.sum(0)/n - xn*(d*xn).sum(0)/n)/sd
    dgamma = (dout*xn.T.reshape(N,C,H,W)).sum(axis=(0,2,3),keepdims=True)
    return dx.T.reshape(N,C,H,W), dgamma, dout.sum(axis=(0,2,3),keepdims=True)
