"""Tasks on their way to the workers and back: never more than the cluster needs to be busy."""

from __future__ import annotations

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Generic, TypeVar

from grader.errors import GraderError

__all__ = ["Flow", "Lost", "Work"]

Name = TypeVar("Name")
Work = Callable[[str, bytes], bytes]
"""Done on a worker: a run's name and a task's data go in."""

AHEAD = 4
"""Tasks for each thread of the cluster: one is done, the others wait in the scheduler."""
FEWEST = 64
MOST_BYTES = 256 << 20
"""Data that may be under way: the scheduler holds it in memory, and sends it again when a worker is lost."""

LOOK = 5.0
"""Seconds between two looks at the cluster's size."""

NAP = 0.02
"""Seconds between two looks whether a result is there."""

NOBODY = (
    "No worker is left in the cluster: waiting for new ones. Ctrl-C ends the run and keeps what was graded."
)
SOMEBODY = "Workers are there again: the run goes on."
GIVEN_UP = (
    "No worker is left in the cluster, and none came back.\n"
    "What was graded is kept: the same command goes on from there."
)
LOST_CONNECTION = (
    "The connection to the cluster was lost: its scheduler has ended, or was restarted.\n"
    "What was graded is kept: the same command goes on from there."
)


@dataclass(frozen=True, slots=True)
class Lost:
    """What became of a task whose worker ended each time, also when nothing else was under way.

    Attributes:
        workers: how many ended while it was alone.
    """

    workers: int


class Flow(Generic[Name]):
    """Hands tasks to a cluster and takes results, in the order in which they are ready.

    A task that is lost more often than the scheduler allows may have been a neighbour of the one that is to
    blame. So it is tried once more at the end, when nothing else is under way.
    """

    def __init__(
        self,
        client: Any,
        run: str,
        work: Work,
        say: Callable[[str], None],
        *,
        revive: Callable[[], None] = lambda: None,
        patience: float = math.inf,
    ) -> None:
        """Do nothing yet.

        Args:
            client: a `distributed.Client`; the caller's to close.
            run: a name that no other run has.
            work: a function that the workers can import.
            say: tells people why nothing goes on.
            revive: called while no worker is there.
            patience: seconds without a worker after which the run is given up.
        """
        from distributed import as_completed

        self._client, self._run, self._work, self._say = client, run, work, say
        self._numbers = count()
        self._ready = as_completed(loop=client.loop)
        self._under_way: dict[Any, tuple[Name, bytes]] = {}
        self._waiting: list[tuple[Name, bytes]] = []
        self._bytes = 0
        self._suspects: deque[tuple[Name, bytes]] = deque()
        self._revive, self._patience = revive, patience
        self._most, self._looked, self._deserted = FEWEST, -math.inf, 0
        self._look()

    @property
    def full(self) -> bool:
        """Whether the cluster has enough to do."""
        return len(self._under_way) + len(self._waiting) >= self._most or self._bytes >= MOST_BYTES

    @property
    def low(self) -> bool:
        """Whether it is time for more: tasks that are sent together cost less than single ones."""
        return len(self._under_way) <= self._most // 2 and self._bytes <= MOST_BYTES // 2

    @property
    def empty(self) -> bool:
        """Whether every result has been taken."""
        return not self._under_way and not self._waiting and not self._suspects

    def submit(self, name: Name, data: bytes) -> None:
        """Take a task; it is sent with the next `take`.

        Args:
            name: what to call it when its result is there.
            data: what a worker gets.
        """
        self._waiting.append((name, data))
        self._bytes += len(data)

    def _send(self) -> None:
        """Send all that wait on their way."""
        if not self._waiting:
            return
        with _connected():
            futures = self._client.map(
                self._work,
                [self._run] * len(self._waiting),
                [data for _, data in self._waiting],
                key=[(f"grade-{self._run}", next(self._numbers)) for _ in self._waiting],
            )
        self._under_way.update(zip(futures, self._waiting, strict=True))
        self._ready.update(futures)
        self._waiting = []

    def take(self) -> Iterator[tuple[Name, bytes | Lost]]:
        """Wait until a result is there, and give all that are.

        Raises:
            GraderError: a worker cannot grade, none is left, or the connection to the scheduler was lost.
        """
        alone = not self._under_way and not self._waiting
        if alone:
            self.submit(*self._suspects.popleft())
        self._send()
        self._look()
        while not self._ready.has_ready():
            time.sleep(NAP)
            self._look()
        futures = self._ready.next_batch()
        for future, outcome in zip(futures, self._outcomes(futures), strict=True):
            name, data = self._under_way.pop(future)
            self._bytes -= len(data)
            if isinstance(outcome, bytes):
                yield name, outcome
            elif alone:
                yield name, self._lost(outcome)
            else:
                self._lost(outcome)
                self._suspects.append((name, data))

    def _look(self) -> None:
        """See how large the cluster is; it may grow, shrink and vanish."""
        if time.monotonic() - self._looked >= LOOK:
            self._looked = time.monotonic()
            with _connected():
                threads = sum(self._client.nthreads().values())
            self._most = max(FEWEST, AHEAD * threads)
            if threads and self._deserted > 1:
                self._say(SOMEBODY)
            self._deserted = 0 if threads else self._deserted + 1
            if self._deserted == 2:  # a worker that is lost may be back at once
                self._say(NOBODY)
            if self._deserted * LOOK > self._patience:
                raise GraderError(GIVEN_UP)
            if self._deserted:
                self._revive()

    def _outcomes(self, futures: list[Any]) -> list[bytes | Exception]:
        """Fetch results together; a result that was lost with its worker is computed again meanwhile."""
        done = [future for future in futures if future.status == "finished"]
        try:
            gather = partial(self._client.gather, done, asynchronous=True)
            found = dict(zip(done, self._wait(partial(self._client.sync, gather)), strict=True))
        except GraderError:
            raise
        except Exception:
            found = {}
        return [found[future] if future in found else self._outcome(future) for future in futures]

    def _outcome(self, future: Any) -> Any:
        """Wait for one result, or what was raised instead of it."""
        try:
            return self._wait(lambda callback_timeout: future.result(timeout=callback_timeout))
        except GraderError:
            raise
        except Exception as error:
            return error

    def _wait(self, ask: Callable[..., Any]) -> Any:
        """Wait for what may have to be computed again, and see meanwhile whether anybody is there for it."""
        while True:
            try:
                return ask(callback_timeout=LOOK)
            except TimeoutError:
                self._look()

    def _lost(self, error: Exception) -> Lost:
        """Say what became of a task whose worker was lost. Raises whatever else an error is."""
        from distributed import CancelledError, KilledWorker

        if isinstance(error, CancelledError):
            raise GraderError(LOST_CONNECTION) from None
        if not isinstance(error, KilledWorker):
            raise error
        return Lost(error.allowed_failures + 1)

    def close(self) -> None:
        """Have nothing more begun."""
        self._ready.clear()
        with contextlib.suppress(OSError):  # the scheduler is gone, and its tasks with it
            self._client.cancel(list(self._under_way), force=True)
        self._under_way.clear()


@contextlib.contextmanager
def _connected() -> Iterator[None]:
    """Turn a connection that is lost into a GraderError that says so."""
    try:
        yield
    except OSError:
        raise GraderError(LOST_CONNECTION) from None
