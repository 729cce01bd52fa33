"""Convolutional networks from scratch.

You build the layers of a convolutional network in plain NumPy: nothing but Python and NumPy.

- Images are (N, C, H, W): N images of C channels, H pixels high and W wide. They need not be square.
- Filters and windows are square, F by F.
- Never change an array that you are given; make a new one.
- `python exercises.py` runs the self-checks at the end of this file; `grade check exercises.py` tries each
  function on many more inputs.
"""

import numpy as np

# --- 1. A filter and where it fits ----------------------------------------------------------------
#
# A filter multiplies each pixel of a window with the weight that lies on it, and adds the products up:
#
#     out[i, j] = sum over u, v of x[i + u, j + v] * w[u, v]
#
# It is not flipped. The window stays inside the image: along W pixels it has W - F + 1 positions.


def filter_image(x, w):
    """Slide one filter over one image of one channel.

    Args:
        x: image, float array (H, W).
        w: filter, float array (F, F), not larger than the image.

    Returns:
        The filter's responses, float array (H - F + 1, W - F + 1).
    """
    f = w.shape[0]
    rows, columns = x.shape[0] - f + 1, x.shape[1] - f + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i : i + f, j : j + f] * w)
    return out


# --- 2. Padding -----------------------------------------------------------------------------------
#
# A border of P zeros on each side makes H x W pixels (H + 2P) x (W + 2P). From here on there are whole
# batches of images with channels, (N, C, H, W): only rows and columns are padded.


def zero_pad(x, p):
    """Pad images with zeros.

    Args:
        x: images, float array (N, C, H, W).
        p: pixels added on each of the four sides, 0 or more.

    Returns:
        A new float array (N, C, H + 2p, W + 2p).
    """
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


# --- 3. Stride ------------------------------------------------------------------------------------
#
# With a stride of S the window moves by S pixels, down and to the right; under it pixels lie side by side:
#
#     out[i, j] = sum over u, v of x[i * S + u, j * S + v] * w[u, v]
#
# Pixels at the end that are too few for another step are left over.


def strided_filter(x, w, s=1):
    """Slide one filter over one image, s pixels at a time.

    Args:
        x: image, float array (H, W).
        w: filter, float array (F, F), not larger than the image.
        s: step of the window on both axes, in pixels, 1 or more.

    Returns:
        The filter's responses, float array ((H - F) // s + 1, (W - F) // s + 1).
    """
    f = w.shape[0]
    rows, columns = (x.shape[0] - f) // s + 1, (x.shape[1] - f) // s + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * s : i * s + f, j * s : j * s + f] * w)
    return out


# --- 4. The size of the output --------------------------------------------------------------------
#
# Along an axis of W pixels a filter of F pixels has, with stride S and padding P,
#
#     floor((W - F + 2P) / S) + 1
#
# positions. If it is larger than the padded image, F > W + 2P, there is none: then raise an error.


def output_size(w, f, s=1, p=0):
    """Count the positions of a window along one axis.

    Args:
        w: size of the image along the axis, in pixels.
        f: size of the filter.
        s: stride, 1 or more.
        p: padding on each of the two sides, 0 or more.

    Returns:
        The size of the output, an int.

    Raises:
        ValueError: the filter does not fit in the padded image.
    """
    if f > w + 2 * p:
        raise ValueError(f"a filter of {f} does not fit in {w} + 2 * {p} pixels")
    return (w - f + 2 * p) // s + 1


# --- 5. Local connectivity and parameter sharing --------------------------------------------------
#
# Parameters, with biases (without them the + 1 is missing):
#
#     fully connected      n_out * (n_in + 1)                            each output sees everything
#     locally connected    H_out * W_out * C_out * (F * F * C_in + 1)    each sees a window, nothing is shared
#     convolution          C_out * (F * F * C_in + 1)                    all positions share their filters
#
# Four hyperparameters give a convolution's spatial arrangement: K filters of F by F pixels, stride S and
# padding P. From (C, H, W) they make K maps, with height and width by the formula of section 4.


