import numpy as np


def corners(image, kernel, stride):
    """Yield (i, j, rows, columns) for each place at which the kernel fits."""
    for i, top in enumerate(range(0, image[0] - kernel[0] + 1, stride)):
        for j, left in enumerate(range(0, image[1] - kernel[1] + 1, stride)):
            yield i, j, slice(top, top + kernel[0]), slice(left, left + kernel[1])


def how_many(image, kernel, stride):
    return tuple(len(range(0, n - k + 1, stride)) for n, k in zip(image, kernel))


def per_channel(v):
    return np.reshape(v, (1, -1, 1, 1))
