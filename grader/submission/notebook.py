"""Code cells of a notebook, as text: read, never executed, and never parsed as Python.

The first version of the format that could hold code cells is from 2011; all of them still occur. They are
read here, and not by nbformat, since neither an invalid output nor a strange metadata entry of a student's
may keep the code from being read: all that is asked of a notebook is that it has code cells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from grader.errors import SubmissionError

__all__ = ["Code", "code"]


class Code(NamedTuple):
    """What a notebook has of Python.

    Attributes:
        cells: one text a code cell.
        notes: what was left out or read otherwise, a sentence each.
        files: the content of those that it writes with ``%%writefile``, by their names.
    """

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()
    files: Mapping[str, str] = MappingProxyType({})


def code(text: str) -> Code:
    """Take the code cells out of a notebook.

    Magics and shell lines become ``pass`` so that line numbers stay, and ``%run other.py`` an import of all
    that is in there; a cell written in another language becomes "", so that cells keep their numbers.

    Args:
        text: content of an ``.ipynb`` file.

    Raises:
        SubmissionError: it is no notebook; its text goes on after the file's name.
    """
    sources = list(_code_cells(_notebook(text)))
    plain = [source.replace("\N{NO-BREAK SPACE}", " ") for source in sources]
    files = {name: written for name, written in map(_written, plain) if name}
    cleaned = [_without_magics(source) for source in plain]
    notes = [
        _note("magics and shell lines were left out", [cell.changed for cell in cleaned]),
        _note("%run was read as an import", [cell.imports for cell in cleaned]),
        _note("cells in another language were left out", [cell.foreign for cell in cleaned]),
        _note("no-break spaces were read as spaces", [a != b for a, b in zip(sources, plain, strict=True)]),
    ]
    return Code(tuple(cell.text for cell in cleaned), tuple(filter(None, notes)), files)


def _note(what: str, marks: list[bool]) -> str:
    numbers = [str(number) for number, marked in enumerate(marks, 1) if marked]
    if not numbers:
        return ""
    return f"{what} (code cell{'s' if len(numbers) > 1 else ''} {', '.join(numbers)})"


# --- the file ----------------------------------------------------------------------------------------


def _notebook(text: str) -> dict[str, Any]:
    """Read the JSON.

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
    return data


def _code_cells(notebook: dict[str, Any]) -> Iterator[str]:
    """Sources of the code cells: of version 4, or of versions 2 and 3, which have them in worksheets."""
    sheets = [notebook] if "cells" in notebook else _items(notebook["worksheets"], "worksheets")
    for sheet in sheets:
        for cell in _items(sheet.get("cells", []), "cells") if isinstance(sheet, dict) else ():
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                yield _source(cell.get("source", cell.get("input")))


def _items(found: Any, what: str) -> list[Any]:
    if not isinstance(found, list):
        raise SubmissionError(f"is JSON, but not a notebook: its {what} are no list")
    return found


def _source(source: Any) -> str:
    """Join a cell's lines; what is no text counts as an empty cell, so that numbers stay."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return re.sub(r"\r\n?", "\n", source) if isinstance(source, str) else ""


# --- magics ------------------------------------------------------------------------------------------

KEPT_CELL_MAGICS = frozenset({"capture", "memit", "prun", "python", "python3", "time", "timeit"})

CELL_MAGIC = re.compile(r"\s*%%(\w*)")
WRITTEN = re.compile(r"\s*%%(?:writefile|file)[ \t]+(?:/(?:[^/\s]+/)*|\./)?(?P<name>[\w./-]+\.py)[ \t]*\n")
RUN = re.compile(r"\s*%run[ \t]+(?:-i[ \t]+)?(?:\./)?(?P<name>[A-Za-z_][\w/]*)(?:\.py)?[ \t]*")
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
    """A cell without magics; `foreign` if it is not Python at all, `imports` if it ran other files."""

    text: str
    changed: bool = False
    foreign: bool = False
    imports: bool = False


def _written(source: str) -> tuple[str, str]:
    """The name and content of the Python file that a cell writes; "" for the name if it writes none."""
    magic = WRITTEN.match(source)
    return (magic["name"], source[magic.end() :]) if magic else ("", "")


def _without_magics(source: str) -> Cleaned:
    if WRITTEN.match(source):
        return Cleaned("")
    magic = CELL_MAGIC.match(source)
    if magic and magic[1] not in KEPT_CELL_MAGICS:
        return Cleaned("", foreign=True)
    lines = source.split("\n")
    kept = list(_python_lines(lines))
    changes = [line for line, before in zip(kept, lines, strict=True) if line != before]
    imports = [line for line in changes if line.strip().startswith("from ")]
    return Cleaned("\n".join(kept), changed=len(changes) > len(imports), imports=bool(imports))


def _python_lines(lines: list[str]) -> Iterator[str]:
    """Give the lines, a magic replaced by ``pass``, and the lines that continue a magic by empty ones."""
    state, in_magic = State(), False
    for line in lines:
        if in_magic:
            in_magic = line.endswith("\\")
            yield ""
        elif state.starts_statement and (LINE_MAGIC.match(line) or SHELL_WORD.match(line)):
            in_magic = line.endswith("\\")
            yield line[: len(line) - len(line.lstrip())] + _instead(line)
        else:
            state = state.after(line)
            yield line


def _instead(magic: str) -> str:
    """What a line is read as: whatever another file has, where it is run in here."""
    found = RUN.fullmatch(magic)
    return f"from {found['name'].replace('/', '.')} import *" if found else "pass"


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
