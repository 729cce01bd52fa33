"""What becomes of a batch: one run after the other, a new process after each death, nothing lost.

The same loop runs in the worker, which forks its leaves, and in the grader's own process where the
system cannot fork and nothing is isolated.
"""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Set

from . import wire

__all__ = ["Answer", "Report", "ended", "supervise"]


class Answer(NamedTuple):
    """What a leaf gave when it was asked, or how it ended instead.

    Attributes:
        meta: the answer as `wire.check_reply` or `wire.check_load` leaves it, without arrays.
        text: the same as bytes of JSON, to be passed on; None where the leaf did not answer.
        blob: its arrays.
        seconds: CPU time between question and answer.
        alive: whether the leaf can be asked again.
    """

    meta: Dict[str, Any]
    text: Optional[bytes]
    blob: Any
    seconds: float
    alive: bool


Report = Callable[[int, int, Any, Any, float], None]  # kind, number, JSON or bytes of it, arrays, seconds


def ended(ending: str, text: str, *, step: int = 0, seconds: float = 0.0, skipped: bool = False) -> Answer:
    """Make the answer of a leaf that gave none."""
    meta = {
        "ending": ending,
        "step": step,
        "values": {},
        "changed": [],
        "error": None,
        "text": text,
        "notes": [],
        "skipped": skipped,
    }
    return Answer(meta, None, b"", seconds, False)


def supervise(
    head: Dict[str, Any], limits: Dict[str, Any], open_leaf: Callable[[], Any], report: Report
) -> None:
    """Do a batch and report every run of it, in order.

    Args:
        head: the batch's functions, order, groups, and the names that each run returns.
        limits: seconds, patience, give_up_after and so on.
        open_leaf: starts a process; what it returns has load(), ask(place, index, token), close().
        report: is told LOADED once, then REPLY for each entry of the order unless nothing could be run.
    """
    leaf = open_leaf()
    try:
        loaded = leaf.load(os.urandom(16))
        _pass_on(report, wire.LOADED, 0, loaded)
        if loaded.meta["ending"] == "RETURNED" and not loaded.meta["missing"]:
            leaf = _Batch(head, limits, open_leaf, report, leaf).run()
    finally:
        leaf.close()


def _pass_on(report: Report, kind: int, number: int, answer: Answer) -> None:
    report(kind, number, answer.meta if answer.text is None else answer.text, answer.blob, answer.seconds)


class _Batch:
    def __init__(
        self,
        head: Dict[str, Any],
        limits: Dict[str, Any],
        open_leaf: Callable[[], Any],
        report: Report,
        leaf: Any,
    ) -> None:
        self._head, self._open, self._report, self._leaf = head, open_leaf, report, leaf
        self._give_up_after: int = limits["give_up_after"]
        self._timeouts = 0
        self._lost_groups: Set[int] = set()
        self._alive = True

    def run(self) -> Any:
        groups: List[int] = self._head["groups"]
        for place, index in enumerate(self._head["order"]):
            if self._timeouts >= self._give_up_after or groups[index] in self._lost_groups:
                answer = ended("TIMED_OUT", "not called, after the time-outs before it", skipped=True)
            else:
                answer = self._ask(place, index, groups[index])
            _pass_on(self._report, wire.REPLY, place, answer)
        return self._leaf

    def _ask(self, place: int, index: int, group: int) -> Answer:
        answer: Answer = self._renew() or self._leaf.ask(place, index, os.urandom(16))
        self._alive = answer.alive and answer.meta["ending"] != "OUT_OF_MEMORY"
        if answer.meta["ending"] == "TIMED_OUT":
            self._timeouts += 1
            self._lost_groups.add(group)
        return answer

    def _renew(self) -> Optional[Answer]:
        """Start and load a new leaf if the old one is of no use; returns what went wrong with that."""
        if self._alive:
            return None
        self._leaf.close()
        self._leaf = self._open()
        loaded: Answer = self._leaf.load(os.urandom(16))
        if loaded.meta["ending"] == "RETURNED":
            return None
        text = f"loading the submission again {loaded.meta['ending'].lower().replace('_', ' ')}"
        ending = "KILLED" if loaded.meta["ending"] in ("RAISED", "MALFORMED") else loaded.meta["ending"]
        return ended(ending, f"{text}: {loaded.meta['text']}")
