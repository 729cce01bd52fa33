# %% en
# ## 6. Convolution, forward
#
# Now all together: $N$ images of $C$ channels, $K$ filters that each reach through all channels, a bias for each
# filter, stride and padding.
#
# $$\text{out}[n, k, i, j] = b[k] + \sum_{c, u, v} x_{pad}[n, c,\, iS + u,\, jS + v] \; w[k, c, u, v]$$
#
# A filter adds up *all* channels into one feature map; so there are as many maps as filters, whatever the number of
# channels. In the example one filter with two channels and a bias of 1 makes one map.
# %% ko
# ## 6. 합성곱의 순전파
#
# 이제 모두 합칩니다. 채널이 $C$개인 이미지 $N$장, 모든 채널을 관통하는 필터 $K$개, 필터마다 하나씩인 편향, 그리고
# 스트라이드와 패딩입니다.
#
# $$\text{out}[n, k, i, j] = b[k] + \sum_{c, u, v} x_{pad}[n, c,\, iS + u,\, jS + v] \; w[k, c, u, v]$$
#
# 필터 하나는 *모든* 채널을 더해서 특징 맵 한 장을 만듭니다. 따라서 채널이 몇 개이든 특징 맵은 필터의 개수만큼 나옵니다.
# 예제에서는 채널이 둘이고 편향이 1인 필터 하나가 특징 맵 한 장을 만듭니다.
# %% py
# out[n, k, i, j] = b[k] + sum over c, u, v of x_pad[n, c, i * S + u, j * S + v] * w[k, c, u, v]
#
# A filter adds up all channels into one feature map: there are as many maps as filters.
# %% figure
volume = np.array([[[1, 2, 0], [0, 1, 3], [2, 0, 1]], [[0, 1, 1], [2, 0, 0], [1, 3, 0]]], dtype=float)
bank = np.array([[[1, 0], [0, -1]], [[2, 0], [1, 0]]], dtype=float)
parts = np.array([[[0, -1], [0, 0]], [[2, 2], [5, 3]]], dtype=float)
feature_map = parts.sum(axis=0) + 1

_, axes = plt.subplots(2, 4, figsize=(9.5, 4.6), layout="constrained")
for c in range(2):
    grid(axes[c, 0], volume[c], f"x, channel {c}", boxes=[(0, 0, 2, 2, "tab:orange")])
    grid(axes[c, 1], bank[c], f"w, channel {c}", colours="RdBu")
    grid(axes[c, 2], parts[c], f"response of channel {c}", colours="RdBu", limit=8)
first = [(0, 0, 1, 1, "tab:orange")]
grid(axes[0, 3], feature_map, "out = sum + b, b = 1", boxes=first, colours="RdBu", limit=8)
axes[1, 3].set_axis_off()
plt.show()
# %% task
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
    # TODO: pad; then loop over images, filters, rows and columns of the output.
    #: solution
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
    #: end
# %% check
def check_conv_forward():
    x = np.array([[[[1, 2, 0], [0, 1, 3], [2, 0, 1]], [[0, 1, 1], [2, 0, 0], [1, 3, 0]]]], dtype=float)
    w = np.array([[[[1, 0], [0, -1]], [[2, 0], [1, 0]]]], dtype=float)
    b = np.array([1.0])
    expect("conv_forward(x, w, b)", lambda: conv_forward(x, w, b), [[[[3, 2], [6, 4]]]])
    expect("conv_forward(x, w, b, 2, 1)", lambda: conv_forward(x, w, b, 2, 1), [[[[0, 2], [-1, 4]]]])
    x, w, b = np.ones((2, 3, 8, 5)), np.ones((6, 3, 3, 3)), np.ones(6)
    expect("the shape of conv_forward", lambda: np.shape(conv_forward(x, w, b, 2, 1)), (2, 6, 4, 3))
