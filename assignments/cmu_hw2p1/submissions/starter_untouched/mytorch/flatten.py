class Flatten:
    """All but the batch in one axis."""

    def forward(self, A):
        """Take A, (batch, channels, width), and return Z, (batch, channels * width)."""
        # TODO
        return NotImplemented

    def backward(self, dLdZ):
        """Take dLdZ, the gradient of Z, and return dLdA, the gradient of A."""
        # TODO
        return NotImplemented
