from mytorch.flatten import *
from mytorch.nn.Conv1d import *
from mytorch.nn.linear import *


class CNN:
    def __init__(self):
        self.layers = [Conv1d(1, 1, 3, 1), Flatten()]

    def forward(self, A):
        for layer in self.layers:
            A = layer.forward(A)
        return A
