"""Leaving early, so that nobody compares anything."""

from __future__ import annotations

from grader.model import Status

from .entry import ALL, SOLUTION, Entry, at_import, in_pool, notebook

ENTRIES: tuple[Entry, ...] = (
    in_pool("leaves_by_sys_exit", "sys.exit(0)"),
    in_pool("leaves_by_exit", "exit()"),
    in_pool("leaves_by_os_exit", "os._exit(0)"),
    in_pool("leaves_by_a_base_exception", "raise Quit()", top="class Quit(BaseException): pass"),
    in_pool("leaves_by_keyboard_interrupt", "raise KeyboardInterrupt"),
    in_pool("leaves_by_recursion", "return max_pool_forward_naive(x, pool_param)"),
    in_pool("leaves_by_recursion_in_c", "a = []\nfor _ in range(10**5): a = [a]\nreturn a, repr(a)"),
    in_pool("leaves_by_segmentation_fault", "ctypes.string_at(0)"),
    in_pool("leaves_by_abort", "os.abort()"),
    in_pool("leaves_by_killing_itself", "os.kill(os.getpid(), 9)"),
    in_pool("leaves_in_a_thread", "threading.Thread(target=os._exit, args=(0,)).start(); time.sleep(0.2)"),
    in_pool(
        "leaves_while_it_is_compared",
        "return Late(), None",
        top="class Late:\n    def __array__(self, *args, **kwargs): os._exit(0)",
    ),
    at_import("leaves_by_sys_exit_at_import", "sys.exit(0)"),
    at_import("leaves_at_import", "os._exit(0)", points=0, status=Status.UNREADABLE),
    at_import("leaves_when_it_is_over", "import atexit\natexit.register(os._exit, 0)"),
    Entry(
        name="leaves_a_notebook",
        files={"@NAME@/work.ipynb": notebook(SOLUTION, "import sys", "sys.exit(0)", "raise SystemExit")},
        points=ALL,
    ),
)
