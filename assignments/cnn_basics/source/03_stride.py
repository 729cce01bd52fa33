# %% en
# ## 3. Stride
#
# The window need not stop at every pixel. With a **stride** of $S$ it moves by $S$ pixels, down and to the right:
#
# $$\text{out}[i, j] = \sum_{u, v} x[iS + u,\, jS + v] \; w[u, v]$$
#
# Only the window moves faster; under the window pixels still lie side by side. Where the last step would leave the
# image, the window stops: pixels at the end that are too few for another step are left over. In the example with
# $S = 2$ these are the last row and the last column.
# %% ko
# ## 3. 스트라이드
#
# 윈도가 모든 픽셀에서 멈출 필요는 없습니다. **스트라이드**가 $S$이면 윈도는 아래로도 오른쪽으로도 $S$픽셀씩 움직입니다.
#
# $$\text{out}[i, j] = \sum_{u, v} x[iS + u,\, jS + v] \; w[u, v]$$
#
# 빨라지는 것은 윈도의 움직임뿐이고, 윈도 안의 픽셀은 여전히 서로 붙어 있습니다. 다음 걸음이 이미지를 벗어나면 윈도는 거기서
# 멈춥니다. 한 걸음을 더 내딛기에 모자라는 끝의 픽셀은 쓰이지 않고 남습니다. $S = 2$인 예제에서는 마지막 행과 마지막 열이
# 남습니다.
# %% py
# With a stride of S the window moves by S pixels, down and to the right; under it pixels lie side by side:
#
#     out[i, j] = sum over u, v of x[i * S + u, j * S + v] * w[u, v]
#
# Pixels at the end that are too few for another step are left over.
# %% figure
numbered = np.arange(25.0).reshape(5, 5)
diagonal = np.eye(2)
every_other = np.array([[6, 10], [26, 30]], dtype=float)
corners = [(0, 0), (0, 2), (2, 0), (2, 2)]

image, weights, output = panels(3, width=9, height=3.2, ratios=[5, 2, 2])
grid(image, numbered, "x (5 × 5), S = 2", [(i, j, 2, 2, c) for (i, j), c in zip(corners, COLOURS)])
grid(weights, diagonal, "w (F = 2)")
grid(output, every_other, "out (2 × 2)", [(i // 2, j // 2, 1, 1, c) for (i, j), c in zip(corners, COLOURS)])
plt.show()
# %% task
def strided_filter(x, w, s=1):
    """Slide one filter over one image, s pixels at a time.

    Args:
        x: image, float array (H, W).
        w: filter, float array (F, F), not larger than the image.
        s: step of the window on both axes, in pixels, 1 or more.

    Returns:
        The filter's responses, float array ((H - F) // s + 1, (W - F) // s + 1).
    """
    # TODO: as filter_image; position (i, j) of the window begins at row i * s, column j * s.
    #: solution
    f = w.shape[0]
    rows, columns = (x.shape[0] - f) // s + 1, (x.shape[1] - f) // s + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * s : i * s + f, j * s : j * s + f] * w)
    return out
    #: end
# %% check
def check_strided_filter():
    x, w = np.arange(25.0).reshape(5, 5), np.eye(2)
    expect("strided_filter(x, w, 2)", lambda: strided_filter(x, w, 2), [[6, 10], [26, 30]])
    expect("strided_filter(x, w, 3)", lambda: strided_filter(x, w, 3), [[6, 12], [36, 42]])
    expect("the shape of strided_filter(x, w)", lambda: np.shape(strided_filter(x, w)), (4, 4))
