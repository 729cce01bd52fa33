"""Changing the process that runs it, what is imported there, and what that process says."""

from __future__ import annotations

import struct

from grader.model import Status
from grader.sandbox.guest import wire

from .entry import ALL, POOL, PRELUDE, SOLUTION, Entry, at_import, broken_pool, in_pool, notebook, zipped

LYING = f"""
import json, struct
HEADER = struct.Struct({wire.HEADER.format!r})
HONEST = {{"ending": "RETURNED", "values": {{}}, "error": None, "text": "", "notes": [], "changed": []}}
HONEST["step"] = 0
_write = os.write
def say(said, blob=b"", *, times=1):
    said = said if isinstance(said, bytes) else json.dumps({{**HONEST, **said}}).encode()
    said += b" " * (-len(said) % 8)
    left = [times]
    def lying(descriptor, data):
        fields = list(HEADER.unpack_from(data))
        fields[6:8] = len(said), len(blob)
        _write(descriptor, HEADER.pack(*fields) + said + blob)
        left[0] -= 1
        if not left[0]: os.write = _write
        return len(data)
    os.write = lying
"""
PATCHES = """
np.array_equal = np.allclose = np.isclose = np.testing.assert_allclose = lambda *a, **k: True
np.abs = np.absolute = np.subtract = lambda *a, **k: np.zeros(1)
for name in ("less_equal", "equal", "isfinite", "all"): setattr(np, name, lambda *a, **k: np.True_)
"""
PLANTED = 'open("@WITNESS@/@NAME@", "w").close()\n'


def lies(name: str, said: str, *, at: str = "pool", **more: object) -> Entry:
    if at == "pool":
        return in_pool(name, f"say({said}); return 1, 2", top=LYING, **more)  # type: ignore[arg-type]
    return at_import(name, f"{LYING}\nsay({said})", **more)  # type: ignore[arg-type]


HUGE = wire.HEADER.pack(wire.MAGIC, wire.REPLY, False, 1, bytes(16), 0.0, 1 << 40, 1 << 50)

