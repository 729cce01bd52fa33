"""Odd, and right: none of this may cost a point."""

from __future__ import annotations

from .entry import ALL, SOLUTION, Entry, notebook, zipped

HEAD, _, REST = SOLUTION.partition("import numpy as np\n")


def beside(name: str, code: str) -> Entry:
    """The solution with something after it."""
    return Entry(name=name, files={"@NAME@/layers.py": f"{SOLUTION}\n{code}\n"}, points=ALL)


def before(name: str, code: str) -> Entry:
    """The solution with something before its functions."""
    return Entry(name=name, files={"@NAME@/layers.py": f"import numpy as np\n{code}\n{REST}"}, points=ALL)


def each(name: str, code: str, top: str = "") -> Entry:
    """The solution, each of whose functions is wrapped: ``wrapped`` gets the function and the arguments."""
    wrap = (
        f"import functools\n{top}\ndef wrap(function):\n"
        "    @functools.wraps(function)\n    def wrapped(*args):\n"
        + "".join(f"        {line}\n" for line in code.splitlines())
        + "    return wrapped\n"
        "for name in [name for name in globals() if name.endswith('_naive')]: "
        "globals()[name] = wrap(globals()[name])\n"
    )
    return beside(name, wrap)


def written(name: str, content: bytes) -> Entry:
    return Entry(name=name, files={"@NAME@/layers.py": content}, points=ALL)


RECURSIVE = """
def total(values, start=0.0):
    return start if not len(values) else total(values[1:], start + values[0])
assert total(list(range(900))) == 404550
"""

PLAIN = """
def plain(result, change):
    parts = result if isinstance(result, tuple) else (result,)
    changed = tuple(change(part) if isinstance(part, np.ndarray) else part for part in parts)
    return changed if isinstance(result, tuple) else changed[0]
"""

