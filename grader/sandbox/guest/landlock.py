"""Landlock by its three system calls: this process and its children may read these paths, and no others.

Numbers and structures: <linux/landlock.h>; the same on every architecture. ABI 3 (Linux 6.2) is the
first that covers truncate. What Landlock never covers, such as chmod, the system-call filter denies.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Sequence
from typing import Any

__all__ = ["abi", "restrict"]

_CREATE, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL_DEV = 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_ALL_ABI3 = (1 << 15) - 1
_TCP = 3  # bind, connect
_SCOPES = 3  # abstract unix sockets, signals
_PR_SET_NO_NEW_PRIVS = 38


def abi() -> int:
    """The version of Landlock that the kernel offers; 0 for none."""
    try:
        return max(0, _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG)))
    except OSError:
        return 0


def restrict(read: Sequence[str], write: Sequence[str], names: Sequence[str]) -> None:
    """Confine this process for good.

    Args:
        read: files, and folders with all that is in them, that may be read; missing ones are left out.
        write: files that may be read and written, such as /dev/null.
        names: folders whose names, and those of the folders in them, may be listed, but not their files read.

    Raises:
        OSError: the kernel refuses.
    """
    version = abi()
    handled = _ALL_ABI3 | (_IOCTL_DEV if version >= 5 else 0)
    fields = [handled] + ([_TCP] if version >= 4 else []) + ([_SCOPES] if version >= 6 else [])
    attributes = struct.pack(f"<{len(fields)}Q", *fields)
    rules = _call(_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        for path in read:
            _add(rules, path, _READ_FILE | _READ_DIR)
        for path in names:
            _add(rules, path, _READ_DIR)
        for path in write:
            _add(rules, path, _READ_FILE | _WRITE_FILE | _TRUNCATE)
        _no_new_privileges()
        _call(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)


def _add(rules: int, path: str, access: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            access &= ~_READ_DIR
        rule = struct.pack("<Qi", access, beneath)
        _call(_ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(beneath)


def _no_new_privileges() -> None:
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")


def _call(number: int, *arguments: Any) -> int:
    result = int(_libc().syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock system call {number}: {os.strerror(code)}")
    return result


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)
