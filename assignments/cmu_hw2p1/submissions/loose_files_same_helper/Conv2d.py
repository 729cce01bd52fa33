import numpy as np
from resampling import *


def windows(A, k):
    n, c, h, w = A.shape
    a, b, r, s = A.strides
    return np.lib.stride_tricks.as_strided(A, (n, c, h - k + 1, w - k + 1, k, k), (a, b, r, s, r, s))


class Conv2d_stride1:
    def __init__(self, in_channels, out_channels, kernel_size, weight_init_fn=None, bias_init_fn=None):
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        if weight_init_fn is None:
            self.W = np.random.normal(0, 1.0, (out_channels, in_channels, kernel_size, kernel_size))
        else:
            self.W = weight_init_fn(out_channels, in_channels, kernel_size, kernel_size)
        self.b = np.zeros(out_channels) if bias_init_fn is None else bias_init_fn(out_channels)
        self.dLdW = np.zeros(self.W.shape)
        self.dLdb = np.zeros(self.b.shape)

    def forward(self, A):
        self.A = A
        self.columns = windows(A, self.kernel_size)
        rows, columns = self.columns.shape[2:4]
        flat = self.columns.transpose(0, 2, 3, 1, 4, 5).reshape(len(A), rows * columns, -1)
        Z = flat @ self.W.reshape(self.out_channels, -1).T + self.b
        return Z.reshape(len(A), rows, columns, -1).transpose(0, 3, 1, 2)

    def backward(self, dLdZ):
        self.dLdW = np.tensordot(dLdZ, self.columns, axes=([0, 2, 3], [0, 2, 3]))
        self.dLdb = dLdZ.sum(axis=0).sum(axis=(1, 2))
        back = np.tensordot(dLdZ, self.W, axes=([1], [0])).transpose(0, 3, 1, 2, 4, 5)
        dLdA = np.zeros(self.A.shape)
        for u in range(self.kernel_size):
            for v in range(self.kernel_size):
                dLdA[:, :, u:u + back.shape[2], v:v + back.shape[3]] += back[..., u, v]
        return dLdA


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding=0, weight_init_fn=None, bias_init_fn=None):
        self.stride = stride
        self.pad = padding
        self.conv2d_stride1 = Conv2d_stride1(
            in_channels, out_channels, kernel_size, weight_init_fn, bias_init_fn
        )
        self.downsample2d = Downsample2d(stride)

    def forward(self, A):
        A = np.pad(A, ((0, 0), (0, 0), (self.pad, self.pad), (self.pad, self.pad)))
        return self.downsample2d.forward(self.conv2d_stride1.forward(A))

    def backward(self, dLdZ):
        dLdA = self.conv2d_stride1.backward(self.downsample2d.backward(dLdZ))
        height, width = dLdA.shape[2:]
        return dLdA[:, :, self.pad : height - self.pad, self.pad : width - self.pad]
