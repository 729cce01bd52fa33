"""Whose files are whose: one table of layouts, and what each name means."""

import pytest

from grader.assignment import find, read
from grader.model import Assignment
from grader.submission import layouts
from grader.submission.layouts import Group

COURSE = read(find("cs231n_a2"))  # files: **/layers.py, **/*.ipynb
CONV = "def conv_forward_naive(x, w, b, conv_param):\n    pass\n"


def names_of(text: str) -> list[str]:
    """Names, and the folders on the way to them."""
    names: set[str] = set()
    for name in text.split():
        name = name.replace("~", " ")
        parts = name.split("/")
        names.update("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
        names.add(name)
    return sorted(names - {""})


def told_apart(
    text: str, *, assignment: Assignment = COURSE, repository: bool = False
) -> dict[str, str] | None:
    found = layouts.groups(names_of(text), assignment, lambda name: "", is_repository=repository)
    return None if found is None else {group.id: " ".join(group.members) for group in found}


ONE = {
    "a named file at the top": "layers.py",
    "a named file and other folders": "layers.py images/cat.png old/im2col.py",
    "a package with __init__.py": "hw/__init__.py hw/layers.py README.md datasets/get.sh",
    "the course's package": "cs231n/layers.py cs231n/im2col.py ConvolutionalNetworks.ipynb imgs/a.png",
    "the same file for several assignments": "assignment1/cs231n/layers.py assignment2/cs231n/layers.py",
    "several assignments without the file": "hw1/main.py hw2/main.py",
    "nothing": "",
    "a report alone": "README.md report.pdf",
    "pictures alone": "img/a.png img2/b.png",
}


@pytest.mark.parametrize("text", ONE.values(), ids=ONE.keys())
def test_one_students(text: str) -> None:
    assert told_apart(text) is None


CLASSES = {
    "folders with the file": (
        "alice/layers.py bob/layers.py carol/README.md",
        {"alice": "alice/", "bob": "bob/", "carol": "carol/"},
    ),
    "only one has the file": ("alice/layers.py bob/notes.txt", {"alice": "alice/", "bob": "bob/"}),
    "one student alone": ("alice/layers.py", {"alice": "alice/"}),
    "deeper, each in its own way": (
        "alice/cs231n/layers.py bob/assignment2/cs231n/layers.py",
        {"alice": "alice/", "bob": "bob/"},
    ),
    "loose files": (
        "alice.py bob.py carol.ipynb",
        {"alice": "alice.py", "bob": "bob.py", "carol": "carol.ipynb"},
    ),
    "one loose file": ("alice.py", {"alice": "alice.py"}),
    "zips": (
        "alice.zip bob.ZIP dave.tar.gz",
        {"alice": "alice.zip", "bob": "bob.ZIP", "dave": "dave.tar.gz"},
    ),
    "all kinds": (
        "alice/layers.py bob.py carol.zip grades.csv",
        {"alice": "alice/", "bob": "bob.py", "carol": "carol.zip"},
    ),
    "folders with one zip each": ("alice/hw.zip bob/hw.zip", {"alice": "alice/", "bob": "bob/"}),
    "a wrapper": (
        "submissions/alice/layers.py submissions/bob/layers.py",
        {"alice": "submissions/alice/", "bob": "submissions/bob/"},
    ),
    "our own samples": (
        "expected.toml layers.py one/layers.py empty/README.md",
        {"empty": "empty/", "layers": "layers.py", "one": "one/"},
    ),
    "Canvas": (
        "doejane_12345_67890_layers.py doejane_12345_67891_im2col-2.py "
        "roebob_LATE_99_5_layers.py zoe_7_8_notes.pdf students.csv",
        {
            "doejane_12345": "doejane_12345_67890_layers.py doejane_12345_67891_im2col-2.py",
            "roebob_99": "roebob_LATE_99_5_layers.py",
            "zoe_7": "zoe_7_8_notes.pdf",
        },
    ),
    "Moodle": (
        "Ada~Lovelace_123_assignsubmission_file/layers.py "
        "Ada~Lovelace_123_assignsubmission_onlinetext/onlinetext.html "
        "Bob_7_assignsubmission_onlinetext/onlinetext.html",
        {
            "Ada Lovelace_123": "Ada Lovelace_123_assignsubmission_file/",
            "Bob_7": "Bob_7_assignsubmission_onlinetext/",
        },
    ),
    "Moodle without folders": (
        "Ada_123_assignsubmission_file_layers.py Bob_7_assignsubmission_file_hw.zip",
        {"Ada_123": "Ada_123_assignsubmission_file_layers.py", "Bob_7": "Bob_7_assignsubmission_file_hw.zip"},
    ),
    "Gradescope without its list": (
        "submission_11/layers.py submission_12/layers.py",
        {"submission_11": "submission_11/", "submission_12": "submission_12/"},
    ),
    "nbgrader's course": (
        "gradebook.db source/cs231n_a2/a.ipynb release/cs231n_a2/a.ipynb "
        "submitted/alice/cs231n_a2/a.ipynb submitted/alice/ps1/b.ipynb submitted/bob/other/c.ipynb",
        {"alice": "submitted/alice/cs231n_a2/", "bob": "submitted/bob/"},
    ),
    "nbgrader's folder": (
        "alice/cs231n_a2/a.ipynb alice/ps1/b.ipynb bob/cs231n_a2/a.ipynb",
        {"alice": "alice/cs231n_a2/", "bob": "bob/cs231n_a2/"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), CLASSES.values(), ids=CLASSES.keys())
def test_a_class(text: str, expected: dict[str, str]) -> None:
    assert told_apart(text) == expected


def test_a_repository_is_one_students_unless_it_holds_a_class() -> None:
    assert told_apart("code/layers.py data/a.txt", repository=True) is None
    assert told_apart("code/layers.py solution/layers.py", repository=True) is None
    assert told_apart("code/main.py data/a.py", repository=True) is None
    found = told_apart("a/layers.py b/layers.py c/layers.py", repository=True)
    assert found == {"a": "a/", "b": "b/", "c": "c/"}


@pytest.mark.parametrize(
    ("texts", "is_class"),
    [
        ({"conv.py": CONV + "import pool", "pool.py": "x = 1"}, False),
        ({"conv.py": CONV + "from .pool import *", "pool.py": "x = 1"}, False),
        ({"alice.py": CONV + "import numpy", "bob.py": "x = 1"}, True),
        ({"alice.py": CONV + "import bob", "bob.py": CONV}, True),
    ],
    ids=["imports", "imports relatively", "no import", "the same exercise twice"],
)
def test_loose_files_that_belong_together(texts: dict[str, str], is_class: bool) -> None:
    found = layouts.groups(sorted(texts), COURSE, texts.__getitem__)

    assert (found is not None) == is_class


def test_canvas_marks_late_ones() -> None:
    found = layouts.groups(["roe_LATE_9_5_layers.py", "zoe_7_8_layers.py"], COURSE, lambda name: "")

    assert found == (
        Group("roe_9", ("roe_LATE_9_5_layers.py",), ("Canvas marks it as late",)),
        Group("zoe_7", ("zoe_7_8_layers.py",)),
    )


def test_gradescopes_list_names_the_students() -> None:
    text = """\
---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '12345'
    :email: ada@example.org
  :created_at: 2026-11-20 20:01:10.000000000 Z
  :score: 0.0
submission_12:
  :submitters:
  - :name: Bob
    :email: bob@example.org
  - :name: Carol
    :email: carol@example.org
submission_13:
  :submitters:
  - :name: "Dave O'Neill"
submission_14:
  :status: processed
"""
    names = ["submission_metadata.yml", *(f"submission_{number}/" for number in range(11, 15))]

    found = layouts.groups(names, COURSE, {"submission_metadata.yml": text}.__getitem__)

    assert found is not None
    assert [group.id for group in found] == [
        *("ada@example.org", "bob@example.org+carol@example.org", "Dave O'Neill", "submission_14")
    ]


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("**/layers.py", "layers.py", True),
        ("**/layers.py", "a/b/layers.py", True),
        ("**/layers.py", "a/Layers.PY", True),
        ("**/layers.py", "a/my_layers.py", False),
        ("layers.py", "a/layers.py", False),
        ("*.ipynb", "a/b.ipynb", False),
        ("**/*.ipynb", "a/b.ipynb", True),
        ("cs231n/**", "cs231n/a/b.py", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", False),
        ("a+[b].py", "a+[b].py", True),
    ],
)
def test_patterns(pattern: str, name: str, expected: bool) -> None:
    assert layouts.matches(pattern, name) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(x):", {"f"}),
        ("x = 1\nclass  f:", {"f"}),
        ("f = g", {"f"}),
        ("f == g", set()),
        ("f(x)", set()),
        ("class C:\n  def f(x):", set()),
        ("def h():\n  def f(x):", set()),
        ("if True:\n  def f(x):", {"f"}),
        ("try:\n    import fast\nexcept ImportError:\n    def f(x):", {"f"}),
        ("f: Callable[..., Array] = g", {"f"}),
        ("h, f = make()", {"f"}),
        ("f, h = make()", {"f"}),
        ("f(x, y=1)", set()),
        ("out = f(x)", set()),
        ("# def f(x):", set()),
        ("def ff(x):\ndef g2():", set()),
        ("def g():\n    pass\ndef f ( x ):", {"f", "g"}),
    ],
)
def test_what_a_text_defines(text: str, expected: set[str]) -> None:
    assert layouts.defined(text, {"f": "f", "g": "g"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from conv import f", {"f"}),
        ("from .nn.conv import h as k, f", {"f"}),
        ("from conv import (\n    f,\n    g,\n)\nx = 1", {"f", "g"}),
        ("from f import h", set()),
        ("import f", set()),
        ("    from conv import f", set()),
    ],
)
def test_what_a_text_imports(text: str, expected: set[str]) -> None:
    assert layouts.imported(text, {"f": "f", "g": "g"}) == expected


def test_a_long_hostile_line_takes_no_time_to_search() -> None:
    for text in (
        "f, " * 300_000,
        "f: " * 300_000,
        "from a import " + "f, " * 300_000,
        "if x:\n" + " def" * 300_000,
    ):
        layouts.begun(text, {"f": "f"})
        layouts.imported(text, {"f": "f"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("doejane_12345_67890_layers.py", "layers.py"),
        ("doejane_LATE_12345_67890_layers-3.py", "layers.py"),
        ("doejane_12345_67890_my_layers.py", "my_layers.py"),
        ("Ada Lovelace_123_assignsubmission_file_layers.py", "layers.py"),
        ("layers-3.py", "layers-3.py"),
    ],
)
def test_the_name_under_which_a_file_was_handed_in(name: str, expected: str) -> None:
    assert layouts.original_name(name) == expected
