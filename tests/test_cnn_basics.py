"""The lecture's own exercises: three files from one source, which run from top to bottom."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.assignment import read

FOLDER = Path(__file__).resolve().parent.parent / "assignments" / "cnn_basics"
NOTEBOOKS = ("cnn_basics.ipynb", "cnn_basics_ko.ipynb")
SELF_CHECKS = 10
HANGUL = re.compile("[가-힣]")


@cache
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cnn_basics_build", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


def cells(path: Path, kind: str) -> list[str]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


# --- one source --------------------------------------------------------------------------------------


def test_all_files_are_what_the_source_makes() -> None:
    """If not: python assignments/cnn_basics/build.py."""
    for path, text in build().outputs().items():
        assert path.read_text(encoding="utf-8") == text, path


@pytest.mark.parametrize("role", ["starter", "solution"])
def test_both_languages_have_the_same_code(role: str) -> None:
    english, korean = (FOLDER / role / name for name in NOTEBOOKS)
    assert cells(english, "code") == cells(korean, "code")
    assert len(cells(english, "markdown")) == len(cells(korean, "markdown")) == SELF_CHECKS + 1


def test_each_is_in_its_language() -> None:
    english, korean = (cells(FOLDER / "starter" / name, "markdown") for name in NOTEBOOKS)
    assert not [text for text in english if HANGUL.search(text)]
    assert all(len(HANGUL.findall(text)) > 100 for text in korean)


def test_both_languages_have_the_same_formulas() -> None:
    english, korean = (cells(FOLDER / "starter" / name, "markdown") for name in NOTEBOOKS)
    for one, other in zip(english, korean, strict=True):
        displayed = [
            [
                re.sub(r"\\text\{[^}]*\}|\s+", "", formula)
                for formula in re.findall(r"\$\$(.*?)\$\$", text, re.S)
            ]
            for text in (one, other)
        ]
        assert displayed[0] == displayed[1]


def test_every_exercise_has_its_function_in_every_file_and_a_self_check() -> None:
    names = [exercise.name for exercise in read(FOLDER).exercises]
    script = (FOLDER / "starter" / "exercises.py").read_text(encoding="utf-8")
    code = "\n\n".join(cells(FOLDER / "starter" / NOTEBOOKS[0], "code"))
    for name in names:
        for text in (script, code):
            assert re.search(rf"^def {name}\(", text, re.MULTILINE)
            assert f'"{name} is not written yet' in text
            assert text.count(f"{name}(") > 1


def test_the_starter_gives_no_solution_away() -> None:
    solution = (FOLDER / "solution" / "exercises.py").read_text(encoding="utf-8")
    for path in (FOLDER / "starter").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "#: " not in text
        assert "np.tensordot(" not in text
    assert "np.tensordot(" in solution
    assert "TODO" not in solution


# --- run ---------------------------------------------------------------------------------------------


def run(path: Path, *, allow_errors: bool) -> list[dict[str, Any]]:
    """The outputs of all code cells."""
    nbclient = pytest.importorskip("nbclient", reason="nbclient is part of the extra `test`")
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=allow_errors)
    client.execute()
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_solved_notebook_runs_and_its_checks_pass(name: str) -> None:
    outputs = run(FOLDER / "solution" / name, allow_errors=False)
    printed = [output["text"] for output in outputs if output["output_type"] == "stream"]
    assert "".join(printed) == "✓ all is well\n" * SELF_CHECKS
    figures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(figures) == SELF_CHECKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_starters_checks_fail_and_say_what_to_do(name: str) -> None:
    outputs = run(FOLDER / "starter" / name, allow_errors=True)
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert [error["ename"] for error in errors] == ["AssertionError"] * SELF_CHECKS
    for error in errors:
        assert re.fullmatch(r"\w+ is not written yet: put your code here", error["evalue"])
    assert sum("image/png" in output.get("data", {}) for output in outputs) == SELF_CHECKS


def printed_by(text: str, folder: Path) -> list[str]:
    (folder / "exercises.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "exercises.py"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()


def test_the_script_checks_itself(tmp_path: Path) -> None:
    made = {path.parent.name: text for path, text in build().outputs().items() if path.suffix == ".py"}
    solved = printed_by(made["solution"], tmp_path)
    assert len(solved) > SELF_CHECKS
    assert all(line.startswith("✓ ") for line in solved)
    started = printed_by(made["starter"], tmp_path)
    assert len(started) == len(solved)
    assert all(re.fullmatch(r"✗ \w+: \w+ is not written yet: put your code here", line) for line in started)


WRONG = [
    (
        "return (w - f + 2 * p) // s + 1",
        "return (w - f + 2 * p) / s + 1",
        r"output_size\(7, 3\) is 5\.0, but should .*",
    ),
    (
        "return (w - f + 2 * p) // s + 1",
        "pass",
        r"output_size\(7, 3\) gave None: does the function end with .*",
    ),
    ("if f > w + 2 * p:", "if False:", r"output_size\(3, 4\) gave 0, but should raise an error"),
    (
        "i * s : i * s + f, j * s : j * s + f] * w)",
        "i : i + f, j : j + f] * w)",
        r"strided_filter.* is .*but should be .*",
    ),
    ("dx_pad[place] += d", "dx_pad[place] = d", r"dx is 0 at \[0, 0, 0, 1\], but should be 2"),
    ("dx[place] += largest", "dx[place] = largest", r"max_pool_backward\(ones, x, 2, 1\) is 1 at .*"),
    ("r += (f - 1) * j", "r += f - 1", r"receptive_field\(\[\(3, 2\), \(3, 1\)\]\) is 5, but should be 7"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG, ids=[row[1] for row in WRONG])
def test_a_self_check_says_what_is_wrong(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    solution = build().script(solved=True)
    assert right in solution
    failed = [line for line in printed_by(solution.replace(right, wrong), tmp_path) if line.startswith("✗ ")]
    assert re.match(rf"✗ \w+: {message}", failed[0])
