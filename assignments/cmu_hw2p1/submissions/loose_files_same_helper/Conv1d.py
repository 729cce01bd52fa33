import numpy as np
from resampling import *


def windows(A, k):
    n, c, w = A.shape
    a, b, s = A.strides
    return np.lib.stride_tricks.as_strided(A, (n, c, w - k + 1, k), (a, b, s, s))


class Conv1d_stride1:
    def __init__(self, in_channels, out_channels, kernel_size, weight_init_fn=None, bias_init_fn=None):
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        if weight_init_fn is None:
            self.W = np.random.normal(0, 1.0, (out_channels, in_channels, kernel_size))
        else:
            self.W = weight_init_fn(out_channels, in_channels, kernel_size)
        self.b = np.zeros(out_channels) if bias_init_fn is None else bias_init_fn(out_channels)
        self.dLdW = np.zeros(self.W.shape)
        self.dLdb = np.zeros(self.b.shape)

    def forward(self, A):
        self.A = A
        self.columns = windows(A, self.kernel_size)
        return np.tensordot(self.columns, self.W, axes=([1, 3], [1, 2])).transpose(0, 2, 1) + self.b[:, np.newaxis]

    def backward(self, dLdZ):
        self.dLdW = np.tensordot(dLdZ, self.columns, axes=([0, 2], [0, 2]))
        self.dLdb = dLdZ.sum(axis=2).sum(axis=0)
        dLdA = np.zeros(self.A.shape)
        for u in range(self.kernel_size):
            dLdA[:, :, u:u + dLdZ.shape[2]] += np.einsum("nfi,fc->nci", dLdZ, self.W[:, :, u])
        return dLdA


class Conv1d:
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding=0, weight_init_fn=None, bias_init_fn=None):
        self.stride = stride
        self.pad = padding
        self.conv1d_stride1 = Conv1d_stride1(
            in_channels, out_channels, kernel_size, weight_init_fn, bias_init_fn
        )
        self.downsample1d = Downsample1d(stride)

    def forward(self, A):
        A = np.pad(A, ((0, 0), (0, 0), (self.pad, self.pad)))
        return self.downsample1d.forward(self.conv1d_stride1.forward(A))

    def backward(self, dLdZ):
        dLdA = self.conv1d_stride1.backward(self.downsample1d.backward(dLdZ))
        return dLdA[:, :, self.pad : dLdA.shape[2] - self.pad]
