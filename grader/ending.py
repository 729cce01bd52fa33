"""How a command ends: with an exit code, and where it fails with one message that a user can act on.

Exit codes: those of `grader.cli`; 1 where the grader itself is at fault; 2 for a mistake on the command
line or in a file that was given, and for what the system refuses; 130 and 143 interrupted and terminated;
141 whoever read the output has left, as with ``head``.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from grader.errors import GraderError

__all__ = ["Terminated", "Trail", "prepare", "run"]


class Terminated(BaseException):
    """Another process asked this one to end. No KeyboardInterrupt: click would turn that into its own."""


@dataclass
class Trail:
    """Where to leave what is found out about a fault of the grader."""

    folder: Path | None = None


def prepare() -> None:
    """Make of whatever this process was started with something that a command can print to and end by."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed; the next file that is opened would get its number
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that a terminal cannot show stops no class
    if not re.fullmatch("0*[1-9][0-9]{0,3}", os.environ.get("COLUMNS", "")):
        os.environ.pop("COLUMNS", None)  # no width of a terminal: with 0, nothing would be printed
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminate)


def _terminate(number: int, frame: object) -> None:
    raise Terminated


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command to its end, which is no traceback.

    Args:
        arguments: the process's own if left out.

    Returns:
        The exit code.
    """
    trail = Trail()
    try:
        code: int = command(arguments, prog_name="grade", standalone_mode=False, obj=trail) or 0
        sys.stdout.flush()
        return code
    except click.ClickException as error:
        error.show()
        return 2
    except GraderError as error:
        click.echo(f"Error: {error}", err=True)
        return 2
    except Terminated:
        click.echo("Terminated.", err=True)
        return 143
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 130
    except (BrokenPipeError, SystemExit):  # the second is what click and rich make of the first
        _stop_printing()  # whoever read our output has left
        return 141
    except Exception as error:
        if not (isinstance(error, OSError) and (reason := _outside(error))):
            click.echo(_fault(error, trail.folder), err=True)
            return 1
        _stop_printing()
        with contextlib.suppress(OSError):  # it may be the very place to say it that is full
            click.echo(f"Error: {reason}", err=True)
        return 2


def _stop_printing() -> None:
    """Let nothing that could not be printed be tried again when Python ends."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115


OUTSIDE = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR),
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE),
}
"""What systems say of a path that was given, or of a machine's state: no fault of the grader."""


def _outside(error: OSError) -> str:
    """Say what a user can put right that made the system refuse something, or ""."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return "the current folder has been deleted: change into another one."
    if error.errno not in OUTSIDE:
        return ""
    what = "the output cannot be written" if error.filename is None else os.fsdecode(error.filename)
    return f"{what}: {error.strerror}."


def _fault(error: Exception, folder: Path | None) -> str:
    """Say that the grader is at fault, and leave the traceback where it can be sent from."""
    text = "".join(traceback.format_exception(error))
    if os.environ.get("GRADE_DEBUG"):
        return text
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    path = (folder or Path()) / "fault.txt"
    told = "run it again with GRADE_DEBUG=1 and send what it prints"
    with contextlib.suppress(OSError):
        if folder is not None and folder.is_dir():
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            told = f"send {path}"
    return f"Error: a fault of the grader: {what}\nPlease report it: {told}."
