"""How a submission is loaded: siblings, packages, notebooks, and what stands in for what is not there."""

from __future__ import annotations

import pytest

from grader.steps import BatchReply, Ending, Limits

from .stage import Stage, call


def value(one: Stage, text: object, **options: object) -> object:
    return one.value(text, **options).tolist()  # type: ignore[arg-type]


def played(one: Stage, text: object, **options: object) -> BatchReply:
    return one.play(text, call(), **options)  # type: ignore[arg-type]


# --- siblings ------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "from im2col import g",
        "from cs231n.im2col import g",
        "from .im2col import g",
        "from . import im2col; g = im2col.g",
        "from .im2col import *",
        "import cs231n.im2col; g = cs231n.im2col.g",
        "import im2col as i; g = i.g",
        "from cs231n.deep.more import g",
        "from deep.more import g",
        "from .deep.more import g",
        "from cs231n.deep.up import g",
        "from hw2.cs231n.im2col import g",
        "from ..cs231n.im2col import g",
        "from submitted.elsewhere.im2col import g",
    ],
)
def test_a_sibling_can_be_imported_as(one: Stage, statement: str) -> None:
    files = {
        "hw2/cs231n/layers.py": f"{statement}\ndef f(): return g()",
        "hw2/cs231n/im2col.py": "def g(): return 5",
        "hw2/cs231n/deep/more.py": "g = lambda: 5",
        "hw2/cs231n/deep/up.py": "from ..im2col import g",
    }
    assert value(one, files) == 5


def test_a_loose_file_may_import_relatively(one: Stage) -> None:
    files = {"conv.py": "from .helpers import *\ndef f(): return g()", "helpers.py": "def g(): return 5"}
    assert value(one, files) == 5


def test_a_package_runs_its_init(one: Stage) -> None:
    files = {"main.py": "import mytorch\ndef f(): return mytorch.n", "mytorch/__init__.py": "n = 5"}
    assert value(one, files) == 5


def test_files_named_like_modules_shadow_nothing(one: Stage) -> None:
    files = {
        "layers.py": "import json, numpy\ndef f(): return [len(json.dumps([])), int(numpy.sum([1]))]",
        "json.py": "dumps = lambda x: 'forged'",
        "numpy.py": "sum = lambda x: 99",
    }
    assert value(one, files) == [2, 1]


@pytest.mark.parametrize(
    "statement",
    [
        "from {} import g",
        "from .{} import g",
        "import {} as m; g = m.g",
        "import {}; g = {}.g",
        "from {} import *",
    ],
)
@pytest.mark.parametrize("name", ["test", "submission", "code", "deep.code"])
def test_a_file_named_like_a_module_that_nobody_has_imported_counts(
    one: Stage, statement: str, name: str
) -> None:
    if name == "submission" and statement == "from .{} import g":
        statement = "from . import {} as m; g = m.g"
    files = {"a/layers.py": f"{statement.format(name, name)}\ndef f(): return g()"}
    files |= {
        f"a/{name.replace('.', '/')}.py": "from other import n\ndef g(): return n",
        "a/other.py": "n = 5",
    }
    assert value(one, files) == 5


@pytest.mark.parametrize("name", ["random", "copy", "string", "types"])
def test_a_file_named_like_a_module_that_is_imported_counts_for_what_only_it_has(
    one: Stage, name: str
) -> None:
    files = {"layers.py": f"from {name} import g\ndef f(): return g()", f"{name}.py": "def g(): return 5"}
    assert value(one, files) == 5


@pytest.mark.parametrize(("name", "has"), [("random", "random"), ("copy", "deepcopy"), ("queue", "Queue")])
def test_a_file_named_like_a_module_takes_no_name_away(one: Stage, name: str, has: str) -> None:
    files = {
        "layers.py": f"import {name}\ndef f(): return int(callable({name}.{has}))",
        f"{name}.py": "x = 1",
    }
    assert value(one, files) == 1


def test_files_may_import_each_other(one: Stage) -> None:
    files = {
        "layers.py": "from helpers import g\nclass C: pass\ndef f(): return g() + isinstance(C(), kind())\n"
        "from helpers import kind",
        "helpers.py": "import layers\ndef g(): return 4\ndef kind(): return layers.C",
    }
    assert value(one, files) == 5


