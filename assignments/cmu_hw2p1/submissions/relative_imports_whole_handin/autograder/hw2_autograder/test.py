import torch
import torch.nn as nn
from mytorch.nn.Conv1d import Conv1d_stride1


class Test(object):
    def run(self):
        layer = Conv1d_stride1(3, 4, 5)
        torch_layer = nn.Conv1d(3, 4, 5)
        assert layer is not torch_layer
