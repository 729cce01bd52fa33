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
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))

    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    elif mode == "test":
        mean, var = running_mean, running_var
    else:
        raise ValueError(f'bn_param["mode"] is {mode!r}, but should be "train" or "test"')
    std = np.sqrt(var + eps)
    normalised = (x - mean) / std
    out = gamma * normalised + beta
    cache = (normalised, std, gamma)
    bn_param["running_mean"], bn_param["running_var"] = running_mean, running_var
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
    normalised, std, gamma = cache
    dgamma = (dout * normalised).sum(axis=0)
    dbeta = dout.sum(axis=0)
    # The mean and the variance depend on every row: what dout does along them is taken out again.
    dx = gamma / std * (dout - dbeta / len(dout) - normalised * dgamma / len(dout))
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
    stride, pad = conv_param["stride"], conv_param["pad"]
    n, _, height, width = x.shape
    filters, _, kernel_height, kernel_width = w.shape
    out_height = 1 + (height + 2 * pad - kernel_height) // stride
    out_width = 1 + (width + 2 * pad - kernel_width) // stride

    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((n, filters, out_height, out_width), dtype=x.dtype)
    for i in range(out_height):
        for j in range(out_width):
            top, left = i * stride, j * stride
            window = padded[:, :, top : top + kernel_height, left : left + kernel_width]
            out[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3])) + b
    cache = (x, w, b, conv_param)
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
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    _, _, height, width = x.shape
    _, _, kernel_height, kernel_width = w.shape
    _, _, out_height, out_width = dout.shape

    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded = np.zeros_like(padded)
    dw = np.zeros_like(w)
    for i in range(out_height):
        for j in range(out_width):
            top, left = i * stride, j * stride
            window = np.s_[:, :, top : top + kernel_height, left : left + kernel_width]
            # A pixel is seen by several windows, so that its gradients add up.
            dpadded[window] += np.tensordot(dout[:, :, i, j], w, axes=1)
            dw += np.tensordot(dout[:, :, i, j].T, padded[window], axes=1)
    # Cropping by the size and not with [pad:-pad], which is empty when pad is 0.
    dx = dpadded[:, :, pad : pad + height, pad : pad + width]
    db = dout.sum(axis=(0, 2, 3)).astype(b.dtype)
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
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    n, c, height, width = x.shape
    out_height = 1 + (height - pool_height) // stride
    out_width = 1 + (width - pool_width) // stride

    out = np.zeros((n, c, out_height, out_width), dtype=x.dtype)
    for i in range(out_height):
        for j in range(out_width):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + pool_height, left : left + pool_width]
            out[:, :, i, j] = window.max(axis=(2, 3))
    cache = (x, pool_param)
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
    x, pool_param = cache
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    _, _, out_height, out_width = dout.shape

    dx = np.zeros_like(x)
    for i in range(out_height):
        for j in range(out_width):
            top, left = i * stride, j * stride
            where = np.s_[:, :, top : top + pool_height, left : left + pool_width]
            is_largest = x[where] == x[where].max(axis=(2, 3), keepdims=True)
            # One pixel may be the largest of several overlapping windows: add, do not assign.
            dx[where] += is_largest * dout[:, :, i : i + 1, j : j + 1]
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
    n, c, height, width = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, c)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    out = out.reshape(n, height, width, c).transpose(0, 3, 1, 2)
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
    n, c, height, width = dout.shape
    rows = dout.transpose(0, 2, 3, 1).reshape(-1, c)
    dx, dgamma, dbeta = batchnorm_backward(rows, cache)
    dx = dx.reshape(n, height, width, c).transpose(0, 3, 1, 2)
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
    eps = gn_param.get("eps", 1e-5)
    n, c, height, width = x.shape
    groups = x.reshape(n, G, c // G, height, width)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(groups.var(axis=(2, 3, 4), keepdims=True) + eps)
    normalised = ((groups - mean) / std).reshape(x.shape)
    out = gamma * normalised + beta
    cache = (normalised, std, gamma)
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
    normalised, std, gamma = cache
    n, c, height, width = dout.shape
    groups = std.shape[1]
    grouped = (n, groups, c // groups, height, width)
    dgamma = (dout * normalised).sum(axis=(0, 2, 3), keepdims=True)
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dnormalised = (dout * gamma).reshape(grouped)
    normalised = normalised.reshape(grouped)
    # As in batch normalisation, with each group of each image in the role of a column.
    along_mean = dnormalised.mean(axis=(2, 3, 4), keepdims=True)
    along_var = (dnormalised * normalised).mean(axis=(2, 3, 4), keepdims=True)
    dx = ((dnormalised - along_mean - normalised * along_var) / std).reshape(dout.shape)
    # *****END OF YOUR CODE*****
    return dx, dgamma, dbeta
