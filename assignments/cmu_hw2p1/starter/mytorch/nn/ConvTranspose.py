from resampling import *
from Conv1d import *
from Conv2d import *


class ConvTranspose1d:
    """Upsampling, then the convolution with stride 1. The gradients of its weights stay on that."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        upsampling_factor,
        weight_init_fn=None,
        bias_init_fn=None,
    ):
        self.upsampling_factor = upsampling_factor
        self.upsample1d = None  # TODO
        self.conv1d_stride1 = None  # TODO

    def forward(self, A):
        """Take A, (batch, channels, width), and return Z, the result."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        return NotImplemented


class ConvTranspose2d:
    """Upsampling, then the convolution with stride 1. The gradients of its weights stay on that."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        upsampling_factor,
        weight_init_fn=None,
        bias_init_fn=None,
    ):
        self.upsampling_factor = upsampling_factor
        self.upsample2d = None  # TODO
        self.conv2d_stride1 = None  # TODO

    def forward(self, A):
        """Take A, (batch, channels, height, width), and return Z, the result."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        return NotImplemented
