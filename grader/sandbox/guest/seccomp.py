"""The system-call filter of a student's process: it may compute, read what is there, and nothing else.

It starts no process, opens no socket, signals nobody else, holds no memory that the address-space
limit does not count, and changes nothing of any file's owner, mode or times. What is newer than
this list is not there (ENOSYS). The filter is classic BPF, as seccomp(2) takes it.

Numbers: <asm/unistd_64.h> and <asm-generic/unistd.h> of Linux 6.x; ``-`` where a machine lacks the call.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import NamedTuple, Tuple  # noqa: UP035 - evaluated, by Python 3.8 too

__all__ = ["MACHINES", "Filter", "Instruction", "UnsupportedMachineError", "assemble", "assemble_denied"]

_DENIED = """
fork 57 -; vfork 58 -; execve 59 221; execveat 322 281; socket 41 198; socketpair 53 199; connect 42 203;
bind 49 200; listen 50 201; accept 43 202; accept4 288 242; sendto 44 206; recvfrom 45 207; sendmsg 46
211; recvmsg 47 212; sendmmsg 307 269; recvmmsg 299 243; shutdown 48 210; ptrace 101 117; process_vm_readv
310 270; process_vm_writev 311 271; process_madvise 440 440; process_mrelease 448 448; kcmp 312 272;
pidfd_open 434 434; pidfd_getfd 438 438; pidfd_send_signal 424 424; get_robust_list 274 100; tkill 200
130; rt_sigqueueinfo 129 138; rt_tgsigqueueinfo 297 240; memfd_create 319 279; memfd_secret 447 447;
shmget 29 194; shmat 30 196; shmctl 31 195; shmdt 67 197; semget 64 190; semop 65 193; semctl 66 191;
semtimedop 220 192; msgget 68 186; msgsnd 69 189; msgrcv 70 188; msgctl 71 187; mq_open 240 180; mq_unlink
241 181; mq_timedsend 242 182; mq_timedreceive 243 183; mq_notify 244 184; mq_getsetattr 245 185;
io_uring_setup 425 425; io_uring_enter 426 426; io_uring_register 427 427; io_setup 206 0; io_submit 209
2; add_key 248 217; request_key 249 218; keyctl 250 219; bpf 321 280; perf_event_open 298 241; userfaultfd
323 282; mount 165 40; umount2 166 39; pivot_root 155 41; chroot 161 51; move_mount 429 429; open_tree 428
428; open_tree_attr 467 467; fsopen 430 430; fsconfig 431 431; fsmount 432 432; fspick 433 433;
mount_setattr 442 442; unshare 272 97; setns 308 268; swapon 167 224; swapoff 168 225; name_to_handle_at
303 264; open_by_handle_at 304 265; quotactl 179 60; quotactl_fd 443 443; init_module 175 105;
finit_module 313 273; delete_module 176 106; kexec_load 246 104; kexec_file_load 320 294; syslog 103 116;
acct 163 89; reboot 169 142; chmod 90 -; fchmod 91 52; fchmodat 268 53; fchmodat2 452 452; chown 92 -;
fchown 93 55; lchown 94 -; fchownat 260 54; utime 132 -; utimes 235 -; futimesat 261 -; utimensat 280 88;
setxattr 188 5; lsetxattr 189 6; fsetxattr 190 7; setxattrat 463 463; removexattr 197 14; lremovexattr 198
15; fremovexattr 199 16; removexattrat 466 466; truncate 76 45; mknod 133 -; mknodat 259 33; inotify_init
253 -; inotify_init1 294 26; inotify_add_watch 254 27; fanotify_init 300 262; fanotify_mark 301 263; flock
73 32; setuid 105 146; setgid 106 144; setreuid 113 145; setregid 114 143; setresuid 117 147; setresgid
119 149; setgroups 116 159; setfsuid 122 151; setfsgid 123 152; capset 126 91; personality 135 92; setsid
112 157; setpgid 109 154; modify_ldt 154 -; iopl 172 -; ioperm 173 -; vhangup 153 58; sethostname 170 161;
setdomainname 171 162; settimeofday 164 170; clock_settime 227 112; clock_adjtime 305 266; adjtimex 159
171; setrlimit 160 164; setpriority 141 140; ioprio_set 251 30; sched_setaffinity 203 122; sched_setparam
142 118; sched_setscheduler 144 119; sched_setattr 314 274; migrate_pages 256 238; move_pages 279 239;
mbind 237 235; set_mempolicy 238 237; mlock 149 228; mlock2 325 284; mlockall 151 230; sync 162 81; syncfs
306 267; vmsplice 278 75; lookup_dcookie 212 18; uselib 134 -; _sysctl 156 -; nfsservctl 180 42;
"""


class UnsupportedMachineError(Exception):
    """No filter is known for this processor; the text names it."""


class _Machine(NamedTuple):
    audit: int  # AUDIT_ARCH_*
    column: int
    newest: int  # calls above this number are not there
    clone: int
    clone3: int
    kill: int
    tgkill: int
    fcntl: int
    ioctl: int
    prctl: int
    prlimit64: int


MACHINES = {
    "x86_64": _Machine(0xC000003E, 1, 462, 56, 435, 62, 234, 72, 16, 157, 302),
    "aarch64": _Machine(0xC00000B7, 2, 462, 220, 435, 129, 131, 25, 29, 167, 261),
}

_EPERM, _ENOTTY, _ENOSYS = 1, 25, 38
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _ABOVE, _BITS, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06  # ld abs, jeq, jgt, jset, ret
_NUMBER, _ARCH, _ARGS = 0, 4, 16  # offsets in struct seccomp_data; arguments are 64 bits each
_CLONE_THREAD = 0x00010000
_FCNTLS = (
    0,
    1,
    2,
    3,
    4,
    1030,
    1032,
    1034,
)  # DUPFD, {GET,SET}FD, {GET,SET}FL, DUPFD_CLOEXEC, GETPIPE_SZ, GET_SEALS
_IOCTLS = (0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
_PRCTLS = (3, 15, 16, 0x53564D41)  # GET_DUMPABLE, {SET,GET}_NAME, SET_VMA (names of malloc's arenas)
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2


Instruction = Tuple[int, int, int, int]  # noqa: UP006
"""Code, jumps if true and if false, operand."""


class _Program(ctypes.Structure):
    """What the kernel is told; `code` is the memory that it reads, kept alive."""

    code: bytearray
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class Filter:
    """The filter in its two parts, assembled once: to take a long one costs the kernel a millisecond.

    `deny` binds a process that still has to fork; `install` adds the rest, with the process's own id in it.
    """

    def __init__(self) -> None:
        """Assemble it for this machine. Raises UnsupportedMachineError."""
        name = os.uname().machine
        if name not in MACHINES or sys.byteorder != "little" or sys.maxsize < 1 << 32:
            raise UnsupportedMachineError(f"no system-call filter is known for {name}")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._denying = _program(assemble_denied(MACHINES[name]))
        instructions, self._pid_places = assemble(MACHINES[name])
        self._rest = _program(instructions)

    def deny(self) -> None:
        """Bind this process and those it forks to what none of them needs. Raises OSError."""
        self._bind(self._denying)

    def install(self) -> None:
        """Bind this process, and all its later threads, to the rest for good. Raises OSError."""
        for place in self._pid_places:
            struct.pack_into("<I", self._rest.code, place * 8 + 4, os.getpid())
        self._bind(self._rest)

    def _bind(self, program: _Program) -> None:
        self._prctl(_PR_SET_NO_NEW_PRIVS, 1, None)
        self._prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program))

    def _prctl(self, option: int, value: int, pointer: object) -> None:
        if self._libc.prctl(option, ctypes.c_ulong(value), pointer, 0, 0):
            code = ctypes.get_errno()
            raise OSError(code, f"prctl({option}): {os.strerror(code)}")


def _program(instructions: list[Instruction]) -> _Program:
    code = bytearray(b"".join(struct.pack("<HBBI", *each) for each in instructions))
    buffer = (ctypes.c_char * len(code)).from_buffer(code)
    program = _Program(len(instructions), ctypes.addressof(buffer))
    program.code = code
    return program


def assemble_denied(machine: _Machine) -> list[Instruction]:
    """The instructions of the part that denies calls whatever their arguments."""
    code = _head(machine)
    for number in _denied(machine.column):
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    return [*code, _allow()]


def assemble(machine: _Machine) -> tuple[list[Instruction], list[int]]:
    """The instructions of the rest, and those among them whose operand is the process's own id."""
    code = _head(machine)
    code += [(_EQUAL, 0, 1, machine.clone3), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    code += _block(machine.clone, [(_LOAD, 0, 0, _ARGS), (_BITS, 1, 0, _CLONE_THREAD), _refuse(), _allow()])
    code += _only(machine.fcntl, 1, _FCNTLS, _EPERM)
    code += _only(machine.ioctl, 1, _IOCTLS, _ENOTTY)
    code += _only(machine.prctl, 0, _PRCTLS, _EPERM)
    places = []
    for number in (machine.kill, machine.tgkill):
        places.append(len(code) + 2)
        code += _only(number, 0, (0,), _EPERM)
    places.append(len(code) + 2)
    code += _block(machine.prlimit64, _own_limits())
    return [*code, _allow()], places


def _head(machine: _Machine) -> list[Instruction]:
    """Load the call's number, if it is one of this machine's."""
    return [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_ABOVE, 0, 1, machine.newest),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
    ]


