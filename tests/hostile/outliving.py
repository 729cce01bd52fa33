"""Being there when the submission's time is over, and reaching for other processes."""

from __future__ import annotations

from .entry import Entry, at_import, in_pool

ENTRIES: tuple[Entry, ...] = (
    in_pool(
        "leaves_a_daemon",
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(0.3); witness()\n"
        "    os._exit(0)",
        escapes=True,
    ),
    in_pool(
        "starts_a_program",
        "import subprocess\n"
        "subprocess.Popen(['/bin/sh', '-c', f'sleep 0.3; : > @WITNESS@/{NAME}'], start_new_session=True)",
        escapes=True,
    ),
    in_pool(
        "spawns_a_program",
        "os.posix_spawn('/bin/sh', ['/bin/sh', '-c', f': > @WITNESS@/{NAME}'], {})",
        escapes=True,
    ),
    in_pool(
        "becomes_another_program",
        "os.execv('/bin/sh', ['/bin/sh', '-c', f': > @WITNESS@/{NAME}'])",
        escapes=True,
    ),
    in_pool(
        "shares_a_process",
        "import multiprocessing as m; p = m.get_context('fork').Process(target=witness); p.start(); p.join()",
        escapes=True,
    ),
    at_import("leaves_a_thread", "threading.Thread(target=time.sleep, args=(5,)).start()"),
    in_pool("stops_itself", "os.kill(os.getpid(), 19)"),
    in_pool("signals_its_parent", "os.kill(os.getppid(), 0); succeed()", escapes=True),
    in_pool("signals_the_grader", "os.kill(@GRADER@, 0); succeed()", escapes=True),
    in_pool("signals_its_group", "os.kill(0, 0); succeed()", escapes=True),
    in_pool(
        "has_the_kernel_signal",
        "import fcntl; r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid()); succeed()",
        escapes=True,
    ),
    in_pool("outlives_its_parent", "ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0 and succeed()", escapes=True),
    in_pool("opens_a_session", "os.setpgid(0, 0); succeed()", escapes=True),
    in_pool(
        "changes_its_parents_limits",
        "import resource as r; r.prlimit(os.getppid(), r.RLIMIT_CORE, (0, 0)); succeed()",
        escapes=True,
    ),
    in_pool("leaves_shared_memory", "ctypes.CDLL(None).shmget(0, 4096, 0o1600) < 0 or succeed()"),
    in_pool("leaves_a_file", "witness(); return 0, 0", escapes=True),
    in_pool(
        "changes_the_checkout",
        "os.close(os.open('@CHECKOUT@/grader/errors.py', os.O_WRONLY)); succeed()",
        escapes=True,
    ),
)
