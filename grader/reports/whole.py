"""``results.json``: the whole run, for other programs. The contract itself is `grader.results`."""

from __future__ import annotations

import json

from grader import results
from grader.model import RunResult
from grader.reports.feedback import Feedback

__all__ = ["render"]


def render(run: RunResult, feedback: Feedback = Feedback.EXAMPLE) -> str:
    """Write the same text as `results.write`, at every level: this file is the instructor's."""
    return json.dumps(results.to_json(run), ensure_ascii=True, allow_nan=False, indent=1) + "\n"
