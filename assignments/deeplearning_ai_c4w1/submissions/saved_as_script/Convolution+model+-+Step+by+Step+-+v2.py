#!/usr/bin/env python
# coding: utf-8

# # Convolution model, step by step

# In[1]:

import numpy as np
import h5py
import matplotlib.pyplot as plt

get_ipython().magic('matplotlib inline')
plt.rcParams['figure.figsize'] = (5.0, 4.0) # set default size of plots
get_ipython().run_line_magic('load_ext', 'autoreload')
np.random.seed(1)

# In[ ]:

def zero_pad(X, pad):
    """
    Frame every image of a batch with zeros.

    Arguments:
    X -- images, numpy array of shape (m, n_H, n_W, n_C)
    pad -- rows and columns of zeros on each side

    Returns:
    X_pad -- padded images, of shape (m, n_H + 2 * pad, n_W + 2 * pad, n_C)
    """
    ### START CODE HERE ###
    X_pad = np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), 'constant', constant_values=0)
    ### END CODE HERE ###

    return X_pad

np.random.seed(1)
x = np.random.randn(4, 3, 3, 2)
x_pad = zero_pad(x, 2)
print("x.shape =\n", x.shape)
print("x_pad.shape =\n", x_pad.shape)

fig, axarr = plt.subplots(1, 2)
axarr[0].imshow(x[0, :, :, 0])
axarr[1].imshow(x_pad[0, :, :, 0])

# In[ ]:

def conv_single_step(a_slice_prev, W, b):
    """
    Lay one filter on one window of the previous layer's output.

    Arguments:
    a_slice_prev -- the window, of shape (f, f, n_C_prev)
    W -- the filter's weights, of shape (f, f, n_C_prev)
    b -- the filter's bias, of shape (1, 1, 1)

    Returns:
    Z -- one number: the sum of the products, plus the bias
    """
    ### START CODE HERE ###
    s = np.multiply(a_slice_prev, W)
    Z = np.sum(s)
    Z = Z + b[0, 0, 0]
    ### END CODE HERE ###

    return Z

np.random.seed(1)
Z = conv_single_step(np.random.randn(4, 4, 3), np.random.randn(4, 4, 3), np.random.randn(1, 1, 1))
print("Z =", Z)

# In[ ]:

def conv_forward(A_prev, W, b, hparameters):
    """
    Forward pass of a convolution layer.

    Arguments:
    A_prev -- output of the previous layer, of shape (m, n_H_prev, n_W_prev, n_C_prev)
    W -- filters, of shape (f, f, n_C_prev, n_C)
    b -- biases, of shape (1, 1, 1, n_C)
    hparameters -- dictionary with "stride" and "pad"

    Returns:
    Z -- output of the layer, of shape (m, n_H, n_W, n_C)
    cache -- what conv_backward() needs
    """
    ### START CODE HERE ###
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters['stride']
    pad = hparameters['pad']

    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1

    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)

    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice_prev = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    Z[i, h, w, c] = conv_single_step(a_slice_prev, W[:, :, :, c], b[:, :, :, c])
    ### END CODE HERE ###

    assert(Z.shape == (m, n_H, n_W, n_C))
    cache = (A_prev, W, b, hparameters)

    return Z, cache

np.random.seed(1)
A_prev = np.random.randn(10, 5, 7, 4)
Z, cache_conv = conv_forward(A_prev, np.random.randn(3, 3, 4, 8), np.random.randn(1, 1, 1, 8), {"pad": 1, "stride": 2})
print("mean of Z =", np.mean(Z))

# In[ ]:

def pool_forward(A_prev, hparameters, mode = "max"):
    """
    Forward pass of a pooling layer.

    Arguments:
    A_prev -- input, of shape (m, n_H_prev, n_W_prev, n_C_prev)
    hparameters -- dictionary with "f" and "stride"
    mode -- "max" or "average"

    Returns:
    A -- output of the layer, of shape (m, n_H, n_W, n_C)
    cache -- what pool_backward() needs
    """
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    f = hparameters["f"]
    stride = hparameters["stride"]

    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_W_prev - f) / stride)
    n_C = n_C_prev

    A = np.zeros((m, n_H, n_W, n_C))

    ### START CODE HERE ###
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f

                    a_prev_slice = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]

                    if mode == "max":
                        A[i, h, w, c] = np.max(a_prev_slice)
                    elif mode == "average":
                        A[i, h, w, c] = np.mean(a_prev_slice)
    ### END CODE HERE ###

    cache = (A_prev, hparameters)
    assert(A.shape == (m, n_H, n_W, n_C))

    return A, cache

