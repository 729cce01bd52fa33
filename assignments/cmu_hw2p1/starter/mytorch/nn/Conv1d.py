import numpy as np
from resampling import *


class Conv1d_stride1:
    """Cross-correlation with stride 1 and a bias; the kernel is not turned."""

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
        """Take A, (batch, channels, width), and return Z, each side side - kernel_size + 1."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A;
        set self.dLdW and self.dLdb."""
        # TODO
        return NotImplemented


class Conv1d:
    """Zeros around A, then the convolution with stride 1, then downsampling."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding=0,
        weight_init_fn=None,
        bias_init_fn=None,
    ):
        self.stride = stride
        self.pad = padding
        self.conv1d_stride1 = None  # TODO
        self.downsample1d = None  # TODO

    def forward(self, A):
        """Take A, (batch, channels, width), and return Z, the result."""
        # TODO
        Z = self.conv1d_stride1.forward(A)
        return self.downsample1d.forward(Z)

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        dLdA = self.downsample1d.backward(dLdZ)
        return self.conv1d_stride1.backward(dLdA)
