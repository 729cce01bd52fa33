"""Which assignment it is, told from the functions' names."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import assignment, submission
from grader.errors import GraderError
from grader.recognition import recognise

SHIPPED = [folder.name for folder in assignment.available()]


def write(folder: Path, *functions: str, name: str = "layers.py") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(f"def {function}(x):\n    return x\n\n\n" for function in functions))
    return folder


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("part", ["solution", "starter"])
def test_every_assignment_knows_its_own(name: str, part: str) -> None:
    folder = assignment.find(name) / part
    if not folder.is_dir():
        pytest.skip(f"{name} has no {part}")
    assert recognise([folder]).name == name


def test_one_function_is_enough(tmp_path: Path) -> None:
    assert recognise([write(tmp_path / "me", "conv_forward_naive")]).name == "cs231n_a2"


def test_a_name_of_another_year_counts(tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text("class MaxPoolLayer: pass\nclass MeanPoolLayer: pass\n", "utf-8")
    assert recognise([tmp_path]).name == "cmu_hw2p1"


def test_a_class_is_known_by_one_of_its_students(tmp_path: Path) -> None:
    write(tmp_path / "class" / "ann", "nothing_of_it")
    write(tmp_path / "class" / "bob", "conv_forward_naive", "max_pool_forward_naive")
    assert recognise([tmp_path / "class"]).name == "cs231n_a2"


def test_a_file_that_vanishes_does_not_keep_the_class_from_being_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ann", "bob"):
        write(tmp_path, "conv_forward_naive", name=f"{name}.py")
    find = submission.find_submissions

    def find_and_lose_one(*given: object) -> list[submission.Place]:
        places = find(*given)  # type: ignore[arg-type]
        (tmp_path / "ann.py").unlink(missing_ok=True)
        return places

    monkeypatch.setattr(submission, "find_submissions", find_and_lose_one)
    assert recognise([tmp_path]).name == "cs231n_a2"


def test_submissions_are_read_and_not_run(tmp_path: Path) -> None:
    folder = write(tmp_path / "me", "conv_forward_naive")
    with (folder / "layers.py").open("a") as file:
        file.write("raise SystemExit('was run')\n")
    assert recognise([folder]).name == "cs231n_a2"


def test_functions_of_no_assignment_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "me", "fizz", "buzz")
    with pytest.raises(GraderError) as caught:
        recognise([folder])
    assert str(caught.value) == (
        f"{folder}: no function of a known assignment was found.\n"
        f"Known assignments: {', '.join(SHIPPED)}. Name one with --assignment, "
        "and see `grade list` for the functions that it expects."
    )


def test_names_in_comments_and_calls_count_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "me"
    folder.mkdir()
    (folder / "layers.py").write_text(
        "# def conv_forward_naive\nconv_forward_naive(1)\nprint('conv_forward_naive')\n"
    )
    with pytest.raises(GraderError, match="no function of a known assignment was found"):
        recognise([folder])


TOML = """
title = "{name}"
convention = "cs231n"
files = ["**/layers.py"]

[[exercise]]
name = "{function}"
op = "conv2d"
points = 1
cases = 30
"""


def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **assignments: str) -> None:
    """Let only these assignments come with the grader, each of one function."""
    folders = []
    for name, function in assignments.items():
        folder = tmp_path / "assignments" / name
        folder.mkdir(parents=True)
        (folder / "assignment.toml").write_text(TOML.format(name=name, function=function))
        folders.append(folder)
    monkeypatch.setattr(assignment, "available", lambda: tuple(folders))


def test_two_assignments_alike_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf(tmp_path, monkeypatch, autumn="conv", spring="conv")
    folder = write(tmp_path / "me", "conv")
    with pytest.raises(GraderError) as caught:
        recognise([folder])
    assert str(caught.value) == f"{folder}: it could be autumn or spring. Say which with --assignment."


def test_the_one_with_the_larger_part_of_its_functions_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf(tmp_path, monkeypatch, one="conv", other="pool")
    assert recognise([write(tmp_path / "me", "pool")]).name == "other"


def test_where_there_are_no_assignments_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf(tmp_path, monkeypatch)
    with pytest.raises(GraderError, match="Known assignments: none"):
        recognise([write(tmp_path / "me", "conv")])
