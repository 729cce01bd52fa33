"""Files of a submission: a folder, a zip or one file, listed and read under the same limits.

Nothing here follows a link, writes anything, or trusts a size that a file declares about itself.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from grader.errors import NotGradedError, SubmissionError

__all__ = ["ARCHIVE_BYTES", "Archive", "Folder", "Listing", "LoneFile", "Tree", "is_ignored"]

MOST_NAMES = 50_000
LONGEST_NAME = 1000  # characters of a path in a zip, which may have 65 thousand: systems have no longer ones
MOST_LEVELS = 12
ARCHIVE_BYTES = 128 << 20  # of a zip inside another: it has to fit in memory
CONTENTS_BYTES = 16 << 20  # of a zip's table of contents; a hundred thousand files
BOMB_RATIO, BOMB_BYTES = 200, 1 << 20  # code and notebooks never shrink that much

IGNORED = frozenset({"__MACOSX", "__pycache__", "PaxHeader", "env", "node_modules", "site-packages", "venv"})


class Listing(NamedTuple):
    """What is there, sorted.

    Attributes:
        names: paths with forward slashes, inside the tree; folders end in a slash.
        notes: what was refused, a sentence each.
    """

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Tree(Protocol):
    """A folder, a zip or a file."""

    def list(self) -> Listing:
        """List all names that may be looked at.

        Raises:
            SubmissionError: it cannot be read, through the student's fault.
            NotGradedError: it cannot be read, through no fault of the student's.
        """

    def read(self, name: str, limit: int) -> bytes:
        """Read a file of the listing, of `limit` bytes at most; raises as `list` does."""

    def close(self) -> None:
        """Let go of the file that holds it, if one does."""


def is_ignored(name: str) -> bool:
    """Whether a path leads through what no student writes: hidden, generated and installed files."""
    return any(part.startswith(".") or part in IGNORED for part in name.split("/") if part)


def _too_large(limit: int) -> SubmissionError:
    return SubmissionError(f"is larger than {limit / (1 << 20):g} MiB")


# --- on disk -----------------------------------------------------------------------------------------


class Folder:
    """A folder on disk; a forgiving one passes over inner folders that may not be looked into."""

    def __init__(self, path: Path, *, levels: int = MOST_LEVELS, forgiving: bool = False) -> None:
        self._path = path
        self._levels = levels
        self._forgiving = forgiving

    def list(self) -> Listing:
        """List the folder and those in it, `levels` deep; links and what is deeper are left out, and said."""
        names: list[str] = []
        notes: list[str] = []
        for name, entry in self._walk(self._path, "", self._levels):
            if entry.is_symlink():
                notes.append(f"{name.rstrip('/')} is a link and was left out")
            elif name.endswith("/") or entry.is_file(follow_symlinks=False):
                names.append(name)
            if name.endswith("/") and name.count("/") == self._levels:
                notes.append(f"{name.rstrip('/')} lies too deep and was not looked into")
            if len(names) >= MOST_NAMES:
                notes.append(f"only the first {MOST_NAMES} files were looked at")
                break
        return Listing(tuple(sorted(names)), tuple(notes))

    def _walk(self, path: Path, prefix: str, levels: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
        try:
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            if prefix and self._forgiving:
                return
            raise NotGradedError(f"{path} cannot be read: {error.strerror}") from error
        for entry in entries:
            if is_ignored(entry.name):
                continue
            folder = entry.is_dir(follow_symlinks=False)
            yield prefix + entry.name + ("/" if folder else ""), entry
            if folder and levels > 1:
                yield from self._walk(path / entry.name, f"{prefix}{entry.name}/", levels - 1)

    def read(self, name: str, limit: int) -> bytes:
        """Read a regular file."""
        return _read_file(self._path / name, limit)

    def close(self) -> None:
        """Nothing is held open."""


class LoneFile:
    """One file on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def list(self) -> Listing:
        """List the one name."""
        return Listing((self._path.name,))

    def read(self, name: str, limit: int) -> bytes:
        """Read the file."""
        return _read_file(self._path, limit)

    def close(self) -> None:
        """Nothing is held open."""


