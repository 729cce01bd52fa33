"""The canaries: a small world that attacks would like to reach, and that tells which of them did.

An attack shows that it went through in one of three ways: it says a word that it can only know then (out of
a file, the environment, or by calling `succeed`), it leaves a file in the witness's folder, or it reaches
a socket that nobody has to reach. All carry its name.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.gradebook import results
from grader.model import SubmissionResult

from .entry import Entry

__all__ = ["World", "world"]

ROOT = Path(__file__).resolve().parents[2]


class World:
    """Everything that attacks are pointed at."""

    def __init__(self, folder: Path) -> None:
        self.word = secrets.token_hex(16)
        self.witness, self.home, self.students = (folder / name for name in ("witness", "home", "class"))
        for path in (self.witness, self.home, self.students):
            path.mkdir(parents=True)
        self.witness.chmod(0o777)
        (self.home / ".netrc").write_text(self.word)
        self.neighbour = self.students / "neighbour"
        self.stream = socket.create_server(("127.0.0.1", 0))
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", 0))
        self.local = socket.socket(socket.AF_UNIX)
        self.local.bind(str(folder / "socket"))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0{self.word[:8]}")
        for server in (self.local, self.abstract):
            server.listen(64)
        for listener in (self.stream, self.datagrams, self.local, self.abstract):
            listener.setblocking(False)
        self._words = {
            "WORD": self.word,
            "NEKOT": self.word[::-1],
            "WITNESS": str(self.witness),
            "HOME": str(self.home),
            "NEIGHBOUR": str(self.neighbour),
            "CHECKOUT": str(ROOT),
            "PORT": str(self.stream.getsockname()[1]),
            "UDP": str(self.datagrams.getsockname()[1]),
            "LOCAL": str(folder / "socket"),
            "ABSTRACT": self.word[:8],
            "GRADER": str(os.getpid()),
        }

    def close(self) -> None:
        for listener in (self.stream, self.datagrams, self.local, self.abstract):
            listener.close()

    def put(self, entry: Entry) -> None:
        """Write a submission into the class's folder."""
        for path, content in entry.files.items():
            place = self.students / path.replace("@NAME@", entry.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, bytes) else self._filled(content, entry).encode("utf-8")
            place.write_bytes(text)
        for path, target in (entry.links or {}).items():
            place = self.students / path.replace("@NAME@", entry.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(self._filled(target, entry))

    def _filled(self, text: str, entry: Entry) -> str:
        for word, value in {**self._words, "NAME": entry.name}.items():
            text = text.replace(f"@{word}@", value)
        return text

    def reached(self, found: Iterable[SubmissionResult]) -> set[str]:
        """Names of the submissions whose attack went through."""
        told = {each.id for each in found if self.word in json.dumps(results.submission_to_json(each))}
        return told | {path.name for path in self.witness.iterdir()} | set(self._received())

    def _received(self) -> Iterator[str]:
        with contextlib.suppress(BlockingIOError):
            while True:
                yield self.datagrams.recv(100).decode()
        for server in (self.stream, self.local, self.abstract):
            with contextlib.suppress(BlockingIOError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.settimeout(1)
                        yield connection.recv(100).decode() or "somebody"


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A world, with this process's own secrets in it, and gone afterwards."""
    made = World(folder)
    before = {name: os.environ.get(name) for name in ("HOSTILE_CANARY", "HOME")}
    os.environ.update(HOSTILE_CANARY=made.word, HOME=str(made.home))
    try:
        yield made
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        made.close()
