"""What becomes of a batch: one run after the other, a new process after each death, nothing lost.

The same loop runs in the worker, which forks its leaves, and in the grader's own process where the
system cannot fork and nothing is isolated.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from . import wire

__all__ = ["Answer", "ended", "supervise"]


QUICK = 0.001  # s of CPU time; slower runs are asked for one by one


class Answer(NamedTuple):
    """What a leaf gave when it was asked, or how it ended instead.

    Attributes:
        meta: of loading, as `wire.check_load` leaves it; of a run that was not answered, how it ended.
        text: the answer as bytes of JSON, to be passed on; None where the leaf did not answer.
        blob: its arrays.
        seconds: CPU time between question and answer.
        alive: whether the leaf can be asked again.
    """

    meta: dict[str, Any]
    text: bytes | None
    blob: Any
    seconds: float
    alive: bool


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
    head: dict[str, Any], limits: dict[str, Any], open_leaf: Callable[[], Any], report: Callable[..., None]
) -> None:
    """Do a batch and report every run of it, in order.

    Args:
        head: the batch's functions, order and groups.
        limits: as in `grader.steps.Limits`.
        open_leaf: starts a process; what it returns has load(token), ask([(place, index, token), ...]),
            answer(place, token), close(), and `ahead`: how many runs it may be asked for at once.
        report: is told LOADED once, then REPLY for each entry of the order unless nothing could be run.
    """
    leaf = open_leaf()
    batch = _Batch(head, limits, open_leaf, report, leaf)
    try:
        loaded = leaf.load(os.urandom(16))
        _pass_on(report, wire.LOADED, 0, loaded)
        if loaded.meta["ending"] == "RETURNED" and not loaded.meta["missing"]:
            batch.run()
    finally:
        batch.leaf.close()


def _pass_on(report: Callable[..., None], kind: int, number: int, answer: Answer) -> None:
    report(kind, number, answer.meta if answer.text is None else answer.text, answer.blob, answer.seconds)


class _Batch:
    """The state of one batch: which leaf is asked, and what was asked of it already."""

    def __init__(
        self,
        head: dict[str, Any],
        limits: dict[str, Any],
        open_leaf: Callable[[], Any],
        report: Callable[..., None],
        leaf: Any,
    ) -> None:
        self._order: list[int] = head["order"]
        self._groups: list[int] = head["groups"]
        self._open, self._report, self.leaf = open_leaf, report, leaf
        self._give_up_after: int = limits["give_up_after"]
        self._most: int = 1 if limits["apart"] else leaf.ahead
        self._timeouts = 0
        self._lost_groups: set[int] = set()
        self._alive = True
        self._asked: deque[tuple[int, bytes]] = deque()
        self._quick = False

    def run(self) -> None:
        for place in range(len(self._order)):
            if self._is_lost(place):
                answer = ended("TIMED_OUT", "not called, after the time-outs before it", skipped=True)
            else:
                answer = self._renew() or self._answer(place)
            _pass_on(self._report, wire.REPLY, place, answer)

    def _is_lost(self, place: int) -> bool:
        return self._timeouts >= self._give_up_after or self._groups[self._order[place]] in self._lost_groups

    def _answer(self, place: int) -> Answer:
        self._ask_ahead(place)
        _, token = self._asked.popleft()
        answer: Answer = self.leaf.answer(place, token)
        self._quick = answer.seconds < QUICK
        self._alive = answer.alive
        if answer.meta.get("ending") == "TIMED_OUT":
            self._timeouts += 1
            self._lost_groups.add(self._groups[self._order[place]])
        return answer

    def _ask_ahead(self, place: int) -> None:
        """Ask for this run and, while runs are quick, for several after it: waking a process costs more."""
        ahead = self._most if self._quick else 1
        if len(self._asked) > ahead // 2:
            return
        following = self._asked[-1][0] + 1 if self._asked else place
        questions: list[tuple[int, int, bytes]] = []
        while len(self._asked) < ahead and following < len(self._order):
            if not self._is_lost(following):
                token = os.urandom(16)
                questions.append((following, self._order[following], token))
                self._asked.append((following, token))
            following += 1
        if questions:
            self.leaf.ask(questions)

    def _renew(self) -> Answer | None:
        """Start and load a new leaf if the old one is of no use; returns what went wrong with that."""
        if self._alive:
            return None
        self.leaf.close()
        self._asked.clear()
        self._quick = False
        self.leaf = self._open()
        loaded: Answer = self.leaf.load(os.urandom(16))
        self._alive = loaded.meta["ending"] == "RETURNED"
        if self._alive:
            return None
        text = f"loading the submission again {loaded.meta['ending'].lower().replace('_', ' ')}"
        ending = "KILLED" if loaded.meta["ending"] in ("RAISED", "MALFORMED") else loaded.meta["ending"]
        if ending == "TIMED_OUT":
            self._timeouts += 1
        return ended(ending, f"{text}: {loaded.meta['text']}")
