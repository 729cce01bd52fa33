import numpy as np


class MSELoss:
    def forward(self, A, Y):
        self.A, self.Y = A, Y
        return np.mean((A - Y) ** 2)
