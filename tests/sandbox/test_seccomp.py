"""The filter's program, run instruction by instruction for both machines that it knows."""

from __future__ import annotations

import errno
import struct

import pytest

from grader.sandbox.guest.seccomp import MACHINES, Instruction, assemble, assemble_denied

PID = 4242
ALLOW, KILL = "allow", "kill"


def verdict(machine: str, number: int, *args: int, audit: int | None = None) -> str:
    """What the kernel would do with a system call: allow, kill, or the name of an error.

    It asks both parts, and does the strictest; here they never disagree on how to refuse.
    """
    known = MACHINES[machine]
    data = struct.pack("<IIQ6Q", number, audit or known.audit, 0, *(*args, 0, 0, 0, 0, 0, 0)[:6])
    said = {run(assemble_denied(known), [], data), run(*assemble(known), data)}
    assert len(said - {ALLOW}) < 2
    return (said - {ALLOW}).pop() if said != {ALLOW} else ALLOW


def run(instructions: list[Instruction], places: list[int], data: bytes) -> str:
    """What one part says of a call."""
    register, at = 0, 0
    while True:
        code, if_true, if_false, operand = instructions[at]
        operand = PID if at in places else operand
        at += 1
        if code == 0x20:
            (register,) = struct.unpack_from("<I", data, operand)
        elif code == 0x06:
            return {0x7FFF: ALLOW, 0x8000: KILL}.get(operand >> 16) or errno.errorcode[operand & 0xFFFF]
        else:
            test = {0x15: register == operand, 0x25: register > operand, 0x45: bool(register & operand)}[code]
            at += if_true if test else if_false


CALLS = {  # name: (x86_64, aarch64), from the kernel's tables
    "read": (0, 63),
    "mmap": (9, 222),
    "futex": (202, 98),
    "exit_group": (231, 94),
    "execve": (59, 221),
    "socket": (41, 198),
    "ptrace": (101, 117),
    "memfd_create": (319, 279),
    "unshare": (272, 97),
    "fchmodat": (268, 53),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "io_uring_setup": (425, 425),
    "clone": (56, 220),
    "clone3": (435, 435),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "newer": (463, 463),
}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("read", (), ALLOW),
        ("mmap", (), ALLOW),
        ("futex", (), ALLOW),
        ("exit_group", (), ALLOW),
        ("execve", (), "EPERM"),
        ("socket", (), "EPERM"),
        ("ptrace", (), "EPERM"),
        ("memfd_create", (), "EPERM"),
        ("unshare", (), "EPERM"),
        ("fchmodat", (), "EPERM"),
        ("utimensat", (), "EPERM"),
        ("setxattr", (), "EPERM"),
        ("io_uring_setup", (), "EPERM"),
        ("clone", (0x003D0F00,), ALLOW),  # a thread
        ("clone", (0x01200011,), "EPERM"),  # a process
        ("clone3", (), "ENOSYS"),
        ("kill", (PID, 9), ALLOW),
        ("kill", (PID + 1, 9), "EPERM"),
        ("kill", (0, 9), "EPERM"),
        ("kill", (0xFFFFFFFF, 9), "EPERM"),
        ("tgkill", (PID, 1, 6), ALLOW),
        ("tgkill", (PID - 1, 1, 6), "EPERM"),
        ("fcntl", (3, 1), ALLOW),
        ("fcntl", (3, 8), "EPERM"),
        ("fcntl", (3, 10), "EPERM"),
        ("fcntl", (3, 15), "EPERM"),
        ("fcntl", (3, 1 << 32 | 8), "EPERM"),
        ("ioctl", (3, 0x541B), ALLOW),
        ("ioctl", (3, 0x5412), "ENOTTY"),
        ("ioctl", (3, 0x8901), "ENOTTY"),
        ("prctl", (15,), ALLOW),
        ("prctl", (1,), "EPERM"),
        ("prlimit64", (0, 7, 0), ALLOW),
        ("prlimit64", (PID, 7, 0), ALLOW),
        ("prlimit64", (PID + 1, 7, 0), "EPERM"),
        ("prlimit64", (0, 7, 0x7FFF00001000), "EPERM"),
        ("prlimit64", (0, 7, 1 << 32), "EPERM"),
        ("newer", (), "ENOSYS"),
    ],
)
def test_the_verdict_on_each_system_call(
    machine: str, name: str, args: tuple[int, ...], expected: str
) -> None:
    number = CALLS[name][list(MACHINES).index(machine)]
    assert verdict(machine, number, *args) == expected


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_call_in_another_machines_tongue_is_death(machine: str) -> None:
    assert verdict(machine, 0, audit=0x40000003) == KILL  # i386, whose numbers mean other calls


def test_a_call_of_x32_is_not_there() -> None:
    assert verdict("x86_64", 0x40000000) == "ENOSYS"
