"""``results.json``: the whole run, for other programs. The contract itself is `grader.gradebook.results`."""

from __future__ import annotations

from collections.abc import Iterator

from grader.gradebook import results
from grader.model import RunResult
from grader.reports.feedback import Feedback

__all__ = ["pieces"]


def pieces(run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> Iterator[str]:
    """Write it whole at every level: this file is the instructor's."""
    return results.pieces(run)
