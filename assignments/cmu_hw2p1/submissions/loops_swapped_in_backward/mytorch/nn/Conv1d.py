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
        batch, _, width = A.shape
        out = width - self.kernel_size + 1
        Z = np.zeros((batch, self.out_channels, out))
        for n in range(batch):
            for f in range(self.out_channels):
                for i in range(out):
                    total = 0.0
                    for c in range(self.in_channels):
                        for u in range(self.kernel_size):
                            total += A[n, c, i + u] * self.W[f, c, u]
                    Z[n, f, i] = total + self.b[f]
        return Z

    def backward(self, dLdZ):
        batch, _, out = dLdZ.shape
        dLdA = np.zeros(self.A.shape)
        self.dLdW = np.zeros(self.W.shape)
        self.dLdb = np.zeros(self.b.shape)
        for n in range(batch):
            for f in range(self.out_channels):
                for i in range(out):
                    self.dLdb[f] += dLdZ[n, f, i]
                    for c in range(self.in_channels):
                        for u in range(self.kernel_size):
                            self.dLdW[f, c, u] += dLdZ[n, f, i] * self.A[n, c, i + u]
                            dLdA[n, c, i + u] += dLdZ[n, f, i] * self.W[f, c, u]
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
