"""What a hostile submission cannot do where isolation is promised, and can do where it is not.

Every attack is bounded: it would do no harm to a machine without a sandbox, which is where each of
them is also run, because an attack that fails everywhere shows nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from alive import runs

from grader.sandbox import encode, worker_sandbox
from grader.sandbox.guest import wire
from grader.steps import Batch, Ending, Limits

from .stage import Stage, call, program

ONE = encode(Batch(functions=("f",), runs=(call(),), order=(0,)))
ROOT = Path(__file__).resolve().parents[2]
TRY = """
import ctypes, fcntl, mmap, os, signal, socket, struct, sys, threading, time
import numpy as np
libc = ctypes.CDLL(None, use_errno=True)
def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
def attempt(act):
    try:
        act()
    except (OSError, ValueError):  # ValueError: what `resource` makes of EPERM
        return False
    return True
"""


def succeeds(stage: Stage, code: str, *args: object) -> bool:
    """Whether the attack goes through; `code` is a statement that raises OSError if it does not."""
    text = f"{TRY}\ndef f(*args):\n    def act():\n        {code}\n    return attempt(act)\n"
    reply = stage.reply(text, call("f", *args))
    assert reply.ending is Ending.RETURNED, reply
    return bool(reply.values["y"])


ATTACKS = {
    "tcp": "socket.socket()",
    "unix socket": "socket.socket(socket.AF_UNIX)",
    "socket pair": "socket.socketpair()",
    "fork": "pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0)",
    "subprocess": "import subprocess; subprocess.run([sys.executable, '-c', ''], check=False)",
    "spawn": "os.posix_spawn(sys.executable, [sys.executable, '-c', ''], {})",
    "signal to the parent": "os.kill(os.getppid(), 0)",
    "signal to the group": "os.kill(0, 0)",
    "limits of the parent": "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))",
    "own limits": "import resource as r; r.setrlimit(r.RLIMIT_CPU, r.getrlimit(r.RLIMIT_CPU))",
    "signals by descriptor": "r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())",
    "choice of signal": "r, w = os.pipe(); fcntl.fcntl(r, 10, 9)",
    "owner by ioctl": "r, w = os.pipe(); fcntl.ioctl(r, 0x5452, struct.pack('i', 1))",
    "memory file": "os.close(os.memfd_create('x'))",
    "shared memory": "check(libc.shmget(0, 4096, 0o1600))",
    "message queue": "check(libc.msgget(0, 0o1600))",
    "own session": "check(libc.setpgid(0, 0))",
    "parent's death": "check(libc.prctl(1, 0, 0, 0, 0))",
    "user namespace": "check(libc.unshare(0x10000000))",
    "locks": "fcntl.flock(os.open(sys.executable, os.O_RDONLY), fcntl.LOCK_SH)",
    "watching": "check(libc.inotify_init())",
    "mode": "os.chmod('/dev/fd/1', 0o600) if os.path.exists('/dev/fd/1') else os.chmod('/tmp', 0o1777)",
    "priority": "os.setpriority(os.PRIO_PROCESS, 0, 0)",
    "affinity": "os.sched_setaffinity(0, os.sched_getaffinity(0))",
    "io_uring": "check(libc.syscall(425, 1, ctypes.create_string_buffer(120)))",
    "grader's source": "open(args[0]).close()",
    "passwords": "open('/etc/passwd').close()",
    "checkout": "os.listdir(args[1])",
    "processes": "os.listdir('/proc')",
    "overwriting": "os.close(os.open(args[0], os.O_WRONLY))",
}
NOT_EVERYWHERE = {"io_uring", "user namespace"}  # a kernel may forbid these to everybody


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_fails(isolated: Stage, name: str) -> None:
    assert not succeeds(isolated, ATTACKS[name], str(ROOT / "grader" / "errors.py"), str(ROOT))


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - NOT_EVERYWHERE))
def test_attack_would_succeed_without_a_sandbox(unprotected: Stage, name: str) -> None:
    assert succeeds(unprotected, ATTACKS[name], str(ROOT / "grader" / "errors.py"), str(ROOT))


def test_threads_still_work(isolated: Stage) -> None:
    assert succeeds(isolated, "t = threading.Thread(target=lambda: None); t.start(); t.join()")


def test_what_numpy_needs_still_works(isolated: Stage) -> None:
    text = """
    import numpy as np
    def f():
        import numpy.fft, numpy.ma, numpy.polynomial, numpy.linalg, numpy.testing, numpy.lib.stride_tricks
        import decimal, ssl, sqlite3, zlib, bz2, lzma, json, csv, ctypes, multiprocessing, asyncio, unittest
        return np.linalg.svd(np.fft.fft(np.eye(8)).real)[1]
    """
    assert isolated.reply(text, limits=Limits(seconds=5)).ending is Ending.RETURNED


@pytest.mark.parametrize("module", ["grader", "reference", "pytest", "hypothesis", "pip", "yaml"])
def test_no_other_package_can_be_imported(stage: Stage, module: str) -> None:
    text = f"n = 0\ntry:\n    import {module}\n    n = 1\nexcept ImportError: pass\ndef f(): return n"
    assert stage.value(text) == 0


def test_six_variables_and_a_closed_world(isolated: Stage) -> None:
    text = """
    import os, sys
    def f():
        open_ = []
        for number in range(64):
            try:
                os.fstat(number)
                open_.append(number)
            except OSError:
                pass
        assert len(os.environ) == 6, os.environ
        assert not sys.stdin.read()
        assert not [m for m in sys.modules if "guest" in m or "grader" in m], sys.modules
        return open_
    """
    assert isolated.value(text).tolist() == [0, 1, 2, 3, 4]


def test_a_private_tmp_is_all_that_can_be_written(isolated: Stage) -> None:
    text = (
        TRY
        + """
    def write(path):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
    def f(*paths):
        return [attempt(lambda: write(os.path.join(path, "x"))) for path in paths]
    """.replace("\n    ", "\n")
    )
    paths = ("/tmp", "/", "/usr/lib", "/dev", "/dev/shm", "/var/tmp", str(ROOT), "/w/guest", "/np")
    private = isolated.level == "bubblewrap"
    expected = [private and path in ("/tmp", "/dev/shm") for path in paths]
    assert isolated.value(text, call("f", *paths)).tolist() == expected
    assert not Path("/tmp/x").exists()


def test_tmp_is_bounded(stages: dict[str, Stage], isolated: Stage) -> None:
    if isolated.level != "bubblewrap":
        pytest.skip("there is no /tmp to fill")
    text = """
    def f():
        block, n = b"x" * (1 << 20), 0
        try:
            for i in range(200):
                with open(f"/tmp/{i}", "wb") as file:
                    file.write(block)
                n += 1
        except OSError:
            return n
    """
    assert 32 <= isolated.value(text, limits=Limits(seconds=5)) <= 64


def test_memory_is_bounded_in_all_its_forms(isolated: Stage) -> None:
    text = """
    import mmap, threading
    def f():
        kept = []
        try:
            while len(kept) < 1000:
                kept.append(mmap.mmap(-1, 8 << 20))
        except (OSError, MemoryError):
            pass
        return len(kept)
    """
    assert isolated.value(text, limits=Limits(memory=1 << 30)) < 128


def test_a_memory_hog_harms_only_itself(stage: Stage) -> None:
    text = "def f():\n    kept = []\n    while len(kept) < 99: kept.append(bytearray(8 << 20))\ndef g(): pass"
    replies = stage.play(text, call("g"), call(), call("g"), limits=Limits(memory=512 << 20)).replies
    assert [reply.ending.name for reply in replies] == ["RETURNED", "OUT_OF_MEMORY", "RETURNED"]


# --- forging --------------------------------------------------------------------------------------------


def test_a_subclass_that_claims_equality_is_seen_through(stage: Stage) -> None:
    text = """
    import numpy as np
    class Liar(np.ndarray):
        def __eq__(self, other): return np.ones(1, bool)
        def __array__(self, *args, **kwargs): return np.full(2, 42.0)
        def __array_ufunc__(self, *args, **kwargs): return 42.0
        def __array_finalize__(self, parent): pass
        def tobytes(self, *args): return b"*" * 16
        def view(self, *args): return np.full(2, 42.0)
        def astype(self, *args, **kwargs): return np.full(2, 42.0)
        dtype = property(lambda self: np.dtype("f8"))
        shape = property(lambda self: (2,))
        __class__ = property(lambda self: np.ndarray)
    def f(): return np.array([1.0, 2.0]).view(Liar)
    """
    assert stage.value(text).tolist() == [1.0, 2.0]


def forged(token: bytes, *, kind: int = wire.REPLY, value: float = 42.0) -> bytes:
    meta = {
        "ending": "RETURNED",
        "step": 0,
        "values": {"y": ["f8", []]},
        "changed": [],
        "error": None,
        "text": "",
        "notes": [],
    }
    return wire.pack(kind, 1, token, meta, [struct.pack("<d", value)])


JUNK = {
    "noise": os.urandom(64),
    "a frame with another token": forged(bytes(16)),
    "a huge frame": wire.HEADER.pack(wire.MAGIC, wire.REPLY, False, 1, bytes(16), 0.0, 1 << 40, 1 << 50),
    "half a frame": forged(bytes(16))[:20],
    "nothing but a magic word": wire.MAGIC * 20,
}


def said(**change: object) -> bytes:
    """What a process might say of a run."""
    honest: dict[str, object] = {
        "ending": "RETURNED",
        "values": {},
        "error": None,
        "text": "",
        "notes": [],
        "changed": [],
        "step": 0,
    }
    return json.dumps({**honest, **change}).encode()


LIES = {
    "no JSON": b"{" * 8,
    "other letters": said(text="x").replace(b"x", b"\xc3\xa9"),
    "deep JSON": b"[" * 100_000,
    "no reply": b"[]",
    "not run": said(ending="NOT_RUN"),
    "timed out": said(ending="TIMED_OUT", skipped=True, text="x" * 9999),
    "another result": said(values={"z": ["f8", []]}),
    "too few bytes": said(values={"y": ["f8", [9]]}),
    "no result": said(),
    "an exception without words": said(ending="RAISED", error={}, notes=["a"] * 999),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_in_the_right_frame_that_is_none(isolated: Stage, lie: str) -> None:
    """Who patches the writing of answers can say what they like of their own run, and of no other."""
    text = f"""
    import os, struct
    HEADER = struct.Struct({wire.HEADER.format!r})
    write = os.write
    def lying(descriptor, data):
        fields = list(HEADER.unpack_from(data))
        said = {LIES[lie]!r}
        fields[6], fields[7] = len(said), 0
        write(descriptor, HEADER.pack(*fields) + said)
        return len(data)
    def f(i):
        os.write = lying
        return float(i)
    def g(i):
        os.write = write
        return float(i)
    """
    replies = isolated.play(text, call("g", 0), call("f", 1), call("g", 2), call("g", 3)).replies
    assert [reply.ending is Ending.RETURNED for reply in replies] == [True, False, True, True]
    assert replies[1].ending is not Ending.NOT_RUN
    assert [float(replies[place].values["y"]) for place in (0, 2, 3)] == [0, 2, 3]  # type: ignore[arg-type]


@pytest.mark.parametrize("junk", JUNK)
def test_writing_to_every_descriptor_gains_nothing(isolated: Stage, junk: str) -> None:
    text = f"""
    import os
    def f(i):
        for number in range(3, 64):
            try:
                os.write(number, {JUNK[junk]!r})
            except OSError:
                pass
        return i
    def g(i): return i
    """
    runs = [call("g", 0), call("f", 1), call("g", 2), call("g", 3)]
    replies = isolated.play(text, *runs).replies
    for number, reply in enumerate(replies):
        if reply.ending is Ending.RETURNED:
            assert reply.values["y"] == number
        else:
            assert (reply.ending, reply.text[:16]) == (Ending.KILLED, "malformed answer")
    assert [reply.ending.name for reply in replies].count("KILLED") == 1
    assert replies[0].ending is replies[3].ending is Ending.RETURNED


def test_stealing_the_questions_gains_nothing(isolated: Stage) -> None:
    text = """
    import os
    def f(i):
        if i == 1:
            os.set_blocking(3, False)
            try:
                os.read(3, 4096)
            except OSError:
                pass
        return i
    """
    replies = isolated.play(text, *[call("f", i) for i in range(6)]).replies
    assert all(
        reply.values["y"] == number if reply.ending is Ending.RETURNED else reply.ending is Ending.KILLED
        for number, reply in enumerate(replies)
    )


def test_closing_the_channel_is_a_death(isolated: Stage) -> None:
    replies = isolated.play(
        "import os, time\ndef f():\n    os.close(4)\n    time.sleep(5)", call(), call()
    ).replies
    assert [(reply.ending.name, reply.text) for reply in replies] == [
        ("KILLED", "closed the channel for its answers")
    ] * 2


def test_an_answer_that_is_too_large(stage: Stage) -> None:
    text = (
        "import numpy as np\ndef f(): return np.zeros(1 << 20)\ndef g(): return np.broadcast_to(1, 1 << 40)"
    )
    replies = stage.play(text, call(), call("g"), limits=Limits(answer=1 << 20)).replies
    assert [reply.text for reply in replies] == [
        "an array of 8388608 bytes; at most 1048576 may be returned",
        "an array of 8796093022208 bytes; at most 1048576 may be returned",
    ]
    assert {reply.ending for reply in replies} == {Ending.MALFORMED}


def test_a_large_answer_arrives(stage: Stage) -> None:
    text = "import numpy as np\ndef f(): return np.arange(4e6)"
    value = stage.value(text, limits=Limits(seconds=5))
    assert (value == np.arange(4e6)).all()


# --- what is left -----------------------------------------------------------------------------------------


def _descendants(ancestor: int) -> set[int]:
    """Ids of the processes that a process started, and that those started; zombies are not counted."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                children.setdefault(int(parent), []).append(int(folder.name))
    found, waiting = set(), [ancestor]
    while waiting:
        new = children.get(waiting.pop(), [])
        found.update(new)
        waiting += new
    return found


