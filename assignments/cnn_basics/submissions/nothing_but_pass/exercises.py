import numpy as np


def filter_image(x, w):
    pass


def zero_pad(x, p):
    pass


def strided_filter(x, w, s=1):
    pass


def output_size(w, f, s=1, p=0):
    pass


def fc_params(n_in, n_out, bias=True):
    pass


def local_params(f, c_in, c_out, h_out, w_out, bias=True):
    pass


def conv_params(f, c_in, c_out, bias=True):
    pass


def conv_layer_shape(shape, k, f, s=1, p=0):
    pass


def conv_forward(x, w, b, s=1, p=0):
    pass


def conv_backward(dout, x, w, b, s=1, p=0):
    pass


def max_pool_forward(x, f, s):
    pass


def max_pool_backward(dout, x, f, s):
    pass


def avg_pool_forward(x, f, s):
    pass


def avg_pool_backward(dout, x, f, s):
    pass


def conv_multiply_adds(f, c_in, c_out, h_out, w_out):
    pass


def pool_to_conv(shape, f, s):
    pass


def receptive_field(layers):
    pass


def fast_conv_forward(x, w, b, s=1, p=0):
    pass
