"""What one submission of the corpus is, and short ways to write them."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from grader.model import Status

__all__ = ["ALL", "POOL", "SOLUTION", "Entry", "at_import", "broken_pool", "in_pool", "notebook", "zipped"]

SOLUTION = (
    Path(__file__).parents[2].joinpath("assignments/cs231n_a2/solution/layers.py").read_text(encoding="utf-8")
)
ALL, POOL = 25, 10  # points of the two exercises, and of the one in which most attacks stand

PRELUDE = """
import ctypes, os, socket, sys, threading, time
import numpy as np
NAME = "@NAME@"
def succeed(*_):
    raise RuntimeError("@NEKOT@"[::-1])  # the word that only an attack that went through can say
def witness(folder="@WITNESS@"):
    with open(os.path.join(folder, NAME), "w") as file:
        file.write("here")
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One submission.

    Attributes:
        name: what it is called in the corpus.
        files: its files, by path in the class's folder; ``@NAME@`` is a path of the submission itself, and
            words in @ of their texts are replaced, see `world`.
        points: what it must earn; what is right beside the attack keeps its points.
        escapes: whether, without isolation, it goes through: then its canary must show it.
        links: symbolic links to make, by path; the target's words are replaced, too.
    """

    name: str
    files: Mapping[str, str | bytes]
    points: int | Fraction
    status: Status = Status.GRADED
    escapes: bool = False
    links: Mapping[str, str] | None = None


def at_import(name: str, code: str, *, points: int | Fraction = ALL, **more: object) -> Entry:
    """The solution, and this beside it, executed while it is loaded."""
    return Entry(name=name, files=one(SOLUTION + PRELUDE + textwrap.dedent(code)), points=points, **more)  # type: ignore[arg-type]


def in_pool(
    name: str, code: str, *, top: str = "", points: int | Fraction = ALL - POOL, **more: object
) -> Entry:
    """The solution with this as the body of its pooling: only that exercise is lost."""
    return Entry(name=name, files=one(broken_pool(code, top)), points=points, **more)  # type: ignore[arg-type]


def broken_pool(code: str, top: str = "") -> str:
    """The text of such a submission."""
    body = textwrap.indent(textwrap.dedent(code).strip("\n"), "    ")
    head = SOLUTION + PRELUDE + textwrap.dedent(top)
    return f"{head}\n_right = max_pool_forward_naive\ndef max_pool_forward_naive(x, pool_param):\n{body}\n"


def one(text: str) -> Mapping[str, str]:
    return {"@NAME@/layers.py": text}


def notebook(*cells: str) -> str:
    """A notebook of these code cells."""
    found = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found})


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()