ENTRIES: tuple[Entry, ...] = (
    each("prints_at_every_call", "print('x', *args)\nreturn function(*args)"),
    each(
        "warns_at_every_call",
        "warnings.warn('old')\nsys.stderr.write('x' * 100)\nreturn function(*args)",
        "import sys, warnings",
    ),
    each(
        "logs_at_every_call",
        "logging.error('called')\nreturn function(*args)",
        "import logging\nlogging.basicConfig(level=0)",
    ),
    each(
        "works_in_threads",
        "with ThreadPoolExecutor(2) as pool: return pool.submit(function, *args).result()",
        "from concurrent.futures import ThreadPoolExecutor",
    ),
    each(
        "uses_threads_of_numpy",
        "np.ones((300, 300)) @ np.ones((300, 300))\nreturn function(*args)",
    ),
    each("uses_much_memory", "big = np.empty(1 << 27)\nbig[: 1 << 18] = 1\nreturn function(*args)"),
    each("recurses_deeply", "total(list(range(900)))\nreturn function(*args)", RECURSIVE),
    each(
        "returns_fortran_order",
        "return plain(function(*args), np.asfortranarray)",
        PLAIN,
    ),
    each(
        "returns_views",
        "return plain(function(*args), lambda a: np.stack([a, a])[1])",
        PLAIN,
    ),
    each(
        "returns_what_cannot_be_written",
        "return plain(function(*args), lambda a: np.broadcast_to(a, a.shape))",
        PLAIN,
    ),
    each(
        "returns_turned_bytes",
        "return plain(function(*args), lambda a: a.astype(a.dtype.newbyteorder('>')))",
        PLAIN,
    ),
    each(
        "returns_subclasses",
        "return plain(function(*args), lambda a: a.view(Mine))",
        "class Mine(np.ndarray): pass\n" + PLAIN,
    ),
    each("returns_lists", "r = function(*args)\nreturn list(r) if isinstance(r, tuple) else r"),
    each(
        "seeds_at_every_call",
        "np.random.seed(len(args)); random.seed(1)\nreturn function(*args)",
        "import random",
    ),
    each(
        "times_itself",
        "t = time.perf_counter(); r = function(*args); print(f'{time.perf_counter() - t:.3f} s'); return r",
        "import time",
    ),
    beside("has_a_main", "if __name__ == '__main__':\n    1 / 0"),
    beside("asserts_at_import", "assert False, 'not yet'"),
    beside(
        "plots_at_import",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show(); fig, ax = plt.subplots(2)",
    ),
    beside("reads_data_at_import", "data = open('datasets/cifar10/data_batch_1', 'rb').read()"),
    beside("asks_for_input", "name = input('your name? ')"),
    beside("says_goodbye", "import atexit\natexit.register(print, 'bye')"),
    beside("ends_with_exit", "quit()"),
    beside("has_doctests", "def f():\n    '''>>> 1 + 1\n    3\n    '''\nimport doctest\ndoctest.testmod()"),
    beside(
        "has_unit_tests",
        "import unittest\nclass Tests(unittest.TestCase):\n    def test_it(self): "
        "self.fail()\nunittest.main()",
    ),
    beside(
        "has_classes_named_like_ours",
        "class Case: pass\nclass Verdict: CORRECT = 1\nclass Leaf: pass\nclass Worker: "
        "pass\nclass Malformed(Exception): pass",
    ),
    before(
        "sets_how_numpy_works", "np.seterr(all='warn'); np.set_printoptions(precision=2); np.random.seed(0)"
    ),
    before("lets_warnings_be_errors", "import warnings\nwarnings.simplefilter('error', DeprecationWarning)"),
    before("sets_the_recursion_limit", "import sys\nsys.setrecursionlimit(5000)"),
    before("has_its_own_print", "def print(*args, **kwargs): pass"),
    before("has_its_own_range", "from builtins import range\nxrange = range"),
    before(
        "uses_modern_python",
        "from dataclasses import dataclass, field\nfrom typing import Any\n@dataclass\n"
        "class Cache:\n    x: 'np.ndarray'\n    more: list = field(default_factory=list)",
    ),
    before(
        "remembers_between_calls",
        "import functools\n@functools.lru_cache(maxsize=None)\ndef size(a: int, b: int) "
        "-> int: return a + b\nCALLS = []",
    ),
    before("ignores_signals", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)"),
    each(
        "writes_files",
        "with open('log.txt', 'a') as log: log.write(function.__name__)\nnp.save('first.npy', args[0])\n"
        "logging.debug('called')\nreturn function(*args)",
        top="import logging; logging.basicConfig(filename='debug.log', level=logging.DEBUG)",
    ),
    before("lets_numpys_warnings_be_errors", "np.seterr(all='raise')"),
    before("collects_garbage", "import gc\ngc.disable(); gc.collect()"),
    Entry(
        name="keeps_its_cache_outside",
        files={
            "@NAME@/layers.py": SOLUTION
            + "\nKEPT = []\n_f, _b = max_pool_forward_naive, max_pool_backward_naive\n"
            "def max_pool_forward_naive(*args):\n    out, cache = _f(*args); KEPT.append(cache); "
            "return out, len(KEPT) - 1\n"
            "def max_pool_backward_naive(dout, place):\n    return _b(dout, KEPT[place])\n"
        },
        points=ALL,
    ),
    Entry(
        name="has_helper_files",
        files={
            "@NAME@/layers.py": f"from helpers import *\nfrom json_tools import np as np\n{REST}",
            "@NAME@/helpers.py": "import numpy as np\n",
            "@NAME@/json_tools.py": "from helpers import np\n",
        },
        points=ALL,
    ),
    Entry(
        name="ünïcödé_名前_🙂", files={"@NAME@/layers.py": SOLUTION + "\nπ = größe = 'ß 🙂'\n"}, points=ALL
    ),
    Entry(name="with blanks (1)", files={"@NAME@/my work/layers.py": SOLUTION}, points=ALL),
    Entry(name="O'Brien, Søren & co", files={"@NAME@/layers.py": SOLUTION}, points=ALL),
    written("has_a_byte_order_mark", b"\xef\xbb\xbf" + SOLUTION.encode()),
    written("has_crlf", SOLUTION.replace("\n", "\r\n").encode()),
    written("has_cr", SOLUTION.replace("\n", "\r").encode()),
    written("has_tabs", SOLUTION.replace("    ", "\t").encode()),
    written("has_form_feeds", SOLUTION.replace("\n\n\n", "\n\f\n\n").encode()),
    written("is_latin_1", f"# -*- coding: latin-1 -*-\n# naïve, größer\n{SOLUTION}".encode("latin-1")),
    written("is_latin_1_unsaid", f"# naïve, größer\n{SOLUTION}".encode("latin-1")),
    written("is_utf_16", SOLUTION.encode("utf-16")),
    written("has_no_last_line_feed", SOLUTION.rstrip("\n").encode()),
    Entry(
        name="is_a_notebook",
        files={
            "@NAME@.ipynb": notebook(
                "%matplotlib inline\nimport numpy as np", REST, "!ls", "plt.imshow(x)", "1 / 0"
            )
        },
        points=ALL,
    ),
    Entry(
        name="is_a_zip_of_a_mac",
        files={
            "@NAME@.zip": zipped(
                {
                    "work/layers.py": SOLUTION,
                    "__MACOSX/work/._layers.py": b"\0\5\x16\7",
                    "work/.DS_Store": b"\0",
                }
            )
        },
        points=ALL,
    ),
)