def _denied(column: int) -> list[int]:
    rows = (row.split() for row in _DENIED.split(";") if row.strip())
    return sorted(int(row[column]) for row in rows if row[column] != "-")


def _refuse(code: int = _EPERM) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | code)


def _allow() -> Instruction:
    return (_RETURN, 0, 0, _ALLOW)


def _block(number: int, body: list[Instruction]) -> list[Instruction]:
    return [(_EQUAL, 0, len(body), number), *body]


def _only(number: int, argument: int, values: tuple[int, ...], code: int) -> list[Instruction]:
    """Allow a call if the low half of an argument is one of these values."""
    body: list[Instruction] = [(_LOAD, 0, 0, _ARGS + 8 * argument)]
    for index, value in enumerate(values):
        body.append((_EQUAL, len(values) - index, 0, value))
    return _block(number, [*body, _refuse(code), _allow()])


def _own_limits() -> list[Instruction]:
    """Allow prlimit64 of oneself (0, or the id), if it only reads: its third argument is NULL."""
    return [
        (_LOAD, 0, 0, _ARGS),
        (_EQUAL, 2, 0, 0),  # the id is written into the next instruction's operand
        (_EQUAL, 1, 0, 0),
        _refuse(),
        (_LOAD, 0, 0, _ARGS + 16),
        (_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, _ARGS + 20),
        (_EQUAL, 1, 0, 0),
        _refuse(),
        _allow(),
    ]
