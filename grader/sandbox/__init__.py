"""Running students' code where it can do no harm, and learning nothing from it but numbers."""

from grader.sandbox.encoding import EncodedBatch, encode
from grader.sandbox.launcher import Launcher
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.selftest import open_launcher

__all__ = ["EncodedBatch", "Launcher", "Sandbox", "encode", "open_launcher"]
