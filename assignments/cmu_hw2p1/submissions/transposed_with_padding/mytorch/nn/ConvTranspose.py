from resampling import *
from Conv1d import *
from Conv2d import *
import numpy as np


class ConvTranspose1d:
    def __init__(self, in_channels, out_channels, kernel_size, upsampling_factor, weight_init_fn=None, bias_init_fn=None):
        self.upsampling_factor = upsampling_factor
        self.upsample1d = Upsample1d(upsampling_factor)
        self.conv1d_stride1 = Conv1d_stride1(
            in_channels, out_channels, kernel_size, weight_init_fn, bias_init_fn
        )

    def forward(self, A):
        k = self.conv1d_stride1.kernel_size
        A = np.pad(self.upsample1d.forward(A), ((0, 0), (0, 0), (k - 1, k - 1)))
        return self.conv1d_stride1.forward(A)

    def backward(self, dLdZ):
        k = self.conv1d_stride1.kernel_size
        dLdA = self.conv1d_stride1.backward(dLdZ)
        return self.upsample1d.backward(dLdA[:, :, k - 1:dLdA.shape[2] - k + 1])


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
