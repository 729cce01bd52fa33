# %% en
# ## 2. Padding
#
# Pixels at the border lie under fewer windows than those in the middle, and each convolution makes the image
# smaller. Zero padding puts both right: a border of zeros, $P$ pixels wide on each side:
#
# $$H \times W \;\to\; (H + 2P) \times (W + 2P)$$
#
# With $P = (F - 1)/2$ and stride 1 the output is as large as the image ("same" padding). From here on there are
# whole batches of images with channels, $(N, C, H, W)$: only rows and columns are padded.
# %% ko
# ## 2. 패딩
#
# 가장자리의 픽셀은 가운데 픽셀보다 적은 수의 윈도에 들어가고, 합성곱을 할 때마다 이미지는 작아집니다. 이미지의 사방에
# 0으로 된 테두리를 $P$픽셀씩 두르면(제로 패딩) 두 문제를 모두 해결할 수 있습니다.
#
# $$H \times W \;\to\; (H + 2P) \times (W + 2P)$$
#
# $P = (F - 1)/2$이고 스트라이드가 1이면 출력은 이미지와 크기가 같습니다("same" 패딩). 이제부터는 채널이 있는 이미지를
# 배치로 다룹니다. 모양이 $(N, C, H, W)$일 때 테두리는 행과 열에만 두릅니다.
# %% py
# A border of P zeros on each side makes H x W pixels (H + 2P) x (W + 2P). From here on there are whole
# batches of images with channels, (N, C, H, W): only rows and columns are padded.
# %% figure
small = np.array([[1, 2, 3], [4, 5, 6]], dtype=float)
padded = np.array([[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 0, 0, 0, 0]], dtype=float)

before, after = panels(2, width=7, ratios=[3, 5])
grid(before, small, "x (2 × 3)")
grid(after, padded, "zero_pad(x, 1): 4 × 5", boxes=[(1, 1, 2, 3, "tab:orange")])
plt.show()
# %% task
def zero_pad(x, p):
    """Pad images with zeros.

    Args:
        x: images, float array (N, C, H, W).
        p: pixels added on each of the four sides, 0 or more.

    Returns:
        A new float array (N, C, H + 2p, W + 2p).
    """
    # TODO: make an array of zeros and put x into its middle, or see np.pad.
    #: solution
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    #: end
# %% check
def check_zero_pad():
    x = np.array([[[[1, 2, 3], [4, 5, 6]]]], dtype=float)
    padded = [[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 0, 0, 0, 0]]
    expect("zero_pad(x, 1)", lambda: zero_pad(x, 1), [[padded]])
    expect("zero_pad(x, 0)", lambda: zero_pad(x, 0), x)
    several = np.ones((2, 3, 4, 5))
    expect("the shape of zero_pad(x, 2)", lambda: np.shape(zero_pad(several, 2)), (2, 3, 8, 9))
