"""Text that would like to be something else in a report: markup, a formula, a command, a control sequence.

`test_outputs` looks at every report of them. What is looked for is called canary.
"""

from __future__ import annotations

import json

from grader.model import Status

from .entry import ALL, POOL, PRELUDE, SOLUTION, Entry, broken_pool, in_pool, notebook

PAYLOADS = {
    "html": (
        "<canary onload=canary()></td></pre><script>canary()</script><img src=x "
        "onerror=canary()>&lt;canary&gt;"
    ),
    "markdown": (
        "[canary](http://canary.example) ![canary](http://canary.example/x.png) <canary> "
        "| canary | **canary** `x"
    ),
    "fences": "````\n```\n~~~\n# canary\n[canary](http://canary.example)\n<canary>\n````",
    "formula": '=HYPERLINK("http://canary.example","canary")',
    "ansi": "\x1b[31mcanary\x1b]8;;http://canary.example\x07\x1b[2J\x9b31m\b\b\r",
    "xml": "\x00\x01\x08\x0b\x0c\x0e\x1f\x7f\x85\ufffe\uffff]]><canary/>",
    "commands": (
        "x\n::set-output name=canary::1\n::error::canary\n##[error]canary\n"
        "::stop-commands::canary\n::add-path::canary"
    ),
    "bidi": "\u202ecanary\u202c \u2066canary\u2069 \u200f\u200e\u2028canary\u2029\ufeff\U000e0041",
    "rich": "[red]canary[/red] [link=http://canary.example]canary[/link] [@click=canary()]x[/] :warning:",
    "json": '"}], "score": 70, "canary": [{"',
    "template": "{{ 7 * 7 }} {% canary %} ${canary} %(canary)s {0.__class__} %s %n",
    "surrogates": "\ud800canary\udfff\udc80",
}


def shown(name: str, payload: str) -> Entry:
    """A submission that gets a text into messages, names, lines of code, prints and notes."""
    spelt = "".join(f"\\U{ord(char):08x}" for char in payload)
    return in_pool(
        f"shows_{name}",
        f'said = "{spelt}"\n'
        "print(said); sys.stderr.write(said)\n"
        "if x.shape[0] > 1: raise type(said.replace(chr(0), ''), (Exception,), {})(said)\n"
        "if x.shape[1] > 1: return type(said.replace(chr(0), ''), (), {})(), None\n"
        "raise ValueError(said)",
        top=f'try: exec("import nothing")\nexcept ImportError: pass\nraise_at_import = "{spelt}"\n',
    )


def named(name: str, id: str, *, inside: str = "layers.py") -> Entry:
    """A submission in a folder of a strange name, with something to report on it."""
    return Entry(
        name=name, files={f"{id}/{inside}": broken_pool("raise ValueError('canary')")}, points=ALL - POOL
    )


def raising_line(name: str, line: str) -> Entry:
    """A submission whose line of code is shown."""
    return Entry(name=name, files={"@NAME@/layers.py": broken_pool(line)}, points=ALL - POOL)


ENTRIES: tuple[Entry, ...] = (
    *(shown(name, payload) for name, payload in PAYLOADS.items()),
    named("named_markup", "<canary onload=canary()>"),
    named("named_markdown", "[canary](http:canary) | canary"),
    named("named_formula", "=cmd|' canary'!A0"),
    named("named_option", "--canary"),
    named("named_lines", "canary\n::error::canary\n##[error]canary"),
    named("named_command", "::error::canary"),
    named("named_old_command", "x ##[error]canary"),
    named("named_escape", "\x1b[31mcanary\x9b"),
    named("named_bidi", "\u202ecanary\u2066"),
    named("named_bytes", "canary-\udcff\udcfe"),
    named("named_rich", "[red]canary[/red]"),
    named("named_blanks", "  canary  "),
    named("named_dots", "canary.."),
    named("named_very_long", "canary" * 40),
    named("named_like_a_report", "index.html"),
    named("has_a_file_named_markup", "has_a_file_named_markup", inside="<canary>\n::error::x/layers.py"),
    named("has_a_file_named_code", "has_a_file_named_code", inside="x;import os\nos.abort()#/layers.py"),
    raising_line(
        "shows_its_line", "raise ValueError('x')  # <canary> ::error::canary ##[error]canary [red] =1+1"
    ),
    Entry(
        name="does_not_load_and_says_so",
        files={"@NAME@/layers.py": "def <canary>::error::(: =1+1 [red]\n"},
        points=0,
        status=Status.UNREADABLE,
    ),
    Entry(
        name="has_surrogates_in_a_notebook",
        files={
            "@NAME@.ipynb": json.dumps(
                {
                    "nbformat": 4,
                    "cells": [
                        {"cell_type": "code", "source": SOLUTION},
                        {"cell_type": "code", "source": "x = '\ud800<canary>'"},
                        {
                            "cell_type": "code",
                            "source": PRELUDE
                            + "\ndef max_pool_forward_naive(x, p):\n    raise ValueError('\\ud800<canary>')",
                        },
                    ],
                }
            )
        },
        points=ALL - POOL,
    ),
    Entry(
        name="has_markup_in_a_notebook",
        files={
            "@NAME@.ipynb": notebook(
                SOLUTION, "%%html\n<canary>", "!echo ::error::canary", "raise ValueError('<canary>')"
            )
        },
        points=ALL,
    ),
)
