"""Which of a submission's sources make the module that is graded, chosen by their text alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.model import Assignment
from grader.steps import Source
from grader.submission.layouts import begun, defined, imported, literal_names, matches

__all__ = ["Entry", "entry"]


class Entry(NamedTuple):
    """Which sources make the module that is graded, and why, where that is not plain."""

    paths: tuple[str, ...]
    notes: tuple[str, ...] = ()


Definitions = Mapping[str, frozenset[str]]
"""Of each path, exercises that are defined there."""

COPY = re.compile(  # "layers (1).py", "layers copy.py", "Copy of layers.py", "layers-Copy1.ipynb"
    r"(?P<of>copy of )?(?P<stem>.+?)(?P<mark> ?\(\d+\)| - copy| copy( \d+)?|-copy\d*)?(?P<suffix>\.\w+)",
    re.IGNORECASE,
)

FOLDER_COPY = re.compile(  # "mytorch - Copy", "mytorch (1)", "Copy of mytorch", "mytorch_old", "mytorch.bak"
    r"(?P<of>copy of )?(?P<stem>.+?)"
    r"(?P<mark> ?\(\d+\)| - copy( \(\d+\))?| copy( \d+)?|[ _.-]?(old|bak|backup|orig|copy\d*))?",
    re.IGNORECASE,
)


ASIDE = re.compile(  # names of files and folders that are kept, but not what is handed in
    r"(?<![a-z])(old|backup|bak|orig|original|starter|template|skeleton|archive|deprecated|previous|unused)(?![a-z])",
    re.IGNORECASE,
)


def entry(sources: Sequence[Source], assignment: Assignment) -> Entry:
    """Choose the sources that make the module, by their text alone.

    Files that match the assignment's patterns come first, in the order of the patterns: as few as define
    all the exercises that they define together, those with most first, then those that lie higher.
    What is missing then is looked for in all other files. Where nothing defines anything, the first
    file that matches a pattern is graded, and a submission of one file always is.

    Of a file and its copies ("layers (1).py", "mytorch - Copy/conv.py") the one without a mark counts,
    unless it is a template that nobody has begun. A file of the assignment's name may import exercises.

    Returns:
        Paths to load in this order, the main one last, so that its definitions win; none if no file
        matches or defines anything. The notes tell of copies, of choices and of files elsewhere.
    """
    if len(sources) == 1:
        return Entry((sources[0].path,))
    names = assignment.names
    texts = {source.path: "\n".join(source.cells) for source in sources}
    work = {path: begun(text, names) for path, text in texts.items()}
    copies, notes = _copies(work)
    definitions = {path: defined(text, names) for path, text in texts.items() if path not in copies}
    named = [path for path in definitions if path.rpartition("/")[2].lower() in literal_names(assignment)]
    begun_there = frozenset().union(*(work[path] for path in named))
    for path in named:
        elsewhere = imported(texts[path], names) - begun_there
        definitions[path] |= elsewhere
        work[path] |= elsewhere
    order = sorted(definitions, key=_place)
    tiers = [[path for path in order if matches(pattern, _uncopied(path))] for pattern in assignment.files]
    chosen, missing = _cover(tiers, definitions, frozenset(assignment.definitions), work)
    others, _ = _cover([order], definitions, missing, work)
    if others and not chosen and not any(tiers):
        notes.append(f"no file matches {' or '.join(assignment.files)}; {_list(others)} was graded instead")
    else:
        notes += [
            f"{path} was graded, too: it defines {_list(sorted(definitions[path] & missing))}"
            for path in others
        ]
    chosen += others
    if not chosen:
        chosen = [path for tier in tiers for path in tier][:1]
    notes += _rivals(chosen, order, definitions)
    return Entry(tuple(reversed(chosen)), tuple(notes))


def _place(path: str) -> tuple[bool, int, bool, list[str]]:
    """Sort paths: those that are put aside last, the higher ones first."""
    return bool(ASIDE.search(path)), path.count("/"), path.endswith(".ipynb"), path.split("/")


def _cover(
    tiers: Sequence[Sequence[str]],
    definitions: Definitions,
    names: frozenset[str],
    work: Definitions,
) -> tuple[list[str], frozenset[str]]:
    """Choose few paths that define many of the names; give what is still missing, too.

    Args:
        work: those of the definitions that somebody has begun; files without any are looked at last.
    """
    chosen: list[str] = []
    for worth in (work, definitions):
        for tier in tiers:
            paths = list(tier)
            while paths and names:
                best = max(paths, key=lambda path: _gain(path, names, worth, definitions))  # first of equals
                if not worth[best] & names:
                    break
                chosen.append(best)
                names -= definitions[best]
    return chosen, names


def _gain(path: str, names: frozenset[str], *kinds: Definitions) -> tuple[int, ...]:
    return tuple(len(found[path] & names) for found in kinds)


def _rivals(chosen: list[str], order: list[str], definitions: Definitions) -> list[str]:
    """Say which files define exercises, too, and were passed over."""
    others = [path for path in order if definitions[path] and path not in chosen]
    if not others or not chosen:
        return []
    return [f"graded: {_list(chosen)}; not graded, though some of the same is defined there: {_list(others)}"]


def _copies(work: Definitions) -> tuple[list[str], list[str]]:
    """Files that are named as copies of others, in which as much is begun; and a note of each."""
    originals = {path: _uncopied(path) for path in sorted(work)}
    copies = [
        path
        for path, original in originals.items()
        if path != original and original in work and (work[original] or not work[path])
    ]
    return copies, [f"{path} is a copy of {originals[path]} and was not graded" for path in copies]


def _uncopied(path: str) -> str:
    """Give the path of the file that this one, or a folder above it, is named as a copy of."""
    *folders, name = path.split("/")
    found = COPY.fullmatch(name)
    plain = f"{found['stem']}{found['suffix']}" if found else name
    return "/".join([*(_uncopied_folder(folder) for folder in folders), plain])


def _uncopied_folder(name: str) -> str:
    found = FOLDER_COPY.fullmatch(name)
    return found["stem"] if found else name


def _list(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""
