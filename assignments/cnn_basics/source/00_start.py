# %% en
# # Convolutional networks from scratch
#
# You build the layers of a convolutional network in plain NumPy: no library does the work for you, and at the
# end you know what a library does. Each section has a short explanation, a formula, a small worked example with
# a figure, a function to write (**TODO**), and a self-check.
#
# - Run the cells from top to bottom. A self-check that fails says what is wrong; put it right before you go on.
# - Use nothing but Python and NumPy. Loops are welcome until the last section.
# - Images are $(N, C, H, W)$: $N$ images of $C$ channels, $H$ pixels high and $W$ wide. They need not be square.
#   Filters and windows are square, $F \times F$.
# - Never change an array that you are given; make a new one.
# - `grade check` on this notebook tries each function on many more inputs than the self-checks do.
# %% ko
# # 합성곱 신경망을 밑바닥부터
#
# 합성곱 신경망의 층들을 NumPy만으로 직접 만들어 봅니다. 대신 계산해 주는 라이브러리는 없지만, 다 끝내고 나면
# 라이브러리 안에서 무슨 일이 일어나는지 알게 됩니다. 각 절은 짧은 설명, 수식, 그림이 있는 작은 예제, 직접 작성할
# 함수(**TODO**), 자가 점검으로 이루어져 있습니다.
#
# - 셀을 위에서부터 차례로 실행하세요. 자가 점검이 실패하면 무엇이 틀렸는지 알려 줍니다. 고친 다음 넘어가세요.
# - Python과 NumPy만 사용하세요. 마지막 절 전까지는 반복문을 마음껏 써도 됩니다.
# - 이미지는 $(N, C, H, W)$ 모양입니다. 채널이 $C$개이고 높이가 $H$, 너비가 $W$인 이미지 $N$장이라는 뜻입니다.
#   이미지는 정사각형이 아닐 수 있지만, 필터와 풀링 윈도는 항상 $F \times F$ 정사각형입니다.
# - 인자로 받은 배열은 절대 바꾸지 말고 새 배열을 만드세요.
# - 이 노트북에 `grade check`를 실행하면 자가 점검보다 훨씬 많은 입력으로 각 함수를 시험해 볼 수 있습니다.
# %% py
# You build the layers of a convolutional network in plain NumPy: nothing but Python and NumPy.
#
# - Images are (N, C, H, W): N images of C channels, H pixels high and W wide. They need not be square.
# - Filters and windows are square, F by F.
# - Never change an array that you are given; make a new one.
# - `python exercises.py` runs the self-checks at the end of this file; `grade check exercises.py` tries each
#   function on many more inputs.
# %% code
import numpy as np
# %% check
def expect(text, call, wanted):
    """Try a call and compare what it gives with what it should; say where they differ."""
    try:
        got = call()
    except NotImplementedError as error:
        raise AssertionError(str(error)) from None
    wanted = np.asarray(wanted)
    assert got is not None, f"{text} gave None: does the function end with a return?"
    shape = np.shape(got)
    assert shape == wanted.shape, f"{text} has shape {shape}, but should have {wanted.shape}"
    if wanted.dtype.kind == "i" and not wanted.shape:
        whole = isinstance(got, (int, np.integer))
        assert whole, f"{text} is {got!r}, but should be the whole number {wanted}"
    wrong = np.argwhere(~np.isclose(got, wanted))
    if len(wrong):
        where = tuple(int(i) for i in wrong[0])
        place = f" at {list(where)}" if where else ""
        found, right = np.asarray(got)[where], wanted[where]
        raise AssertionError(f"{text} is {found:g}{place}, but should be {right:g}")


def expect_error(text, call):
    """Try a call that should be refused."""
    try:
        got = call()
    except NotImplementedError as error:
        raise AssertionError(str(error)) from None
    except Exception:
        return
    raise AssertionError(f"{text} gave {got!r}, but should raise an error")
# %% figure
import matplotlib.pyplot as plt

COLOURS = ["tab:orange", "tab:green", "tab:red", "tab:purple"]


def grid(axis, numbers, title, boxes=(), colours="Blues", limit=None):
    """Draw a small array as a grid of numbers; each box is (row, column, height, width, colour)."""
    numbers = np.asarray(numbers, dtype=float)
    limit = limit or max(1.0, 1.6 * np.abs(numbers).max())
    lowest = -limit if colours == "RdBu" else 0
    axis.imshow(numbers, cmap=colours, vmin=lowest, vmax=limit)
    axis.set_xticks([])
    axis.set_yticks([])
    for edge in np.arange(0.5, numbers.shape[1] - 1):
        axis.axvline(edge, color="#c8c8c8", linewidth=1)
    for edge in np.arange(0.5, numbers.shape[0] - 1):
        axis.axhline(edge, color="#c8c8c8", linewidth=1)
    axis.spines[:].set_color("#c8c8c8")
    for (i, j), number in np.ndenumerate(numbers):
        axis.text(j, i, f"{number:g}", ha="center", va="center", fontsize=11)
    for row, column, height, width, colour in boxes:
        corner, size = (column - 0.46, row - 0.46), (width - 0.08, height - 0.08)
        axis.add_patch(plt.Rectangle(corner, *size, fill=False, edgecolor=colour, linewidth=3, zorder=3))
    axis.set_title(title, fontsize=11, pad=8)


def panels(count, width=9.0, height=2.8, ratios=None):
    """A row of axes."""
    _, axes = plt.subplots(1, count, figsize=(width, height), width_ratios=ratios, layout="constrained")
    return np.atleast_1d(axes)