def fc_params(n_in, n_out, bias=True):
    """Count the parameters of a fully connected layer.

    Args:
        n_in: how many numbers go in.
        n_out: how many come out.
        bias: whether each output has a bias.

    Returns:
        The number of parameters, an int.
    """
    return n_out * (n_in + bool(bias))


def local_params(f, c_in, c_out, h_out, w_out, bias=True):
    """Count the parameters of a locally connected layer.

    Args:
        f: size of the filters, f by f pixels.
        c_in: channels of the input.
        c_out: channels of the output.
        h_out: height of the output.
        w_out: width of the output.
        bias: whether each output value has a bias.

    Returns:
        The number of parameters, an int.
    """
    return h_out * w_out * c_out * (f * f * c_in + bool(bias))


def conv_params(f, c_in, c_out, bias=True):
    """Count the parameters of a convolution.

    Args:
        f: size of the filters, f by f pixels.
        c_in: channels of the input.
        c_out: how many filters there are, which is channels of the output.
        bias: whether each filter has a bias.

    Returns:
        The number of parameters, an int.
    """
    return c_out * (f * f * c_in + bool(bias))


def conv_layer_shape(shape, k, f, s=1, p=0):
    """Say what shape a convolution's output has.

    Args:
        shape: of the input, (C, H, W).
        k: how many filters there are.
        f: size of the filters, f by f pixels.
        s: stride, 1 or more.
        p: padding on each side, 0 or more.

    Returns:
        The shape of the output, (depth, height, width), three ints.
    """
    _, h, w = shape
    return k, output_size(h, f, s, p), output_size(w, f, s, p)


# --- 6. Convolution, forward ----------------------------------------------------------------------
#
# out[n, k, i, j] = b[k] + sum over c, u, v of x_pad[n, c, i * S + u, j * S + v] * w[k, c, u, v]
#
# A filter adds up all channels into one feature map: there are as many maps as filters.


def conv_forward(x, w, b, s=1, p=0):
    """Convolve a batch of images with a bank of filters.

    Args:
        x: images, float array (N, C, H, W).
        w: filters, float array (K, C, F, F).
        b: one bias for each filter, float array (K,).
        s: stride on both axes, 1 or more.
        p: padding on all four sides, 0 or more.

    Returns:
        Feature maps, float array (N, K, H_out, W_out), with sizes as output_size gives them.
    """
    n, _, h, width = x.shape
    k, _, f, _ = w.shape
    rows, columns = output_size(h, f, s, p), output_size(width, f, s, p)
    padded = zero_pad(x, p)
    out = np.zeros((n, k, rows, columns))
    for image in range(n):
        for filter_ in range(k):
            for i in range(rows):
                for j in range(columns):
                    window = padded[image, :, i * s : i * s + f, j * s : j * s + f]
                    out[image, filter_, i, j] = np.sum(window * w[filter_]) + b[filter_]
    return out


# --- 7. Convolution, backward ---------------------------------------------------------------------
#
# Each output value hands its share of the gradient to everything that it was made of:
#
#     db[k]                                  += dout[n, k, i, j]
#     dw[k, c, u, v]                         += dout[n, k, i, j] * x_pad[n, c, i * S + u, j * S + v]
#     dx_pad[n, c, i * S + u, j * S + v]     += dout[n, k, i, j] * w[k, c, u, v]
#
# and dx is dx_pad without the padding. Take care to crop rightly when there is none, P = 0.


def conv_backward(dout, x, w, b, s=1, p=0):
    """Gradients of conv_forward.

    Args:
        dout: upstream gradient, float array (N, K, H_out, W_out).
        x, w, b, s, p: what conv_forward was given.

    Returns:
        (dx, dw, db): float arrays with the shapes of x, w and b.
    """
    h, width = x.shape[2:]
    n, k, rows, columns = dout.shape
    f = w.shape[2]
    padded = zero_pad(x, p)
    dx_pad, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros_like(b)
    for image in range(n):
        for filter_ in range(k):
            for i in range(rows):
                for j in range(columns):
                    d = dout[image, filter_, i, j]
                    place = np.s_[image, :, i * s : i * s + f, j * s : j * s + f]
                    dx_pad[place] += d * w[filter_]
                    dw[filter_] += d * padded[place]
                    db[filter_] += d
    return dx_pad[:, :, p : p + h, p : p + width], dw, db


