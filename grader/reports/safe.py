"""Text that students control, made fit to be shown: ids, paths, exception messages, values.

A report is read on a terminal, in a browser, in a spreadsheet and in a CI log. Each of these has its
own characters to escape, which the report's own module does; what is harmful everywhere is dealt with here.
"""

from __future__ import annotations

import re

__all__ = ["TEXT_LIMIT", "leading", "one_line", "printable"]

# Enough for any sentence and any snippet with 200 numbers in it; a flood is cut.
TEXT_LIMIT = 20_000

# Control characters (terminals obey them), format characters (among them the bidirectional ones that
# show text in another order than it has), line and paragraph separators, lone surrogates (which cannot
# be encoded), and noncharacters (which XML forbids). Zero-width joiners stay: Persian names and emoji
# need them. Newline and tab are left to `printable` itself.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_COMMAND = re.compile(r"^:(?=:)|#(?=#)")  # ::error::, ##[error], ##vso[...], ##teamcity[...]
_ELLIPSIS = "…"


def printable(text: str, limit: int = TEXT_LIMIT) -> str:
    r"""Show harmful characters as Python would spell them, and cut what is too long.

    Lines stay lines, a tab becomes blanks.

    >>> printable("\x1b[31mred")
    '\\x1b[31mred'
    """
    text = text[: limit + 1].replace("\r\n", "\n").expandtabs(4)
    return _cut(_HARMFUL.sub(_spelled, text), limit)


def one_line(text: str, limit: int = 500) -> str:
    r"""As `printable`, with every run of blanks and line breaks turned into one blank.

    >>> one_line("two\n   lines")
    'two lines'
    """
    return _cut(" ".join(printable(text, max(TEXT_LIMIT, limit)).split()), limit)


def leading(text: str, limit: int = 500) -> str:
    r"""As `one_line`, for the beginning of a line of a log, where a CI system may look for commands.

    >>> leading("::error::ada")
    '\\x3a:error::ada'
    """
    return _COMMAND.sub(lambda found: rf"\x{ord(found[0]):02x}", one_line(text, limit))


def _spelled(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + _ELLIPSIS
