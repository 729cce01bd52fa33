"""Running students' code where it can do no harm, and learning nothing from it but numbers.

`sandbox` is what the grader speaks to. `launcher` starts the worker in it, as `bubblewrap` and `landlock`
confine it and `process` keeps it; `direct` is for where nothing confines. `selftest` sees whether a level of
isolation holds on this machine, `interpreter` which Python submissions run on, and `encoding` turns batches
into bytes. `guest/` is what runs inside.
"""

from grader.sandbox.encoding import EncodedBatch, encode
from grader.sandbox.launcher import Launcher
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.selftest import open_launcher

__all__ = ["EncodedBatch", "Launcher", "Sandbox", "encode", "open_launcher"]
