"""All of it."""

from __future__ import annotations

from . import (
    archives,
    exhausting,
    forging,
    injecting,
    innocent,
    leaving,
    lying,
    network,
    outliving,
    reaching,
    tampering,
)
from .entry import ALL, SOLUTION, Entry

__all__ = ["HOSTILE", "INNOCENT", "NEIGHBOUR"]

MODULES = (leaving, lying, reaching, tampering, forging, exhausting, outliving, network, archives, injecting)

HOSTILE: tuple[Entry, ...] = tuple(entry for module in MODULES for entry in module.ENTRIES)
INNOCENT: tuple[Entry, ...] = innocent.ENTRIES
NEIGHBOUR = Entry(
    name="neighbour", files={"@NAME@/layers.py": f"{SOLUTION}\n# @WORD@"}, points=ALL
)  # graded among the others: nothing of it may be read, and its marks must stay
