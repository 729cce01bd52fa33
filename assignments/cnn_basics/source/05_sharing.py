# %% en
# ## 5. Local connectivity and parameter sharing
#
# Three layers that make the same output from the same image differ in what they must learn:
#
# | layer | each output value sees | weights are | parameters, with biases |
# | --- | --- | --- | --- |
# | fully connected | the whole input | its own | $n_{out}\,(n_{in} + 1)$ |
# | locally connected | the window below it, all channels | its own | $H_{out} W_{out}\, C_{out}\,(F F C_{in} + 1)$ |
# | convolution | the window below it, all channels | shared by all positions | $C_{out}\,(F F C_{in} + 1)$ |
#
# Without biases the $+ 1$ is missing.
#
# The **spatial arrangement** of a convolution is given by four hyperparameters: the number of filters $K$, their size
# $F$, the stride $S$ and the padding $P$. From a volume $C \times H \times W$ they make
#
# $$K \;\times\; \left(\left\lfloor\tfrac{H - F + 2P}{S}\right\rfloor + 1\right) \;\times\;
# \left(\left\lfloor\tfrac{W - F + 2P}{S}\right\rfloor + 1\right)$$
#
# The figure has the first layer of AlexNet: $3 \times 227 \times 227$, $K = 96$, $F = 11$, $S = 4$, $P = 0$, which gives
# $96 \times 55 \times 55$.
# %% ko
# ## 5. 국소 연결과 매개변수 공유
#
# 같은 이미지에서 같은 크기의 출력을 만드는 세 가지 층은 학습해야 하는 매개변수의 수가 서로 다릅니다.
#
# | 층 | 출력값 하나가 보는 것 | 가중치 | 매개변수 수(편향 포함) |
# | --- | --- | --- | --- |
# | 완전 연결층 | 입력 전체 | 출력값마다 따로 | $n_{out}\,(n_{in} + 1)$ |
# | 국소 연결층 | 자기 아래의 윈도, 모든 채널 | 위치마다 따로 | $H_{out} W_{out}\, C_{out}\,(F F C_{in} + 1)$ |
# | 합성곱층 | 자기 아래의 윈도, 모든 채널 | 모든 위치가 공유 | $C_{out}\,(F F C_{in} + 1)$ |
#
# 편향이 없으면 $+ 1$이 빠집니다.
#
# 합성곱층의 **공간 배치**는 네 가지 하이퍼파라미터로 정해집니다. 필터의 개수 $K$, 필터의 크기 $F$, 스트라이드 $S$, 패딩
# $P$입니다. 입력 볼륨이 $C \times H \times W$이면 출력 볼륨은 다음과 같습니다.
#
# $$K \;\times\; \left(\left\lfloor\tfrac{H - F + 2P}{S}\right\rfloor + 1\right) \;\times\;
# \left(\left\lfloor\tfrac{W - F + 2P}{S}\right\rfloor + 1\right)$$
#
# 그림은 AlexNet의 첫 번째 층입니다. 입력은 $3 \times 227 \times 227$이고 $K = 96$, $F = 11$, $S = 4$, $P = 0$이므로 출력은
# $96 \times 55 \times 55$입니다.
# %% py
# Parameters, with biases (without them the + 1 is missing):
#
#     fully connected      n_out * (n_in + 1)                            each output sees everything
#     locally connected    H_out * W_out * C_out * (F * F * C_in + 1)    each sees a window, nothing is shared
#     convolution          C_out * (F * F * C_in + 1)                    all positions share their filters
#
# Four hyperparameters give a convolution's spatial arrangement: K filters of F by F pixels, stride S and
# padding P. From (C, H, W) they make K maps, with height and width by the formula of section 4.
# %% figure
(axis,) = panels(1, width=8, height=2.6)
layers = ["fully connected", "locally connected", "convolution"]
counts = [44_892_355_200, 105_705_600, 34_944]
bars = axis.barh(layers, counts, color=["#9ecae1", "#6baed6", "tab:orange"])
axis.bar_label(bars, [f"{count:,}" for count in counts], padding=4)
axis.set_xscale("log")
axis.set_xlim(1e3, 1e13)
axis.invert_yaxis()
axis.spines[["top", "right"]].set_visible(False)
axis.set_title("parameters of AlexNet's first layer, three ways", fontsize=11)
plt.show()
# %% task
def fc_params(n_in, n_out, bias=True):
    """Count the parameters of a fully connected layer.

    Args:
        n_in: how many numbers go in.
        n_out: how many come out.
        bias: whether each output has a bias.

    Returns:
        The number of parameters, an int.
    """
    # TODO
    #: solution
    return n_out * (n_in + bool(bias))
    #: end
# %% task
def local_params(f, c_in, c_out, h_out, w_out, bias=True):
    """Count the parameters of a locally connected layer.

    Args:
        f: size of the filters, f by f pixels.
        c_in: channels of the input.
        c_out: channels of the output.
        h_out: height of the output.
        w_out: width of the output.
        bias: whether each output value has a bias.

    Returns:
        The number of parameters, an int.
    """
    # TODO
    #: solution
    return h_out * w_out * c_out * (f * f * c_in + bool(bias))
    #: end
# %% task
def conv_params(f, c_in, c_out, bias=True):
    """Count the parameters of a convolution.

    Args:
        f: size of the filters, f by f pixels.
        c_in: channels of the input.
        c_out: how many filters there are, which is channels of the output.
        bias: whether each filter has a bias.

    Returns:
        The number of parameters, an int.
    """
    # TODO
    #: solution
    return c_out * (f * f * c_in + bool(bias))
    #: end
# %% task
def conv_layer_shape(shape, k, f, s=1, p=0):
    """Say what shape a convolution's output has.

    Args:
        shape: of the input, (C, H, W).
        k: how many filters there are.
        f: size of the filters, f by f pixels.
        s: stride, 1 or more.
        p: padding on each side, 0 or more.

    Returns:
        The shape of the output, (depth, height, width), three ints.
    """
    # TODO: output_size has the formula.
    #: solution
    _, h, w = shape
    return k, output_size(h, f, s, p), output_size(w, f, s, p)
    #: end
# %% check
def check_parameter_counts():
    expect("fc_params(3072, 10)", lambda: fc_params(3072, 10), 30730)
    expect("fc_params(3072, 10, bias=False)", lambda: fc_params(3072, 10, bias=False), 30720)
    expect("local_params(11, 3, 96, 55, 55)", lambda: local_params(11, 3, 96, 55, 55), 105705600)
    expect("local_params(3, 2, 4, 5, 6, False)", lambda: local_params(3, 2, 4, 5, 6, False), 2160)
    expect("conv_params(11, 3, 96)", lambda: conv_params(11, 3, 96), 34944)
    expect("conv_params(3, 2, 4, bias=False)", lambda: conv_params(3, 2, 4, bias=False), 72)


def check_conv_layer_shape():
    alexnet, small = (3, 227, 227), (3, 8, 5)
    expect("the shape in AlexNet", lambda: conv_layer_shape(alexnet, 96, 11, 4), (96, 55, 55))
    expect("conv_layer_shape((3, 8, 5), 7, 3, 2, 1)", lambda: conv_layer_shape(small, 7, 3, 2, 1), (7, 4, 3))
