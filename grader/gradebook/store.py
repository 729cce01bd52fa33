"""Results kept as soon as they exist: ``grades.db`` in the output folder, so that a run can be resumed.

What is kept is what ``results.json`` says of a submission, under a key of everything that decided it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from grader.errors import GraderError
from grader.gradebook import results
from grader.model import RunInfo, Status, Submission, SubmissionResult

__all__ = ["FILENAME", "Store", "key_of"]

FILENAME = "grades.db"
SCHEMA_VERSION = 1
APPLICATION_ID = 0x434E4E47  # "CNNG": tells our files from other SQLite databases
PATIENCE = 10.0  # seconds to wait for another run's write


def key_of(submission: Submission, info: RunInfo) -> str:
    """Give the key of a submission's result: a digest over all that decides it.

    The sandbox is left out: every level of isolation gives the same marks.
    """
    deciding = (
        *(submission.id, submission.path, submission.digest, submission.error),
        *(info.digest, info.seed, info.version, info.python, info.numpy, results.FORMAT_VERSION),
    )
    return hashlib.sha256(json.dumps(deciding).encode()).hexdigest()


class Store:
    """The results of earlier runs into the same folder. Threads may share it.

    Raises, from every method:
        GraderError: the folder cannot be written, the disk is full, another run holds the file, or the file
            is not a store, or a newer grader's.
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        """Open or make the file.

        Args:
            path: of ``grades.db``; folders on the way are made.
            patience: seconds to wait while another run writes.
        """
        self._path = path
        self._lock = threading.Lock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                path, timeout=patience, isolation_level=None, check_same_thread=False
            )
        try:
            with self._translated():
                self._prepare()
        except BaseException:
            self._database.close()
            raise

    def put(self, key: str, result: SubmissionResult) -> None:
        """Keep a result; one of the same key is replaced."""
        text = json.dumps(results.submission_to_json(result), ensure_ascii=True, allow_nan=False)
        with self._lock, self._translated():
            self._database.execute("INSERT OR REPLACE INTO result VALUES (?, ?)", (key, text))

    def get(self, key: str) -> SubmissionResult | None:
        """Give a kept result, or None.

        Nor is one given of which something could not be graded: the next run may do better.
        """
        with self._lock, self._translated():
            row = self._database.execute("SELECT text FROM result WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        try:
            result = results.submission_from_json(json.loads(row[0]))
        except (*results.NO_ENTRY, RecursionError) as error:
            raise GraderError(f"{self._path} is damaged ({error}): delete it and grade again.") from error
        incomplete = result.status is Status.NOT_GRADED or result.score.ungraded > 0
        return None if incomplete else result

    def close(self) -> None:
        """Close the file; every result that was put is in it."""
        with self._lock, self._translated():
            self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self) -> None:
        """Check whose file it is, and make the table in a new one."""
        application, version, tables = (
            self._database.execute(query).fetchone()[0]
            for query in (
                "PRAGMA application_id",
                "PRAGMA user_version",
                "SELECT count(*) FROM sqlite_master",
            )
        )
        if tables and application != APPLICATION_ID:
            raise GraderError(f"{self._path} is another program's database: choose another folder for --out.")
        if version > SCHEMA_VERSION:
            raise GraderError(
                f"{self._path} is from a newer cnn-grader (version {version} of the file, this one knows "
                f"{SCHEMA_VERSION}): upgrade, or choose another folder for --out."
            )
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        if not tables:
            self._create()

    def _create(self) -> None:
        """Make the table; in one step, so that a second run never sees a half-made file."""
        self._database.executescript(
            f"""
            BEGIN IMMEDIATE;
            CREATE TABLE IF NOT EXISTS result (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
            PRAGMA application_id = {APPLICATION_ID};
            PRAGMA user_version = {SCHEMA_VERSION};
            COMMIT;
            """
        )

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn SQLite's and the system's errors into what to do about them."""
        try:
            yield
        except FileExistsError as error:
            raise GraderError(f"{self._path.parent} is no folder: choose another for --out.") from error
        except OSError as error:
            raise GraderError(f"{self._path.parent} cannot be written: {error.strerror}.") from error
        except sqlite3.Error as error:
            if self._path.is_dir():
                remedy = (
                    "is a folder, where the grader keeps its database: move it away, or choose another --out."
                )
            else:
                remedy = _remedy(error)
            raise GraderError(f"{self._path} {remedy}") from error


def _remedy(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    remedies = {
        sqlite3.SQLITE_BUSY: "is in use by another run: wait for it to end, or choose another --out.",
        sqlite3.SQLITE_LOCKED: "is in use by another run: wait for it to end, or choose another --out.",
        sqlite3.SQLITE_FULL: "cannot be written: the disk is full.",
        sqlite3.SQLITE_READONLY: "cannot be written: it or its folder is read-only; choose another --out.",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened: it or its folder is locked; choose another --out.",
        sqlite3.SQLITE_NOTADB: "is not a database of this grader: move it away, or choose another --out.",
        sqlite3.SQLITE_CORRUPT: "is damaged: delete it and grade again.",
    }
    return remedies.get(code, f"cannot be used: {error}.")