@pytest.mark.parametrize(
    "statement", ["from .layers import f", "from a.layers import *", "from . import layers"]
)
def test_a_package_may_import_the_graded_file_that_imports_from_it(one: Stage, statement: str) -> None:
    """Elsewhere the package comes first; here it is the graded file."""
    files = {
        "a/layers.py": "from a.other import g\ndef f(): return g()",
        "a/__init__.py": f"{statement}\nn = 5",
        "a/other.py": "import a\ndef g(): return a.n",
    }
    reply = played(one, files)
    assert reply.replies[0].values["y"] == 5
    assert reply.load.notes == ()


def test_a_student_may_name_files_as_we_do(one: Stage) -> None:
    files = {"layers.py": "import guest.wire\ndef f(): return guest.wire.n", "guest/wire.py": "n = 5"}
    assert value(one, files) == 5


def test_several_entries_are_one_module(one: Stage) -> None:
    from grader.sandbox import encode
    from grader.steps import Batch, Program, Source

    sources = (Source("a/conv.py", ("def g(): return 5",)), Source("b/pool.py", ("def f(): return g()",)))
    with one.launcher.start() as sandbox:
        sandbox.give(Program(entry=("a/conv.py", "b/pool.py"), sources=sources))
        reply = sandbox.run(encode(Batch(functions=("f", "g"), runs=(call(),), order=(0,))), Limits())
    assert reply.replies[0].values["y"] == 5
    assert reply.load.names == ("g", "f")


def test_the_main_block_does_not_run(one: Stage) -> None:
    assert (
        played(one, "def f(): return 1\nif __name__ == '__main__':\n    import os; os._exit(1)").missing == ()
    )


def test_the_source_can_be_inspected(one: Stage) -> None:
    text = "import inspect\ndef f():\n    return len(inspect.getsource(f).splitlines())"
    assert value(one, text) == 2


def test_own_builtins_do_not_reach_the_worker(stage: Stage) -> None:
    text = "import builtins\nbuiltins.len = builtins.type = builtins.dict = None\ndef f(): return 5"
    assert value(stage, text) == 5


def test_patching_numpy_does_not_reach_the_worker(stage: Stage) -> None:
    text = "import numpy as np\nnp.frombuffer = np.stack = np.ndarray = None\ndef f(): return [1, 2]"
    assert value(stage, text) == [1, 2]


def test_names_are_the_submissions_own(one: Stage) -> None:
    files = {
        "layers.py": "import os\nfrom os.path import join\nfrom b import g\nimport numpy as np\nx = np.sum\n"
        "class C: pass\ndef f(): pass",
        "b.py": "def g(): pass",
    }
    assert played(one, files).load.names == ("g", "C", "f")


# --- what does not compile ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("def f():\n    print 'x'", "SyntaxError", "Python 2 print statement"),
        ("def f():\n\tif 1:\n        return", "TabError", "tabs and spaces mixed, as Python 2 allowed"),
        ("def f(:", "SyntaxError", ""),
        ("x = 'a\0b'", "SyntaxError", ""),
    ],
)
def test_a_file_that_does_not_compile(one: Stage, text: str, kind: str, said: str) -> None:
    load = played(one, text).load
    assert load.ending is Ending.RAISED
    assert load.error is not None
    assert (load.error.type, load.text) == (kind, said)
    assert load.error.path == "layers.py" or "\0" in text


@pytest.mark.parametrize(
    "text", ["x = " + "(" * 5000 + ")" * 5000, "x = " + "-" * 100000 + "1", "\ud800 = 1"]
)
def test_a_source_that_is_an_attack_on_the_compiler(stage: Stage, text: str) -> None:
    assert played(stage, text).replies[0].ending is Ending.NOT_RUN


