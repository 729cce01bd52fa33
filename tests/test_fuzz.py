"""Whatever is handed in or written as an assignment is read or refused in words.

Never a traceback, since one student's file must not stop a class, and never a hang: each example has a
deadline. Most are near to what is right, because noise is refused at the first byte.
"""

from __future__ import annotations

import io
import json
import string
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader import assignment
from grader.assignment import find
from grader.errors import AssignmentError, SubmissionError
from grader.submission import find_one, find_submissions, load, notebook, program
from grader.submission.layouts import groups
from grader.submission.tree import Archive

COURSE = assignment.read(find("cs231n_a2"))
TOML = (find("cs231n_a2") / "assignment.toml").read_text(encoding="utf-8")
QUICK = settings(max_examples=60, deadline=timedelta(seconds=3), suppress_health_check=[HealthCheck.too_slow])

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.just("\ud800"),
    st.just(10**5000),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


# --- near to what is right ---------------------------------------------------------------------------


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with a few places cut out, doubled or overwritten; shrinks towards the bytes themselves."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 40))
        new = draw(st.one_of(st.just(b""), st.just(data[at : at + length] * 2), st.binary(max_size=8)))
        data = data[:at] + new + data[at + length :]
    return data


sources = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(["%%time\n", "!ls \\\n", "x?\n", "'''", '"', "#", "(", "\\\n", "cd ..\n", "a = !b\n"])
    ).map("".join),
    anything,
)
cells = st.one_of(
    st.fixed_dictionaries({"cell_type": st.sampled_from(["code", "markdown", 1]), "source": sources}),
    st.fixed_dictionaries(
        {"cell_type": st.just("code"), "input": sources, "outputs": anything, "language": anything}
    ),
    anything,
)
notebooks = st.one_of(
    st.fixed_dictionaries({"nbformat": anything, "cells": st.lists(cells, max_size=5) | anything}),
    st.fixed_dictionaries(
        {
            "nbformat": st.sampled_from([2, 3, 4, "3"]),
            "nbformat_minor": anything,
            "metadata": anything,
            "worksheets": st.lists(
                st.fixed_dictionaries({"cells": st.lists(cells, max_size=4)}) | anything, max_size=3
            ),
        }
    ),
)
names = st.text(st.sampled_from("ab./\\:é\x00\n\x1b\u202e _-1"), max_size=12).map(
    lambda name: f"n{name}.py"
) | st.sampled_from(
    ["layers.py", "../layers.py", "/layers.py", "a/layers.py", "work.ipynb", "in.zip", "a/", "__MACOSX/x.py"]
)


