"""One large case, on which a function's speed is measured: ``n32c16h32f16k3s1p1``.

Letters and numbers, in any order: n images, c channels, h rows, w columns (as many as rows, if left out),
f filters, k pixels along the side of the kernel or window, s stride, p padding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.cases.windows import Corner

__all__ = ["parse"]

CONVOLUTION: Mapping[str, int] = {"n": 8, "c": 8, "h": 32, "f": 8, "k": 3, "s": 1, "p": 1}
POOLING: Mapping[str, int] = {"n": 8, "c": 8, "h": 32, "k": 2, "s": 2}
UNSAID: Mapping[str, int] = {"f": 1, "p": 0}
"""What an operation without filters and padding has."""

MOST = 1 << 24
"""Numbers in the image, at most: what goes to the sandbox must fit in its memory several times."""


def parse(text: str, *, pads: bool, halvings: int = 0) -> Corner:
    """Read a workload.

    Args:
        text: such as ``n32c16``; what it leaves out has a usual value.
        pads: whether the operation has padding and filters: a convolution, and no pool.
        halvings: how often the image's sides are halved, down to the kernel's.

    Raises:
        ValueError: says what was expected.
    """
    usual = CONVOLUTION if pads else POOLING
    pairs = re.findall(r"([a-z])(\d{1,4})", text)
    sizes = {letter: int(number) for letter, number in pairs}
    if "".join(letter + number for letter, number in pairs) != text or len(sizes) < len(pairs):
        raise ValueError(f'letters with numbers, such as "n32c16h32k3", not "{text}"')
    if unknown := sizes.keys() - usual.keys() - {"w"}:
        raise ValueError(f"sizes among {', '.join([*usual, 'w'])}, not {', '.join(sorted(unknown))}")
    at = {**UNSAID, **usual, **sizes}
    rows, cols = at["h"], at.get("w", at["h"])
    if not all(at[name] for name in at if name != "p") or at["n"] * at["c"] * rows * cols > MOST:
        raise ValueError(f"sizes from 1 on, and at most {MOST} numbers in the image")
    if min(rows, cols) + 2 * at["p"] < at["k"]:
        raise ValueError(
            f"a kernel that fits the image; {at['k']} is more than {min(rows, cols)} + 2·{at['p']}"
        )
    rows, cols = (max(side >> halvings, at["k"]) for side in (rows, cols))
    return _corner(at, rows, cols)


def _corner(at: Mapping[str, int], rows: int, cols: int) -> Corner:
    reach = [side + 2 * at["p"] - at["k"] for side in (rows, cols)]
    return Corner(
        kernel=(at["k"], at["k"]),
        stride=at["s"],
        pad=at["p"],
        out=(reach[0] // at["s"] + 1, reach[1] // at["s"] + 1),
        leftover=(reach[0] % at["s"], reach[1] % at["s"]),
        n=at["n"],
        c=at["c"],
        f=at["f"],
        grow=False,
    )