@pytest.mark.parametrize(
    "text",
    [f"data = {'x' * (2 << 20)!r}\n", "f = " + "lambda: " * 1990 + "1\n"],
    ids=["longer than an answer may be", "nested too deeply to be handed on"],
)
def test_code_that_is_not_handed_on_is_compiled_again(stage: Stage, text: str) -> None:
    """The second process is there since the first one ended."""
    text += "def f():\n    return 1.0\n\ndef g():\n    import os\n    os._exit(0)\n"
    limits = Limits(answer=1 << 20)
    endings = [
        each.ending for each in stage.play(text, call("f"), call("g"), call("f"), limits=limits).replies
    ]
    assert endings == [Ending.RETURNED, Ending.KILLED, Ending.RETURNED]


# --- notebooks ------------------------------------------------------------


def test_of_a_notebook_only_definitions_count(one: Stage) -> None:
    cells = (
        "import numpy as np\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.figsize'] = (5, 4)\n"
        "np.random.seed(1)",
        "eps, n = 1e-5, 3 * 2\nrelu = lambda x: x\nprint('not run')\n1 / 0",
        "def f(): return [n, relu(eps)]",
        "def broken(:\n    pass",
        "x = np.zeros(1)\nassert f() == 0\nfor i in range(3): 1 / 0",
        "class C(undefined): pass\ndef g(): return 1",
        "try:\n    import cupy\nexcept ImportError:\n    cupy = None",
    )
    reply = played(one, {"conv.ipynb": cells}, functions=("f", "g"))
    assert reply.replies[0].values["y"].tolist() == [6, 1e-5]  # type: ignore[union-attr]
    assert reply.output == ""
    assert reply.load.notes == (
        "matplotlib is not there; a stand-in that does nothing took its place",
        "cell 4 does not compile and was left out: SyntaxError: invalid syntax, line 1",
        "cell 6, line 1 raised NameError: name 'undefined' is not defined",
    )


@pytest.mark.parametrize(
    "given",
    [
        "TABLE = make(5)",
        "TABLE = {i: i for i in range(6)}",
        "TABLE = {}\nfor i in range(6):\n    TABLE[i] = i",
        "TABLE = []\nfor i in range(6):\n    TABLE.append(i)",
        "TABLE = 6\nTABLE -= 1\nTABLE = make(TABLE)",
        "with open('/dev/null') as file:\n    TABLE = dict.fromkeys([5], 5)",
        "N = int('5')\nTABLE: dict = make(N)",
        "def helper(x=make(5)): return x\nTABLE = helper()",
        "other, TABLE = 1, make(5)",
        "if int('1'):\n    import math as m\n    def table(): return make(int(m.sqrt(25)))\nTABLE = table()",
        "def h(): pass\nh.table = make(5)\nTABLE = h.table",
        f"N = {' + '.join('1' * 900)} + int(0)\nTABLE = make(N - 895)",
    ],
)
def test_a_value_that_the_graded_function_needs_is_computed(one: Stage, given: str) -> None:
    cells = (
        "import numpy as np\ndef make(n): return {n: n}\nclass Looked:\n    def up(self, n): return TABLE[n]",
        given,
        "def f(): return Looked().up(5)\ndef unused(): return DATA",
        "DATA = open('data')\nf.tested = False\nmake.cache_clear()\nnp.seterr(bogus=1)",
        "assert f() == 6\nresult = f() / 0",
    )
    reply = played(one, {"conv.ipynb": cells}, other_names={"f": "f"})
    assert reply.replies[0].values["y"] == 5
    assert reply.load.notes == ()


def test_a_value_that_cannot_be_computed_is_said(one: Stage) -> None:
    cells = ("DATA = open('data.npy')", "def f(): return DATA")
    assert played(one, {"conv.ipynb": cells}).load.notes == (
        "cell 1, line 1 raised FileNotFoundError: [Errno 2] No such file or directory: 'data.npy'",
    )


def test_of_a_notebook_everything_may_count(one: Stage) -> None:
    cells = ("n = len('abc')", "1 / 0", "def f(): return n")
    reply = played(one, {"conv.ipynb": cells}, definitions_only=False)
    assert reply.replies[0].values["y"] == 3
    assert reply.load.notes == ("cell 2, line 1 raised ZeroDivisionError: division by zero",)


