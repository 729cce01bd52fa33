# %% en
# ## 7. Convolution, backward
#
# Backpropagation brings the upstream gradient $dout = \partial L / \partial out$, of the output's shape. By the chain
# rule each output value hands its share to everything that it was made of:
#
# $$db[k] = \sum_{n, i, j} dout[n, k, i, j]$$
#
# $$dw[k, c, u, v] = \sum_{n, i, j} dout[n, k, i, j] \; x_{pad}[n, c,\, iS + u,\, jS + v]$$
#
# $$dx_{pad}[n, c,\, iS + u,\, jS + v] \mathrel{+}= dout[n, k, i, j] \; w[k, c, u, v]$$
#
# and $dx$ is $dx_{pad}$ without the padding. Windows overlap, so gradients are *added*: the figure counts under how many
# windows each pixel lies. Take care to crop rightly when there is no padding, $P = 0$.
# %% ko
# ## 7. 합성곱의 역전파
#
# 역전파에서는 출력과 모양이 같은 상류 기울기 $dout = \partial L / \partial out$이 들어옵니다. 연쇄 법칙에 따라 출력값
# 하나하나는 자기를 만드는 데 쓰인 모든 것에 기울기를 나누어 줍니다.
#
# $$db[k] = \sum_{n, i, j} dout[n, k, i, j]$$
#
# $$dw[k, c, u, v] = \sum_{n, i, j} dout[n, k, i, j] \; x_{pad}[n, c,\, iS + u,\, jS + v]$$
#
# $$dx_{pad}[n, c,\, iS + u,\, jS + v] \mathrel{+}= dout[n, k, i, j] \; w[k, c, u, v]$$
#
# $dx$는 $dx_{pad}$에서 테두리를 잘라 낸 것입니다. 윈도는 서로 겹치므로 기울기를 *더해* 나가야 합니다. 그림은 픽셀마다 몇 개의
# 윈도에 들어가는지 센 것입니다. 테두리가 없을 때($P = 0$)에도 제대로 잘라 내는지 주의하세요.
# %% py
# Each output value hands its share of the gradient to everything that it was made of:
#
#     db[k]                                  += dout[n, k, i, j]
#     dw[k, c, u, v]                         += dout[n, k, i, j] * x_pad[n, c, i * S + u, j * S + v]
#     dx_pad[n, c, i * S + u, j * S + v]     += dout[n, k, i, j] * w[k, c, u, v]
#
# and dx is dx_pad without the padding. Take care to crop rightly when there is none, P = 0.
# %% figure
once, twice = panels(2, width=7, height=3.0)
grid(once, np.outer([1, 2, 2, 1], [1, 2, 2, 1]), "windows on each pixel: F = 2, S = 1")
grid(twice, np.outer([1, 1, 2, 1, 1], [1, 1, 2, 1, 1]), "windows on each pixel: F = 3, S = 2")
plt.show()
# %% task
def conv_backward(dout, x, w, b, s=1, p=0):
    """Gradients of conv_forward.

    Args:
        dout: upstream gradient, float array (N, K, H_out, W_out).
        x, w, b, s, p: what conv_forward was given.

    Returns:
        (dx, dw, db): float arrays with the shapes of x, w and b.
    """
    # TODO: the loops of conv_forward, with += into dx_pad, dw and db; then crop dx_pad.
    #: solution
    h, width = x.shape[2:]
    n, k, rows, columns = dout.shape
    f = w.shape[2]
    padded = zero_pad(x, p)
    dx_pad, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros_like(b)
    for image in range(n):
        for filter_ in range(k):
            for i in range(rows):
                for j in range(columns):
                    d = dout[image, filter_, i, j]
                    place = np.s_[image, :, i * s : i * s + f, j * s : j * s + f]
                    dx_pad[place] += d * w[filter_]
                    dw[filter_] += d * padded[place]
                    db[filter_] += d
    return dx_pad[:, :, p : p + h, p : p + width], dw, db
    #: end
# %% check
def check_conv_backward():
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    w = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    b, dout = np.zeros(1), np.array([[[[1.0, 0.0], [0.0, 2.0]]]])
    expect("dx", lambda: conv_backward(dout, x, w, b)[0], [[[[1, 2, 0], [3, 6, 4], [0, 6, 8]]]])
    expect("dw", lambda: conv_backward(dout, x, w, b)[1], [[[[8, 11], [17, 20]]]])
    expect("db", lambda: conv_backward(dout, x, w, b)[2], [3])
    # A convolution without bias is linear in x and in w: so <dout, out> = <dx, x> = <dw, w>.
    random = np.random.default_rng(0)
    x, w = random.standard_normal((2, 3, 7, 5)), random.standard_normal((4, 3, 3, 3))
    for s, p in [(1, 0), (1, 1), (2, 1)]:
        out = conv_forward(x, w, np.zeros(4), s, p)
        dout = random.standard_normal(out.shape)
        dx, dw, db = conv_backward(dout, x, w, np.zeros(4), s, p)
        assert dx.shape == x.shape, f"dx has shape {dx.shape} with s = {s}, p = {p}, and x {x.shape}"
        for name, product in (("<dx, x>", np.sum(dx * x)), ("<dw, w>", np.sum(dw * w))):
            right = np.sum(dout * out)
            text = f"with s = {s}, p = {p}: {name} is {product:g}, but <dout, out> is {right:g}"
            assert np.isclose(product, right), text
        assert np.allclose(db, dout.sum(axis=(0, 2, 3))), f"db is not the sum of dout with s = {s}, p = {p}"