# --- 8. Pooling -----------------------------------------------------------------------------------
#
# Max pooling keeps the largest value of each window, average pooling the mean; each channel by itself.
# Backward, a maximum hands the whole gradient to the pixel that was the largest, a mean 1 / (F * F) of it to
# each pixel. Where windows overlap, gradients are added. No window holds its largest value twice.


def max_pool_forward(x, f, s):
    """Keep the largest value of each window.

    Args:
        x: feature maps, float array (N, C, H, W).
        f: size of the window, f by f pixels.
        s: stride, 1 or more; windows may overlap or leave gaps.

    Returns:
        float array (N, C, (H - f) // s + 1, (W - f) // s + 1).
    """
    rows, columns = output_size(x.shape[2], f, s), output_size(x.shape[3], f, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * s : i * s + f, j * s : j * s + f].max(axis=(2, 3))
    return out


def max_pool_backward(dout, x, f, s):
    """Gradient of max_pool_forward.

    Args:
        dout: upstream gradient, float array of the shape of max_pool_forward's output.
        x, f, s: what max_pool_forward was given.

    Returns:
        dx, float array of the shape of x.
    """
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            place = np.s_[:, :, i * s : i * s + f, j * s : j * s + f]
            largest = x[place] == x[place].max(axis=(2, 3), keepdims=True)
            dx[place] += largest * dout[:, :, i, j][:, :, None, None]
    return dx


def avg_pool_forward(x, f, s):
    """Take the mean of each window.

    Args:
        x: feature maps, float array (N, C, H, W).
        f: size of the window, f by f pixels.
        s: stride, 1 or more; windows may overlap or leave gaps.

    Returns:
        float array (N, C, (H - f) // s + 1, (W - f) // s + 1).
    """
    rows, columns = output_size(x.shape[2], f, s), output_size(x.shape[3], f, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * s : i * s + f, j * s : j * s + f].mean(axis=(2, 3))
    return out


def avg_pool_backward(dout, x, f, s):
    """Gradient of avg_pool_forward.

    Args:
        dout: upstream gradient, float array of the shape of avg_pool_forward's output.
        x, f, s: what avg_pool_forward was given.

    Returns:
        dx, float array of the shape of x.
    """
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            share = dout[:, :, i, j][:, :, None, None] / (f * f)
            dx[:, :, i * s : i * s + f, j * s : j * s + f] += share
    return dx


# --- 9. Pooling or stride? ------------------------------------------------------------------------
#
# A convolution with a pool's window and stride, and as many filters as there are channels, can replace it.
# In general a convolution costs H_out * W_out * C_out * F * F * C_in multiply-adds for one image; biases cost
# none.
#
# The receptive field along an axis grows from r = j = 1 layer by layer: r += (F - 1) * j, and then j *= S.


def conv_multiply_adds(f, c_in, c_out, h_out, w_out):
    """Count the multiply-adds of a convolution for one image.

    Args:
        f: size of the filters, f by f pixels.
        c_in: channels of the input.
        c_out: how many filters there are.
        h_out: height of the output.
        w_out: width of the output.

    Returns:
        The number of multiply-adds, an int.
    """
    return h_out * w_out * c_out * f * f * c_in


def pool_to_conv(shape, f, s):
    """Say what it costs to replace a pool by a convolution that keeps the number of channels.

    Args:
        shape: of the input, (C, H, W).
        f: size of the window, f by f pixels.
        s: stride, 1 or more.

    Returns:
        (height, width, params, multiply_adds), four ints: the size of the output, the convolution's
        parameters with biases, and its multiply-adds for one image.
    """
    c, h, w = shape
    height, width = output_size(h, f, s), output_size(w, f, s)
    return height, width, conv_params(f, c, c), conv_multiply_adds(f, c, c, height, width)


def receptive_field(layers):
    """Say how many pixels along one axis an output value sees.

    Args:
        layers: (filter size, stride) of each layer, from the image on; at least one.

    Returns:
        The size of the receptive field, an int.
    """
    r, j = 1, 1
    for f, s in layers:
        r += (f - 1) * j
        j *= s
    return r


