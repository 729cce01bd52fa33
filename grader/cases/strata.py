"""The strata: what each of them isolates, and the order in which reports list them.

A *stratum* is the simplest setting plus one difficulty; it is a line of partial credit. Its *corners*
are visited in turn, so that every seed has them all. "Everything together" has none: it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BASIC = "basic"
PADDING = "padding"
NO_PADDING = "no padding"
STRIDE = "stride"
FACTOR = "factor"
OVERLAP = "overlapping windows"
GAPS = "gaps between windows"
LEFTOVER = "leftover pixels"
RECTANGULAR_IMAGE = "rectangular image"
RECTANGULAR_KERNEL = "rectangular kernel"
RECTANGULAR_WINDOW = "rectangular window"
CHANNELS = "channels"
GROUPS = "groups"
BATCH = "batch"
AVERAGE = "average mode"
NEGATIVE = "negative values"
RUNNING = "running averages"
TEST_TIME = "test time"
REAL = "real values"
SINGLE = "single precision"
EVERYTHING = "everything together"
SPEED = "speed"

ORDER = (
    BASIC,
    PADDING,
    NO_PADDING,
    STRIDE,
    FACTOR,
    OVERLAP,
    GAPS,
    LEFTOVER,
    RECTANGULAR_IMAGE,
    RECTANGULAR_KERNEL,
    RECTANGULAR_WINDOW,
    CHANNELS,
    GROUPS,
    BATCH,
    AVERAGE,
    NEGATIVE,
    RUNNING,
    TEST_TIME,
    REAL,
    SINGLE,
)
"""The order in which reports list them; "everything together" comes last."""

LONG = 17  # longer than any side in the courses' own examples

Size = tuple[int, int]
"""Rows, columns."""

Table = Mapping[str, tuple[Any, ...]]
"""The corners of each stratum."""


def ordered(*tables: Table) -> Table:
    """Put strata of several tables into one, in the order in which reports list them."""
    merged = {stratum: corners for table in tables for stratum, corners in table.items()}
    return {stratum: merged[stratum] for stratum in ORDER if stratum in merged}
