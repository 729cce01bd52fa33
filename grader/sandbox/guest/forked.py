"""A leaf as the worker sees it: forked, asked, timed by the kernel's clock, and ended by SIGKILL."""

from __future__ import annotations

import fcntl
import functools
import mmap
import os
import select
import signal
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import confinement, leaf, wire
from .supervision import Answer, ended

if TYPE_CHECKING:
    from .worker import Worker

__all__ = ["ForkedLeaf"]

MOST_OUTPUT = 256 << 20  # bytes that a leaf may print before it is killed
MOST_CODE = 8 << 20  # bytes of compiled code that are kept
SHORTEST_NAP = 0.0002  # s
UNTOLD = 5  # ms that the grader may wait for what is ready, so that quick runs are told together
LONGEST_SLEEP = 0.25  # s between two looks at the CPU clock: threads may be faster than the wall's
_CLOSING = 1.0  # s that a leaf may take to be gone after it closed its answers
_NEARLY = 0.8  # of the memory limit: a process that dies with this much in use died of it


class ForkedLeaf:
    """A leaf as the worker sees it: three pipes, a process id and its clock."""

    ahead = leaf.MOST_ASKED

    def __init__(
        self, worker: Worker, batch: wire.Frame, head: dict[str, Any], limits: dict[str, Any]
    ) -> None:
        """Fork it. It begins by loading the submission."""
        self._worker, self._limits, self._head = worker, limits, head
        self._progress = mmap.mmap(-1, 1)
        # Inputs of runs that are timed are not there while a submission is loaded: it could work ahead.
        self._laid_out = mmap.mmap(-1, max(1, head["size"])) if limits["apart"] else None
        self._dead: tuple[int, Any] | None = None
        self._buffer, self._at = bytearray(), 0  # what was read, and where in it the next answer begins
        self._is_new = False  # whether something was read since the clock was looked at
        self.output, self.printed, self.seconds = b"", 0, 0.0
        requests, self._ask_fd = os.pipe()
        self._answer_fd, answers = os.pipe()
        self._output_fd, printing = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            self._live(batch, requests, answers, printing)
        for descriptor in (requests, answers, printing):
            os.close(descriptor)
        os.set_blocking(self._answer_fd, False)
        os.set_blocking(self._output_fd, False)
        self._open, self._begun, self._started = 0, 0.0, time.monotonic()
        self._usual = 0.0  # s of CPU time that the last runs took, about
        self._clock = (~self._pid << 3) | 2  # the process's CPU clock: see clock_getcpuclockid(3)
        self._poll = select.poll()
        self._poll.register(self._answer_fd, select.POLLIN)
        self._poll.register(self._output_fd, select.POLLIN)

    # --- in the new process --------------------------------------------------------------------------

    def _live(self, batch: wire.Frame, requests: int, answers: int, printing: int) -> None:
        """Confine this process, then do as it is asked. Never returns."""
        try:
            self._confine(requests, answers, printing)
            performer = leaf.Leaf(
                self._worker.program,
                self._head,
                batch.blob if self._laid_out is None else self._laid_out,
                self._limits,
                compiled=self._worker.compiled,
                send=functools.partial(leaf.write_all, 4),
                at=functools.partial(self._progress.__setitem__, 0),
            )
            leaf.serve(performer, functools.partial(leaf.read_requests, 3))
        finally:
            os._exit(70)

    def _confine(self, requests: int, answers: int, printing: int) -> None:
        confinement.die_with_parent(self._worker.pid)
        moved = [
            os.dup(fd) for fd in (os.open(os.devnull, os.O_RDONLY), printing, printing, requests, answers)
        ]
        top = max(moved)
        lifted = [_lift(fd, top + 1 + place) for place, fd in enumerate(moved)]
        for place, descriptor in enumerate(lifted):
            os.dup2(descriptor, place, inheritable=False)
        os.closerange(5, max(top + 16, 256))
        total = self._limits["load_seconds"] + self._limits["seconds"] * max(1, len(self._head["order"]))
        confinement.limit(self._limits, cpu_seconds=total)
        if self._worker.filter is not None:
            self._worker.filter.install()

    # --- in the worker ----------------------------------------------------------------------------------

    def load(self, token: bytes) -> Answer:
        """Wait for the submission to be loaded. Its code is kept for the leaves that follow."""
        self._tell(token)
        answer = self._await(wire.LOADED, 0, token, self._limits["load_seconds"])
        if len(answer.blob) <= MOST_CODE:
            self._worker.compiled = self._worker.compiled or bytes(answer.blob)
        return answer._replace(blob=b"")

    def ask(self, questions: Sequence[tuple[int, int, bytes]]) -> None:
        """Ask for runs, after those that were asked for before."""
        if not self._open:
            self._mark()
        if self._laid_out is not None:
            for _, index, _ in questions:
                self._lay_out(self._laid_out, index)
        self._open += len(questions)
        self._tell(b"".join([wire.REQUEST.pack(*question) for question in questions]))

    def _lay_out(self, table: mmap.mmap, index: int) -> None:
        """Put a run's arrays where the process reads them."""
        _, offset, _ = self._head["runs"][index]
        arrays = self._worker.inputs(index)
        table[offset : offset + len(arrays)] = arrays

    def answer(self, place: int, token: bytes) -> Answer:
        """Wait for the next run that was asked for."""
        answer = self._await(wire.REPLY, place, token, self._limits["seconds"])
        self._open -= 1
        self._usual += (answer.seconds - self._usual) / self.ahead
        return answer

    def _mark(self) -> None:
        self._begun, self._started, self._is_new = self._cpu(), time.monotonic(), False

    def close(self) -> None:
        """End the process, if it lives, and keep what it printed and used."""
        if self._pid:
            self._kill()
            self._reap()
            self._drain()
            self._worker.keep(self)
            for descriptor in (self._ask_fd, self._answer_fd, self._output_fd):
                os.close(descriptor)
            self._pid = 0

    def _tell(self, data: bytes) -> None:
        try:
            os.write(self._ask_fd, data)
        except BrokenPipeError:
            return  # waiting for its answer finds out how it died

    def _await(self, kind: int, number: int, token: bytes, seconds: float) -> Answer:
        begun, patience = self._begun, self._limits["patience"] * seconds
        while True:
            try:
                frame = self._take()
                if frame is not None:
                    return self._checked(frame, kind, number, token)
                left = min(seconds - (self._cpu() - begun), patience - (time.monotonic() - self._started))
                if left <= 0:
                    return self._out_of_time(seconds, patience, begun)
                self._receive(min(left, LONGEST_SLEEP))
            except wire.MalformedError as error:
                self._kill()
                return self._ended("KILLED", f"malformed answer: {error}", begun)
            except EOFError:
                return self._died(begun)
            if self.printed > MOST_OUTPUT:
                self._kill()
                return self._ended("KILLED", f"printed more than {MOST_OUTPUT >> 20} MiB", begun)

    def _wait(self, seconds: float) -> bool:
        """Sleep until there is something; True if it is (part of) an answer.

        While quick runs are under way, it sleeps for as long as it takes until half of them are left: to wake
        this process for each of their answers would cost them and it more than to take several at once.
        """
        if self._open > self.ahead // 2:
            time.sleep(min(seconds, max(SHORTEST_NAP, (self._open - self.ahead // 2) * self._usual)))
        ready = self._poll.poll(min(seconds * 1000 + 1, UNTOLD))
        if not ready:
            self._worker.stream.flush()
            ready = self._poll.poll(seconds * 1000 + 1)
        descriptors = [descriptor for descriptor, _ in ready]
        if self._output_fd in descriptors:
            self._drain()
        return self._answer_fd in descriptors

    def _receive(self, seconds: float) -> None:
        """Read what there is of answers, within so much time. Raises EOFError."""
        if not self._wait(seconds):
            return
        data = os.read(self._answer_fd, max(1 << 16, min(self._size(), 1 << 20)))
        if not data:
            raise EOFError
        del self._buffer[: self._at]
        self._buffer += data
        self._at, self._is_new = 0, True

    def _take(self) -> wire.Frame | None:
        """Take the next answer; None while it is not complete."""
        size = self._size()
        if not size or len(self._buffer) - self._at < size:
            return None
        whole = bytes(self._buffer[self._at : self._at + size])
        self._at += size
        if self._open <= 1 and self._at < len(self._buffer):
            raise wire.MalformedError(f"{len(self._buffer) - self._at} bytes too many")
        return wire.frame_at(memoryview(whole))

    def _size(self) -> int:
        """How long the frame is that has begun to come; 0 if that is not known yet."""
        if len(self._buffer) - self._at < wire.HEADER.size:
            return 0
        magic, *_, text, blob = wire.HEADER.unpack_from(self._buffer, self._at)
        if magic != wire.MAGIC or text > wire.ANSWER_TEXT or blob > self._limits["answer"] + (1 << 12):
            raise wire.MalformedError(f"a frame that begins with {magic!r}, of {text} + {blob} bytes")
        return wire.HEADER.size + int(text) + int(blob)

    def _checked(self, frame: wire.Frame, kind: int, number: int, token: bytes) -> Answer:
        """Take an answer to what was asked; what it says of a run is for the grader to check.

        Of quick runs that were told together, the first is said to have taken the time of all.
        """
        begun = self._begun
        if self._is_new:
            self._mark()
        if (frame.kind, frame.number, frame.nonce) != (kind, number, token):
            raise wire.MalformedError("an answer to something that was not asked")
        meta = wire.check_load(frame.meta()) if kind == wire.LOADED else {}
        return Answer(meta, frame.text, frame.blob, self._begun - begun, not frame.spent)

    # --- how it ends ---------------------------------------------------------------------------------------

    def _out_of_time(self, seconds: float, patience: float, begun: float) -> Answer:
        used = self._cpu() - begun
        self._kill()
        text = f"did not finish within {seconds:g} s of CPU time"
        if used < seconds:
            text = f"did not finish within {patience:g} s (it used {used:.1f} s of CPU time)"
        return self._ended("TIMED_OUT", text, begun)

    def _died(self, begun: float) -> Answer:
        deadline = time.monotonic() + _CLOSING
        while not self._reap(os.WNOHANG):
            if time.monotonic() > deadline:
                self._kill()
                return self._ended("KILLED", "closed the channel for its answers", begun)
            time.sleep(0.0005)
        assert self._dead is not None
        return self._ended(*_cause(*self._dead, self._limits), begun)

    def _ended(self, ending: str, text: str, begun: float) -> Answer:
        self._reap()
        self._drain()
        return ended(ending, text, step=self._progress[0], seconds=max(0.0, self.seconds - begun))

    def _kill(self) -> None:
        if self._dead is None:
            os.kill(self._pid, signal.SIGKILL)

    def _reap(self, options: int = 0) -> bool:
        if self._dead is None:
            pid, status, usage = os.wait4(self._pid, options)
            if not pid:
                return False
            self._dead = status, usage
            self.seconds = usage.ru_utime + usage.ru_stime
        return True

    def _cpu(self) -> float:
        if self._dead is not None:
            return self.seconds
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return self.seconds

    def _drain(self) -> None:
        """Read what was printed, and keep the last of it."""
        keep = self._limits["output"]
        try:
            for _ in range(16):
                data = os.read(self._output_fd, 1 << 16)
                if not data:
                    self._poll.unregister(self._output_fd)
                    return
                self.printed += len(data)
                self.output = (self.output + data)[-keep:] if keep else b""
        except (BlockingIOError, KeyError):
            return


def _cause(status: int, usage: Any, limits: dict[str, Any]) -> tuple[str, str]:
    """Say why a process died that nobody here killed."""
    if os.WIFEXITED(status):
        return "KILLED", f"the process ended itself with exit status {os.WEXITSTATUS(status)}"
    name = signal.Signals(os.WTERMSIG(status)).name
    if usage.ru_maxrss * 1024 > _NEARLY * limits["memory"]:
        return "OUT_OF_MEMORY", f"killed by {name} with its memory used up"
    if name == "SIGXCPU":
        return "TIMED_OUT", "used more CPU time than all runs together may"
    return "KILLED", f"killed by {name}"


def _lift(descriptor: int, lowest: int) -> int:
    """Duplicate a descriptor to a number that is not below `lowest`."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, lowest)