# --- 10. A fast convolution -----------------------------------------------------------------------
#
# Write each window as a column and each filter as a row: the convolution is one matrix product (im2col).
# np.lib.stride_tricks.sliding_window_view gives all windows without copying.


def fast_conv_forward(x, w, b, s=1, p=0):
    """The same as conv_forward, without a loop over the output's pixels.

    Args:
        x: images, float array (N, C, H, W).
        w: filters, float array (K, C, F, F).
        b: one bias for each filter, float array (K,).
        s: stride on both axes, 1 or more.
        p: padding on all four sides, 0 or more.

    Returns:
        Feature maps, float array (N, K, H_out, W_out).
    """
    windows = np.lib.stride_tricks.sliding_window_view(zero_pad(x, p), w.shape[2:], axis=(2, 3))
    out = np.tensordot(windows[:, :, ::s, ::s], w, axes=((1, 4, 5), (1, 2, 3)))
    return out.transpose(0, 3, 1, 2) + b[:, None, None]


# --- self-checks ----------------------------------------------------------------------------------


def expect(text, call, wanted):
    """Try a call and compare what it gives with what it should; say where they differ."""
    try:
        got = call()
    except NotImplementedError as error:
        raise AssertionError(str(error)) from None
    wanted = np.asarray(wanted)
    assert got is not None, f"{text} gave None: does the function end with a return?"
    shape = np.shape(got)
    assert shape == wanted.shape, f"{text} has shape {shape}, but should have {wanted.shape}"
    if wanted.dtype.kind == "i" and not wanted.shape:
        whole = isinstance(got, (int, np.integer))
        assert whole, f"{text} is {got!r}, but should be the whole number {wanted}"
    wrong = np.argwhere(~np.isclose(got, wanted))
    if len(wrong):
        where = tuple(int(i) for i in wrong[0])
        place = f" at {list(where)}" if where else ""
        found, right = np.asarray(got)[where], wanted[where]
        raise AssertionError(f"{text} is {found:g}{place}, but should be {right:g}")


def expect_error(text, call):
    """Try a call that should be refused."""
    try:
        got = call()
    except NotImplementedError as error:
        raise AssertionError(str(error)) from None
    except Exception:
        return
    raise AssertionError(f"{text} gave {got!r}, but should raise an error")


def check_filter_image():
    x = np.array([[0, 0, 1, 1, 1]] * 4, dtype=float)
    w = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=float)
    expect("filter_image of the edge", lambda: filter_image(x, w), [[4, 4, 0], [4, 4, 0]])
    x = np.arange(12.0).reshape(3, 4)
    w = np.array([[1.0, 2.0], [3.0, 4.0]])
    expect("filter_image of 0 ... 11", lambda: filter_image(x, w), [[34, 44, 54], [74, 84, 94]])


def check_zero_pad():
    x = np.array([[[[1, 2, 3], [4, 5, 6]]]], dtype=float)
    padded = [[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 0, 0, 0, 0]]
    expect("zero_pad(x, 1)", lambda: zero_pad(x, 1), [[padded]])
    expect("zero_pad(x, 0)", lambda: zero_pad(x, 0), x)
    several = np.ones((2, 3, 4, 5))
    expect("the shape of zero_pad(x, 2)", lambda: np.shape(zero_pad(several, 2)), (2, 3, 8, 9))


def check_strided_filter():
    x, w = np.arange(25.0).reshape(5, 5), np.eye(2)
    expect("strided_filter(x, w, 2)", lambda: strided_filter(x, w, 2), [[6, 10], [26, 30]])
    expect("strided_filter(x, w, 3)", lambda: strided_filter(x, w, 3), [[6, 12], [36, 42]])
    expect("the shape of strided_filter(x, w)", lambda: np.shape(strided_filter(x, w)), (4, 4))


