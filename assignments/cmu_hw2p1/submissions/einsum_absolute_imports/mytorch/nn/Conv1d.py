import numpy as np
from mytorch.nn.resampling import *


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
        self.windows = np.lib.stride_tricks.sliding_window_view(A, self.kernel_size, axis=2)
        return np.einsum("nciu,fcu->nfi", self.windows, self.W) + self.b[None, :, None]

    def backward(self, dLdZ):
        k = self.kernel_size
        self.dLdW = np.einsum("nfi,nciu->fcu", dLdZ, self.windows)
        self.dLdb = np.einsum("nfi->f", dLdZ)
        padded = np.pad(dLdZ, ((0, 0), (0, 0), (k - 1, k - 1)))
        around = np.lib.stride_tricks.sliding_window_view(padded, k, axis=2)
        return np.einsum("nfiu,fcu->nci", around, self.W[:, :, ::-1])


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
