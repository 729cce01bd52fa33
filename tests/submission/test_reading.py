"""Submissions from disk to text: found, told apart, read, and which of their files is graded."""

import dataclasses
import io
import json
import os
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import submission
from grader.assignment import find, read
from grader.errors import GraderError, NotGradedError
from grader.model import Assignment, Submission
from grader.steps import Source
from grader.submission import Place, find_one, find_submissions, load, program

COURSE = read(find("cs231n_a2"))  # files: **/layers.py, **/*.ipynb
NAMES = [exercise.name for exercise in COURSE.exercises]
CONV, POOL = "conv_forward_naive", "max_pool_forward_naive"
OTHER_ENCODING = "it is not in the encoding that it declares, and was read as Latin-1"
FULL = "".join(f"def {name}():\n    pass\n" for name in NAMES)


def notebook(*cells: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def loaded(path: Path, assignment: Assignment = COURSE) -> Submission:
    return load(find_one(path), assignment)


def paths(found: Submission) -> list[str]:
    return [source.path for source in found.sources]


# --- finding -------------------------------------------------------------------------------------------


def test_a_class_of_all_kinds_is_found_and_read(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "alice/cs231n/layers.py": FULL,
            "alice/cs231n/im2col.py": "",
            "bob.py": FULL,
            "carol.ipynb": notebook("import numpy", FULL),
            "dave.zip": zipped({"hw2/layers.py": FULL}),
            "grades.csv": "",
        },
    )

    found = find_submissions([tmp_path], COURSE)
    read_ones = [load(place, COURSE) for place in found]

    assert [place.id for place in found] == ["alice", "bob", "carol", "dave"]
    assert [place.path for place in found] == ["alice", "bob.py", "carol.ipynb", "dave.zip"]
    assert [one.error for one in read_ones] == [""] * 4
    assert [program(one, COURSE).entry for one in read_ones] == [
        ("cs231n/layers.py",),
        ("bob.py",),
        ("carol.ipynb",),
        ("hw2/layers.py",),
    ]
    assert paths(read_ones[0]) == ["cs231n/im2col.py", "cs231n/layers.py"]
    assert read_ones[2].sources[0].cells == ("import numpy", FULL)


def test_one_students_folder_file_or_zip(tmp_path: Path) -> None:
    put(tmp_path, {"alice/layers.py": FULL, "alice/im2col.py": "", "bob.zip": zipped({"layers.py": FULL})})

    for given_path, name in ((tmp_path / "alice", "alice"), (tmp_path / "bob.zip", "bob")):
        (place,) = find_submissions([given_path], COURSE)
        assert (place.id, place.path) == (name, given_path.name)
        assert program(load(place, COURSE), COURSE).entry == ("layers.py",)

    (place,) = find_submissions([tmp_path / "alice" / "layers.py"], COURSE)
    assert place.id == "layers"


def test_several_paths_are_one_run_and_nothing_counts_twice(tmp_path: Path) -> None:
    put(tmp_path, {"alice/layers.py": FULL, "bob/layers.py": FULL})

    found = find_submissions([tmp_path, tmp_path / "bob", tmp_path / "alice"], COURSE)

    assert [place.id for place in found] == ["alice", "bob"]


def test_the_current_folder_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path / "alice", {"layers.py": FULL}))

    assert find_one(Path()).id == "alice"


def test_find_one_never_takes_a_folder_for_a_class(tmp_path: Path) -> None:
    put(tmp_path, {"a/layers.py": FULL, "b/layers.py": FULL})

    assert len(find_submissions([tmp_path], COURSE)) == 2
    assert loaded(tmp_path).notes == (
        "graded: a/layers.py; not graded, though some of the same is defined there: b/layers.py",
    )


