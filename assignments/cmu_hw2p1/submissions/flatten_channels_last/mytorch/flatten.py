class Flatten:
    def forward(self, A):
        self.shape = A.shape
        return A.transpose(0, 2, 1).reshape(A.shape[0], -1)

    def backward(self, dLdZ):
        return dLdZ.reshape(self.shape)
