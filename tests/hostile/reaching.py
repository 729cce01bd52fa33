"""Reaching for answers, for secrets, and for what is a neighbour's."""

from __future__ import annotations

from .entry import ALL, POOL, PRELUDE, SOLUTION, Entry, at_import, in_pool, notebook

SEARCH = """
import gc
def seek(shape):
    found, frame = [], sys._getframe()
    while frame is not None:
        found += list(frame.f_locals.values()) + list(frame.f_globals.values())
        frame = frame.f_back
    found += gc.get_objects()
    for each in found:
        values = list(each.values()) if type(each) is dict else [each]
        for value in values:
            for held in (value, getattr(value, "value", None)):
                if getattr(held, "shape", None) == shape:
                    yield held
"""
REFERENCE = """
def answer(x, pool_param):
    from reference.pool import max_pool2d
    window = pool_param["pool_height"], pool_param["pool_width"]
    succeed(max_pool2d(x, window=window, stride=pool_param["stride"]))
"""


def reads(name: str, path: str) -> Entry:
    return in_pool(name, f"raise RuntimeError(open({path!r}).read()[-99:])", escapes=True)


ENTRIES: tuple[Entry, ...] = (
    in_pool(
        "searches_frames_and_objects",
        "right = _right(x, pool_param)[0]\n"
        "for each in seek(right.shape):\n"
        "    if each is not right and each is not x and np.array_equal(each, right): succeed()\n"
        "return 0, 0",
        top=SEARCH,
    ),
    in_pool("imports_the_reference", "return answer(x, pool_param), None", top=REFERENCE),
    in_pool(
        "imports_the_reference_from_the_checkout",
        "sys.path.insert(0, '@CHECKOUT@'); sys.path_importer_cache.clear(); return "
        "answer(x, pool_param), None",
        top=REFERENCE,
        escapes=True,
    ),
    in_pool("imports_the_grader", "import grader; succeed(grader.__version__)"),
    in_pool(
        "imports_the_grader_from_the_checkout",
        "sys.path.insert(0, '@CHECKOUT@'); import grader.errors; "
        "issubclass(grader.errors.GraderError, Exception) and succeed()",
        escapes=True,
    ),
    in_pool("imports_scipy", "import scipy.ndimage; succeed(scipy.ndimage.maximum_filter(x, 2))"),
    in_pool("imports_torch", "import torch.nn.functional as F; succeed(F.max_pool2d(torch.tensor(x), 2))"),
    in_pool(
        "imports_what_is_installed",
        "import glob\n"
        "for each in glob.glob('/usr/lib/python3*/*-packages') + glob.glob(sys.prefix + "
        "'/lib/*/site-packages'):\n"
        "    sys.path.append(each)\n"
        "import hypothesis; succeed(hypothesis.__version__)",
    ),
    reads("reads_a_secret_of_the_home", "@HOME@/.netrc"),
    reads("reads_a_neighbour", "@NEIGHBOUR@/layers.py"),
    in_pool(
        "reads_the_graders_source", "open('@CHECKOUT@/grader/checks.py').read(); succeed()", escapes=True
    ),
    in_pool("reads_the_tests", "os.listdir('@CHECKOUT@/tests'); succeed()", escapes=True),
    in_pool(
        "reads_the_expected_marks",
        "open('@CHECKOUT@/assignments/cs231n_a2/submissions/expected.toml'); succeed()",
        escapes=True,
    ),
    in_pool(
        "reads_the_graders_environment", "open('/proc/@GRADER@/environ').read(); succeed()", escapes=True
    ),
    in_pool("reads_its_parents_memory", "open(f'/proc/{os.getppid()}/mem', 'rb'); succeed()", escapes=True),
    in_pool("lists_processes", "os.listdir('/proc/1') and succeed()", escapes=True),
    in_pool("looks_at_the_environment", "raise RuntimeError(str(dict(os.environ)))"),
    in_pool("follows_its_home", "raise RuntimeError(open(os.path.expanduser('~/.netrc')).read())"),
    in_pool("traces_its_parent", "ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) or succeed()"),
    in_pool(
        "reads_every_descriptor",
        "said = b''\n"
        "for number in range(5, 256):\n"
        "    try:\n"
        "        os.set_blocking(number, False); said += os.read(number, 1 << 20)\n"
        "    except OSError: pass\n"
        "raise RuntimeError(repr(said) or succeed())",
    ),
    Entry(
        name="reaches_out_of_a_notebook",
        files={
            "@NAME@/work.ipynb": notebook(
                SOLUTION,
                PRELUDE,
                "%load_ext autoreload\n!cat @HOME@/.netrc",
                "def max_pool_forward_naive(x, p):\n    raise RuntimeError(open('@HOME@/.netrc').read())",
            )
        },
        points=ALL - POOL,
        escapes=True,
    ),
    at_import(
        "reaches_out_at_import",
        "said = open('@HOME@/.netrc').read()\nraise RuntimeError(said)",
        escapes=True,
        points=ALL,
    ),
)
