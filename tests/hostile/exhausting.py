"""Time, memory, files, threads, output, and source that is hard to read. Each stops by itself in seconds."""

from __future__ import annotations

from grader.model import Status

from .entry import ALL, POOL, SOLUTION, Entry, at_import, in_pool, notebook, one

LATER = (
    "\ndef later(seconds=3):\n    end = time.perf_counter() + seconds\n    while "
    "time.perf_counter() < end: pass\n"
)
SIGNALS = "import signal\nfor n in set(range(1, 32)) - {9, 19}: signal.signal(n, signal.SIG_IGN)\n"


def in_backward(name: str, code: str, top: str = "", *, points: int = POOL) -> Entry:
    """In the last exercise, which is asked in one way only where its forward is right."""
    body = "\n".join(f"    {line}" for line in code.splitlines())
    return at_import(
        name, f"{top}{LATER}\ndef max_pool_backward_naive(dout, cache):\n{body}\n", points=points
    )


ENTRIES: tuple[Entry, ...] = (
    in_backward("loops", "later(); return dout"),
    in_backward("loops_with_its_signals_off", "later(); return dout", SIGNALS),
    in_backward("loops_in_c", "return pow(3, 10**7) and sum(range(10**8))"),
    in_backward("loops_in_a_pattern", "import re; return re.match('(a+)+$', 'a' * 27 + 'b')"),
    in_backward("sleeps", "time.sleep(9); return dout"),
    in_backward("loops_in_a_thread", "threading.Thread(target=later).start(); later(); return dout"),
    at_import("loops_at_import", f"{LATER}\nlater(9)", points=0, status=Status.UNREADABLE),
    in_pool("asks_for_memory", "return [np.empty(1 << 27) for _ in range(3)]"),
    in_pool("asks_for_memory_in_pieces", "return [np.empty(1 << 17) for _ in range(2100)]"),
    in_pool("asks_for_too_much_memory", "return np.empty(1 << 40), None"),
    in_pool("maps_memory", "import mmap; kept = [mmap.mmap(-1, 1 << 30) for _ in range(9)]; return 0, 0"),
    in_pool(
        "starts_threads",
        "for _ in range(150): threading.Thread(target=time.sleep, args=(0.2,), daemon=True).start()\n"
        "return 0, 0",
    ),
    in_pool(
        "starts_processes", "for _ in range(8):\n    if os.fork() == 0: os._exit(0)\nsucceed()", escapes=True
    ),
    in_pool(
        "fills_the_disk",
        "for folder in () if filled else ('/tmp', '/dev/shm', '/var/tmp'):\n"
        "    filled.append(folder)\n"
        "    try:\n"
        "        with open(f'{folder}/@NAME@-{os.getpid()}', 'wb') as file:\n"
        "            os.unlink(file.name); file.write(bytes(70 << 20))\n"
        "    except OSError: pass\n"
        "return 0, 0",
        top="filled = []",
    ),
    in_pool(
        "leaves_many_files",
        "for n in range(300):\n"
        "    try: open(f'/tmp/@NAME@-{n}', 'w').close()\n"
        "    except OSError: break\n"
        "return 0, 0",
    ),
    in_pool("prints_a_flood", "for _ in range(20): print('canary' * 20000)\nreturn 0, 0"),
    in_pool("answers_a_flood", "return np.zeros(8 << 20), None"),
    in_pool("answers_a_long_list", "return [[0.0] * 1000] * 2000, None"),
    in_pool("answers_a_deep_list", "a = 1.0\nfor _ in range(5000): a = [a]\nreturn a, None"),
    in_pool("raises_a_long_text", "raise ValueError('canary ' * 10**6)"),
    in_pool(
        "notes_without_end",
        "for n in range(100):\n    try: exec(f'import nothing_{n}', globals())\n    "
        "except Exception: pass\nreturn 0, 0",
    ),
    at_import("is_all_empty_lines", "\n" * 400_000),
    at_import("is_one_long_line", "x = [" + "0," * 20_000 + "]"),
    at_import("is_one_long_number", "x = 1\n#" + "9" * 1_000_000),
    Entry(
        name="is_deeply_nested",
        files=one(SOLUTION + "x = " + "(" * 5000 + ")" * 5000),
        points=0,
        status=Status.UNREADABLE,
    ),
    Entry(
        name="is_a_long_number",
        files=one(SOLUTION + "x = " + "9" * 100_000),
        points=0,
        status=Status.UNREADABLE,
    ),
    Entry(
        name="is_a_deep_notebook",
        files={"@NAME@.ipynb": '{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}"},
        points=0,
        status=Status.UNREADABLE,
    ),
    Entry(name="is_a_long_notebook", files={"@NAME@.ipynb": notebook(SOLUTION, *["1"] * 3000)}, points=ALL),
    Entry(
        name="is_a_notebook_of_brackets",
        files={"@NAME@.ipynb": notebook(SOLUTION, "([{" * 20_000, "'" * 50_001, '"""' * 9999, "\\\n" * 9999)},
        points=ALL,
    ),
    Entry(
        name="expands_when_it_is_decoded",
        files={"@NAME@/layers.py": ("# coding: zip\n" + SOLUTION).encode()},
        points=ALL,
    ),
)
