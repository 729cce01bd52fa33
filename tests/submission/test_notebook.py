"""Code cells as text: every version, every kind of magic, and nothing that only looks like one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.submission import notebook


def of_version_4(*sources: Any) -> str:
    cells = [{"cell_type": "code", "source": source, "outputs": [], "metadata": {}} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def cleaned(source: str) -> str:
    texts = notebook.code(of_version_4(source)).cells
    assert len(texts) == 1
    return texts[0]


# --- the file ------------------------------------------------------------------------------------------


def test_code_cells_keep_their_numbers_and_other_cells_do_not_count() -> None:
    text = json.dumps(
        {
            "nbformat": 4,
            "cells": [
                {"cell_type": "markdown", "source": "x = 0"},
                {"cell_type": "code", "source": ["import numpy as np\n", "x = 1"]},
                {"cell_type": "raw", "source": "x = 2"},
                {"cell_type": "code", "source": ""},
                {"cell_type": "code", "source": "y = 2\r\nz = 3"},
            ],
        }
    )

    assert notebook.code(text) == (("import numpy as np\nx = 1", "", "y = 2\nz = 3"), (), {})


@pytest.mark.parametrize("version", [2, 3, "3"])
def test_older_versions_are_read_as_they_are_on_disk(version: int | str) -> None:
    """Their code cells have an input, a list of lines or one text; they had headings; little is required."""
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Convolution"]},
        {"cell_type": "markdown", "source": ["x = 0"]},
        {"cell_type": "code", "collapsed": False, "input": ["x = 1\n", "y = 2"], "language": "python"},
        {"cell_type": "code", "input": "z = 3\r\n", "language": "python", "outputs": [], "prompt_number": 1},
        {"cell_type": "code", "input": []},
    ]
    data = {"nbformat": version, "worksheets": [{"cells": cells[:3]}, {"cells": cells[3:]}, {}]}

    assert notebook.code(json.dumps(data)).cells == ("x = 1\ny = 2", "z = 3\n", "")


def test_what_is_invalid_elsewhere_does_not_keep_the_code_from_being_read() -> None:
    data = {
        "nbformat": 4,
        "nbformat_minor": 99,
        "metadata": None,
        "cells": [
            7,
            {"cell_type": "code", "source": "x = 1", "outputs": "none", "execution_count": {}},
            {"cell_type": "code", "source": ["y = 2", 3, None]},
            {"cell_type": "code", "source": {"a": 1}},
            {"cell_type": "code"},
        ],
    }

    assert notebook.code(json.dumps(data)).cells == ("x = 1", "y = 2", "", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("<!DOCTYPE html><html>", "is a saved web page, not a notebook; download it as .ipynb"),
        ("\ufeff\n <html>", "is a saved web page, not a notebook; download it as .ipynb"),
        (
            "def f(): pass",
            "is not a notebook: it is not valid JSON (Expecting value: line 1 column 1 (char 0))",
        ),
        (
            '{"cells": [',
            "is not a notebook: it is not valid JSON (Expecting value: line 1 column 12 (char 11))",
        ),
        ("[" * 100_000, "is not a notebook: it is not valid JSON (maximum recursion depth exceeded"),
        ('{"cells": [' + "9" * 5000 + "]}", "is not a notebook: it is not valid JSON (Exceeds the limit"),
        ("[]", "is JSON, but not a notebook: it has no cells"),
        ('"cells"', "is JSON, but not a notebook: it has no cells"),
        ('{"scores": {}}', "is JSON, but not a notebook: it has no cells"),
        ('{"cells": {}}', "is JSON, but not a notebook: its cells are no list"),
        ('{"nbformat": 3, "worksheets": 7}', "is JSON, but not a notebook: its worksheets are no list"),
        ('{"worksheets": [{"cells": 7}]}', "is JSON, but not a notebook: its cells are no list"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        notebook.code(text)

    assert str(caught.value).startswith(message)


# --- magics --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%load_ext autoreload",
        "%timeit f(x)",
        "!pip install numpy",
        "!ls 'it is",
        "?np.pad",
        "np.pad?",
        "np.pad??",
        "np.*load*?",
        "%time?",
        "files = !ls",
        "t = %timeit -o f(x)",
        "cd '/content/drive/My Drive'",
        "cd cs231n/datasets",
        "cd ..",
        "cd ~/work",
        "ls",
        "ls -l",
        "pwd",
        "pip install numpy",
        "mkdir -p out",
        "rm -rf out",
    ],
)
def test_a_magic_becomes_pass_of_the_same_indentation(line: str) -> None:
    assert cleaned(f"x = 1\n{line}\ny = 2") == "x = 1\npass\ny = 2"
    assert cleaned(f"if x:\n    {line}\ny = 2") == "if x:\n    pass\ny = 2"


@pytest.mark.parametrize(
    "source",
    [
        "x = a \\\n%b",
        "x = (a\n%b)",
        "x = [\n    '%d'\n    % 3\n]",
        's = """\n%matplotlib inline\n!ls\ncd x\n"""',
        "s = '''\n%magic \\'''\n!still inside\n'''",
        "s = \"(\" + '[' # (\nx = 3",
        "# what is this?",
        "x != y",
        "x = 3 % 2",
        "x %= 2",
        "cd = 3",
        "cd += 3",
        "cd -= 3",
        "cd /= 3",
        "cat(x)",
        "cat.x = 1",
        "cat, ls = 1, 2",
        "ls[0] = 1",
        "ls in x",
        "rm: int = 3",
        "cd2 = 1",
        "catalogue",
        "def ls():\n    return cd",
        "print('really?')",
        "x = '?'",
    ],
)
def test_python_stays_as_it_is(source: str) -> None:
    assert notebook.code(of_version_4(source)) == ((source,), (), {})


def test_a_magic_after_a_string_or_bracket_was_closed_is_still_one() -> None:
    assert cleaned('s = """a\n""" + (\n"b")\n%magic') == 's = """a\n""" + (\n"b")\npass'
    assert cleaned("s = ')'\n%magic") == "s = ')'\npass"
    assert cleaned("x)\n%magic") == "x)\npass"
    assert cleaned("# it's (\n%magic") == "# it's (\npass"


def test_a_magic_may_be_continued() -> None:
    assert cleaned("!pip install \\\n  numpy \\\n  scipy\nx = 1") == "pass\n\n\nx = 1"


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%timeit -n 1", "%%prun"])
def test_a_cell_that_is_only_measured_keeps_its_body(magic: str) -> None:
    assert cleaned(f"{magic}\ndef f():\n    pass") == "pass\ndef f():\n    pass"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile a.txt", "%%javascript", "%%", "\n%%sh"])
def test_a_cell_in_another_language_becomes_empty_and_keeps_its_number(magic: str) -> None:
    texts, notes, _ = notebook.code(of_version_4("x = 1", f"{magic}\necho (", "y = 2"))

    assert texts == ("x = 1", "", "y = 2")
    assert notes == ("cells in another language were left out (code cell 2)",)


@pytest.mark.parametrize(
    ("magic", "name"),
    [
        ("%%writefile lib/pad.py", "lib/pad.py"),
        ("%%file pad.py", "pad.py"),
        ("\n%%writefile  ./lib/pad.py ", "lib/pad.py"),
        ("%%writefile /content/work/pad.py", "pad.py"),
    ],
)
def test_a_file_that_a_cell_writes_is_there(magic: str, name: str) -> None:
    code = notebook.code(of_version_4(f"{magic}\ndef f():\n    pass", "x = 1"))

    assert code == (("", "x = 1"), (), {name: "def f():\n    pass"})


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("%run pad.py", "from pad import *"),
        ("  %run -i ./lib/pad.py ", "  from lib.pad import *"),
        ("%run pad", "from pad import *"),
        ("%run pad.ipynb", "pass"),
        ("%run pad.py --quick", "pass"),
        ("%run ../pad.py", "pass"),
    ],
)
def test_a_file_that_is_run_is_imported(line: str, read: str) -> None:
    texts, notes, _ = notebook.code(of_version_4(f"x = 1\n{line}\ny = 2"))

    assert texts == (f"x = 1\n{read}\ny = 2",)
    said = "magics and shell lines were left out" if "pass" in read else "%run was read as an import"
    assert notes == (f"{said} (code cell 1)",)


def test_what_was_changed_is_said_by_cell() -> None:
    texts, notes, _ = notebook.code(of_version_4("%pylab", "x\u00a0= 1", "!ls", "y = 2"))

    assert texts == ("pass", "x = 1", "pass", "y = 2")
    assert notes == (
        "magics and shell lines were left out (code cells 1, 3)",
        "no-break spaces were read as spaces (code cell 2)",
    )


@given(st.text(alphabet="ab =%!?()[]'\"\\#\n\u00a0.", max_size=60))
def test_lines_keep_their_numbers_whatever_the_cell_holds(source: str) -> None:
    (text,) = notebook.code(of_version_4(source)).cells

    assert text == "" or text.count("\n") == source.count("\n")


def test_a_long_hostile_line_takes_no_time() -> None:
    for source in (
        "'" * 300_001,
        "x = '" + "\\" * 300_001,
        "a" * 300_000 + "?!",
        "'" + "\\'" * 150_000,
        '"""' + "\\" * 300_000,
    ):
        assert cleaned(source)
