"""grades.db: every result survives, and every way in which a file cannot be used is said."""

import contextlib
import dataclasses
import os
import sqlite3
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.gradebook.store import Store, key_of
from grader.model import (
    ExerciseResult,
    RunInfo,
    Score,
    Status,
    Submission,
    SubmissionResult,
    Verdict,
)

RESULT = SubmissionResult(
    id="alice",
    path="alice",
    digest="sha256:1",
    status=Status.GRADED,
    exercises=(
        ExerciseResult(
            name="conv", op="conv2d", verdict=Verdict.CORRECT, score=Score(Fraction(20, 3), Fraction(20, 3))
        ),
    ),
    seconds=1.5,
)
SUBMISSION = Submission(id="alice", path="alice", digest="sha256:1")
INFO = RunInfo(
    version="0.1.0",
    python="3.11.7",
    numpy="2.4.6",
    sandbox="bubblewrap",
    seed=1,
    assignment="a2",
    title="A2",
    digest="sha256:2",
    points=Fraction(100),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "grades" / "grades.db"


# --- keeping -------------------------------------------------------------------------------------------


def test_a_result_survives_the_end_of_the_run(path: Path) -> None:
    with Store(path) as store:
        store.put("key", RESULT)

    with Store(path) as store:
        assert store.get("key") == RESULT
        assert store.get("other key") is None


def test_a_result_is_there_for_another_run_as_soon_as_it_was_put(path: Path) -> None:
    with Store(path) as first, Store(path) as second:
        first.put("key", RESULT)
        assert second.get("key") == RESULT


def test_a_later_result_replaces_an_earlier_one(path: Path) -> None:
    with Store(path) as store:
        store.put("key", RESULT)
        store.put("key", dataclasses.replace(RESULT, seconds=3.0))
        assert store.get("key") == dataclasses.replace(RESULT, seconds=3.0)


@pytest.mark.parametrize(
    "result",
    [
        SubmissionResult(id="a", path="a", digest="", status=Status.NOT_GRADED, message="no sandbox"),
        dataclasses.replace(
            RESULT, exercises=(dataclasses.replace(RESULT.exercises[0], score=Score(ungraded=Fraction(1))),)
        ),
    ],
    ids=["not graded", "partly not graded"],
)
def test_what_could_not_be_graded_is_tried_again(path: Path, result: SubmissionResult) -> None:
    with Store(path) as store:
        store.put("key", result)
        assert store.get("key") is None


def test_threads_may_share_a_store(path: Path) -> None:
    with Store(path) as store:

        def put(thread: int) -> None:
            for number in range(20):
                store.put(f"{thread} {number}", dataclasses.replace(RESULT, id=f"{thread} {number}"))

        threads = [threading.Thread(target=put, args=(thread,)) for thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        keys = [f"{thread} {number}" for thread in range(8) for number in range(20)]
        assert [result.id for key in keys if (result := store.get(key))] == keys


# --- the key -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submission", "info"),
    [
        (dataclasses.replace(SUBMISSION, id="bob"), INFO),
        (dataclasses.replace(SUBMISSION, digest="sha256:3"), INFO),
        (dataclasses.replace(SUBMISSION, error="is empty"), INFO),
        (SUBMISSION, dataclasses.replace(INFO, digest="sha256:3")),
        (SUBMISSION, dataclasses.replace(INFO, seed=2)),
        (SUBMISSION, dataclasses.replace(INFO, version="0.2.0")),
        (SUBMISSION, dataclasses.replace(INFO, python="3.12.0")),
        (SUBMISSION, dataclasses.replace(INFO, numpy="1.26.0")),
    ],
)
def test_all_that_decides_a_result_changes_its_key(submission: Submission, info: RunInfo) -> None:
    assert key_of(submission, info) != key_of(SUBMISSION, INFO)


def test_the_sandbox_does_not_change_the_key_and_half_characters_are_fine() -> None:
    assert key_of(SUBMISSION, dataclasses.replace(INFO, sandbox="landlock")) == key_of(SUBMISSION, INFO)
    assert key_of(dataclasses.replace(SUBMISSION, path="\udcff"), INFO)


# --- files that cannot be used -------------------------------------------------------------------------


@contextlib.contextmanager
def refused(message: str) -> Iterator[None]:
    with pytest.raises(GraderError) as caught:
        yield
    assert message in str(caught.value)


def database(path: Path, script: str) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def test_a_file_that_is_no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("id,score\n" * 1000)
    with refused("grades.db is not a database of this grader: move it away, or choose another --out."):
        Store(path)
    assert path.read_text().startswith("id,score")


def test_another_programs_database(path: Path) -> None:
    database(path, "CREATE TABLE gradebook (id TEXT)")
    with refused("grades.db is another program's database: choose another folder for --out."):
        Store(path)


def test_a_newer_graders_file(path: Path) -> None:
    Store(path).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with refused("grades.db is from a newer cnn-grader (version 2 of the file, this one knows 1): upgrade"):
        Store(path)


def test_a_file_that_another_run_holds(path: Path) -> None:
    Store(path).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            Store(path, patience=0.05) as store,
            refused("grades.db is in use by another run: wait for it to end, or choose another --out."),
        ):
            store.put("key", RESULT)


def test_a_full_disk(path: Path) -> None:
    with Store(path) as store:
        pages = store._database.execute("PRAGMA page_count").fetchone()[0]
        store._database.execute(f"PRAGMA max_page_count = {pages}")
        with refused("grades.db cannot be written: the disk is full."):
            for number in range(100):
                store.put(str(number), dataclasses.replace(RESULT, message="x" * 1000))


def test_a_damaged_result(path: Path) -> None:
    with Store(path) as store:
        store.put("key", RESULT)
        store._database.execute("UPDATE result SET text = '{}'")
        with refused("grades.db is damaged ('id'): delete it and grade again."):
            store.get("key")


@pytest.mark.parametrize("text", ["", "null", "[1]", '{"id": 1e999}', "[" * 100_000, 7, b"\xff", None])
def test_whatever_stands_in_a_damaged_row_is_one_error(path: Path, text: object) -> None:
    with Store(path) as store:
        store._database.execute("CREATE TABLE other (key, text)")
        store._database.execute("INSERT INTO other VALUES ('key', ?)", (text,))
        store._database.execute("DROP TABLE result")
        store._database.execute("ALTER TABLE other RENAME TO result")
        with refused("grades.db is damaged"):
            store.get("key")


def test_a_damaged_file(path: Path) -> None:
    with Store(path) as store:
        for number in range(300):
            store.put(str(number), RESULT)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)

    with Store(path) as store, refused("grades.db is damaged: delete it and grade again."):
        store.get("7")


def test_a_folder_that_is_a_file(path: Path) -> None:
    path.parent.write_text("")
    with refused("grades is no folder: choose another for --out."):
        Store(path)


def test_a_database_that_is_a_folder(path: Path) -> None:
    path.mkdir(parents=True)
    with refused("grades.db is a folder, where the grader keeps its database: move it away"):
        Store(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o555)
    with refused("grades.db cannot be opened: it or its folder is locked; choose another --out."):
        Store(path)


def test_a_read_only_file(path: Path) -> None:
    with Store(path) as store:
        store._database.execute("PRAGMA query_only = ON")
        with refused("grades.db cannot be written: it or its folder is read-only; choose another --out."):
            store.put("key", RESULT)