ENTRIES: tuple[Entry, ...] = (
    in_pool("patches_numpy", "return np.zeros_like(_right(x, pool_param)[0]), None", top=PATCHES),
    at_import(
        "patches_json",
        "import json; json.dumps = json.loads = json.JSONEncoder.encode = lambda *a, **k: '{}'",
    ),
    at_import(
        "patches_the_clocks",
        "for n in ('time', 'monotonic', 'perf_counter', 'process_time'): setattr(time, n, lambda: 0.0)",
    ),
    at_import(
        "patches_the_builtins",
        "import builtins\nfor n in ('all', 'abs', 'len', 'sum'): setattr(builtins, n, "
        "lambda *a, **k: True)\n",
    ),
    at_import(
        "hooks_imports",
        "class Hook:\n"
        "    def find_spec(self, name, path=None, target=None): raise SystemExit\n"
        "sys.meta_path.insert(0, Hook()); sys.path_hooks.insert(0, Hook)",
    ),
    at_import("traces_everything", "sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)"),
    at_import("empties_the_modules", "sys.modules.clear()", points=0),
    at_import("closes_the_answers", "os.close(4)", points=0, status=Status.UNREADABLE),
    in_pool("closes_every_descriptor", "os.closerange(0, 256); return _right(x, pool_param)"),
    at_import("closes_the_output", "sys.stdout.close(); os.close(1)"),
    at_import(
        "handles_every_signal",
        "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, "
        "signal.SIG_IGN)\n    except OSError: pass",
    ),
    in_pool(
        "changes_the_loop_that_asks",
        "frame = sys._getframe()\n"
        "while frame is not None:\n"
        "    me = frame.f_locals.get('self')\n"
        "    for name in ('_head', '_limits', '_originals', '_results', '_returns'):\n"
        "        if hasattr(me, name):\n"
        "            try: setattr(me, name, {})\n"
        "            except Exception: pass\n"
        "    frame = frame.f_back\n"
        "return _right(x, pool_param)",
    ),
    lies("says_that_it_did_not_run", "{'ending': 'NOT_RUN'}"),
    lies("says_that_the_time_was_up", "{'ending': 'TIMED_OUT', 'skipped': True}, times=99"),
    lies("says_it_was_at_no_step", "{'ending': 'MALFORMED', 'step': 60000}, times=99"),
    lies("says_an_impossible_shape", "{'values': {'out': ['f8', [0, 1 << 47, 1 << 47]]}}"),
    lies("says_another_result", "{'values': {'score': ['f8', []]}}, bytes(8)"),
    lies("says_too_few_bytes", "{'values': {'out': ['f8', [99]]}}, bytes(8)"),
    lies("says_no_json", "b'{' * 8"),
    lies("says_a_deep_list", "b'[' * 100000"),
    lies(
        "says_half_an_error",
        "{'ending': 'RAISED', 'error': {'type': 'E', 'message': '', 'line': 1}}, times=99",
    ),
    lies(
        "says_markup",
        "{'ending': 'RAISED', 'error': {'type': '<canary>', 'message': '\\x1b[31m', "
        "'path': '', 'code': '', 'function': '', 'line': 1, 'cell': 0, 'unfinished': False}}, times=99",
    ),
    lies(
        "says_that_nothing_is_missing",
        "{'names': [], 'missing': [], 'ending': 'RAISED', 'error': {}}",
        at="import",
        points=0,
        status=Status.UNREADABLE,
    ),
    lies(
        "says_that_it_loads_forever",
        "{'names': [], 'missing': [], 'ending': 'TIMED_OUT'}",
        at="import",
        points=0,
        status=Status.UNREADABLE,
    ),
    in_pool(
        "writes_frames_of_its_own",
        "for number in range(3, 64):\n"
        f"    try: os.write(number, {HUGE!r})\n"
        "    except OSError: pass\n"
        "return _right(x, pool_param)",
    ),
    in_pool(
        "writes_noise",
        f"for number in range(3, 64):\n"
        f"    try: os.write(number, {struct.pack('<Q', 7) * 9!r})\n"
        "    except OSError: pass\n"
        "return _right(x, pool_param)",
    ),
    in_pool(
        "steals_the_questions",
        "os.set_blocking(3, False)\ntry: os.read(3, 4096)\nexcept OSError: pass\nreturn 0, 0",
    ),
    Entry(
        name="plants_files",
        files={
            "@NAME@/layers.py": SOLUTION,
            **{
                f"@NAME@/{path}": PLANTED
                for path in (
                    "conftest.py",
                    "sitecustomize.py",
                    "usercustomize.py",
                    "numpy.py",
                    "json.py",
                    "grader.py",
                    "guest/__init__.py",
                    "__init__.py",
                    "setup.py",
                    "test_layers.py",
                    "numpy/__init__.py",
                )
            },
            "@NAME@/canary.pth": "import os; " + PLANTED,
            "@NAME@/__pycache__/layers.cpython-311.pyc": b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(64),
            "@NAME@/pytest.ini": "[pytest]\naddopts = --canary\n",
            "@NAME@/grades.db": b"SQLite format 3\0" + bytes(100),
            "@NAME@/results.json": '{"score": 70}',
            "@NAME@/assignment.toml": 'title = "canary"\n',
            "@NAME@/expected.toml": "[canary]\n",
        },
        points=ALL,
    ),
    Entry(
        name="imports_what_it_planted",
        files={
            "@NAME@/layers.py": "import numpy, json, conftest\nfrom numpy import *\n" + SOLUTION,
            "@NAME@/numpy.py": PLANTED,
            "@NAME@/json.py": PLANTED,
            "@NAME@/conftest.py": PLANTED,
        },
        points=ALL,
        escapes=True,
    ),
    Entry(
        name="plants_files_in_a_zip",
        files={
            "@NAME@.zip": zipped(
                {
                    "layers.py": SOLUTION,
                    "conftest.py": "1 / 0",
                    "numpy/__init__.py": "1 / 0",
                    "sitecustomize.py": "1 / 0",
                }
            )
        },
        points=ALL,
    ),
    Entry(
        name="tampers_in_a_notebook",
        files={"@NAME@.ipynb": notebook(SOLUTION, PRELUDE, "import json\njson.dumps = None\nnp.abs = None")},
        points=ALL,
    ),
    Entry(
        name="changes_its_source_while_it_runs",
        files={"@NAME@/layers.py": broken_pool("open(__file__, 'w').write(''); return 0, 0")},
        points=ALL - POOL,
    ),
)
