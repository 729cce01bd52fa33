"""Code cells of a notebook, as text: read, never executed, and never parsed as Python.

The first version of the format that could hold code cells is from 2011; all of them still occur. Today's
(4) is read here directly, since neither an invalid output nor a strange metadata entry of a student's
may keep the code from being read. nbformat translates the older ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from grader.errors import SubmissionError

__all__ = ["cells"]


def cells(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take the code cells out of a notebook.

    Magics and shell lines become ``pass`` so that line numbers stay; a cell written in another language
    becomes "", so that cells keep their numbers.

    Args:
        text: content of an ``.ipynb`` file.

    Returns:
        One text a code cell, and what was left out, a sentence each.

    Raises:
        SubmissionError: it is no notebook; its text goes on after the file's name.
    """
    sources = list(_code_cells(_notebook(text)))
    plain = [source.replace("\N{NO-BREAK SPACE}", " ") for source in sources]
    cleaned = [_without_magics(source) for source in plain]
    notes = [
        _note("magics and shell lines were left out", [cell.changed for cell in cleaned]),
        _note("cells in another language were left out", [cell.foreign for cell in cleaned]),
        _note("no-break spaces were read as spaces", [a != b for a, b in zip(sources, plain, strict=True)]),
    ]
    return tuple(cell.text for cell in cleaned), tuple(filter(None, notes))


def _note(what: str, marks: list[bool]) -> str:
    numbers = [str(number) for number, marked in enumerate(marks, 1) if marked]
    if not numbers:
        return ""
    return f"{what} (code cell{'s' if len(numbers) > 1 else ''} {', '.join(numbers)})"


# --- the file ----------------------------------------------------------------------------------------


def _notebook(text: str) -> dict[str, Any]:
    """Read the JSON and give it as version 4.

    Raises:
        SubmissionError: it is no notebook.
    """
    if not text.strip():
        raise SubmissionError("is empty")
    if text.lstrip("\ufeff \t\r\n")[:1] == "<":
        raise SubmissionError("is a saved web page, not a notebook; download it as .ipynb")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"is not a notebook: it is not valid JSON ({error})") from error
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise SubmissionError("is JSON, but not a notebook: it has no cells")
    return data if "cells" in data else _upgraded(data)


def _upgraded(data: dict[str, Any]) -> dict[str, Any]:
    """Translate version 2 or 3 to version 4."""
    import nbformat  # here, because importing it takes a fifth of a second

    try:
        notebook = nbformat.from_dict(data)  # type: ignore[no-untyped-call]
        upgraded = dict(nbformat.convert(notebook, 4))  # type: ignore[no-untyped-call]
        return {"cells": upgraded["cells"]}  # it leaves as it is what calls itself version 4
    except Exception as error:  # it checks little of what it is given, so anything may come out of it
        version = data.get("nbformat", "unknown")
        raise SubmissionError(f"is a notebook of version {version!r} that cannot be read") from error


def _code_cells(notebook: dict[str, Any]) -> Iterator[str]:
    found = notebook["cells"]
    if not isinstance(found, list):
        raise SubmissionError("is JSON, but not a notebook: its cells are no list")
    for cell in found:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield _source(cell.get("source"))


def _source(source: Any) -> str:
    """Join a cell's lines; what is no text counts as an empty cell, so that numbers stay."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return re.sub(r"\r\n?", "\n", source) if isinstance(source, str) else ""


# --- magics ------------------------------------------------------------------------------------------

KEPT_CELL_MAGICS = frozenset({"capture", "memit", "prun", "python", "python3", "time", "timeit"})

CELL_MAGIC = re.compile(r"\s*%%(\w*)")
LINE_MAGIC = re.compile(
    r"""\s*(
        [%!?]                                        # %matplotlib inline, !ls, ?name
      | [\w.%*]+\?{1,2}\s*$                          # name?, np.*load*??
      | [A-Za-z_][\w., ]*=\s*(?:!|%[A-Za-z])         # files = !ls
    )""",
    re.VERBOSE,
)
SHELL_WORD = re.compile(  # what IPython takes for a command without % or !, unless it can only be Python
    r"""\s*(?:cat|cd|conda|cp|git|ls|ll|mkdir|mv|pip|pip3|pwd|rm|rmdir|unzip|wget|who|whos)
        (?:\s*$ | \s+(?!(?:in|is|and|or|if|not|for|else)\b)(?![-/.]+=)['"\w~/.$-])""",
    re.VERBOSE,
)


class Cleaned(NamedTuple):
    """A cell without magics; `foreign` if it is not Python at all."""

    text: str
    changed: bool = False
    foreign: bool = False


def _without_magics(source: str) -> Cleaned:
    magic = CELL_MAGIC.match(source)
    if magic and magic[1] not in KEPT_CELL_MAGICS:
        return Cleaned("", foreign=True)
    lines = source.split("\n")
    kept = list(_python_lines(lines))
    return Cleaned("\n".join(kept), changed=kept != lines)


def _python_lines(lines: list[str]) -> Iterator[str]:
    """Give the lines, a magic replaced by ``pass``, and the lines that continue a magic by empty ones."""
    state, in_magic = State(), False
    for line in lines:
        if in_magic:
            in_magic = line.endswith("\\")
            yield ""
        elif state.starts_statement and (LINE_MAGIC.match(line) or SHELL_WORD.match(line)):
            in_magic = line.endswith("\\")
            yield line[: len(line) - len(line.lstrip())] + "pass"
        else:
            state = state.after(line)
            yield line


TOKEN = re.compile(
    r"""(?P<comment>\#.*)
      | (?P<triple>'{3}|\"{3})
      | (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
      | (?P<unclosed>['"])
      | (?P<open>[(\[{])
      | (?P<close>[)\]}])""",
    re.VERBOSE,
)
TRIPLE_END = {quote: re.compile(rf"(?:\\.|[^\\])*?{quote}", re.DOTALL) for quote in ("'''", '"""')}


class State(NamedTuple):
    """Where the end of a line of Python stands: a magic can only be where a statement starts.

    Attributes:
        quote: the triple quote that is open, or "".
        depth: brackets that are open.
        continued: the line ended with a backslash.
    """

    quote: str = ""
    depth: int = 0
    continued: bool = False

    @property
    def starts_statement(self) -> bool:
        """Whether the next line is not a part of what came before."""
        return not self.quote and not self.depth and not self.continued

    def after(self, line: str) -> State:
        """Read one more line. Quick and without Python's parser, so it may err on what is no Python."""
        quote, depth, place = self.quote, self.depth, 0
        while True:
            if quote:
                end = TRIPLE_END[quote].match(line, place)
                if not end:
                    return State(quote, depth)
                quote, place = "", end.end()
            token = TOKEN.search(line, place)
            if not token:
                return State("", depth, line.endswith("\\"))
            place = token.end()
            if token.lastgroup in ("comment", "unclosed"):
                return State("", depth, token.lastgroup == "unclosed" and line.endswith("\\"))
            if token.lastgroup == "triple":
                quote = token[0]
            elif token.lastgroup in ("open", "close"):
                depth = max(0, depth + (1 if token.lastgroup == "open" else -1))