def test_a_class_in_a_zip(tmp_path: Path) -> None:
    content = zipped(
        {
            "doejane_1_10_hw.zip": zipped({"hw/layers.py": FULL}),
            "roebob_2_11_layers-1.py": FULL + "from im2col import *",
            "roebob_2_12_im2col.py": "x = 1",
            "zoe_3_13_notes.pdf": "",
        }
    )
    found = find_submissions([put(tmp_path, {"class.zip": content}) / "class.zip"], COURSE)
    jane, bob, zoe = (load(place, COURSE) for place in found)

    assert [place.id for place in found] == ["doejane_1", "roebob_2", "zoe_3"]
    assert program(jane, COURSE).entry == ("hw/hw/layers.py",)
    assert paths(bob) == ["im2col.py", "layers.py"]
    assert program(bob, COURSE).entry == ("layers.py",)
    assert zoe.error == "no file matches **/layers.py or **/*.ipynb; found notes.pdf."


def test_each_student_of_a_canvas_folder_has_their_own_files_alone(tmp_path: Path) -> None:
    put(tmp_path, {"doe_1_10_layers.py": FULL, "roe_2_11_layers.py": FULL, "roe_2_12_im2col.py": ""})

    doe, roe = (load(place, COURSE) for place in find_submissions([tmp_path], COURSE))

    assert paths(doe) == ["layers.py"]
    assert paths(roe) == ["im2col.py", "layers.py"]


def test_a_moodle_folder_with_a_zip(tmp_path: Path) -> None:
    folder = "Ada Lovelace_123_assignsubmission_file"
    put(tmp_path, {f"{folder}/hw.zip": zipped({"layers.py": FULL})})

    (ada,) = (load(place, COURSE) for place in find_submissions([tmp_path], COURSE))

    assert (ada.id, ada.error, paths(ada)) == ("Ada Lovelace_123", "", ["hw/layers.py"])


def test_one_id_twice_is_made_two_and_said(tmp_path: Path) -> None:
    put(tmp_path, {"alice/layers.py": FULL, "Alice.py": FULL, "alice.zip": zipped({"layers.py": FULL})})

    found = find_submissions([tmp_path], COURSE)

    assert [(place.id, place.path) for place in found] == [
        ("Alice", "Alice.py"),
        ("alice (2)", "alice"),
        ("alice (3)", "alice.zip"),
    ]
    assert found[1].notes == ("there is another submission called 'alice'; this one is 'alice'",)
    assert load(found[1], COURSE).notes == found[1].notes


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\u202eb", "a\ufffdb"),
        ("a\nb", "a\ufffdb"),
        ("\udcff", "\ufffd"),
        (" ", "unnamed"),
        ("<b>Zoë|`x`", "<b>Zoë|`x`"),
    ],
)
def test_ids_are_printable_and_paths_are_kept(tmp_path: Path, name: str, expected: str) -> None:
    put(tmp_path, {f"{name}/layers.py": FULL, "zz/layers.py": FULL})

    found = {place.path: place.id for place in find_submissions([tmp_path], COURSE)}

    assert found == {name: expected, "zz": "zz"}


def test_a_link_among_the_students_is_not_followed_and_does_not_vanish(tmp_path: Path) -> None:
    put(tmp_path / "class", {"alice/layers.py": FULL, "bob/layers.py": FULL})
    put(tmp_path / "elsewhere", {"layers.py": FULL})
    (tmp_path / "class" / "eve").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "class" / "mallory.py").symlink_to("/etc/passwd")

    found = {place.id: load(place, COURSE) for place in find_submissions([tmp_path / "class"], COURSE)}

    assert list(found) == ["alice", "bob", "eve", "mallory"]
    assert found["eve"].error == "eve is a link; hand in the files themselves."
    assert found["mallory"].error == "mallory.py is a link; hand in the files themselves."


def test_a_path_that_the_user_gives_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real", {"layers.py": FULL})
    (tmp_path / "link").symlink_to(tmp_path / "real")

    (place,) = find_submissions([tmp_path / "link"], COURSE)
    assert (place.id, load(place, COURSE).error) == ("link", "")


