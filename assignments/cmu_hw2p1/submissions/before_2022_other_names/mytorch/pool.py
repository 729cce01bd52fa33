import numpy as np


class MaxPoolLayer():

    def __init__(self, kernel, stride):
        self.kernel = kernel
        self.stride = stride

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.x = x
        n, c, width, height = x.shape
        out = np.zeros((n, c, (width - self.kernel) // self.stride + 1,
                        (height - self.kernel) // self.stride + 1))
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                a, b = i * self.stride, j * self.stride
                out[:, :, i, j] = x[:, :, a:a + self.kernel, b:b + self.kernel].max(axis=(2, 3))
        return out

    def backward(self, delta):
        dx = np.zeros(self.x.shape)
        for n in range(delta.shape[0]):
            for c in range(delta.shape[1]):
                for i in range(delta.shape[2]):
                    for j in range(delta.shape[3]):
                        a, b = i * self.stride, j * self.stride
                        window = self.x[n, c, a:a + self.kernel, b:b + self.kernel]
                        p, q = np.unravel_index(np.argmax(window), window.shape)
                        dx[n, c, a + p, b + q] += delta[n, c, i, j]
        return dx


class MeanPoolLayer():

    def __init__(self, kernel, stride):
        self.kernel = kernel
        self.stride = stride

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.x = x
        n, c, width, height = x.shape
        out = np.zeros((n, c, (width - self.kernel) // self.stride + 1,
                        (height - self.kernel) // self.stride + 1))
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                a, b = i * self.stride, j * self.stride
                out[:, :, i, j] = x[:, :, a:a + self.kernel, b:b + self.kernel].mean(axis=(2, 3))
        return out

    def backward(self, delta):
        dx = np.zeros(self.x.shape)
        for i in range(delta.shape[2]):
            for j in range(delta.shape[3]):
                a, b = i * self.stride, j * self.stride
                dx[:, :, a:a + self.kernel, b:b + self.kernel] += \
                    delta[:, :, i, j][:, :, None, None] / self.kernel ** 2
        return dx
