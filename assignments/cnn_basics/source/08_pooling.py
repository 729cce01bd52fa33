# %% en
# ## 8. Pooling
#
# A pool makes feature maps smaller. It looks at each channel by itself, and has nothing to learn: **max pooling** keeps
# the largest value of each window, **average pooling** the mean.
#
# $$\text{max}[n, c, i, j] = \max_{u, v}\, x[n, c,\, iS + u,\, jS + v] \qquad
# \text{avg}[n, c, i, j] = \frac{1}{F F} \sum_{u, v} x[n, c,\, iS + u,\, jS + v]$$
#
# Backward, a maximum hands the whole gradient to the one pixel that was the largest, since the others had no influence; a mean
# hands $1/(FF)$ of it to each pixel. Where windows overlap, gradients are added. No window holds its largest value twice.
# %% ko
# ## 8. 풀링
#
# 풀링은 특징 맵의 크기를 줄입니다. 채널마다 따로 적용하고 학습할 것이 없습니다. **최대 풀링**은 윈도마다 가장 큰 값을,
# **평균 풀링**은 평균을 남깁니다.
#
# $$\text{max}[n, c, i, j] = \max_{u, v}\, x[n, c,\, iS + u,\, jS + v] \qquad
# \text{avg}[n, c, i, j] = \frac{1}{F F} \sum_{u, v} x[n, c,\, iS + u,\, jS + v]$$
#
# 역전파에서 최대 풀링은 가장 컸던 픽셀 하나에 기울기를 모두 넘깁니다. 나머지 픽셀은 출력에 영향을 주지 않았기 때문입니다. 평균
# 풀링은 픽셀마다 기울기의 $1/(FF)$씩 나누어 줍니다. 윈도가 겹치는 곳에서는 기울기를 더합니다. 한 윈도 안에 최댓값이 두 번
# 나오는 경우는 없습니다.
# %% py
# Max pooling keeps the largest value of each window, average pooling the mean; each channel by itself.
# Backward, a maximum hands the whole gradient to the pixel that was the largest, a mean 1 / (F * F) of it to
# each pixel. Where windows overlap, gradients are added. No window holds its largest value twice.
# %% figure
values = np.array([[1, 3, 2, 0], [5, 4, 1, 3], [0, 2, 7, 8], [1, -1, 6, 3]], dtype=float)
quarters = [(i, j, 2, 2, c) for (i, j), c in zip([(0, 0), (0, 2), (2, 0), (2, 2)], COLOURS)]
cells = [(i // 2, j // 2, 1, 1, c) for i, j, _, _, c in quarters]
to_the_largest = np.array([[0, 0, 0, 0], [1, 0, 0, 2], [0, 3, 0, 4], [0, 0, 0, 0]], dtype=float)
to_all = np.repeat(np.repeat([[0.25, 0.5], [0.75, 1.0]], 2, axis=0), 2, axis=1)

_, axes = plt.subplots(2, 3, figsize=(8.5, 5.4), layout="constrained")
grid(axes[0, 0], values, "x, F = S = 2", boxes=quarters)
grid(axes[0, 1], [[5, 3], [2, 8]], "max pooling", boxes=cells)
grid(axes[0, 2], [[3.25, 1.5], [0.5, 6]], "average pooling", boxes=cells)
grid(axes[1, 0], [[1, 2], [3, 4]], "dout", boxes=cells)
grid(axes[1, 1], to_the_largest, "dx of max pooling", boxes=quarters)
grid(axes[1, 2], to_all, "dx of average pooling", boxes=quarters)
plt.show()
# %% task
def max_pool_forward(x, f, s):
    """Keep the largest value of each window.

    Args:
        x: feature maps, float array (N, C, H, W).
        f: size of the window, f by f pixels.
        s: stride, 1 or more; windows may overlap or leave gaps.

    Returns:
        float array (N, C, (H - f) // s + 1, (W - f) // s + 1).
    """
    # TODO
    #: solution
    rows, columns = output_size(x.shape[2], f, s), output_size(x.shape[3], f, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * s : i * s + f, j * s : j * s + f].max(axis=(2, 3))
    return out
    #: end
# %% task
def max_pool_backward(dout, x, f, s):
    """Gradient of max_pool_forward.

    Args:
        dout: upstream gradient, float array of the shape of max_pool_forward's output.
        x, f, s: what max_pool_forward was given.

    Returns:
        dx, float array of the shape of x.
    """
    # TODO
    #: solution
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            place = np.s_[:, :, i * s : i * s + f, j * s : j * s + f]
            largest = x[place] == x[place].max(axis=(2, 3), keepdims=True)
            dx[place] += largest * dout[:, :, i, j][:, :, None, None]
    return dx
    #: end
# %% task
def avg_pool_forward(x, f, s):
    """Take the mean of each window.

    Args:
        x: feature maps, float array (N, C, H, W).
        f: size of the window, f by f pixels.
        s: stride, 1 or more; windows may overlap or leave gaps.

    Returns:
        float array (N, C, (H - f) // s + 1, (W - f) // s + 1).
    """
    # TODO
    #: solution
    rows, columns = output_size(x.shape[2], f, s), output_size(x.shape[3], f, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * s : i * s + f, j * s : j * s + f].mean(axis=(2, 3))
    return out
    #: end
# %% task
def avg_pool_backward(dout, x, f, s):
    """Gradient of avg_pool_forward.

    Args:
        dout: upstream gradient, float array of the shape of avg_pool_forward's output.
        x, f, s: what avg_pool_forward was given.

    Returns:
        dx, float array of the shape of x.
    """
    # TODO
    #: solution
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            share = dout[:, :, i, j][:, :, None, None] / (f * f)
            dx[:, :, i * s : i * s + f, j * s : j * s + f] += share
    return dx
    #: end
# %% check
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
