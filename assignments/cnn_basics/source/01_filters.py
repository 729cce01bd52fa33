# %% en
# ## 1. A filter and where it fits
#
# A **filter** looks at a small window of the image, multiplies each pixel with the weight that lies on it, and
# adds the products up. It then moves on by a pixel and does the same again:
#
# $$\text{out}[i, j] = \sum_{u=0}^{F-1} \sum_{v=0}^{F-1} x[i + u,\, j + v] \; w[u, v]$$
#
# The filter is *not* flipped. Strictly this is cross-correlation; in deep learning everybody calls it convolution.
#
# The window must stay inside the image. Along an axis of $W$ pixels it has $W - F + 1$ positions, so the
# ("valid") output is a little smaller than the image.
#
# In the example a filter that answers to vertical edges slides over an image with one edge.
# %% ko
# ## 1. 필터와 유효한 출력 크기
#
# **필터**는 이미지의 작은 윈도를 들여다보고, 픽셀마다 그 위에 놓인 가중치를 곱해서 모두 더합니다. 그런 다음 한 픽셀
# 옆으로 옮겨 가서 같은 일을 되풀이합니다.
#
# $$\text{out}[i, j] = \sum_{u=0}^{F-1} \sum_{v=0}^{F-1} x[i + u,\, j + v] \; w[u, v]$$
#
# 필터는 뒤집지 *않습니다*. 엄밀히 말하면 교차상관(cross-correlation)이지만, 딥러닝에서는 모두 합성곱(convolution)이라고
# 부릅니다.
#
# 윈도는 이미지를 벗어날 수 없습니다. $W$픽셀인 축에서 윈도가 놓일 수 있는 자리는 $W - F + 1$개이므로,
# 유효(valid) 출력은 이미지보다 조금 작습니다.
#
# 예제에서는 세로 경계에 반응하는 필터가 경계가 하나 있는 이미지 위를 지나갑니다.
# %% py
# A filter multiplies each pixel of a window with the weight that lies on it, and adds the products up:
#
#     out[i, j] = sum over u, v of x[i + u, j + v] * w[u, v]
#
# It is not flipped. The window stays inside the image: along W pixels it has W - F + 1 positions.
# %% figure
edge = np.array([[0, 0, 1, 1, 1]] * 4, dtype=float)
vertical = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=float)
responses = np.array([[4, 4, 0], [4, 4, 0]], dtype=float)

image, weights, output = panels(3, ratios=[5, 3, 3])
grid(image, edge, "x (4 × 5)", boxes=[(0, 0, 3, 3, "tab:orange"), (1, 2, 3, 3, "tab:green")])
grid(weights, vertical, "w (F = 3)", colours="RdBu")
grid(output, responses, "out (2 × 3)", boxes=[(0, 0, 1, 1, "tab:orange"), (1, 2, 1, 1, "tab:green")])
plt.show()
# %% task
def filter_image(x, w):
    """Slide one filter over one image of one channel.

    Args:
        x: image, float array (H, W).
        w: filter, float array (F, F), not larger than the image.

    Returns:
        The filter's responses, float array (H - F + 1, W - F + 1).
    """
    # TODO: loop over the positions (i, j); multiply the window there with w and add up.
    #: solution
    f = w.shape[0]
    rows, columns = x.shape[0] - f + 1, x.shape[1] - f + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i : i + f, j : j + f] * w)
    return out
    #: end
# %% check
def check_filter_image():
    x = np.array([[0, 0, 1, 1, 1]] * 4, dtype=float)
    w = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=float)
    expect("filter_image of the edge", lambda: filter_image(x, w), [[4, 4, 0], [4, 4, 0]])
    x = np.arange(12.0).reshape(3, 4)
    w = np.array([[1.0, 2.0], [3.0, 4.0]])
    expect("filter_image of 0 ... 11", lambda: filter_image(x, w), [[34, 44, 54], [74, 84, 94]])
