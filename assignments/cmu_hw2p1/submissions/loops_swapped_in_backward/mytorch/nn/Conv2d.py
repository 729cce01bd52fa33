import numpy as np
from resampling import *


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
        k = self.kernel_size
        rows, columns = A.shape[2] - k + 1, A.shape[3] - k + 1
        Z = np.zeros((A.shape[0], self.out_channels, rows, columns))
        for n in range(A.shape[0]):
            for f in range(self.out_channels):
                for i in range(rows):
                    for j in range(columns):
                        Z[n, f, i, j] = np.sum(A[n, :, i:i + k, j:j + k] * self.W[f]) + self.b[f]
        return Z

    def backward(self, dLdZ):
        k = self.kernel_size
        batch, filters, columns, rows = dLdZ.shape
        dLdA = np.zeros_like(self.A)
        self.dLdW = np.zeros_like(self.W)
        self.dLdb = np.zeros_like(self.b)
        for n in range(batch):
            for f in range(filters):
                for i in range(rows):
                    for j in range(columns):
                        self.dLdW[f] += self.A[n, :, i:i + k, j:j + k] * dLdZ[n, f, i, j]
                        dLdA[n, :, i:i + k, j:j + k] += self.W[f] * dLdZ[n, f, i, j]
                        self.dLdb[f] += dLdZ[n, f, i, j]
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
