"""Which files are graded, by `grader.submission.entry`: one line for each thing that students do."""

import dataclasses
from collections.abc import Mapping

import pytest

from grader.assignment import find, read
from grader.model import Assignment
from grader.steps import Source
from grader.submission.entry import entry
from grader.submission.layouts import begun

COURSE = read(find("cs231n_a2"))  # files: **/layers.py, **/*.ipynb
NAMES = [exercise.name for exercise in COURSE.exercises]
CONV, POOL = "conv_forward_naive", "max_pool_forward_naive"


def chosen(
    texts: Mapping[str, str], assignment: Assignment = COURSE
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return entry([Source(path, (text,)) for path, text in texts.items()], assignment)


def defining(*names: str) -> str:
    return "".join(f"def {name}():\n    pass\n" for name in names)


FULL = defining(*NAMES)
ANY_FILE = dataclasses.replace(COURSE, files=("**/*.py", "**/*.ipynb"))


def test_one_file_always_counts() -> None:
    assert chosen({"my_homework.py": "x = 1"}) == (("my_homework.py",), ())


def test_the_file_that_the_assignment_names_counts_and_helpers_do_not() -> None:
    assert chosen({"im2col.py": "", "layers.py": FULL, "test.py": "import layers"}) == (("layers.py",), ())


def test_the_earlier_pattern_goes_first_and_a_later_one_fills_the_gaps() -> None:
    paths_, notes = chosen({"layers.py": defining(*NAMES[:-1]), "hw.ipynb": FULL})

    assert (paths_, notes) == (("hw.ipynb", "layers.py"), ())


def test_of_several_places_the_one_with_most_exercises_counts_then_the_higher_one() -> None:
    paths_, notes = chosen({"a/layers.py": defining(CONV), "b/c/layers.py": FULL, "b/d/e/layers.py": FULL})

    assert paths_ == ("b/c/layers.py",)
    assert notes == (
        "graded: b/c/layers.py; "
        "not graded, though some of the same is defined there: a/layers.py and b/d/e/layers.py",
    )


def test_a_solution_in_several_files_is_put_together_from_as_few_as_do() -> None:
    texts = {
        "conv.py": defining(*NAMES[:2]),
        "norm.py": defining(*NAMES[4:]),
        "pool.py": defining(*NAMES[2:4]),
        "main.py": "import conv",
    }
    paths_, notes = chosen(texts, ANY_FILE)

    assert paths_ == ("pool.py", "conv.py", "norm.py")
    assert notes == ()


def test_exercises_in_a_file_of_another_name_are_found_and_said() -> None:
    paths_, notes = chosen({"layers.py": defining(CONV), "pooling.py": defining(POOL)})

    assert paths_ == ("pooling.py", "layers.py")
    assert notes == (f"pooling.py was graded, too: it defines {POOL}",)


@pytest.mark.parametrize(
    "copy",
    ["src - Copy", "src (1)", "src copy", "src-copy2", "Copy of src", "src_old", "src.bak", "SRC_BACKUP"],
)
def test_of_a_folder_and_its_copies_the_one_without_a_mark_counts(copy: str) -> None:
    kept = "SRC" if copy.startswith("SRC") else "src"
    paths_, notes = chosen({f"{copy}/layers.py": FULL, f"{kept}/layers.py": FULL})

    assert paths_ == (f"{kept}/layers.py",)
    assert notes == (f"{copy}/layers.py is a copy of {kept}/layers.py and was not graded",)


def test_a_folder_that_is_named_like_a_copy_counts_where_there_is_no_other() -> None:
    texts = {"src_old/layers.py": FULL, "src/test.py": ""}
    assert chosen(texts)[0] == ("src_old/layers.py",)


def test_of_two_folders_the_shorter_name_goes_first() -> None:
    assert chosen({"a - final/layers.py": FULL, "a/layers.py": FULL})[0] == ("a/layers.py",)


def test_a_wrong_name_for_the_file_costs_nothing() -> None:
    paths_, notes = chosen({"layer.py": FULL, "im2col.py": ""})

    assert paths_ == ("layer.py",)
    assert notes == ("no file matches **/layers.py or **/*.ipynb; layer.py was graded instead",)


def test_a_file_of_the_right_name_counts_even_if_it_defines_nothing() -> None:
    assert chosen({"layers.py": "x = 1", "im2col.py": ""}) == (("layers.py",), ())


def test_nothing_is_chosen_where_nothing_fits() -> None:
    assert chosen({"main.py": "x = 1", "im2col.py": ""}) == ((), ())
    assert chosen({}) == ((), ())


@pytest.mark.parametrize(
    "copy",
    [
        "layers (1).py",
        "layers(2).py",
        "layers - Copy.py",
        "layers copy.py",
        "layers copy 2.py",
        "Copy of layers.py",
    ],
)
def test_a_copy_does_not_count_beside_the_file_itself_but_alone_it_does(copy: str) -> None:
    assert chosen({copy: FULL, "layers.py": FULL}) == (
        ("layers.py",),
        (f"{copy} is a copy of layers.py and was not graded",),
    )
    assert chosen({copy: FULL, "im2col.py": ""}) == ((copy,), ())


def test_exercises_in_cells_of_a_notebook_are_found() -> None:
    cells = Source("hw.ipynb", ("import numpy", "", FULL))

    assert entry([cells, Source("public_tests.py", ("",))], COURSE).paths == ("hw.ipynb",)


WORK = "".join(f"def {name}(x):\n    return x + 1\n" for name in NAMES)
TEMPLATE = "".join(
    f'def {name}(x, cache):\n    """Say what it is for.\n\n    Hint: pad[0] + 1\n    """\n'
    "    dx, dw = None, None\n    # TODO: your code\n    pass\n    return dx, dw\n"
    for name in NAMES
)


@pytest.mark.parametrize(
    ("passed_over", "counts"),
    [
        ("a/layers.py", "b/c/layers.py"),  # a template lies higher, and comes first
        ("layers.py", "hw.ipynb"),  # it was written in the notebook, and the file left as it was
    ],
)
def test_a_template_that_nobody_began_does_not_count_beside_work(passed_over: str, counts: str) -> None:
    assert chosen({passed_over: TEMPLATE, counts: WORK})[0] == (counts,)


def test_a_copy_counts_beside_a_template_that_nobody_began() -> None:
    assert chosen({"layers.py": TEMPLATE, "layers (1).py": WORK})[0] == ("layers (1).py",)


@pytest.mark.parametrize(
    "text",
    [
        f"from impl import {', '.join(NAMES)}",
        f"if True:\n    from x import y\n{WORK}",
        "".join(f"{name}: object = make()\n" for name in NAMES),
        f"{', '.join(NAMES)} = make()",
    ],
    ids=["imports", "a block", "annotated", "at once"],
)
def test_work_in_another_form_counts_before_a_template(text: str) -> None:
    texts = {"cs231n/layers.py": text, "layers.py": TEMPLATE, "cs231n/impl.py": "x = 1"}
    assert chosen(texts)[0] == ("cs231n/layers.py",)


def test_a_template_counts_where_there_is_nothing_better() -> None:
    assert chosen({"layers.py": TEMPLATE, "notes.py": ""})[0] == ("layers.py",)


@pytest.mark.parametrize("aside", ["backup/layers.py", "a/old_code/layers.py", "Original/layers.py"])
def test_what_is_put_aside_by_its_name_counts_last(aside: str) -> None:
    assert chosen({aside: WORK, "cs231n/nn/deeper/layers.py": WORK})[0] == ("cs231n/nn/deeper/layers.py",)


def test_a_folder_called_golden_is_not_put_aside() -> None:
    assert chosen({"golden/layers.py": WORK, "z/layers.py": WORK})[0] == ("golden/layers.py",)


@pytest.mark.parametrize(
    ("body", "work"),
    [
        ("    raise NotImplementedError()\n", False),
        ("    # x = x + 1\n    out = None\n    cache = (x, w)\n    return out, cache\n", False),
        ("    eps = gn_param.get('eps', 1e-5)\n    x, w = cache\n    ...\n", False),
        ("    return helper(x)\n", True),
        ("    out = np.zeros(3)\n    return out\n", True),
        ("# a comment that is not indented\n    out = x + 1\n    return out\n", True),
    ],
)
def test_what_a_student_began_is_told_from_what_the_course_handed_out(body: str, work: bool) -> None:
    assert begun(f"def {CONV}(\n    x, w\n):\n{body}", COURSE.names) == ({CONV} if work else set())


def test_a_function_that_goes_by_another_name_is_work() -> None:
    assert begun(f"{CONV} = conv_forward_im2col\n", COURSE.names) == {CONV}
