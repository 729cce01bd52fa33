"""Reading from a child process: exactly what was asked for, however it comes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.sandbox.process import ChildProcess, GoneError, SilentError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs poll")


@contextmanager
def child(code: str, *, patience: float = 20.0) -> Iterator[ChildProcess]:
    process = ChildProcess([sys.executable, "-c", f"import os, time\n{code}"], os.environ)
    process.patience(patience)
    try:
        yield process
    finally:
        process.close()


@pytest.mark.parametrize("piece", [7, 4096, 300_000])
def test_pieces_and_questions_need_not_fit(piece: int) -> None:
    data = bytes(range(256)) * 1200
    code = f"data = bytes(range(256)) * 1200\nwhile data: data = data[os.write(1, data[:{piece}]):]"
    with child(code) as process:
        parts = [process.read(size) for size in (3, 0, 56, 1, 100_000, 8, 65_536, 65_537)]
        parts.append(process.read(len(data) - sum(map(len, parts))))
        assert b"".join(parts) == data
        assert all(part.readonly for part in parts)


def test_the_end_comes_after_what_was_said() -> None:
    with child("os.write(1, b'abcd'); os.write(2, b'why')") as process:
        assert process.read(3) == b"abc"
        with pytest.raises(GoneError, match="why"):
            process.read(2)


@pytest.mark.parametrize("size", [5, 1 << 20])
def test_silence_in_the_middle_is_noticed(size: int) -> None:
    with child("os.write(1, b'abcd'); time.sleep(60)") as process:
        assert process.read(1) == b"a"
        process.patience(0.1)
        with pytest.raises(SilentError):
            process.read(size)