def _lives(process: int) -> bool:
    """Whether a process is there and not merely a zombie that init has not collected yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_nothing_is_left_after_close(isolated: Stage) -> None:
    text = """
    import threading, time
    threading.Thread(target=time.sleep, args=(60,)).start()
    def f(): return 1
    """
    before = _descendants(os.getpid())
    with isolated.launcher.start() as sandbox:
        sandbox.give(program(text))
        sandbox.wait()
        inside = _descendants(sandbox.pid) | {sandbox.pid}
        assert inside <= _descendants(os.getpid())
        assert sandbox.run(ONE, Limits()).replies[0].values["y"] == 1
    deadline = time.monotonic() + 10  # its pipes are closed, which the kernel does just before it is gone
    while (left := _left(inside, before)) and time.monotonic() < deadline:
        time.sleep(0.001)
    assert not left


def _left(inside: set[int], before: set[int]) -> set[int]:
    """Processes of a sandbox, and any of ours that were not there before it."""
    return {process for process in inside if _lives(process)} | (_descendants(os.getpid()) - before)


def test_everything_ends_with_the_grader(isolated: Stage) -> None:
    script = (
        "import sys, time\nfrom grader.sandbox import open_launcher\n"
        f"sandbox = open_launcher({isolated.level!r}).start()\nsandbox.wait()\n"
        "print(sandbox.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT) as grader:
        assert grader.stdout is not None
        sandbox = int(grader.stdout.readline())
        assert runs(sandbox)
        grader.kill()
    deadline = time.monotonic() + 5
    while runs(sandbox) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(sandbox)


def test_the_network_of_this_machine_is_not_there(isolated: Stage, unprotected: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        attack = f"socket.create_connection(('127.0.0.1', {port}), 1).close()"
        assert not succeeds(isolated, attack)
        assert succeeds(unprotected, attack)


def test_a_worker_that_does_not_answer_costs_nobody_anything(
    isolated: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_sandbox, "_SLACK", 0.2)
    with isolated.launcher.start() as box:
        box.give(program("def f(): return 1"))
        box.wait()
        for process in _descendants(box.pid) | {box.pid}:
            os.kill(process, signal.SIGSTOP)
        stuck = box.run(ONE, Limits(seconds=0.1, load_seconds=0.1))
        again = box.run(ONE, Limits())
    assert (stuck.replies[0].ending, stuck.replies[0].text) == (
        Ending.NOT_RUN,
        "the sandbox was lost: it did not answer",
    )
    assert again.replies[0].ending is Ending.RETURNED
