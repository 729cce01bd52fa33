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
    def __init__(self, in_channels, out_channels, kernel_size, stride, weight_init_fn=None, bias_init_fn=None):
        self.stride = stride
        self.conv1d_stride1 = Conv1d_stride1(
            in_channels, out_channels, kernel_size, weight_init_fn, bias_init_fn
        )
        self.downsample1d = Downsample1d(stride)

    def forward(self, A):
        return self.downsample1d.forward(self.conv1d_stride1.forward(A))

    def backward(self, dLdZ):
        return self.conv1d_stride1.backward(self.downsample1d.backward(dLdZ))


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
        for i in range(rows):
            for j in range(columns):
                window = A[:, :, i : i + k, j : j + k]
                Z[:, :, i, j] = np.tensordot(window, self.W, axes=([1, 2, 3], [1, 2, 3]))
        return Z + self.b[:, None, None]

    def backward(self, dLdZ):
        k = self.kernel_size
        dLdA = np.zeros(self.A.shape)
        self.dLdW = np.zeros(self.W.shape)
        for i in range(dLdZ.shape[2]):
            for j in range(dLdZ.shape[3]):
                here = dLdZ[:, :, i, j]
                window = self.A[:, :, i : i + k, j : j + k]
                self.dLdW += np.tensordot(here, window, axes=([0], [0]))
                dLdA[:, :, i : i + k, j : j + k] += np.tensordot(here, self.W, axes=([1], [0]))
        self.dLdb = dLdZ.sum(axis=(0, 2, 3))
        return dLdA


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride, weight_init_fn=None, bias_init_fn=None):
        self.stride = stride
        self.conv2d_stride1 = Conv2d_stride1(
            in_channels, out_channels, kernel_size, weight_init_fn, bias_init_fn
        )
        self.downsample2d = Downsample2d(stride)

    def forward(self, A):
        return self.downsample2d.forward(self.conv2d_stride1.forward(A))

    def backward(self, dLdZ):
        return self.conv2d_stride1.backward(self.downsample2d.backward(dLdZ))


class ConvTranspose1d:
    def __init__(self, in_channels, out_channels, kernel_size, upsampling_factor, weight_init_fn=None, bias_init_fn=None):
        self.upsampling_factor = upsampling_factor
        self.upsample1d = Upsample1d(upsampling_factor)
        self.conv1d_stride1 = Conv1d_stride1(
            in_channels, out_channels, kernel_size, weight_init_fn, bias_init_fn
        )

    def forward(self, A):
        return self.conv1d_stride1.forward(self.upsample1d.forward(A))

    def backward(self, dLdZ):
        return self.upsample1d.backward(self.conv1d_stride1.backward(dLdZ))


class ConvTranspose2d:
    def __init__(self, in_channels, out_channels, kernel_size, upsampling_factor, weight_init_fn=None, bias_init_fn=None):
        self.upsampling_factor = upsampling_factor
        self.upsample2d = Upsample2d(upsampling_factor)
        self.conv2d_stride1 = Conv2d_stride1(
            in_channels, out_channels, kernel_size, weight_init_fn, bias_init_fn
        )

    def forward(self, A):
        return self.conv2d_stride1.forward(self.upsample2d.forward(A))

    def backward(self, dLdZ):
        return self.upsample2d.backward(self.conv2d_stride1.backward(dLdZ))


class Flatten:
    def forward(self, A):
        self.shape = A.shape
        return A.reshape(A.shape[0], -1)

    def backward(self, dLdZ):
        return dLdZ.reshape(self.shape)
