"""Running students' code where it can do no harm, and learning nothing from it but numbers.

`sandbox` is what the grader speaks to. It is a `worker_sandbox`, or a `direct_sandbox` where nothing
confines. `launcher` starts it, as `bubblewrap` and `landlock` confine the worker and `process` keeps it.
`encoding` turns batches into bytes, and `collected` checks what comes back. `selftest` sees whether a level
of isolation holds on this machine, `interpreter` which Python submissions run on. `guest/` is what runs
inside.
"""

from grader.sandbox.encoding import EncodedBatch, encode
from grader.sandbox.launcher import Launcher
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.selftest import open_launcher

__all__ = ["EncodedBatch", "Launcher", "Sandbox", "encode", "open_launcher"]
