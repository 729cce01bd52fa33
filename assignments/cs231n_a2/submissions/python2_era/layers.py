# -*- coding: utf-8 -*-
from __future__ import division, print_function
from builtins import range, object
from past.builtins import xrange
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
	"""tabs, as my editor does it"""
	out = None
	N, C, H, W = x.shape
	F, C, HH, WW = w.shape
	stride = conv_param.get('stride', 1)
	pad = conv_param.get('pad', 0)
	Ho = int(1 + (H + 2 * pad - HH) / stride)
	Wo = int(1 + (W + 2 * pad - WW) / stride)
	xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant', constant_values=0)
	out = np.zeros((N, F, Ho, Wo))
	for f in xrange(F):
		for i in xrange(Ho):
			for j in xrange(Wo):
				si, sj = i * stride, j * stride
				for n in xrange(N):
					out[n, f, i, j] = (xpad[n, :, si:si + HH, sj:sj + WW] * w[f]).sum() + b[f]
	cache = (x, w, b, conv_param)
	return out, cache


def conv_backward_naive(dout, cache):
	x, w, b, conv_param = cache
	stride = conv_param.get('stride', 1)
	pad = conv_param.get('pad', 0)
	N, C, H, W = x.shape
	F, C, HH, WW = w.shape
	xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant', constant_values=0)
	dxpad = np.zeros(xpad.shape)
	dw = np.zeros(w.shape)
	db = np.zeros(b.shape)
	for f in xrange(F):
		db[f] = np.sum(dout[:, f, :, :])
		for i in xrange(dout.shape[2]):
			for j in xrange(dout.shape[3]):
				si, sj = i * stride, j * stride
				for n in xrange(N):
					dxpad[n, :, si:si + HH, sj:sj + WW] += w[f] * dout[n, f, i, j]
					dw[f] += xpad[n, :, si:si + HH, sj:sj + WW] * dout[n, f, i, j]
	if pad > 0:
		dx = dxpad[:, :, pad:-pad, pad:-pad]
	else:
		dx = dxpad
	return dx, dw, db


def max_pool_forward_naive(x, pool_param):
	N, C, H, W = x.shape
	HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
	Ho = int((H - HH) / stride + 1)
	Wo = int((W - WW) / stride + 1)
	out = np.zeros((N, C, Ho, Wo))
	for n in xrange(N):
		for c in xrange(C):
			for i in xrange(Ho):
				for j in xrange(Wo):
					out[n, c, i, j] = np.max(x[n, c, i * stride:i * stride + HH, j * stride:j * stride + WW])
	return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
	x, pool_param = cache
	HH, WW, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
	N, C, Ho, Wo = dout.shape
	dx = np.zeros_like(x)
	for n in xrange(N):
		for c in xrange(C):
			for i in xrange(Ho):
				for j in xrange(Wo):
					patch = x[n, c, i * stride:i * stride + HH, j * stride:j * stride + WW]
					a, e = np.unravel_index(np.argmax(patch), (HH, WW))
					dx[n, c, i * stride + a, j * stride + e] += dout[n, c, i, j]
	return dx


def batchnorm_forward(x, gamma, beta, bn_param):
	mode = bn_param['mode']
	eps = bn_param.get('eps', 1e-5)
	momentum = bn_param.get('momentum', 0.9)
	N, D = x.shape
	running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
	running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
	out, cache = None, None
	if mode == 'train':
		mu = 1 / N * np.sum(x, axis=0)
		xmu = x - mu
		sq = xmu ** 2
		var = 1 / N * np.sum(sq, axis=0)
		sqrtvar = np.sqrt(var + eps)
		ivar = 1. / sqrtvar
		xhat = xmu * ivar
		out = gamma * xhat + beta
		cache = (xhat, gamma, xmu, ivar, sqrtvar, var, eps)
		running_mean = momentum * running_mean + (1 - momentum) * mu
		running_var = momentum * running_var + (1 - momentum) * var
	elif mode == 'test':
		out = gamma * ((x - running_mean) / np.sqrt(running_var + eps)) + beta
	else:
		raise ValueError('Invalid mode "%s"' % mode)
	bn_param['running_mean'] = running_mean
	bn_param['running_var'] = running_var
	return out, cache


def batchnorm_backward(dout, cache):
	xhat, gamma, xmu, ivar, sqrtvar, var, eps = cache
	N, D = dout.shape
	dbeta = np.sum(dout, axis=0)
	dgamma = np.sum(dout * xhat, axis=0)
	dxhat = dout * gamma
	divar = np.sum(dxhat * xmu, axis=0)
	dxmu1 = dxhat * ivar
	dsqrtvar = -1. / (sqrtvar ** 2) * divar
	dvar = 0.5 * 1. / np.sqrt(var + eps) * dsqrtvar
	dsq = 1. / N * np.ones((N, D)) * dvar
	dxmu2 = 2 * xmu * dsq
	dx1 = dxmu1 + dxmu2
	dmu = -1 * np.sum(dx1, axis=0)
	dx2 = 1. / N * np.ones((N, D)) * dmu
	return dx1 + dx2, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
	N, C, H, W = x.shape
	tmp, cache = batchnorm_forward(x.transpose(0, 3, 2, 1).reshape((N * H * W, C)), gamma, beta, bn_param)
	return tmp.reshape(N, W, H, C).transpose(0, 3, 2, 1), cache


def spatial_batchnorm_backward(dout, cache):
	N, C, H, W = dout.shape
	tmp, dgamma, dbeta = batchnorm_backward(dout.transpose(0, 3, 2, 1).reshape((N * H * W, C)), cache)
	return tmp.reshape(N, W, H, C).transpose(0, 3, 2, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
	eps = gn_param.get('eps', 1e-5)
	N, C, H, W = x.shape
	size = (N * G, C // G * H * W)
	x = x.reshape(size).T
	mu = x.mean(axis=0)
	var = x.var(axis=0) + eps
	std = np.sqrt(var)
	z = (x - mu) / std
	z = z.T.reshape(N, C, H, W)
	out = gamma * z + beta
	return out, {'std': std, 'gamma': gamma, 'z': z, 'size': size}


def spatial_groupnorm_backward(dout, cache):
	N, C, H, W = dout.shape
	size = cache['size']
	dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
	dgamma = np.sum(dout * cache['z'], axis=(0, 2, 3), keepdims=True)
	z = cache['z'].reshape(size).T
	M = z.shape[0]
	dfdz = (dout * cache['gamma']).reshape(size).T
	dfdz_sum = np.sum(dfdz, axis=0)
	dx = dfdz - dfdz_sum / M - np.sum(dfdz * z, axis=0) * z / M
	dx /= cache['std']
	return dx.T.reshape(N, C, H, W), dgamma, dbeta