def test_paths_that_are_none_are_said(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"gone: there is no such file or folder\.$"):
        find_submissions([tmp_path / "gone"], COURSE)
    put(tmp_path, {"notes.txt": ""})
    with pytest.raises(GraderError, match=r"a submission is a \.py or \.ipynb file, a folder or a \.zip\.$"):
        find_submissions([tmp_path / "notes.txt"], COURSE)


def test_our_own_sample_submissions_are_a_class() -> None:
    folder = COURSE.folder / "submissions"
    found = find_submissions([folder], COURSE)

    folders = {path.name for path in folder.iterdir() if path.is_dir()}
    assert len(folders) > 10
    assert folders <= {place.id for place in found}


# --- what cannot be graded -----------------------------------------------------------------------------

UNREADABLE: dict[str, tuple[dict[str, str | bytes], str]] = {
    "nothing": ({}, "nothing was handed in: there are no files but hidden or installed ones, if any."),
    "no code": (
        {"README.md": "", "report.pdf": ""},
        "no file matches **/layers.py or **/*.ipynb; found README.md, report.pdf.",
    ),
    "other code": (
        {"main.py": "x = 1", "b.py": "", **{f"{number}.txt": "" for number in range(5)}},
        "no file matches **/layers.py or **/*.ipynb; found b.py, main.py, 0.txt, 1.txt, 2.txt, and 2 more.",
    ),
    "another archive": ({"hw.rar": b"Rar!"}, "hw.rar cannot be unpacked; hand in a .zip."),
    "a web page": (
        {"hw.ipynb": "<!DOCTYPE html>"},
        "hw.ipynb is a saved web page, not a notebook; download it as .ipynb.",
    ),
    "JSON that is no notebook": (
        {"hw.ipynb": "{}"},
        "hw.ipynb is JSON, but not a notebook: it has no cells.",
    ),
    "an empty notebook file": ({"hw.ipynb": ""}, "hw.ipynb is empty."),
    "a broken zip": ({"hw.zip": b"PK"}, "hw.zip is not a zip, or a broken one."),
    "too large": ({"layers.py": b"#" * (5 << 20) + b"\n"}, "layers.py is larger than 5 MiB."),
    "zips in zips": (
        {"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"layers.py": FULL})})})},
        "a/b/c.zip is a zip inside a zip inside a zip.",
    ),
    "too deep": (
        {f"{'d/' * 12}layers.py": FULL},
        f"{'/'.join('d' * 12)} lies too deep and was not looked into.",
    ),
    "a path that leads out": (
        {"a.zip": zipped({"../layers.py": FULL})},
        "../layers.py leads out of the zip and was left out.",
    ),
}


@pytest.mark.parametrize(("files", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_graded_is_said(tmp_path: Path, files: dict[str, str | bytes], message: str) -> None:
    found = loaded(put(tmp_path / "alice", {**files, ".keep": ""}))

    assert found.error == message
    assert found.sources == ()


def test_a_broken_zip_alone_is_the_students_fault(tmp_path: Path) -> None:
    (place,) = find_submissions([put(tmp_path, {"alice.zip": b"PK"}) / "alice.zip"], COURSE)

    assert load(place, COURSE).error == "alice.zip is not a zip, or a broken one."


def test_files_that_a_notebook_writes_are_its_neighbours_but_replace_none(tmp_path: Path) -> None:
    cells = (
        f"%%writefile layers.py\n{FULL}",
        "%%writefile pad.py\nx = 1",
        "%%writefile ../out.py\nx = 1",
        "from layers import *",
    )
    found = loaded(put(tmp_path / "alice", {"a/hw.ipynb": notebook(*cells), "a/pad.py": "x = 2"}))

    assert {source.path: source.cells for source in found.sources if source.path.endswith(".py")} == {
        "a/layers.py": (FULL.strip("\n") + "\n",),
        "a/pad.py": ("x = 2",),
    }
    assert "a/hw.ipynb: a/layers.py was taken from the cell that writes it" in found.notes
    assert program(found, COURSE).entry == ("a/layers.py",)


def test_one_broken_file_does_not_spoil_the_others(tmp_path: Path) -> None:
    files = {"layers.py": FULL, "hw.ipynb": f"<html>{CONV}"}
    found = loaded(put(tmp_path / "alice", files))

    assert (found.error, paths(found)) == ("", ["layers.py"])
    assert found.notes == (
        "hw.ipynb is a saved web page, not a notebook; download it as .ipynb; it was left out",
    )


def test_what_vanishes_meanwhile_is_not_the_students_fault(tmp_path: Path) -> None:
    with pytest.raises(NotGradedError, match=r"gone\.py cannot be read: No such file or directory"):
        load(Place(id="gone", path="gone.py", root=tmp_path / "gone.py"), COURSE)


@pytest.mark.parametrize(
    ("size", "count", "kept"),
    [(1, 310, 300), (5 << 20, 11, 9)],
    ids=["too many", "too large together"],
)
def test_what_is_too_much_is_left_out_from_the_deepest_folder(
    tmp_path: Path, size: int, count: int, kept: int
) -> None:
    files = {f"lib/{number:03}.py": b"#" * size for number in range(count)}
    found = loaded(put(tmp_path / "alice", {**files, "layers.py": FULL}))

    assert len(found.sources) == kept
    assert program(found, COURSE).entry == ("layers.py",)
    assert found.notes == (f"only {kept} Python files and notebooks were read: there are too many",)


def test_the_file_that_is_asked_for_is_read_though_there_are_too_many(tmp_path: Path) -> None:
    files = {f"aaa/{number:03}.py": "" for number in range(310)}
    found = loaded(put(tmp_path / "alice", {**files, "cs231n/layers.py": FULL}))

    assert program(found, COURSE).entry == ("cs231n/layers.py",)
    assert found.notes == ("only 300 Python files and notebooks were read: there are too many",)


# --- text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text", "notes"),
    [
        ("é = 1".encode(), "é = 1", []),
        ("\ufeffé = 1".encode(), "é = 1", []),
        ("# coding: latin-1\né = 1".encode("latin-1"), "# coding: latin-1\né = 1", []),
        ("# coding: gbk\n# 卷积".encode("gbk"), "# coding: gbk\n# 卷积", []),
        (
            b"# \xe9\nx = 1",
            "# é\nx = 1",
            [OTHER_ENCODING],
        ),
        (
            b"# coding: rot13\nx",
            "# coding: rot13\nx",
            [OTHER_ENCODING],
        ),
        (
            b"# coding: nonsense\nx",
            "# coding: nonsense\nx",
            [OTHER_ENCODING],
        ),
        ("x = 1".encode("utf-16"), "x = 1", ["it is UTF-16, and was read as that"]),
        (b"x = 1\0\0", "x = 1", ["NUL bytes were left out"]),
        (b"x = 1\r\ny = 2\rz = 3\n", "x = 1\ny = 2\nz = 3\n", []),
        (b"", "", []),
    ],
)
def test_bytes_become_text_as_python_would_read_them(
    tmp_path: Path, content: bytes, text: str, notes: list[str]
) -> None:
    found = loaded(put(tmp_path, {"layers.py": content}) / "layers.py")

    assert found.sources == (Source("layers.py", (text,)),)
    assert found.notes == tuple(f"layers.py: {note}" for note in notes)


@given(content=st.binary(max_size=80))
def test_any_bytes_become_text_that_can_be_passed_on(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    found = loaded(put(tmp_path_factory.getbasetemp() / "any", {"layers.py": content}) / "layers.py")

    assert len(found.sources) == 1
    assert "\0" not in found.sources[0].cells[0]


def test_notebooks_without_any_exercise_are_not_read(tmp_path: Path) -> None:
    files = {"layers.py": FULL, "notes.ipynb": "<html>", "plots.ipynb": notebook("import layers")}
    found = loaded(put(tmp_path / "alice", files))

    assert (paths(found), found.notes) == (["layers.py"], ())


def test_what_was_changed_in_a_notebook_is_said(tmp_path: Path) -> None:
    found = loaded(put(tmp_path / "alice", {"HW.IPYNB": notebook("%matplotlib inline", FULL)}))

    assert found.sources == (Source("HW.ipynb", ("pass", FULL)),)
    assert found.notes == ("HW.IPYNB: magics and shell lines were left out (code cell 1)",)


def test_paths_of_sources_are_printable_and_different(tmp_path: Path) -> None:
    put(tmp_path / "alice", {"layers.py": FULL, "a\x1b.py": "x = 1", "a\udcff.py": "y = 2"})

    assert paths(loaded(tmp_path / "alice")) == ["a\ufffd.py", "a\ufffd_2.py", "layers.py"]


def test_thousands_of_files_that_want_one_name_get_their_own(tmp_path: Path) -> None:
    """Numbering each from 1 on took minutes."""
    letters = "\x01\x02\x03\x04"
    names = ["".join(letters[number >> 2 * place & 3] for place in range(8)) for number in range(20_000)]
    (tmp_path / "alice.zip").write_bytes(zipped({f"{name}.py": "" for name in names} | {"a.py": FULL}))

    started = time.process_time()
    found = loaded(tmp_path / "alice.zip")

    assert len(found.sources) == 300
    assert time.process_time() - started < 5


def test_notes_are_as_many_as_somebody_may_read(tmp_path: Path) -> None:
    entries = {f"../{number}.py": "" for number in range(1000)}
    (tmp_path / "alice.zip").write_bytes(zipped({**entries, "layers.py": FULL}))

    notes = loaded(tmp_path / "alice.zip").notes

    assert len(notes) == 51
    assert notes[-1] == "and 950 more of the like"


# --- programs and digests ------------------------------------------------------------------------------


def test_a_program_has_what_the_assignment_says(tmp_path: Path) -> None:
    assignment = dataclasses.replace(COURSE, definitions_only=False, allow=("numpy", "scipy"))
    found = loaded(put(tmp_path / "alice", {"layers.py": FULL, "im2col.py": "x = 1"}), assignment)
    given_program = program(found, assignment)

    assert (given_program.definitions_only, given_program.allow) == (False, ("numpy", "scipy"))
    assert given_program.entry == ("layers.py",)
    assert given_program.sources == (Source("im2col.py", ("x = 1",)), Source("layers.py", (FULL,)))


def test_the_digest_follows_names_and_contents_alone(tmp_path: Path) -> None:
    first = loaded(put(tmp_path / "a", {"layers.py": FULL, "b.py": "x"}))
    same = loaded(
        put(tmp_path / "b", {"layers.py": FULL.replace("\n", "\r\n"), "b.py": "x", "notes.txt": "1"})
    )
    renamed = loaded(put(tmp_path / "c", {"layers.py": FULL, "c.py": "x"}))
    changed = loaded(put(tmp_path / "d", {"layers.py": FULL, "b.py": "y"}))

    assert first.digest == same.digest
    assert first.digest.startswith("sha256:")
    assert len({first.digest, renamed.digest, changed.digest}) == 3


def test_nothing_handed_in_is_executed_imported_or_parsed(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w')\n" + FULL + "(" * 100_000 + "\n" + "-" * 100_000
    put(
        tmp_path / "alice",
        {"layers.py": trap, "setup.py": trap, "__init__.py": trap, "a.ipynb": notebook(trap)},
    )

    (place,) = find_submissions([tmp_path / "alice"], COURSE)
    assert load(place, COURSE).error == ""
    assert not (tmp_path / "sprung").exists()


def test_five_hundred_submissions_are_found_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(500):
        put(tmp_path / f"student{number:03}", {"layers.py": ""})

    def forbidden(*args: object) -> int:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(os, "open", forbidden)
    assert len(find_submissions([tmp_path], COURSE)) == 500
    with pytest.raises(AssertionError, match="a file was opened"):
        submission.load(Place(id="a", path="a", root=tmp_path / "student000"), COURSE)
