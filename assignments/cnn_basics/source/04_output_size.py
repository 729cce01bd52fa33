# %% en
# ## 4. The size of the output
#
# Image size, filter size, stride and padding together give the size of the output along an axis:
#
# $$\text{size} = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1$$
#
# $W - F + 2P$ is how far the window can move, divided by $S$ it is the number of steps, and the first position comes
# on top. Pixels that are too few for one more step are left over: the division rounds down.
#
# If the filter is larger than the padded image, $F > W + 2P$, there is no position at all. The formula does not
# notice and gives 0 or less, or even 1. No layer can be built from that, so the function must refuse: **raise** an error.
# %% ko
# ## 4. 출력 크기
#
# 이미지 크기 $W$, 필터 크기 $F$, 스트라이드 $S$, 패딩 $P$가 정해지면 한 축의 출력 크기가 정해집니다.
#
# $$\text{size} = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1$$
#
# $W - F + 2P$는 윈도가 움직일 수 있는 거리이고, $S$로 나누면 걸음 수가 되며, 여기에 첫 자리 하나를 더합니다. 한 걸음에
# 모자라는 픽셀은 남으므로 나눗셈은 내림합니다.
#
# 필터가 패딩한 이미지보다 크면, 즉 $F > W + 2P$이면 필터가 놓일 자리가 하나도 없습니다. 그래도 수식은 아무렇지 않게 0 이하의
# 수나 심지어 1을 내놓습니다. 그런 크기로는 층을 만들 수 없으므로 함수는 계산을 거부하고 **예외를 발생**시켜야 합니다.
# %% py
# Along an axis of W pixels a filter of F pixels has, with stride S and padding P,
#
#     floor((W - F + 2P) / S) + 1
#
# positions. If it is larger than the padded image, F > W + 2P, there is none: then raise an error.
# %% figure
def strip(axis, w, f, s, p, title):
    """Draw one axis of an image with its padding, and each position of the window below it."""
    for pixel in range(-p, w + p):
        inside = 0 <= pixel < w
        face = "#9ecae1" if inside else "white"
        axis.add_patch(plt.Rectangle((pixel, 0), 1, 1, facecolor=face, edgecolor="gray"))
        axis.text(pixel + 0.5, 0.5, "" if inside else "0", ha="center", va="center", color="gray")
    positions = list(range(-p, w + p - f + 1, s))
    for row, start in enumerate(positions, 1):
        axis.add_patch(plt.Rectangle((start + 0.06, -row), f - 0.12, 0.7, facecolor="tab:orange", alpha=0.75))
    if not positions:
        axis.add_patch(plt.Rectangle((-p + 0.06, -1), f - 0.12, 0.7, facecolor="tab:red", alpha=0.75))
    axis.set_title(title, fontsize=10)
    axis.set_xlim(-2.2, 7.4)
    axis.set_ylim(-5.3, 1.2)
    axis.set_axis_off()


examples = panels(4, width=11, height=2.6)
strip(examples[0], 7, 3, 1, 0, "W=7 F=3 S=1 P=0\nsize 5")
strip(examples[1], 7, 3, 3, 0, "W=7 F=3 S=3 P=0\nsize 2, one pixel left over")
strip(examples[2], 5, 3, 2, 1, "W=5 F=3 S=2 P=1\nsize 3")
strip(examples[3], 3, 4, 1, 0, "W=3 F=4 S=1 P=0\ndoes not fit: an error")
plt.show()
# %% task
def output_size(w, f, s=1, p=0):
    """Count the positions of a window along one axis.

    Args:
        w: size of the image along the axis, in pixels.
        f: size of the filter.
        s: stride, 1 or more.
        p: padding on each of the two sides, 0 or more.

    Returns:
        The size of the output, an int.

    Raises:
        ValueError: the filter does not fit in the padded image.
    """
    # TODO: refuse what does not fit; then the formula, with // for a whole number.
    #: solution
    if f > w + 2 * p:
        raise ValueError(f"a filter of {f} does not fit in {w} + 2 * {p} pixels")
    return (w - f + 2 * p) // s + 1
    #: end
# %% check
def check_output_size():
    expect("output_size(7, 3)", lambda: output_size(7, 3), 5)
    expect("output_size(7, 3, 3)", lambda: output_size(7, 3, 3), 2)
    expect("output_size(5, 3, 2, 1)", lambda: output_size(5, 3, 2, 1), 3)
    expect("output_size(227, 11, 4)", lambda: output_size(227, 11, 4), 55)
    expect("output_size(2, 5, 1, 2)", lambda: output_size(2, 5, 1, 2), 2)
    expect_error("output_size(3, 4)", lambda: output_size(3, 4))
    expect_error("output_size(3, 4, 2)", lambda: output_size(3, 4, 2))
    expect_error("output_size(2, 5, 1, 1)", lambda: output_size(2, 5, 1, 1))
