import numpy

def output_length(n, k, stride, pad):
    return int((n + 2 * pad - k) / stride) + 1

def padded(x, p):
    if p == 0:
        return x.copy()
    N, C, H, W = x.shape
    y = numpy.zeros((N, C, H + p + p, W + p + p), x.dtype)
    y[:, :, p:-p, p:-p] = x
    return y

def unpadded(y, p):
    if p == 0:
        return y
    return y[:, :, p:-p, p:-p]

def to_columns(x, kh, kw, stride, pad):
    "one row per window, image after image"
    y = padded(x, pad)
    oh = output_length(x.shape[2], kh, stride, pad)
    ow = output_length(x.shape[3], kw, stride, pad)
    rows = []
    for n in range(x.shape[0]):
        for i in range(oh):
            for j in range(ow):
                rows.append(y[n, :, i*stride:i*stride+kh, j*stride:j*stride+kw].ravel())
    return numpy.array(rows), oh, ow

def from_columns(rows, shape, kh, kw, stride, pad):
    N, C, H, W = shape
    y = numpy.zeros((N, C, H + 2*pad, W + 2*pad))
    oh = output_length(H, kh, stride, pad)
    ow = output_length(W, kw, stride, pad)
    position = 0
    for n in range(N):
        for i in range(oh):
            for j in range(ow):
                y[n, :, i*stride:i*stride+kh, j*stride:j*stride+kw] += rows[position].reshape(C, kh, kw)
                position += 1
    return unpadded(y, pad)
