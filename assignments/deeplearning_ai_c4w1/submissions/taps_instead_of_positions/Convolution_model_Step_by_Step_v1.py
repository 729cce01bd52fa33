import numpy as np

# In[2]:

def zero_pad(X, pad):
    return np.pad(X, [(0, 0), (pad, pad), (pad, pad), (0, 0)], mode="constant")


def conv_single_step(window, weights, bias):
    total = 0.0
    for u in range(window.shape[0]):
        for v in range(window.shape[1]):
            for k in range(window.shape[2]):
                total += window[u, v, k] * weights[u, v, k]
    return total + bias[0][0][0]


def taps(f, stride, n_H, n_W):
    for u in range(f):
        for v in range(f):
            yield u, v, slice(u, u + stride * (n_H - 1) + 1, stride), slice(v, v + stride * (n_W - 1) + 1, stride)


def conv_forward(inputs, weights, biases, hyper):
    stride, pad, f = hyper["stride"], hyper["pad"], weights.shape[0]
    padded = zero_pad(inputs, pad)
    n_H, n_W = (padded.shape[1] - f) // stride + 1, (padded.shape[2] - f) // stride + 1
    out = np.empty((len(inputs), n_H, n_W, weights.shape[3]))
    out[:] = biases
    for u, v, rows, cols in taps(f, stride, n_H, n_W):
        out += padded[:, rows, cols] @ weights[u, v]
    return out, (inputs, weights, biases, hyper)


def pool_forward(inputs, hyper, kind="max"):
    f, stride = hyper["f"], hyper["stride"]
    n_H, n_W = (inputs.shape[1] - f) // stride + 1, (inputs.shape[2] - f) // stride + 1
    stack = np.stack([inputs[:, rows, cols] for _, _, rows, cols in taps(f, stride, n_H, n_W)])
    return (stack.max(0) if kind == "max" else stack.sum(0) / len(stack)), (inputs, hyper)


def conv_backward(grads, cache):
    inputs, weights, biases, hyper = cache
    stride, pad, f = hyper["stride"], hyper["pad"], weights.shape[0]
    padded = zero_pad(inputs, pad)
    dpadded, dweights = np.zeros(padded.shape), np.zeros(weights.shape)
    for u, v, rows, cols in taps(f, stride, grads.shape[1], grads.shape[2]):
        dpadded[:, rows, cols] += grads @ weights[u, v].T
        dweights[u, v] = np.tensordot(padded[:, rows, cols], grads, axes=([0, 1, 2], [0, 1, 2]))
    rows, cols = slice(pad, pad + inputs.shape[1]), slice(pad, pad + inputs.shape[2])
    return dpadded[:, rows, cols], dweights, grads.sum((0, 1, 2)).reshape(1, 1, 1, -1)


def create_mask_from_window(x):
    return np.where(x == x.max(), 1.0, 0.0)


def distribute_value(dz, shape):
    rows = [dz / shape[0] / shape[1]] * shape[1]
    return np.array([rows for _ in range(shape[0])])


def pool_backward(grads, cache, kind="max"):
    inputs, hyper = cache
    f, stride = hyper["f"], hyper["stride"]
    out, _ = pool_forward(inputs, hyper, kind)
    dinputs = np.zeros(inputs.shape)
    for _, _, rows, cols in taps(f, stride, grads.shape[1], grads.shape[2]):
        share = (inputs[:, rows, cols] == out) if kind == "max" else 1 / (f * f)
        dinputs[:, rows, cols] += share * grads
    return dinputs
