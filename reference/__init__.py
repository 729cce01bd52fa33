"""The right answers: what every operation computes, in plain NumPy.

A leaf: it imports NumPy alone and nothing of `grader`. Images are NCHW throughout, that is
(batch, channels, height, width); single precision in gives single precision out, and likewise double.

    from reference.conv import conv2d, conv2d_backward

| module | has |
| --- | --- |
| `shapes` | output sizes, paddings, counts of parameters and of arithmetic, receptive fields |
| `conv` | convolution, forward and backward |
| `conv1d` | the same of signals |
| `resample` | upsampling with zeros, downsampling, flattening, forward and backward |
| `conv_transpose` | upsampling and then convolution, forward and backward |
| `pool` | max and average pooling, forward and backward |
| `single_window` | one step of a convolution, and of a pool's gradient, at a single window |
| `filtering` | one filter on one grey image, as in the first exercises |
| `norm` | spatial batch and group normalisation, forward and backward |
| `gradcheck` | what a gradient is held against without a second implementation |
| `windows` | the strided view that convolution and pooling share |
| `mistakes` | for each operation the wrong versions that students write |
| `arrays` | which arrays are taken, and what is said about the others |
"""
