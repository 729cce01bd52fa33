import numpy as np
from resampling import *


class MaxPool2d_stride1:
    """The maximum of every kernel x kernel window; windows are one pixel apart."""

    def __init__(self, kernel):
        self.kernel = kernel

    def forward(self, A):
        """Take A, (batch, channels, height, width), and return Z, each side side - kernel + 1."""
        # TODO
        raise NotImplementedError

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        raise NotImplementedError


class MeanPool2d_stride1:
    """The mean of every kernel x kernel window; windows are one pixel apart."""

    def __init__(self, kernel):
        self.kernel = kernel

    def forward(self, A):
        """Take A, (batch, channels, height, width), and return Z, each side side - kernel + 1."""
        # TODO
        raise NotImplementedError

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        raise NotImplementedError


class MaxPool2d:
    """The pool of stride 1, then downsampling."""

    def __init__(self, kernel, stride):
        self.kernel = kernel
        self.stride = stride
        self.maxpool2d_stride1 = None  # TODO
        self.downsample2d = None  # TODO

    def forward(self, A):
        """Take A, (batch, channels, height, width), and return Z, the result."""
        # TODO
        raise NotImplementedError

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        raise NotImplementedError


class MeanPool2d:
    """The pool of stride 1, then downsampling."""

    def __init__(self, kernel, stride):
        self.kernel = kernel
        self.stride = stride
        self.meanpool2d_stride1 = None  # TODO
        self.downsample2d = None  # TODO

    def forward(self, A):
        """Take A, (batch, channels, height, width), and return Z, the result."""
        # TODO
        raise NotImplementedError

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        raise NotImplementedError
