import numpy as np


class Conv1D():
    def __init__(self, in_channel, out_channel, kernel_size, stride,
                 weight_init_fn=None, bias_init_fn=None):
        self.in_channel = in_channel
        self.out_channel = out_channel
        self.kernel_size = kernel_size
        self.stride = stride

        if weight_init_fn is None:
            bound = np.sqrt(1 / (in_channel * kernel_size))
            self.W = np.random.uniform(-bound, bound, size=(out_channel, in_channel, kernel_size))
        else:
            self.W = weight_init_fn(out_channel, in_channel, kernel_size)

        if bias_init_fn is None:
            self.b = np.zeros(out_channel)
        else:
            self.b = bias_init_fn(out_channel)

        self.dW = np.zeros(self.W.shape)
        self.db = np.zeros(self.b.shape)

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.x = x
        batch, _, input_size = x.shape
        output_size = (input_size - self.kernel_size) // self.stride + 1
        out = np.zeros((batch, self.out_channel, output_size))
        for i in range(output_size):
            segment = x[:, :, i * self.stride:i * self.stride + self.kernel_size]
            out[:, :, i] = np.tensordot(segment, self.W, axes=([1, 2], [1, 2])) + self.b
        return out

    def backward(self, delta):
        dx = np.zeros(self.x.shape)
        for i in range(delta.shape[2]):
            at = slice(i * self.stride, i * self.stride + self.kernel_size)
            self.dW += np.tensordot(delta[:, :, i], self.x[:, :, at], axes=([0], [0]))
            dx[:, :, at] += np.tensordot(delta[:, :, i], self.W, axes=([1], [0]))
        self.db += np.sum(delta, axis=(0, 2))
        return dx


class Conv2D():
    def __init__(self, in_channel, out_channel, kernel_size, stride,
                 weight_init_fn=None, bias_init_fn=None):
        self.in_channel = in_channel
        self.out_channel = out_channel
        self.kernel_size = kernel_size
        self.stride = stride

        if weight_init_fn is None:
            bound = np.sqrt(1 / (in_channel * kernel_size * kernel_size))
            self.W = np.random.uniform(-bound, bound,
                                       size=(out_channel, in_channel, kernel_size, kernel_size))
        else:
            self.W = weight_init_fn(out_channel, in_channel, kernel_size, kernel_size)

        if bias_init_fn is None:
            self.b = np.zeros(out_channel)
        else:
            self.b = bias_init_fn(out_channel)

        self.dW = np.zeros(self.W.shape)
        self.db = np.zeros(self.b.shape)

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.x = x
        k, s = self.kernel_size, self.stride
        height = (x.shape[2] - k) // s + 1
        width = (x.shape[3] - k) // s + 1
        out = np.zeros((x.shape[0], self.out_channel, height, width))
        for i in range(height):
            for j in range(width):
                segment = x[:, :, i * s:i * s + k, j * s:j * s + k]
                out[:, :, i, j] = np.tensordot(segment, self.W, axes=([1, 2, 3], [1, 2, 3])) + self.b
        return out

    def backward(self, delta):
        k, s = self.kernel_size, self.stride
        dx = np.zeros(self.x.shape)
        for i in range(delta.shape[2]):
            for j in range(delta.shape[3]):
                segment = self.x[:, :, i * s:i * s + k, j * s:j * s + k]
                self.dW += np.tensordot(delta[:, :, i, j], segment, axes=([0], [0]))
                dx[:, :, i * s:i * s + k, j * s:j * s + k] += np.tensordot(
                    delta[:, :, i, j], self.W, axes=([1], [0]))
        self.db += np.sum(delta, axis=(0, 2, 3))
        return dx


class Flatten():
    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.b, self.c, self.w = x.shape
        return x.reshape(self.b, self.c * self.w)

    def backward(self, delta):
        return delta.reshape(self.b, self.c, self.w)
