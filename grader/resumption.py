"""Going on where an earlier run stopped: what was graded and has not changed is not graded again."""

from __future__ import annotations

from threading import Lock

from grader.executors import Room
from grader.gradebook.store import Store, key_of
from grader.model import RunInfo, Submission, SubmissionResult
from grader.pipeline import grade, read
from grader.plan import Plan
from grader.submission import Place

__all__ = ["Resumption"]


class Resumption:
    """Grades a place unless its result is there already, and puts each result on disk at once.

    Attributes:
        reused: how many results were there.
    """

    def __init__(self, plan: Plan, store: Store, run: RunInfo, *, force: bool) -> None:
        """Args: what is asked, where results are kept, and by whom; `force` grades all of them again."""
        self._plan, self._store, self._run, self._force = plan, store, run, force
        self._lock = Lock()
        self.reused = 0

    def grade(self, place: Place, room: Room) -> SubmissionResult:
        """Give the result of a place: the one that there is, or a new one."""
        found = self.find(place)
        if isinstance(found, SubmissionResult):
            return found
        result = grade(self._plan, found, room)
        self.keep(found, result)
        return result

    def find(self, place: Place) -> Submission | SubmissionResult:
        """Read a submission, or give its result where there is one already."""
        found = read(self._plan, place)
        if isinstance(found, SubmissionResult) or self._force:
            return found
        kept = self._store.get(key_of(found, self._run))
        if kept is None:
            return found
        with self._lock:
            self.reused += 1
        return kept

    def keep(self, student: Submission, result: SubmissionResult) -> None:
        """Put a result on disk."""
        self._store.put(key_of(student, self._run), result)
