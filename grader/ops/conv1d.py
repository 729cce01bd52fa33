"""Convolution of signals, and its gradients."""

from __future__ import annotations

from grader.ops.conv import backward, forward
from reference.conv1d import conv1d, conv1d_backward

__all__ = ["OPS"]

OPS = {
    "conv1d": forward(conv1d),
    "conv1d_backward": backward(conv1d_backward, of="conv1d"),
}