def check_output_size():
    expect("output_size(7, 3)", lambda: output_size(7, 3), 5)
    expect("output_size(7, 3, 3)", lambda: output_size(7, 3, 3), 2)
    expect("output_size(5, 3, 2, 1)", lambda: output_size(5, 3, 2, 1), 3)
    expect("output_size(227, 11, 4)", lambda: output_size(227, 11, 4), 55)
    expect("output_size(2, 5, 1, 2)", lambda: output_size(2, 5, 1, 2), 2)
    expect_error("output_size(3, 4)", lambda: output_size(3, 4))
    expect_error("output_size(3, 4, 2)", lambda: output_size(3, 4, 2))
    expect_error("output_size(2, 5, 1, 1)", lambda: output_size(2, 5, 1, 1))


def check_parameter_counts():
    expect("fc_params(3072, 10)", lambda: fc_params(3072, 10), 30730)
    expect("fc_params(3072, 10, bias=False)", lambda: fc_params(3072, 10, bias=False), 30720)
    expect("local_params(11, 3, 96, 55, 55)", lambda: local_params(11, 3, 96, 55, 55), 105705600)
    expect("local_params(3, 2, 4, 5, 6, False)", lambda: local_params(3, 2, 4, 5, 6, False), 2160)
    expect("conv_params(11, 3, 96)", lambda: conv_params(11, 3, 96), 34944)
    expect("conv_params(3, 2, 4, bias=False)", lambda: conv_params(3, 2, 4, bias=False), 72)


def check_conv_layer_shape():
    alexnet, small = (3, 227, 227), (3, 8, 5)
    expect("the shape in AlexNet", lambda: conv_layer_shape(alexnet, 96, 11, 4), (96, 55, 55))
    expect("conv_layer_shape((3, 8, 5), 7, 3, 2, 1)", lambda: conv_layer_shape(small, 7, 3, 2, 1), (7, 4, 3))


def check_conv_forward():
    x = np.array([[[[1, 2, 0], [0, 1, 3], [2, 0, 1]], [[0, 1, 1], [2, 0, 0], [1, 3, 0]]]], dtype=float)
    w = np.array([[[[1, 0], [0, -1]], [[2, 0], [1, 0]]]], dtype=float)
    b = np.array([1.0])
    expect("conv_forward(x, w, b)", lambda: conv_forward(x, w, b), [[[[3, 2], [6, 4]]]])
    expect("conv_forward(x, w, b, 2, 1)", lambda: conv_forward(x, w, b, 2, 1), [[[[0, 2], [-1, 4]]]])
    x, w, b = np.ones((2, 3, 8, 5)), np.ones((6, 3, 3, 3)), np.ones(6)
    expect("the shape of conv_forward", lambda: np.shape(conv_forward(x, w, b, 2, 1)), (2, 6, 4, 3))


def check_conv_backward():
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    w = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    b, dout = np.zeros(1), np.array([[[[1.0, 0.0], [0.0, 2.0]]]])
    expect("dx", lambda: conv_backward(dout, x, w, b)[0], [[[[1, 2, 0], [3, 6, 4], [0, 6, 8]]]])
    expect("dw", lambda: conv_backward(dout, x, w, b)[1], [[[[8, 11], [17, 20]]]])
    expect("db", lambda: conv_backward(dout, x, w, b)[2], [3])
    # A convolution without bias is linear in x and in w: so <dout, out> = <dx, x> = <dw, w>.
    random = np.random.default_rng(0)
    x, w = random.standard_normal((2, 3, 7, 5)), random.standard_normal((4, 3, 3, 3))
    for s, p in [(1, 0), (1, 1), (2, 1)]:
        out = conv_forward(x, w, np.zeros(4), s, p)
        dout = random.standard_normal(out.shape)
        dx, dw, db = conv_backward(dout, x, w, np.zeros(4), s, p)
        assert dx.shape == x.shape, f"dx has shape {dx.shape} with s = {s}, p = {p}, and x {x.shape}"
        for name, product in (("<dx, x>", np.sum(dx * x)), ("<dw, w>", np.sum(dw * w))):
            right = np.sum(dout * out)
            text = f"with s = {s}, p = {p}: {name} is {product:g}, but <dout, out> is {right:g}"
            assert np.isclose(product, right), text
        assert np.allclose(db, dout.sum(axis=(0, 2, 3))), f"db is not the sum of dout with s = {s}, p = {p}"