def _read_file(path: Path, limit: int) -> bytes:
    """Read a regular file; neither through a link nor from a pipe that never ends."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            raise SubmissionError("is a link, not a file") from error
        raise NotGradedError(f"{path} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SubmissionError("is not a regular file")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise _too_large(limit)
    return content


# --- zips --------------------------------------------------------------------------------------------


class Archive:
    """A zip, on disk or in memory. Only stored and deflated entries: others expand without a bound."""

    def __init__(self, content: Path | bytes) -> None:
        if isinstance(content, Path) and content.exists() and not content.is_file():
            raise SubmissionError("is not a regular file")  # a pipe would keep us waiting
        try:
            file = content.open("rb") if isinstance(content, Path) else io.BytesIO(content)
        except OSError as error:
            raise NotGradedError(f"{content!s} cannot be read: {error.strerror}") from error
        try:
            self._zip = zipfile.ZipFile(_Cautious(file))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError) as error:
            file.close()
            raise SubmissionError("is not a zip, or a broken one") from error
        except SubmissionError:
            file.close()
            raise
        self._file = file
        self._entries: dict[str, zipfile.ZipInfo] = {}

    def close(self) -> None:
        """Close the zip and its file."""
        self._zip.close()
        self._file.close()

    def list(self) -> Listing:
        """List entries that may be read; those whose name or kind is not harmless are left out, and said."""
        names: set[str] = set()
        notes: list[str] = []
        self._entries.clear()
        for entry in self._zip.infolist():
            if len(names) >= MOST_NAMES:
                notes.append(f"only the first {MOST_NAMES} files were looked at")
                break
            if len(entry.filename) <= LONGEST_NAME and is_ignored(
                entry.filename.removeprefix("./").replace("../", "")
            ):
                continue
            if refusal := self._refusal(entry):
                notes.append(f"{_shortened(entry.filename)} {refusal} and was left out")
                continue
            name = entry.filename.removeprefix("./")
            self._entries[name] = entry
            names.update({name}, _folders_of(name))
        return Listing(tuple(sorted(names - {""})), tuple(notes))

    def _refusal(self, entry: zipfile.ZipInfo) -> str:
        """Say what is wrong with an entry, or ""."""
        name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
        if len(name) > LONGEST_NAME or name.count("/") > MOST_LEVELS:
            return "lies too deep, or has too long a name,"
        if name.startswith("/"):
            return "has an absolute path"
        if "\\" in name:
            return "has a backslash in its name"
        if re.match(r"[A-Za-z]:", name):
            return "has a drive in its name"
        if ".." in name.split("/"):
            return "leads out of the zip"
        if kind == stat.S_IFLNK:
            return "is a link"
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            return "is not a regular file"
        if entry.flag_bits & 1:
            return "is encrypted"
        return "is there twice" if name.removeprefix("./") in self._entries else ""

    def read(self, name: str, limit: int) -> bytes:
        """Unpack an entry of the listing."""
        entry = self._entries[name]
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SubmissionError("is compressed in a way that is not supported; make an ordinary zip")
        if entry.file_size > limit:
            raise _too_large(limit)
        if entry.file_size > BOMB_BYTES and entry.file_size > BOMB_RATIO * entry.compress_size:
            raise SubmissionError(f"unpacks to more than {BOMB_RATIO} times its size")
        try:
            with self._zip.open(entry) as file:
                content = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise SubmissionError("is damaged in the zip") from error
        if len(content) != entry.file_size:
            raise SubmissionError("is not of the size that the zip declares")
        return content


def _shortened(name: str) -> str:
    return name if len(name) <= 100 else f"{name[:99]}…"


def _folders_of(name: str) -> set[str]:
    """Give the folders on the way to a name, each with its slash."""
    return {name[: slash.end()] for slash in re.finditer("/", name)}


class _Cautious:
    """A file that refuses one huge read: `zipfile` reads a table of contents of any size at once."""

    def __init__(self, file: BinaryIO | io.BytesIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > CONTENTS_BYTES:
            raise SubmissionError("lists too many files")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True
