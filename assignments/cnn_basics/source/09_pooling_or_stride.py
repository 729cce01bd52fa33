# %% en
# ## 9. Pooling or stride?
#
# A convolution with the window and the stride of a pool makes feature maps of the same size, and learns how to sum them up instead
# of taking the maximum. That has a price. To keep $C$ channels it needs $C$ filters:
#
# $$\text{parameters} = C\,(F F C + 1) \qquad \text{multiply-adds} = H_{out} W_{out}\, C \cdot F F C$$
#
# In general a convolution costs $H_{out} W_{out}\, C_{out} \cdot F F C_{in}$ **multiply-adds** for one image: a multiplication with
# the addition of its result counts once, and the bias, from which each sum starts, costs none. Sharing weights saves memory,
# not work.
#
# Either way one output value sees more of the image the deeper it lies. Its **receptive field** along an axis grows layer by
# layer, convolution or pool alike, from $r = j = 1$ at the input:
#
# $$r \leftarrow r + (F - 1)\, j, \qquad \text{then} \qquad j \leftarrow j \cdot S$$
#
# $j$ is how far apart in the image two neighbouring values lie. In the figure two layers, $F = 3$ with $S = 2$ and then $F = 3$,
# see 7 pixels.
# %% ko
# ## 9. 풀링이냐 스트라이드냐
#
# 풀링과 윈도 크기, 스트라이드가 같은 합성곱은 같은 크기의 특징 맵을 만듭니다. 최댓값을 고르는 대신 어떻게 요약할지를
# 학습하지요. 여기에는 대가가 따릅니다. 채널 수 $C$를 유지하려면 필터가 $C$개 필요합니다.
#
# $$\text{매개변수 수} = C\,(F F C + 1) \qquad \text{곱셈-덧셈 수} = H_{out} W_{out}\, C \cdot F F C$$
#
# 일반적으로 합성곱은 이미지 한 장에 $H_{out} W_{out}\, C_{out} \cdot F F C_{in}$번의 **곱셈-덧셈** 연산이 듭니다. 곱셈 한 번과 그
# 결과를 더하는 덧셈 한 번을 묶어서 한 번으로 세고, 합의 시작값인 편향은 세지 않습니다. 매개변수를 공유하면 메모리는
# 줄지만 계산량은 줄지 않습니다.
#
# 어느 쪽이든 깊은 층의 출력값일수록 이미지를 더 넓게 봅니다. 한 축에서의 **수용 영역** $r$은 입력에서 $r = j = 1$로 시작해서,
# 합성곱이든 풀링이든 층을 지날 때마다 다음과 같이 커집니다.
#
# $$r \leftarrow r + (F - 1)\, j, \qquad \text{그다음} \qquad j \leftarrow j \cdot S$$
#
# $j$는 이웃한 두 값이 이미지에서 떨어져 있는 거리입니다. 그림의 두 층($F = 3$, $S = 2$인 층과 $F = 3$인 층)은 픽셀 7개를 봅니다.
# %% py
# A convolution with a pool's window and stride, and as many filters as there are channels, can replace it.
# In general a convolution costs H_out * W_out * C_out * F * F * C_in multiply-adds for one image; biases cost
# none.
#
# The receptive field along an axis grows from r = j = 1 layer by layer: r += (F - 1) * j, and then j *= S.
# %% figure
cost, field = panels(2, width=10.5, height=3.2, ratios=[4, 5])
names = ["max pool: comparisons", "convolution: multiply-adds"]
bars = cost.barh(names, [28 * 28 * 64 * 3, 12_845_056], color=["#9ecae1", "tab:orange"])
cost.bar_label(bars, ["150,528", "12,845,056"], padding=4)
cost.set_xscale("log")
cost.set_xlim(1e4, 1e9)
cost.invert_yaxis()
cost.spines[["top", "right"]].set_visible(False)
cost.set_title("64 × 56 × 56, F = S = 2", fontsize=11)

rows = [(0, [4]), (1, [2, 4, 6]), (2, [1, 2, 3, 4, 5, 6, 7])]
for depth, seen in rows:
    places = [4] if depth == 0 else [2, 4, 6] if depth == 1 else range(9)
    for place in places:
        face = "tab:orange" if place in seen else "#9ecae1"
        field.add_patch(plt.Rectangle((place - 0.42, 2 - depth - 0.3), 0.84, 0.6, facecolor=face))
for upper in (2, 4, 6):
    field.plot([4, upper], [1.7, 1.3], color="gray", linewidth=1)
    for lower in (upper - 1, upper, upper + 1):
        field.plot([upper, lower], [0.7, 0.3], color="gray", linewidth=1)
for height, label in [(2, "output"), (1, "after F = 3, S = 2"), (0, "image: r = 7")]:
    field.text(-0.7, height, label, ha="right", va="center", fontsize=10)
field.set_xlim(-5.2, 8.6)
field.set_ylim(-0.5, 2.5)
field.set_axis_off()
plt.show()
# %% task
def conv_multiply_adds(f, c_in, c_out, h_out, w_out):
    """Count the multiply-adds of a convolution for one image.

    Args:
        f: size of the filters, f by f pixels.
        c_in: channels of the input.
        c_out: how many filters there are.
        h_out: height of the output.
        w_out: width of the output.

    Returns:
        The number of multiply-adds, an int.
    """
    # TODO
    #: solution
    return h_out * w_out * c_out * f * f * c_in
    #: end
# %% task
def pool_to_conv(shape, f, s):
    """Say what it costs to replace a pool by a convolution that keeps the number of channels.

    Args:
        shape: of the input, (C, H, W).
        f: size of the window, f by f pixels.
        s: stride, 1 or more.

    Returns:
        (height, width, params, multiply_adds), four ints: the size of the output, the convolution's
        parameters with biases, and its multiply-adds for one image.
    """
    # TODO: output_size, conv_params and conv_multiply_adds do most of it.
    #: solution
    c, h, w = shape
    height, width = output_size(h, f, s), output_size(w, f, s)
    return height, width, conv_params(f, c, c), conv_multiply_adds(f, c, c, height, width)
    #: end
# %% task
def receptive_field(layers):
    """Say how many pixels along one axis an output value sees.

    Args:
        layers: (filter size, stride) of each layer, from the image on; at least one.

    Returns:
        The size of the receptive field, an int.
    """
    # TODO
    #: solution
    r, j = 1, 1
    for f, s in layers:
        r += (f - 1) * j
        j *= s
    return r
    #: end
# %% check
def check_pooling_or_stride():
    expect("conv_multiply_adds(3, 2, 4, 5, 6)", lambda: conv_multiply_adds(3, 2, 4, 5, 6), 2160)
    cost = (28, 28, 16448, 12845056)
    expect("pool_to_conv((64, 56, 56), 2, 2)", lambda: pool_to_conv((64, 56, 56), 2, 2), cost)
    expect("pool_to_conv((3, 7, 10), 3, 2)", lambda: pool_to_conv((3, 7, 10), 3, 2), (3, 4, 84, 972))


def check_receptive_field():
    expect("receptive_field([(3, 2), (3, 1)])", lambda: receptive_field([(3, 2), (3, 1)]), 7)
    expect("receptive_field([(3, 1)] * 3)", lambda: receptive_field([(3, 1)] * 3), 7)
    layers = [(3, 1), (2, 2), (3, 1)]
    expect("receptive_field([(3, 1), (2, 2), (3, 1)])", lambda: receptive_field(layers), 8)
