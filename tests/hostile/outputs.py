"""What somebody reads of a run, and what the program that shows it would make of that.

Each reader is modelled on the real one: a terminal, a browser, GitHub's Markdown, a spreadsheet, and the
runner of GitHub Actions, which takes commands out of whatever a step prints.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from rich.console import Console

from grader import session
from grader.model import RunResult
from grader.reports import FORMATS, Feedback, github, terminal

__all__ = ["commands", "formulas", "harmful", "markdown", "markup", "strings", "written"]


def written(run: RunResult) -> Mapping[str, str]:
    """Every report of a class, by format; what is made for one student is made for each."""
    singles = [RunResult(run.info, (each,)) for each in run.submissions]
    texts = {
        name: "\n".join(kind.render(each) for each in (singles if kind.single else [run]))
        for name, kind in FORMATS.items()
    }
    texts["summary"] = "\n\n".join(github.render(single) for single in singles)
    texts["annotations"] = "".join(github.workflow_commands(single) for single in singles)
    texts["table"] = printed(run)
    texts["check"] = "".join(explained(single) for single in singles)
    return texts


def printed(run: RunResult) -> str:
    """What `grade` prints in a job of GitHub's."""
    stream = io.StringIO()
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch, redirect_stdout(stream):
        patch.setenv("GITHUB_ACTIONS", "true")
        patch.setenv("COLUMNS", "200")
        session.report(run, Path(folder), ("csv",), "example")
    return stream.getvalue()


def explained(run: RunResult) -> str:
    """What `grade ci` prints before its annotations."""
    stream = io.StringIO()
    with redirect_stdout(stream), github.commands_stopped(stream):
        terminal.explain(run.submissions[0], Console(file=stream, width=100), Feedback.EXAMPLE)
    return stream.getvalue()


# --- readers -----------------------------------------------------------------------------------------

HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def harmful(text: str) -> list[str]:
    """Characters that a terminal obeys, that turn text round, that XML forbids, or that are half of one."""
    return [repr(text[max(0, found.start() - 30) : found.end() + 10]) for found in HARMFUL.finditer(text)]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def markup(page: str) -> list[str]:
    """What a browser would take for markup of the student's."""
    reader = _Page()
    reader.feed(page)
    found = [tag for tag in reader.tags if "canary" in tag or tag in ("script", "img", "iframe", "object")]
    return found + [
        f"{name}={value}"
        for name, value in reader.attributes
        if name.startswith("on") or (name in ("href", "src") and not value.startswith("#"))
    ]


def markdown(text: str) -> list[str]:
    """Links, pictures, tags and headings of the student's that GitHub would make of Markdown."""
    outside = re.sub(r"^(`{3,}|~{3,}).*?^\1\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    signs = (r"(?<!\\)\]\(", r"(?<!\\)<canary", r"(?<!\\)<script", r"(?<!\\)!\[", r"^# canary", r"\*\*canary")
    return [found[0] for sign in signs for found in re.finditer(sign, outside, re.MULTILINE)]


def formulas(text: str) -> list[str]:
    """Cells that a spreadsheet would compute."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    return [cell for row in rows for cell in row if cell.strip().startswith(("=", "+", "-", "@"))]


def commands(text: str) -> Iterator[str]:
    """Commands that GitHub's runner would obey, as its ActionCommandManager finds them."""
    waiting = ""
    for line in re.split(r"\r\n|\n|\r", text):
        found = re.match(r"\s*::([^ :]+)(?: [^:]*)?::(.*)", line) or re.search(
            r"##\[([^\] ]+)[^\]]*\](.*)", line
        )
        if not found:
            continue
        if waiting:
            waiting = "" if found[1] == waiting else waiting
        elif found[1] == "stop-commands":
            waiting = found[2].strip()
        else:
            yield found[1]


def strings(value: object) -> Iterator[str]:
    """Every text in parsed JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (key, *strings(part))
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def parsed(text: str) -> object:
    """JSON as strict readers take it."""
    return json.loads(text, parse_constant=lambda word: 1 / 0)
