"""A child process that speaks frames: started, read with a deadline, and ended for certain."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

try:
    import fcntl
except ImportError:  # Windows, where nothing here is used
    fcntl = None  # type: ignore[assignment]

__all__ = ["ChildProcess", "GoneError", "SilentError"]

_PIPE = 1 << 20  # bytes that a pipe should hold, so that frames need few switches
_CHUNK = 1 << 16  # bytes that are read at once, where fewer are asked for
_ENDING = 5.0  # s that a killed process may take to be gone
_MOST_COMPLAINT = 2000


class GoneError(Exception):
    """The process has ended; the text is what it wrote to its error stream."""


class SilentError(Exception):
    """Nothing came for longer than the process may be silent."""


class ChildProcess:
    """A process with pipes for its standard streams, in a session of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it; returns at once."""
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=dict(environment),
            close_fds=True,
            start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._sink, self._source = self._process.stdin.fileno(), self._process.stdout.fileno()
        for descriptor in (self._sink, self._source):
            with contextlib.suppress(OSError, AttributeError):
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE)
        os.set_blocking(self._sink, False)
        self._silence = 0.0
        self._complaint = ""
        self._ahead = memoryview(b"")  # what was read and not asked for yet
        self._poll = select.poll()
        self._poll.register(self._source, select.POLLIN)
        self._room = select.poll()
        self._room.register(self._sink, select.POLLOUT)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def patience(self, seconds: float) -> None:
        """From now on, a silence of more than `seconds` is a SilentError."""
        self._silence = seconds

    def send(self, data: bytes) -> None:
        """Write all of `data`. Raises GoneError or SilentError."""
        left = memoryview(data)
        while left:
            if not self._room.poll(self._silence * 1000):
                raise SilentError
            try:
                left = left[os.write(self._sink, left) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise GoneError(self.complaint()) from None

    def read(self, size: int) -> Any:
        """Read exactly `size` bytes, read-only. Raises GoneError or SilentError.

        Frames are short and come in bursts, so what is there is read at once.
        """
        if len(self._ahead) < size:
            self._ahead = self._read_on(size)
        found, self._ahead = self._ahead[:size], self._ahead[size:]
        return found

    def _read_on(self, size: int) -> memoryview:
        """Read until at least `size` bytes are there; what was there comes first."""
        if size > _CHUNK:
            return self._read_large(size)
        data = bytes(self._ahead)
        while len(data) < size:
            self._await()
            more = os.read(self._source, _CHUNK)
            if not more:
                raise GoneError(self.complaint())
            data += more
        return memoryview(data)

    def _read_large(self, size: int) -> memoryview:
        view = memoryview(bytearray(size))
        done = len(self._ahead)
        view[:done] = self._ahead
        while done < size:
            self._await()
            count = os.readv(self._source, [view[done:]])
            if not count:
                raise GoneError(self.complaint())
            done += count
        return view.toreadonly()

    def _await(self) -> None:
        if not self._poll.poll(self._silence * 1000):
            raise SilentError

    def complaint(self) -> str:
        """What the process wrote to its error stream before it ended."""
        self._end()
        assert self._process.stderr is not None
        descriptor = self._process.stderr.fileno()
        os.set_blocking(descriptor, False)
        with contextlib.suppress(BlockingIOError):
            self._complaint += os.read(descriptor, _MOST_COMPLAINT).decode("utf-8", "replace").strip()
        return self._complaint

    def close(self) -> None:
        """Kill everything, and come back when it is gone."""
        self._end()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _end(self) -> None:
        """Kill the process and what it started, and wait until its last end of the pipe is closed."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._wait_for_end_of_stream()

    def _wait_for_end_of_stream(self) -> None:
        deadline = time.monotonic() + _ENDING
        while time.monotonic() < deadline and self._poll.poll(100):
            if not os.read(self._source, 1 << 20):
                return
