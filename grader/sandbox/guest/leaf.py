"""The process that meets the student's code: loads it once, then does one run after the other as asked.

Whoever asks is outside and measures; this process is believed nothing but the numbers it sends.
"""

from __future__ import annotations

import mmap
import os
import random
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy
from numpy import random as numpy_random

from . import faults, one_element, wire
from .loading import Loader, explain
from .scripts import Malformed, Performance
from .values import TooLargeError

__all__ = ["MOST_ASKED", "Leaf", "read_requests", "serve", "write_all"]

SEED = 20261124
MOST_ASKED = 16  # runs that a leaf may be asked for at once
_MOST_TEXT = 500


class Leaf:
    """One batch in one process."""

    def __init__(
        self,
        program: dict[str, Any],
        head: dict[str, Any],
        blob: Any,
        limits: dict[str, Any],
        *,
        compiled: bytes | None = None,
        send: Callable[[bytes], None],
        at: Callable[[int], None],
    ) -> None:
        """Args: what to load and to do; `send` takes whole frames, `at` the step that begins.

        `compiled` is the program's code from a leaf before this one; empty, this one gives its own.
        """
        self._program, self._limits, self._compiled = program, limits, compiled
        self._head, self._blob = head, blob
        self._send, self._at = send, at
        self._told: dict[str, None] = {}
        self._reserve: mmap.mmap | None = None

    def load(self, token: bytes) -> None:
        """Load the submission and send how that went."""
        self._loader = Loader(self._program, self._compiled or b"")
        self._seeds = (random.seed, numpy_random.seed) if self._loader.mentions("random") else ()
        self._prepare()
        meta = self._guard(self._loader.load, "RETURNED")
        there = vars(self._loader.module)
        meta["names"] = self._loader.names() if meta["ending"] == "RETURNED" else []
        meta["missing"] = [name for name in self._head["functions"] if name not in there]
        blobs = [self._loader.compiled(self._limits["answer"])] if self._compiled == b"" else []
        self._settle()
        self._send(wire.pack(wire.LOADED, 0, token, meta, blobs))

    def run(self, place: int, index: int, token: bytes) -> None:
        """Do one run and send what it gave."""
        performance, meta = self._perform(index)
        if one_element.refused(meta["error"]) and not self._loader.forgiving:
            notes = meta["notes"] + self._guard(self._loader.forgive, "RETURNED")["notes"]
            performance, meta = self._perform(index)
            meta["notes"] = notes + meta["notes"]
        values = performance.results() if meta["ending"] == "RETURNED" else {}
        meta["values"] = {name: described for name, (described, _) in values.items()}
        meta["changed"] = performance.changed()
        meta["step"] = self._step
        meta["found"] = performance.found
        self._flush()
        blobs = [data for _, data in values.values()]
        spent = meta["ending"] == "OUT_OF_MEMORY"
        self._send(wire.pack(wire.REPLY, place, token, meta, blobs, spent=spent))

    def _perform(self, index: int) -> tuple[Performance, dict[str, Any]]:
        self._settle()
        script, offset, described = self._head["runs"][index]
        inputs = wire.trusted_arrays(described, self._blob, offset)
        performance = Performance(
            self._head["scripts"][script],
            inputs,
            self._loader.module,
            limit=self._limits["answer"],
            is_own=self._loader.is_own_class,
        )
        self._enter(0)
        return performance, self._guard(lambda: performance.play(self._enter), "RETURNED")

    # --- around the student's code -----------------------------------------------------------------

    def _prepare(self) -> None:
        self._reserve = mmap.mmap(-1, 1 << 20)  # given back when memory runs out, so that this can be said
        sys.stdin = open(0)  # noqa: SIM115
        self._printed = open(1, "w", errors="backslashreplace")  # noqa: SIM115
        sys.stdout = sys.stderr = self._printed
        warnings.simplefilter("ignore")
        numpy.seterr(all="ignore")
        self._settle()

    def _settle(self) -> None:
        """Make every run draw the same random numbers, of a submission that draws any."""
        for seed in self._seeds:
            seed(SEED)

    def _enter(self, step: int) -> None:
        self._step = step
        self._at(step)

    def _guard(self, act: Callable[[], None], ending: str) -> dict[str, Any]:
        error, text = None, ""
        try:
            act()
        except Malformed as found:
            ending, text = "MALFORMED", str(found)
        except TooLargeError as found:
            ending, text = "MALFORMED", str(found)
        except MemoryError as found:
            self._release()
            ending, text = "OUT_OF_MEMORY", faults.describe(found, None, {})["message"]
        except BaseException as found:
            error = faults.describe(found, sys.exc_info()[2], self._loader.places)
            ending, text = "RAISED", explain(found)
        text = text[:_MOST_TEXT]
        return {"ending": ending, "error": error, "text": text, "values": {}, "notes": self._news()}

    def _release(self) -> None:
        if self._reserve is not None:
            self._reserve.close()
            self._reserve = None

    def _news(self) -> list[str]:
        new = [note for note in self._loader.notes if note not in self._told][:50]
        self._told.update(dict.fromkeys(new))
        return new

    def _flush(self) -> None:
        try:
            self._printed.flush()
        except Exception:  # the student closed it
            return


def serve(leaf: Leaf, read: Callable[[int], Any]) -> None:
    """Answer requests until there are no more.

    Args:
        leaf: who answers.
        read: gets something of this size, or several at once; where nothing comes any more, ends the process.
    """
    leaf.load(bytes(read(16)))
    while True:
        for request in wire.REQUEST.iter_unpack(read(wire.REQUEST.size)):
            leaf.run(*request)


def read_requests(descriptor: int, size: int) -> bytes:
    """Read what was asked, one or several of this size; at the end of the stream, end the process."""
    data = os.read(descriptor, size * MOST_ASKED)
    if not data or len(data) % size:
        os._exit(0)
    return data


def write_all(descriptor: int, data: bytes) -> None:
    """Write a whole frame."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