def zipped(entries: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


zips = st.lists(st.tuples(names, st.binary(max_size=60)), max_size=6).map(zipped)
broken_zips = zips.flatmap(mutated)


def dumped(data: Any) -> str:
    """JSON as a strange program might write it: with NaN, halves of characters and endless numbers."""
    return json.dumps(data, default=str)


@pytest.fixture(autouse=True, scope="module")
def long_numbers() -> Iterator[None]:
    """JSON's numbers may be of any length; Python writes long ones only if it is told to."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    yield
    sys.set_int_max_str_digits(before)


# --- a student's --------------------------------------------------------------------------------------


def handed_in(content: bytes, suffix: str) -> None:
    """Load it as `grade` does, and as one of a class."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"alice{suffix}"
        path.write_bytes(content)
        found = load(find_one(path), COURSE)
        assert bool(found.error) != bool(found.sources)
        assert found.error.isprintable()
        if found.sources:
            program(found, COURSE)
        for place in find_submissions([Path(folder)], COURSE):
            load(place, COURSE)


@given(data=notebooks)
@example(data={"nbformat": 4, "worksheets": []})
@QUICK
def test_a_notebook_is_read_or_refused(data: Any) -> None:
    try:
        code = notebook.code(dumped(data))
    except SubmissionError as error:
        assert str(error)
    else:
        assert all(isinstance(text, str) for text in (*code.cells, *code.notes, *code.files.values()))


@given(data=st.data())
@QUICK
def test_a_damaged_notebook_is_read_or_refused(data: st.DataObject) -> None:
    whole = dumped(
        {
            "nbformat": 4,
            "cells": [{"cell_type": "code", "source": ["def conv_forward_naive():\n", " pass"]}] * 3,
        }
    )
    handed_in(data.draw(mutated(whole.encode())), ".ipynb")


@given(content=broken_zips)
@example(content=b"PK\5\6" + bytes(18))
@QUICK
def test_a_damaged_zip_is_read_or_refused(content: bytes) -> None:
    handed_in(content, ".zip")


@given(content=broken_zips)
@QUICK
def test_every_entry_of_a_zip_is_read_or_refused(content: bytes) -> None:
    try:
        archive = Archive(content)
    except SubmissionError:
        return
    for name in archive.list().names:
        if not name.endswith("/"):
            try:
                assert len(archive.read(name, 1 << 16)) <= 1 << 16
            except SubmissionError as error:
                assert str(error)


@given(content=st.one_of(st.binary(max_size=200), st.text(string.printable, max_size=200).map(str.encode)))
@pytest.mark.parametrize("suffix", [".py", ".ipynb", ".zip"])
@QUICK
def test_any_bytes_are_read_or_refused(suffix: str, content: bytes) -> None:
    handed_in(content, suffix)


@given(found=st.lists(st.text(st.sampled_from("ab_/.1 é"), min_size=1, max_size=20) | names, max_size=12))
@QUICK
def test_students_are_told_apart_by_any_names(found: list[str]) -> None:
    for group in groups(sorted(set(found)), COURSE, lambda name: name) or ():
        assert group.members


LONG = {
    "brackets": "([{" * 40_000,
    "quotes": "'" * 99_999,
    "triple quotes": '"""' * 33_333,
    "backslashes": "\\" * 99_999,
    "lines": "\n" * 99_999,
    "blanks": " " * 99_999,
    "question marks": "a" + "?" * 99_999 + "b",
    "names": "a." * 50_000 + "b",
    "commands": "ls " * 33_333 + "=",
    "magics": "%%" * 50_000,
    "assignments": "a," * 50_000 + " = ",
    "comments": "#'" * 50_000,
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_cell_of_one_kind_takes_no_longer_than_it_is(kind: str) -> None:
    """A pattern that goes back at every character would take hours for one of a hundred thousand."""

    @settings(max_examples=1, deadline=timedelta(seconds=3))
    @given(st.just(LONG[kind]))
    def read(text: str) -> None:
        notebook.code(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": text}]}))
        handed_in(text.encode(), ".py")

    read()


# --- an author's ----------------------------------------------------------------------------------------


def refused_in_words(text: str | bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "assignment.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        try:
            read = assignment.read(Path(folder))
        except AssignmentError as error:
            assert "assignment.toml" in str(error)
        else:
            assert read.exercises


@given(data=st.data())
@QUICK
def test_a_damaged_assignment_is_read_or_refused(data: st.DataObject) -> None:
    refused_in_words(data.draw(mutated(TOML.encode())))


VALUES = st.one_of(
    st.sampled_from(
        [
            '""',
            "[]",
            "{}",
            "nan",
            "inf",
            "-1",
            "1e400",
            "0x7fffffffffffffff",
            "true",
            "1979-05-27",
            '"\\u0000"',
        ]
    ),
    st.integers().map(str),
    st.floats().map(repr),
    st.lists(st.integers(-3, 3)).map(str),
    st.text(max_size=10).map(json.dumps),
    st.just("9" * 5000),
    st.just("[" * 500 + "]" * 500),
    st.just("[" * 5000 + "]" * 5000),
)
KEYS = ("title", "convention", "files", "notebook", "allow", "exercise", "surprise")
EXERCISE_KEYS = ("name", "op", "points", "cases", "seconds", "strata", "domain", "surprise")


@given(
    top=st.dictionaries(st.sampled_from(KEYS), VALUES),
    exercise=st.dictionaries(st.sampled_from(EXERCISE_KEYS), VALUES),
    strata=st.dictionaries(st.sampled_from(["padding", "basic", "x"]), VALUES, max_size=2),
    domain=st.dictionaries(st.sampled_from(["pad", "stride", "square", "leftover"]), VALUES, max_size=2),
)
@QUICK
def test_an_assignment_of_any_values_is_read_or_refused(
    top: dict[str, str], exercise: dict[str, str], strata: dict[str, str], domain: dict[str, str]
) -> None:
    right = {"name": '"conv_forward_naive"', "op": '"conv2d"', "points": "10"}
    lines = [*_lines({"convention": '"cs231n"', **top})]
    lines += ["[[exercise]]", *_lines({**right, **exercise})]
    for name, table in (("strata", strata), ("domain", domain)):
        if name not in exercise:
            lines += [f"[exercise.{name}]", *_lines(table)]
    refused_in_words("\n".join(lines))


def _lines(table: dict[str, str]) -> list[str]:
    return [f"{key} = {value}" for key, value in table.items()]


# --- the tests can fail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "read"), [(ValueError, "_source"), (RecursionError, "_notebook")], ids=["a cell", "the file"]
)
def test_a_reader_that_stumbles_is_found(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception], read: str
) -> None:
    def stumble(*_: object) -> None:
        raise fault("ours")

    monkeypatch.setattr(notebook, read, stumble)
    check: Callable[[], None] = test_a_notebook_is_read_or_refused
    with pytest.raises((fault, BaseExceptionGroup)):
        check()
