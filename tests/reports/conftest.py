from __future__ import annotations

import pytest

from grader.model import RunResult

from .runs import ALICE, BOB, CAROL, DAVE, of


@pytest.fixture
def run() -> RunResult:
    """Four students: some points, all points, nothing readable, not graded."""
    return of(ALICE, BOB, CAROL, DAVE)


@pytest.fixture
def one() -> RunResult:
    """The run of a CI job: one student."""
    return of(ALICE)
