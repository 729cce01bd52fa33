"""The layers of a convolutional network in plain NumPy.

Images are (N, C, H, W): N images of C channels, H pixels high and W wide. A forward function returns
its output and a cache; its backward function takes the upstream gradient and that cache. What the
cache holds is up to you.
"""

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise every column of x, then scale and shift it.

    In mode "train" the mean and the (biased) variance are those of the N rows, and the running
    averages move towards them: running = momentum * running + (1 - momentum) * batch.
    In mode "test" the running averages take their place and stay as they are.

    Args:
        x: array (N, D).
        gamma: scale, (D,).
        beta: shift, (D,).
        bn_param: dictionary with
            mode: "train" or "test".
            eps: added to the variance; 1e-5 if absent.
            momentum: of the running averages; 0.9 if absent.
            running_mean, running_var: (D,), zeros if absent; their new values are stored here.

    Returns:
        out: array (N, D).
        cache: what batchnorm_backward needs.
    """
    out, cache = None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return out, cache


def batchnorm_backward(dout, cache):
    """Gradients of batchnorm_forward in mode "train".

    Args:
        dout: upstream gradient, (N, D).
        cache: from batchnorm_forward.

    Returns:
        dx: gradient with respect to x, (N, D).
        dgamma: with respect to gamma, (D,).
        dbeta: with respect to beta, (D,).
    """
    dx, dgamma, dbeta = None, None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return dx, dgamma, dbeta


def conv_forward_naive(x, w, b, conv_param):
    """Cross-correlate every image with every filter.

    Each image is padded with `pad` zeros on all four sides; filter f then moves over it in steps of
    `stride`, and out[n, f, i, j] is the sum of the products over one window, plus b[f].

    Args:
        x: images, (N, C, H, W).
        w: filters, (F, C, HH, WW).
        b: biases, (F,).
        conv_param: dictionary with
            stride: pixels between neighbouring windows, in both directions.
            pad: zeros added on every side.

    Returns:
        out: feature maps (N, F, H', W') with
            H' = 1 + (H + 2 * pad - HH) / stride and W' = 1 + (W + 2 * pad - WW) / stride.
        cache: what conv_backward_naive needs.
    """
    out, cache = None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return out, cache


def conv_backward_naive(dout, cache):
    """Gradients of conv_forward_naive.

    Args:
        dout: upstream gradient, (N, F, H', W').
        cache: from conv_forward_naive.

    Returns:
        dx: gradient with respect to x, (N, C, H, W).
        dw: with respect to w, (F, C, HH, WW).
        db: with respect to b, (F,).
    """
    dx, dw, db = None, None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    """Keep the largest value of each window, channel by channel.

    Args:
        x: images, (N, C, H, W).
        pool_param: dictionary with
            pool_height, pool_width: size of the window.
            stride: pixels between neighbouring windows, in both directions. Windows may overlap.

    Returns:
        out: (N, C, H', W') with
            H' = 1 + (H - pool_height) / stride and W' = 1 + (W - pool_width) / stride.
        cache: what max_pool_backward_naive needs.
    """
    out, cache = None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return out, cache


def max_pool_backward_naive(dout, cache):
    """Gradient of max_pool_forward_naive.

    Args:
        dout: upstream gradient, (N, C, H', W').
        cache: from max_pool_forward_naive.

    Returns:
        dx: gradient with respect to x, (N, C, H, W).
    """
    dx = None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of images: every channel has its own mean and variance.

    A channel's statistics are taken over all images and all pixels, so that this is
    batchnorm_forward with N * H * W rows of C columns.

    Args:
        x: images, (N, C, H, W).
        gamma: scale, (C,).
        beta: shift, (C,).
        bn_param: as in batchnorm_forward, with running averages (C,).

    Returns:
        out: array (N, C, H, W).
        cache: what spatial_batchnorm_backward needs.
    """
    out, cache = None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    """Gradients of spatial_batchnorm_forward in mode "train".

    Args:
        dout: upstream gradient, (N, C, H, W).
        cache: from spatial_batchnorm_forward.

    Returns:
        dx: gradient with respect to x, (N, C, H, W).
        dgamma: with respect to gamma, (C,).
        dbeta: with respect to beta, (C,).
    """
    dx, dgamma, dbeta = None, None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Group normalisation: each image by itself, its channels in G groups of C / G.

    A group's mean and (biased) variance are taken over its channels and all their pixels. The same
    happens at training and at test time.

    Args:
        x: images, (N, C, H, W).
        gamma: scale, (1, C, 1, 1).
        beta: shift, (1, C, 1, 1).
        G: number of groups, a divisor of C.
        gn_param: dictionary with
            eps: added to the variance; 1e-5 if absent.

    Returns:
        out: array (N, C, H, W).
        cache: what spatial_groupnorm_backward needs.
    """
    out, cache = None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    """Gradients of spatial_groupnorm_forward.

    Args:
        dout: upstream gradient, (N, C, H, W).
        cache: from spatial_groupnorm_forward.

    Returns:
        dx: gradient with respect to x, (N, C, H, W).
        dgamma: with respect to gamma, (1, C, 1, 1).
        dbeta: with respect to beta, (1, C, 1, 1).
    """
    dx, dgamma, dbeta = None, None, None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return dx, dgamma, dbeta