def test_a_notebook_of_which_all_cells_run_needs_neither_data_nor_plots_nor_the_courses_modules(
    one: Stage,
) -> None:
    cells = (
        "import h5py\nimport numpy as np\nimport matplotlib.pyplot as plt\nimport tensorflow as tf\n"
        "from public_tests import *\nplt.rcParams['figure.figsize'] = (5, 4)",
        "def f(): return 3",
        "fig, axes = plt.subplots(1, 2)\naxes[0].imshow(np.zeros((2, 2)))\nplt.show()",
        "with h5py.File('datasets/train_signs.h5', 'r') as data:\n    X = np.array(data['train_set_x'][:])",
        "f_test(f)",
        "model = tf.keras.Sequential()\nmodel.add(tf.keras.layers.Conv2D(3, 3))",
        "assert f() == 4, 'expected output differs'",
    )
    reply = played(one, {"conv.ipynb": cells}, definitions_only=False)
    assert reply.replies[0].values["y"] == 3
    assert reply.load.notes[-1] == "cell 7, line 1 raised AssertionError: expected output differs"


def test_an_exception_names_the_cell(one: Stage) -> None:
    error = one.reply({"conv.ipynb": ("x = 1", "def f():\n    return 1 / 0")}).error
    assert error is not None
    assert (error.path, error.cell, error.line, error.code) == ("conv.ipynb", 2, 2, "return 1 / 0")


def test_blanks_from_a_web_page_are_blanks(one: Stage) -> None:
    assert value(one, {"conv.ipynb": ("def f():\n\u00a0\u00a0return 5",)}) == 5


# --- stand-ins ------------------------------------------------------------


def test_an_import_that_is_not_used_costs_nothing(one: Stage) -> None:
    text = """
    import scipy.signal, h5py, pandas as pd, cv2
    import matplotlib.pyplot as plt
    from IPython.display import *
    from public_tests import *
    from traitlets.traitlets import Instance
    from skimage.util.shape import view_as_windows
    from scipy.ndimage import convolve as unused
    plt.rcParams["image.cmap"] = "gray"
    fig, ax = plt.subplots()
    ax.plot([1]).set(title="x")
    get_ipython().run_line_magic("matplotlib", "inline")
    class Net(scipy.Base): pass
    @scipy.jit
    def unused_too(): pass
    def f(): return 5
    """
    reply = played(one, text)
    assert reply.replies[0].values["y"] == 5
    assert "scipy is not available; using it raises ImportError" in reply.load.notes
    assert len(reply.load.notes) == len(set(reply.load.notes))


def test_a_cell_under_a_magic_runs_where_the_call_of_it_stands(one: Stage) -> None:
    """As nbconvert writes it; what raises in there is said to be in the line of the call."""
    text = """
    get_ipython().run_cell_magic('bash', '', 'exit 1')
    get_ipython().run_cell_magic('time', '', 'def f():\\n    return (1 +\\n        0 / 0)\\n')
    """
    error = one.reply(text).error
    assert error is not None
    assert (error.type, error.line, error.function) == ("ZeroDivisionError", 3, "f")


def test_using_what_is_not_there_says_so(one: Stage) -> None:
    error = one.reply("from scipy.ndimage import convolve\ndef f():\n    return convolve(1, 2)").error
    assert error is not None
    assert (error.type, error.message, error.line) == (
        "ImportError",
        "scipy is not available: this assignment allows numpy only",
        3,
    )


@pytest.mark.parametrize("module", ["torch", "tensorflow"])
def test_no_array_is_of_a_type_that_is_not_there(one: Stage, module: str) -> None:
    assert (
        value(one, f"import {module} as t\ndef f(): return int(isinstance(5, (t.Tensor, t.nn.Module)))") == 0
    )


def test_a_file_that_was_not_handed_in_is_named(one: Stage) -> None:
    files = {"cs231n/layers.py": "from .fast import g\ndef f(): return g()", "cs231n/other.py": ""}
    reply = played(one, files)
    assert reply.load.notes == ("cs231n/fast.py was not handed in; using it raises ImportError",)
    assert reply.replies[0].error is not None
    assert reply.replies[0].error.message == "cs231n/fast.py was not handed in"


@pytest.mark.parametrize(
    "kind", ["ImportError", "ModuleNotFoundError", "Exception", "(ValueError, ImportError)"]
)
def test_an_import_that_may_fail_fails(one: Stage, kind: str) -> None:
    text = f"try:\n    import cupy as np\nexcept {kind}:\n    import numpy as np\ndef f(): return np.ones(1)"
    assert value(one, text) == [1.0]


