from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.gradebook import results
from grader.model import RunResult
from grader.reports import FORMATS, Feedback, write

from .runs import ALICE, of


def test_every_format_is_written_where_it_says(one: RunResult, tmp_path: Path) -> None:
    paths = write(one, tmp_path / "new" / "folder", FORMATS)
    assert [path.name for path in paths] == [kind.filename for kind in FORMATS.values()]
    for path, kind in zip(paths, FORMATS.values(), strict=True):
        assert path.stat().st_size > 100, kind.filename
    assert sorted(path.parent.iterdir()) == sorted(paths), "a temporary file stays behind"


def test_no_two_formats_share_a_file() -> None:
    assert len({kind.filename for kind in FORMATS.values()}) == len(FORMATS)


def test_results_json_is_what_the_contract_writes(run: RunResult, tmp_path: Path) -> None:
    (ours,) = write(run, tmp_path, ["json"], Feedback.VERDICT)
    assert ours.read_text("ascii") == "".join(results.pieces(run))


def test_a_file_is_replaced_whole_or_not_at_all(
    run: RunResult, one: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = write(run, tmp_path, ["csv"])
    before = path.read_bytes()

    def full_disk(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full_disk)
        with pytest.raises(GraderError, match=r"grades\.csv: cannot be written: No space left on device"):
            write(one, tmp_path, ["csv"])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    write(one, tmp_path, ["csv"])
    assert path.read_bytes() != before


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.long])
def test_a_long_report_is_never_whole_in_memory(name: str) -> None:
    class_of_50 = of(*[replace(ALICE, id=f"student {number}") for number in range(50)])
    pieces = [len(piece) for piece in FORMATS[name].pieces(class_of_50, Feedback.EXAMPLE)]
    assert max(pieces) < sum(pieces) / 20


def test_a_folder_that_is_a_file_is_said(run: RunResult, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(GraderError, match=r"out/grades\.csv: cannot be written: .*/out is no folder$"):
        write(run, tmp_path / "out", ["csv"])


def test_slow_imports_wait_until_they_are_needed() -> None:
    code = (
        "import sys, grader.reports, grader.reports.class_page, grader.reports.terminal;"
        "print([name for name in ('jinja2', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