def check_pool_forward():
    x = np.array([[[[1, 3, 2, 0], [5, 4, 1, 3], [0, 2, 7, 8], [1, -1, 6, 3]]]], dtype=float)
    expect("max_pool_forward(x, 2, 2)", lambda: max_pool_forward(x, 2, 2), [[[[5, 3], [2, 8]]]])
    expect("avg_pool_forward(x, 2, 2)", lambda: avg_pool_forward(x, 2, 2), [[[[3.25, 1.5], [0.5, 6]]]])
    expect("max_pool_forward(-x, 3, 1)", lambda: max_pool_forward(-x, 3, 1), [[[[0, 0], [1, 1]]]])


def check_pool_backward():
    x = np.array([[[[1, 3, 2, 0], [5, 4, 1, 3], [0, 2, 7, 8], [1, -1, 6, 3]]]], dtype=float)
    dout = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    largest = [[[[0, 0, 0, 0], [1, 0, 0, 2], [0, 3, 0, 4], [0, 0, 0, 0]]]]
    expect("max_pool_backward(dout, x, 2, 2)", lambda: max_pool_backward(dout, x, 2, 2), largest)
    shares = [[[[0.25, 0.25, 0.5, 0.5]] * 2 + [[0.75, 0.75, 1, 1]] * 2]]
    expect("avg_pool_backward(dout, x, 2, 2)", lambda: avg_pool_backward(dout, x, 2, 2), shares)
    x = np.array([[[[1, 2, 3], [4, 9, 5], [6, 7, 8]]]], dtype=float)
    middle = [[[[0, 0, 0], [0, 4, 0], [0, 0, 0]]]]
    ones = np.ones((1, 1, 2, 2))
    expect("max_pool_backward(ones, x, 2, 1)", lambda: max_pool_backward(ones, x, 2, 1), middle)


def check_pooling_or_stride():
    expect("conv_multiply_adds(3, 2, 4, 5, 6)", lambda: conv_multiply_adds(3, 2, 4, 5, 6), 2160)
    cost = (28, 28, 16448, 12845056)
    expect("pool_to_conv((64, 56, 56), 2, 2)", lambda: pool_to_conv((64, 56, 56), 2, 2), cost)
    expect("pool_to_conv((3, 7, 10), 3, 2)", lambda: pool_to_conv((3, 7, 10), 3, 2), (3, 4, 84, 972))


def check_receptive_field():
    expect("receptive_field([(3, 2), (3, 1)])", lambda: receptive_field([(3, 2), (3, 1)]), 7)
    expect("receptive_field([(3, 1)] * 3)", lambda: receptive_field([(3, 1)] * 3), 7)
    layers = [(3, 1), (2, 2), (3, 1)]
    expect("receptive_field([(3, 1), (2, 2), (3, 1)])", lambda: receptive_field(layers), 8)


def check_fast_conv_forward():
    random = np.random.default_rng(0)
    x, w = random.standard_normal((2, 3, 9, 7)), random.standard_normal((4, 3, 3, 3))
    b = random.standard_normal(4)

    def same_as_conv_forward(s, p):
        text = f"fast_conv_forward with s = {s}, p = {p}"
        expect(text, lambda: fast_conv_forward(x, w, b, s, p), conv_forward(x, w, b, s, p))

    ones, sums = (np.ones((2, 3, 9, 7)), np.ones((4, 3, 3, 3)), np.zeros(4)), np.full((2, 4, 7, 5), 27.0)
    expect("fast_conv_forward of ones", lambda: fast_conv_forward(*ones), sums)
    same_as_conv_forward(1, 0)
    same_as_conv_forward(2, 1)
    same_as_conv_forward(3, 2)


if __name__ == "__main__":
    for check in (
        check_filter_image,
        check_zero_pad,
        check_strided_filter,
        check_output_size,
        check_parameter_counts,
        check_conv_layer_shape,
        check_conv_forward,
        check_conv_backward,
        check_pool_forward,
        check_pool_backward,
        check_pooling_or_stride,
        check_receptive_field,
        check_fast_conv_forward,
    ):
        name = check.__name__.removeprefix("check_")
        try:
            check()
        except Exception as error:
            print(f"✗ {name}: {error}")
        else:
            print(f"✓ {name}")
