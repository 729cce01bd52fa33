# %% en
# ## 10. A fast convolution
#
# Python's loops are slow, matrix products are fast. Write each window as a column, all channels one below the other, and each filter
# as a row. Then the whole convolution is one product:
#
# $$\underbrace{W}_{K \,\times\, C F F} \;\; \underbrace{X_{col}}_{C F F \,\times\, H_{out} W_{out}} \;=\;
# \underbrace{out}_{K \,\times\, H_{out} W_{out}}$$
#
# This is called *im2col*. The figure has the four windows of a $3 \times 3$ image under a $2 \times 2$ filter. Pixels
# are repeated: speed is paid for with memory. `np.lib.stride_tricks.sliding_window_view` gives all windows without copying, and
# `np.einsum`, `np.tensordot` or `@` multiply. Write it without a loop over the output's pixels: half of the points
# are for speed. Up to 30 times the time of the grader's own convolution earns them all; loops take hundreds.
# %% ko
# ## 10. 빠른 합성곱
#
# Python의 반복문은 느리고 행렬 곱은 빠릅니다. 윈도 하나하나를 모든 채널을 이어 붙인 열로 쓰고 필터 하나하나를 행으로 쓰면, 합성곱
# 전체가 행렬 곱 한 번이 됩니다.
#
# $$\underbrace{W}_{K \,\times\, C F F} \;\; \underbrace{X_{col}}_{C F F \,\times\, H_{out} W_{out}} \;=\;
# \underbrace{out}_{K \,\times\, H_{out} W_{out}}$$
#
# 이 방법을 *im2col*이라고 합니다. 그림은 $2 \times 2$ 필터 아래에 놓이는 $3 \times 3$ 이미지의 윈도 네 개입니다. 픽셀이 여러 번
# 반복되므로 속도를 얻는 대신 메모리를 씁니다. `np.lib.stride_tricks.sliding_window_view`를 쓰면 복사하지 않고 모든 윈도를 얻을 수 있고,
# 곱셈은 `np.einsum`, `np.tensordot`, `@` 가운데 무엇으로 해도 됩니다. 출력 픽셀에 대한 반복문 없이 작성해 보세요. 점수의 절반은
# 속도 점수입니다. 채점기의 합성곱보다 30배까지 걸리면 만점이고, 반복문은 수백 배가 걸립니다.
# %% py
# Write each window as a column and each filter as a row: the convolution is one matrix product (im2col).
# np.lib.stride_tricks.sliding_window_view gives all windows without copying.
# %% figure
nine = np.arange(1.0, 10).reshape(3, 3)
columns_of_nine = np.array([[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]], dtype=float)

image, columns = panels(2, width=7, height=3.0)
grid(image, nine, "x", boxes=[(0, 0, 2, 2, "tab:orange")])
grid(columns, columns_of_nine, "X_col: one column for each window", boxes=[(0, 0, 4, 1, "tab:orange")])
plt.show()
# %% task
def fast_conv_forward(x, w, b, s=1, p=0):
    """The same as conv_forward, without a loop over the output's pixels.

    Args:
        x: images, float array (N, C, H, W).
        w: filters, float array (K, C, F, F).
        b: one bias for each filter, float array (K,).
        s: stride on both axes, 1 or more.
        p: padding on all four sides, 0 or more.

    Returns:
        Feature maps, float array (N, K, H_out, W_out).
    """
    # TODO
    #: solution
    windows = np.lib.stride_tricks.sliding_window_view(zero_pad(x, p), w.shape[2:], axis=(2, 3))
    out = np.tensordot(windows[:, :, ::s, ::s], w, axes=((1, 4, 5), (1, 2, 3)))
    return out.transpose(0, 3, 1, 2) + b[:, None, None]
    #: end
# %% check
def check_fast_conv_forward():
    random = np.random.default_rng(0)
    x, w = random.standard_normal((2, 3, 9, 7)), random.standard_normal((4, 3, 3, 3))
    b = random.standard_normal(4)

    def same_as_conv_forward(s, p):
        text = f"fast_conv_forward with s = {s}, p = {p}"
        expect(text, lambda: fast_conv_forward(x, w, b, s, p), conv_forward(x, w, b, s, p))

    ones, sums = (np.ones((2, 3, 9, 7)), np.ones((4, 3, 3, 3)), np.zeros(4)), np.full((2, 4, 7, 5), 27.0)
    expect("fast_conv_forward of ones", lambda: fast_conv_forward(*ones), sums)
    same_as_conv_forward(1, 0)
    same_as_conv_forward(2, 1)
    same_as_conv_forward(3, 2)
