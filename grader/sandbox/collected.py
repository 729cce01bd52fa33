"""What came back of a batch, checked frame by frame: nothing that a sandbox says is believed unseen."""

from __future__ import annotations

import json
from typing import Any

from grader.sandbox.encoding import EncodedBatch, decode_load, decode_reply
from grader.sandbox.guest import wire
from grader.steps import BatchReply, Ending, Limits, LoadReport, Reply

__all__ = ["Collected"]

_MOST_NOTES, _LONGEST_NOTE = 100, 300


class Collected:
    """A batch's frames as they come in, checked and turned into what they say."""

    def __init__(self, batch: EncodedBatch, nonce: bytes, limits: Limits) -> None:
        self._batch, self._nonce, self._limits = batch, nonce, limits
        self._load = LoadReport(
            ending=Ending.NOT_RUN, text="the sandbox was lost before the submission was loaded"
        )
        self._loaded = False
        self._missing: tuple[str, ...] = ()
        self._replies: list[Reply] = []
        self._notes: dict[str, None] = {}
        self._last: dict[str, Any] = {}
        self._seconds = 0.0
        self.done = False

    def take(self, frame: wire.Frame) -> None:
        """Take the next frame. Raises MalformedError if it is not the one that must come now."""
        if frame.nonce != self._nonce:
            raise wire.MalformedError("an answer to another question")
        if not self._loaded:
            self._expect(frame, wire.LOADED, 0)
            self._load, self._missing = decode_load(frame.meta())
            self._loaded = True
        elif frame.kind == wire.DONE:
            self._last, self._seconds, self.done = frame.meta(), frame.seconds, True
            self._expect_all()
        else:
            self._expect(frame, wire.REPLY, len(self._replies))
            index = self._batch.order[len(self._replies)]
            self._replies.append(self._decoded(frame, self._batch.returns[index]))

    def _decoded(self, frame: wire.Frame, returns: tuple[str, ...]) -> Reply:
        """What a run gave; an answer that is none costs that run, and nothing else."""
        try:
            reply, notes = decode_reply(frame, returns)
        except wire.MalformedError as error:
            return Reply(ending=Ending.KILLED, text=f"malformed answer: {error}", seconds=frame.seconds)
        if notes:
            self._notes |= dict.fromkeys(note[:_LONGEST_NOTE] for note in notes[:_MOST_NOTES])
        return reply

    def report(self, kind: int, number: int, meta: Any, blob: Any, seconds: float) -> None:
        """Take what a supervision in this process says, as if it had come in a frame."""
        text = meta if isinstance(meta, bytes) else json.dumps(meta).encode("ascii")
        self.take(wire.Frame(kind, False, number, self._nonce, seconds, text, blob))

    def _expect(self, frame: wire.Frame, kind: int, number: int) -> None:
        if (frame.kind, frame.number) != (kind, number) or number >= len(self._batch.order):
            raise wire.MalformedError(f"frame {frame.kind}.{frame.number} where {kind}.{number} was expected")

    def _expect_all(self) -> None:
        runs = self._load.ending is Ending.RETURNED and not self._missing
        if len(self._replies) != (len(self._batch.order) if runs else 0):
            raise wire.MalformedError(f"{len(self._replies)} replies to {len(self._batch.order)} runs")

    def reply(self) -> BatchReply:
        """All of it."""
        return self._complete(self._rest("the submission could not be loaded"))

    def broken(self, why: str) -> BatchReply:
        """What was there before the sandbox was lost; the rest is NOT_RUN, which costs nobody anything."""
        return self._complete(self._rest(f"the sandbox was lost: {why}"))

    def _rest(self, text: str) -> list[Reply]:
        return [Reply(ending=Ending.NOT_RUN, text=text)] * (len(self._batch.order) - len(self._replies))

    def _complete(self, rest: list[Reply]) -> BatchReply:
        return BatchReply(
            load=self._load,
            missing=self._missing,
            replies=(*self._replies, *rest),
            output=str(self._last.get("output", "")),
            notes=tuple(note for note in self._notes if note not in self._load.notes)[:_MOST_NOTES],
            seconds=self._seconds,
        )
