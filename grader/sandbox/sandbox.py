"""What a sandbox is: submissions are given to it one after the other, and batches are run in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from grader.sandbox.encoding import EncodedBatch
from grader.steps import BatchReply, Limits, Program

__all__ = ["Sandbox"]


class Sandbox(ABC):
    """Where submissions run, each in processes that know of no other. A context manager."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    @abstractmethod
    def pid(self) -> int:
        """Id of the process that holds the sandbox; 0 if there is none."""

    @abstractmethod
    def give(self, program: Program) -> None:
        """Say which submission the batches that follow are about. Raises SandboxError."""

    @abstractmethod
    def run(self, batch: EncodedBatch, limits: Limits) -> BatchReply:
        """Do a batch in a fresh process with the submission loaded.

        Raises:
            SandboxError: the sandbox does not start. Whatever happens later is in the reply: runs that
            were lost with the sandbox itself are NOT_RUN.
        """

    @abstractmethod
    def wait(self) -> None:
        """Come back when the sandbox is ready. Raises SandboxError if it does not start."""

    @abstractmethod
    def close(self) -> None:
        """Kill everything in it and wait until it is gone. The next `run` starts it anew."""
