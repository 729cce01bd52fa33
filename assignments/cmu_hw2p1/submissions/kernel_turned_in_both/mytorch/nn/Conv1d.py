import numpy as np
from resampling import *


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
        out_size = A.shape[2] - self.kernel_size + 1
        Z = np.zeros((A.shape[0], self.out_channels, out_size))
        for i in range(out_size):
            window = A[:, :, i : i + self.kernel_size]
            Z[:, :, i] = np.tensordot(window, self.W, axes=([1, 2], [1, 2]))
        return Z + self.b[:, None]

    def backward(self, dLdZ):
        out_size = dLdZ.shape[2]
        dLdA = np.zeros(self.A.shape)
        self.dLdW = np.zeros(self.W.shape)
        for i in range(out_size):
            window = self.A[:, :, i : i + self.kernel_size]
            self.dLdW += np.tensordot(dLdZ[:, :, i], window, axes=([0], [0]))
            dLdA[:, :, i : i + self.kernel_size] += np.tensordot(dLdZ[:, :, i], self.W, axes=([1], [0]))
        self.dLdb = dLdZ.sum(axis=(0, 2))
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