np.random.seed(1)
A_prev = np.random.randn(2, 5, 5, 3)
for mode in ("max", "average"):
    A, cache = pool_forward(A_prev, {"stride": 1, "f": 3}, mode = mode)
    print(mode, A.shape)

# In[ ]:

def conv_backward(dZ, cache):
    """
    Backward pass of a convolution layer.

    Arguments:
    dZ -- gradient of the cost with respect to the layer's output Z, of shape (m, n_H, n_W, n_C)
    cache -- what conv_forward() gave

    Returns:
    dA_prev -- gradient with respect to A_prev, of shape (m, n_H_prev, n_W_prev, n_C_prev)
    dW -- gradient with respect to W, of shape (f, f, n_C_prev, n_C)
    db -- gradient with respect to b, of shape (1, 1, 1, n_C)
    """
    ### START CODE HERE ###
    (A_prev, W, b, hparameters) = cache
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters['stride']
    pad = hparameters['pad']
    (m, n_H, n_W, n_C) = dZ.shape

    dA_prev = np.zeros((m, n_H_prev, n_W_prev, n_C_prev))
    dW = np.zeros((f, f, n_C_prev, n_C))
    db = np.zeros((1, 1, 1, n_C))

    A_prev_pad = zero_pad(A_prev, pad)
    dA_prev_pad = zero_pad(dA_prev, pad)

    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        da_prev_pad = dA_prev_pad[i]

        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f

                    a_slice = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]

                    da_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :] += W[:,:,:,c] * dZ[i, h, w, c]
                    dW[:,:,:,c] += a_slice * dZ[i, h, w, c]
                    db[:,:,:,c] += dZ[i, h, w, c]

        dA_prev[i, :, :, :] = da_prev_pad[pad:-pad, pad:-pad, :]
    ### END CODE HERE ###

    assert(dA_prev.shape == (m, n_H_prev, n_W_prev, n_C_prev))

    return dA_prev, dW, db

np.random.seed(1)
Z, cache_conv = conv_forward(np.random.randn(10, 4, 4, 3), np.random.randn(2, 2, 3, 8), np.random.randn(1, 1, 1, 8),
                             {"pad": 2, "stride": 2})
dA, dW, db = conv_backward(Z, cache_conv)
print("means =", np.mean(dA), np.mean(dW), np.mean(db))

# In[ ]:

def create_mask_from_window(x):
    """
    Mark where the largest value of a window is.

    Arguments:
    x -- window, of shape (f, f)

    Returns:
    mask -- of the same shape, True where the maximum is
    """
    ### START CODE HERE ###
    mask = (x == np.max(x))
    ### END CODE HERE ###

    return mask

x = np.random.randn(2, 3)
print(create_mask_from_window(x))

# In[ ]:

def distribute_value(dz, shape):
    """
    Spread a value evenly over a window.

    Arguments:
    dz -- a number
    shape -- (n_H, n_W) of the window

    Returns:
    a -- of shape (n_H, n_W), with an equal share of dz everywhere
    """
    ### START CODE HERE ###
    (n_H, n_W) = shape
    average = dz / (n_H * n_W)
    a = np.ones(shape) * average
    ### END CODE HERE ###

    return a

print(distribute_value(2, (2, 2)))

# In[ ]:

def pool_backward(dA, cache, mode = "max"):
    """
    Backward pass of a pooling layer.

    Arguments:
    dA -- gradient of the cost with respect to the layer's output, same shape as A
    cache -- what pool_forward() gave
    mode -- "max" or "average"

    Returns:
    dA_prev -- gradient with respect to the layer's input, same shape as A_prev
    """
    ### START CODE HERE ###
    (A_prev, hparameters) = cache
    stride = hparameters["stride"]
    f = hparameters["f"]

    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    m, n_H, n_W, n_C = dA.shape

    dA_prev = np.zeros(A_prev.shape)

    for i in range(m):
        a_prev = A_prev[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f

                    if mode == "max":
                        a_prev_slice = a_prev[vert_start:vert_end, horiz_start:horiz_end, c]
                        mask = create_mask_from_window(a_prev_slice)
                        dA_prev[i, vert_start: vert_end, horiz_start: horiz_end, c] += mask * dA[i, h, w, c]

                    elif mode == "average":
                        da = dA[i, h, w, c]
                        shape = (f, f)
                        dA_prev[i, vert_start: vert_end, horiz_start: horiz_end, c] += distribute_value(da, shape)
    ### END CODE HERE ###

    assert(dA_prev.shape == A_prev.shape)

    return dA_prev

np.random.seed(1)
A_prev = np.random.randn(5, 5, 3, 2)
A, cache = pool_forward(A_prev, {"stride": 1, "f": 2})
print(pool_backward(np.random.randn(5, 4, 2, 2), cache, mode = "max")[1, 1])
