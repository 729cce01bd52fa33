from __future__ import annotations

import sys
import unicodedata

import pytest

from grader.reports.safe import leading, one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("a\u202eb", r"a\u202eb"),
        ("a\ud800b", r"a\ud800b"),
        ("nul\x00", r"nul\x00"),
        ("over\rwritten", r"over\rwritten"),
        ("dos\r\nline", "dos\nline"),
        ("tab\tstop", "tab stop"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("كريم‌زاده", "كريم‌زاده"),
        ("Ünïcödé ✓", "Ünïcödé ✓"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_printable_leaves_no_control_format_or_surrogate_character_anywhere_in_unicode() -> None:
    kept = {"\n", "\u200c", "\u200d"}  # line feed and the two joiners
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in kept:
            assert printable(char).isprintable(), f"U+{code:04X}"


def test_printable_cuts_and_says_so() -> None:
    assert printable("x" * 10, limit=10) == "x" * 10
    assert printable("x" * 11, limit=10) == "x" * 9 + "…"
    assert len(printable("\x00" * 50, limit=10)) == 10


def test_one_line_joins_lines_and_blanks() -> None:
    assert one_line("  two\n   lines \u00a0 ") == "two lines"
    assert one_line("ab " * 400, limit=10) == "ab ab ab …"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::ada", r"\x3a:error::ada"),
        ("  ::warning file=a::ada", r"\x3a:warning file=a::ada"),
        ("##[error]ada", r"\x23#[error]ada"),
        ("ada ##vso[task.complete]", r"ada \x23#vso[task.complete]"),
        ("ada::grace", "ada::grace"),
        ("#1 ada", "#1 ada"),
    ],
)
def test_a_line_of_a_log_begins_with_no_command(text: str, shown: str) -> None:
    assert leading(text) == shown
