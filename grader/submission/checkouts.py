"""When a git checkout was last committed to, read so that nothing in it can run or choose what is read.

A repository's own configuration can name programs that git starts. So git is never pointed at it: HEAD and
the branch are read as files, and git reads the one commit out of the checkout's objects on behalf of an
empty repository of ours.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from grader.errors import NotGradedError, SubmissionError
from grader.submission.tree import Folder

__all__ = ["last_commit"]

SECONDS = 10.0
REFERENCES = 4 << 20  # bytes of a list of packed references
COMMIT_BYTES = 1 << 20
MEMORY = 1 << 30  # bytes of addresses for git: what is small on disk may unpack to anything

_REFERENCE = re.compile(r"ref: (refs/[\w./+@-]+)", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
_COMMITTED = re.compile(rb"^committer .* (\d{1,12}) ([+-])(\d\d)(\d\d)$", re.MULTILINE)


def last_commit(checkout: Path) -> datetime | None:
    """Say when the commit that is checked out was made, as it says itself; None where that cannot be read."""
    git = checkout / ".git"
    try:
        if git.is_symlink() or not git.is_dir():
            return None
        digest = _checked_out(git)
        commit = _commit(git / "objects", digest) if digest else b""
    except (SubmissionError, NotGradedError, OSError, subprocess.SubprocessError):
        return None
    head = commit.partition(b"\n\n")[0]
    return _time(head)


def _checked_out(git: Path) -> str:
    """Follow HEAD to the digest of a commit, or ""."""
    head = _read(git, "HEAD")
    found = _REFERENCE.fullmatch(head)
    if not found:
        return head if _DIGEST.fullmatch(head) else ""
    reference = found[1]
    if ".." in reference or not (git / reference).resolve().is_relative_to(git.resolve()):
        return ""
    if (git / reference).is_file():
        digest = _read(git, reference)
        return digest if _DIGEST.fullmatch(digest) else ""
    return _packed(git, reference)


def _packed(git: Path, reference: str) -> str:
    if not (git / "packed-refs").is_file():
        return ""
    for line in _read(git, "packed-refs").splitlines():
        digest, _, name = line.partition(" ")
        if name == reference and _DIGEST.fullmatch(digest):
            return digest
    return ""


def _read(git: Path, name: str) -> str:
    """Read a file of the repository; never a pipe, and never through a link."""
    return Folder(git).read(name, REFERENCES).decode("utf-8", "replace").strip()


def _commit(objects: Path, digest: str) -> bytes:
    """Have git take one commit out of a folder of objects, or give nothing."""
    if objects.is_symlink() or not objects.is_dir():
        return b""
    with tempfile.TemporaryDirectory(prefix="grade-") as name:
        ours = Path(name)
        for folder in ("objects", "refs"):
            (ours / folder).mkdir()
        version = 1 if len(digest) > 40 else 0
        (ours / "HEAD").write_text("ref: refs/heads/none\n")
        (ours / "config").write_text(_CONFIGURATION.format(version=version) + (_SHA256 if version else ""))
        done = subprocess.run(
            ["sh", "-c", _SCRIPT, "sh", digest],
            cwd=ours,
            env=_environment(ours, objects),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    return done.stdout if done.returncode == 0 else b""


_SCRIPT = f"""
ulimit -v {MEMORY >> 10} || exit
size=$(git cat-file -s "$1") && [ "$size" -le {COMMIT_BYTES} ] && exec git cat-file commit "$1"
"""
_CONFIGURATION = """[core]
repositoryformatversion = {version}
bare = true
packedGitWindowSize = 16m
packedGitLimit = 128m
"""
_SHA256 = "[extensions]\nobjectformat = sha256\n"


def _environment(ours: Path, objects: Path) -> dict[str, str]:
    """Leave git no configuration but ours, and nowhere to fetch from."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(ours),
        "LC_ALL": "C",
        "GIT_DIR": str(ours),
        "GIT_OBJECT_DIRECTORY": str(objects.resolve()),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _time(head: bytes) -> datetime | None:
    found = _COMMITTED.search(head)
    if not found:
        return None
    seconds, sign, hours, minutes = found.groups()
    east = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
    try:
        return datetime.fromtimestamp(int(seconds), timezone(east))
    except (ValueError, OverflowError, OSError):
        return None
