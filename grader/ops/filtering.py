"""One filter on one image."""

from __future__ import annotations

from collections.abc import Mapping

from grader.ops.op import Arrays, Op, Params
from reference.filtering import correlate2d

__all__ = ["OPS"]


def _correlate2d_terms(arrays: Arrays, _: Params) -> Mapping[str, int]:
    return {"out": arrays["w"].size + 1}  # a sum that starts at zero


OPS = {
    "correlate2d": Op(reference=correlate2d, inputs=("x", "w"), outputs=("out",), terms=_correlate2d_terms),
}