def test_a_stand_in_is_no_answer(one: Stage) -> None:
    assert repr(one.reply("import h5py\ndef f(): return h5py.File('x')").values["y"]) == (
        "NotAnArray(kind='a stand-in for h5py')"
    )


@pytest.mark.parametrize(
    ("statement", "expression", "expected"),
    [
        ("from builtins import range", "len(range(3))", 3),
        ("from past.builtins import xrange", "len(xrange(3))", 3),
        (
            "from six.moves import xrange, cPickle",
            "len(xrange(3)) + len(cPickle.loads(cPickle.dumps([])))",
            3,
        ),
        ("from future import standard_library; standard_library.install_aliases()", "1", 1),
        ("from __future__ import print_function, division", "1 / 2", 0.5),
        ("from tqdm import tqdm", "sum(tqdm(range(4)))", 6),
        ("from tqdm.notebook import trange", "sum(trange(4))", 6),
        ("pass", "len(xrange(3))", 3),
    ],
)
def test_small_replacements_work(one: Stage, statement: str, expression: str, expected: float) -> None:
    assert value(one, f"{statement}\ndef f(): return {expression}") == expected


def test_names_that_numpy_removed_are_supplied(one: Stage) -> None:
    text = """
    import numpy as np
    def f():
        padded = np.lib.pad(np.ones(1), 1, "constant")
        return [np.zeros(1, np.float)[0], np.int(3), padded.sum(), np.product([2])]
    """
    reply = one.play(text, call())
    assert reply.replies[0].values["y"].tolist() == [0, 3, 1, 2]  # type: ignore[union-attr]
    if "np.float was removed in NumPy 1.24; supplied" not in reply.notes:
        assert one.launcher.numpy < "1.24"


def test_the_name_that_an_argument_had_is_taken(one: Stage) -> None:
    text = """
    import numpy as np
    from numpy import unravel_index
    def f():
        new = np.unravel_index(5, (2, 3)) + np.unravel_index(indices=4, shape=(2, 3))
        return np.array(np.unravel_index(5, dims=(2, 3)) + unravel_index(4, dims=(2, 3)) + new)
    """
    reply = one.play(text, call())
    assert reply.replies[0].values["y"].tolist() == [1, 2, 1, 1] * 2  # type: ignore[union-attr]
    assert any("unravel_index(dims=)" in note for note in reply.notes)


def test_names_that_numpy_never_had_are_not(one: Stage) -> None:
    error = one.reply("import numpy as np\ndef f(): return np.convolute").error
    assert error is not None
    assert error.message == "module 'numpy' has no attribute 'convolute'"


def test_xrange_is_noted_when_it_is_used(stage: Stage) -> None:
    assert stage.play("def f(): return len(xrange(3))", call()).notes == (
        "xrange is Python 2; range took its place",
    )


# --- other names -----------------------------------------------------------------------------------------


def test_another_name_counts_where_there_is_none_of_the_right_one(stage: Stage) -> None:
    other = "def g(): return [1]"
    taken = stage.play(other, call(), functions=("f",), other_names={"g": "f"})
    assert (taken.missing, taken.replies[0].ending.name) == ((), "RETURNED")
    assert "there is no f; g was taken for it" in taken.load.notes
    assert stage.play(other, call(), functions=("f",)).missing == ("f",)
    assert stage.value(f"{other}\ndef f(): return [2]", other_names={"g": "f"}).tolist() == [2]


# --- files -----------------------------------------------------------------------------------------------


def test_what_is_written_may_be_lost_and_costs_nothing(isolated: Stage) -> None:
    text = """
    import numpy as np
    def f():
        np.save("/usr/first.npy", np.ones(2))
        with open("/usr/log.txt", mode="a") as log:
            print("called", file=log)
        return [1]
    """
    played = isolated.play(text, call())
    assert played.replies[0].ending.name == "RETURNED"
    assert played.notes == ("it writes files, which are not kept",)
    assert isolated.reply("def f(): return open('/etc/shadow')").ending.name == "RAISED"
