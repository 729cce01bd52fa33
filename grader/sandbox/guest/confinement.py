"""What a process of the sandbox does to itself before it meets a student's code."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

__all__ = ["die_with_parent", "drop_capabilities", "limit"]

_FILE_SIZE, _DESCRIPTORS = 64 << 20, 64
_PR_SET_PDEATHSIG = 1
_CAPABILITY_VERSION_3 = 0x20080522
_LIBC: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_KILLED = ctypes.c_ulong(getattr(signal, "SIGKILL", 0))


def limit(limits: dict[str, Any], *, cpu_seconds: float) -> None:
    """Bound this process: address space, CPU time, files, no core dumps; what the system knows of these."""
    if resource is None:
        return
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_FSIZE", _FILE_SIZE)
    _limit("RLIMIT_NOFILE", _DESCRIPTORS)
    _limit("RLIMIT_CPU", int(cpu_seconds) + 2)
    _limit("RLIMIT_AS", int(limits["memory"]))


def _limit(name: str, value: int) -> None:
    number = getattr(resource, name, None)
    if number is None:
        return
    _, hard = resource.getrlimit(number)
    bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(number, (bounded, bounded))
    except (ValueError, OSError):
        if sys.platform == "linux":
            raise


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent, whose id is given, ends."""
    if _LIBC.prctl(_PR_SET_PDEATHSIG, _KILLED, 0, 0, 0) or os.getppid() != parent:
        os._exit(1)


def drop_capabilities() -> None:
    """Give up what root may do beyond its own files. Raises OSError."""
    header = ctypes.create_string_buffer(struct.pack("<Ii", _CAPABILITY_VERSION_3, 0))
    nothing = ctypes.create_string_buffer(24)
    if _LIBC.capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")
