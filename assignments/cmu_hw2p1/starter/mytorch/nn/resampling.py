# Upsampling puts zeros between neighbours; downsampling keeps every k-th.

import numpy as np


class Upsample1d:
    """k - 1 zeros between neighbours, and none at the ends."""

    def __init__(self, upsampling_factor):
        self.upsampling_factor = upsampling_factor

    def forward(self, A):
        """Take A, (batch, channels, width), and return Z, each side k (side - 1) + 1."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        return NotImplemented


class Downsample1d:
    """The first of every k. Several sizes of A give one size of Z: remember it."""

    def __init__(self, downsampling_factor):
        self.downsampling_factor = downsampling_factor

    def forward(self, A):
        """Take A, (batch, channels, width), and return Z, every k-th of each side."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        return NotImplemented


class Upsample2d:
    """k - 1 zeros between neighbours, and none at the ends."""

    def __init__(self, upsampling_factor):
        self.upsampling_factor = upsampling_factor

    def forward(self, A):
        """Take A, (batch, channels, height, width), and return Z, each side k (side - 1) + 1."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        return NotImplemented


class Downsample2d:
    """The first of every k. Several sizes of A give one size of Z: remember it."""

    def __init__(self, downsampling_factor):
        self.downsampling_factor = downsampling_factor

    def forward(self, A):
        """Take A, (batch, channels, height, width), and return Z, every k-th of each side."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        return NotImplemented
