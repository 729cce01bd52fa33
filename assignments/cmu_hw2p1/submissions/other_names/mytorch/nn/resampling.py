import numpy as np


class Upsample1d:
    def __init__(self, upsample_factor):
        self.upsample_factor = upsample_factor

    def forward(self, A):
        k = self.upsample_factor
        batch, channels, width = A.shape
        Z = np.zeros((batch, channels, k * (width - 1) + 1))
        Z[:, :, ::k] = A
        return Z

    def backward(self, dLdZ):
        return dLdZ[:, :, :: self.upsample_factor]


class Downsample1d:
    def __init__(self, factor):
        self.factor = factor

    def forward(self, A):
        self.input_shape = A.shape
        return A[:, :, :: self.factor]

    def backward(self, dLdZ):
        dLdA = np.zeros(self.input_shape)
        dLdA[:, :, :: self.factor] = dLdZ
        return dLdA


class Upsample2d:
    def __init__(self, upsample_factor):
        self.upsample_factor = upsample_factor

    def forward(self, A):
        k = self.upsample_factor
        batch, channels, height, width = A.shape
        Z = np.zeros((batch, channels, k * (height - 1) + 1, k * (width - 1) + 1))
        Z[:, :, ::k, ::k] = A
        return Z

    def backward(self, dLdZ):
        k = self.upsample_factor
        return dLdZ[:, :, ::k, ::k]


class Downsample2d:
    def __init__(self, factor):
        self.factor = factor

    def forward(self, A):
        k = self.factor
        self.input_shape = A.shape
        return A[:, :, ::k, ::k]

    def backward(self, dLdZ):
        k = self.factor
        dLdA = np.zeros(self.input_shape)
        dLdA[:, :, ::k, ::k] = dLdZ
        return dLdA
