"""Whose files are whose: how a download's layout tells students apart, from names alone.

Known are the downloads of Canvas, Moodle and Gradescope, nbgrader's folders, a folder with one folder,
file or zip for each student, and one student's own folder. `groups` holds the rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from grader.model import Assignment

__all__ = [
    "DEPTH",
    "SOURCES",
    "Group",
    "begun",
    "defined",
    "groups",
    "imported",
    "literal_names",
    "matches",
    "original_name",
    "stem",
]

DEPTH = 5  # levels of folders that the rule looks at

SOURCES = (".py", ".ipynb")
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz")

CANVAS = re.compile(r"(?P<who>[^_/]+)_(?P<late>LATE_)?(?P<user>\d+)_\d+_(?P<file>[^/]+)")
MOODLE = re.compile(r"(?P<who>[^/]+_\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>[^/]*)")
GRADESCOPE = re.compile(r"submission_\d+")
NUMBERED = re.compile(
    r"(?:a|assignment|assign|hw|homework|ps|pset|lab|week|part)[-_ ]?\d+(?:p\d+|\w)?", re.IGNORECASE
)
PACKAGES = frozenset({"cs231n", "mytorch", "nn", "src"})  # folders of code, not of a student

Read = Callable[[str], str]


class Group(NamedTuple):
    """One student's part of a download.

    Attributes:
        members: files, or folders with their slash.
        notes: what is worth saying, a sentence each.
    """

    id: str
    members: tuple[str, ...]
    notes: tuple[str, ...] = ()


# --- names -------------------------------------------------------------------------------------------


def matches(pattern: str, name: str) -> bool:
    """Whether a path matches a glob, upper and lower case alike; ``**/`` stands for any folders or none."""
    return re.fullmatch(_expression(pattern), name, re.IGNORECASE | re.DOTALL) is not None


def _expression(pattern: str) -> str:
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return "".join(words.get(part, re.escape(part)) for part in parts)


def stem(name: str) -> str:
    """The name without its ending, which may be two: homework.tar.gz."""
    return name[:-7] if name.lower().endswith(".tar.gz") else name.rpartition(".")[0] or name


def original_name(name: str) -> str:
    """Give the name under which a file was handed in, from the one that the download gave it."""
    if found := CANVAS.fullmatch(name):
        return re.sub(r"-\d+(?=\.\w+$)", "", found["file"])  # Canvas counts further attempts
    if (found := MOODLE.fullmatch(name)) and found["file"]:
        return found["file"]
    return name


def defined(text: str, names: Mapping[str, str]) -> frozenset[str]:
    """Say which functions and classes a file defines at its top level, by its text alone.

    Args:
        names: by which they go, and for each the one that is given back: see `Assignment.names`.
    """
    indented = re.compile(rf"^[ \t]+(?:def|class)[ \t]+({'|'.join(map(re.escape, names))})\b", re.MULTILINE)
    found: set[str] = set()
    for statement in _statements(text):
        if match := DEFINITION.match(statement) or ASSIGNMENT.match(statement):
            found.update(re.findall(r"\w+", match[1]))
        elif BLOCK.match(statement):
            found.update(indented.findall(statement))
    return frozenset(names[name] for name in found if name in names)


DEFINITION = re.compile(r"(?:def|class)[ \t]+(\w+)")
ASSIGNMENT = re.compile(r"([\w \t,]+)(?::[^=\n]+)?=(?!=)")
BLOCK = re.compile(r"(?:if|elif|else|try|except|finally|with|for|while)\b")


def _statements(text: str) -> list[str]:
    """Cut a file where a line that is not indented begins, but for comments and closing brackets."""
    return re.split(r"^(?=[^\s#)])", text, flags=re.MULTILINE)


def imported(text: str, names: Mapping[str, str]) -> frozenset[str]:
    """Say which functions and classes a file imports by their names, by its text alone.

    Args:
        names: as of `defined`.
    """
    lists = re.findall(r"^from[ \t]+[\w.]+[ \t]+import[ \t]+(\([^()]*\)|[^()\n]*)", text, re.MULTILINE)
    return frozenset(names[word] for each in lists for word in re.findall(r"\w+", each) if word in names)


TEMPLATE = re.compile(  # what courses hand out: no such line is a student's work
    r"|#.*|pass|\.\.\.|return[\w, ]*|raise NotImplementedError.*|assert (False|0)\b.*"
    r"|[\w, ]+=[None, ]+|cache\s*=.*|[\w, ()]+=\s*cache|\w+\s*=\s*\w+\.get\(.*"
)
DOCSTRING = re.compile(r"\A(?:\s*#[^\n]*\n)*\s*[rRuU]?(\"{3}|\'{3}).*?\1", re.DOTALL)
SIGNATURE = re.compile(r":[ \t]*(?:#.*)?\n")


def begun(text: str, names: Mapping[str, str]) -> frozenset[str]:
    """Say which of the functions that a file defines are more than a course's template, by its text alone.

    Args:
        names: as of `defined`.
    """
    worked = "".join(statement for statement in _statements(text) if _has_work(statement))
    return defined(worked, names)


def _has_work(statement: str) -> bool:
    """Whether a statement of a file is more than a function's signature and a template's lines."""
    found = SIGNATURE.search(statement)
    if found is None:
        return True
    body = DOCSTRING.sub("", statement[found.end() :])
    return not all(TEMPLATE.fullmatch(line.strip()) for line in body.splitlines())


def _top(name: str) -> str:
    """First part of a path; a folder's with its slash."""
    head, slash, _ = name.partition("/")
    return head + slash


def _is_source(name: str) -> bool:
    return name.lower().endswith(SOURCES)


def _is_candidate(name: str) -> bool:
    return name.lower().endswith((*SOURCES, *ARCHIVES))


def literal_names(assignment: Assignment) -> frozenset[str]:
    """File names that the assignment's patterns spell out, such as layers.py, in lower case."""
    last = (pattern.rpartition("/")[2].lower() for pattern in assignment.files)
    return frozenset(name for name in last if not re.search(r"[*?]", name))


# --- the rule ------------------------------------------------------------------------------------------


def groups(
    names: Sequence[str], assignment: Assignment, read: Read, *, is_repository: bool = False
) -> tuple[Group, ...] | None:
    """Tell students apart, or say None: it is all one student's.

    The first of these that fits decides:

    1. A layout that only a download has, or ``expected.toml``, which marks our own sample submissions:
       a class.
    2. A file that the assignment names (``layers.py``) lies at the top: one student's.
    3. A named file lies in several folders: a class, unless the folders are called like assignments
       (``hw1``, ``hw2p1``) or packages (``mytorch``), or it is a repository and there are but two.
    4. A named file lies in one folder: one student's if that is a package (it has ``__init__.py`` or is
       called ``cs231n``, ``mytorch``, ``nn``, ``src`` or as the convention) or in a repository; else a class.
    5. A repository: one student's.
    6. Nothing but one folder: what is in it decides, and if that is one student's, the folder is the student.
    7. Folders that hold code, or archives: a class; each folder, archive and loose file is a student.
    8. Loose files alone: a class, unless one imports another and no two define the same exercise.
    9. Nothing to read: one student's.

    Args:
        names: paths below what is looked at, folders with their slash, `DEPTH` levels.
        assignment: its patterns and the names of its exercises decide what is looked for.
        read: gives the text of a file; asked only for rule 8 and for Gradescope's list of students.
        is_repository: whether it is a git checkout.
    """
    found = _download(names, assignment, read)
    if found is not None:
        return found
    holders = _holders(names, assignment)
    if any("" in tops for tops in holders.values()):
        return None
    folders = set().union(*holders.values()) if holders else set()
    if any(len(tops) > (2 if is_repository else 1) for tops in holders.values()):
        return None if all(map(_is_of_one, folders)) else _class(names, assignment)
    if folders:
        one = is_repository or len(folders) > 1 or _is_package(min(folders), names, assignment)
        return None if one else _inside_or_class(names, assignment, read)
    return None if is_repository else _unnamed(names, assignment, read)


def _is_of_one(folder: str) -> bool:
    """Whether a folder is called like an assignment or a package, several of which one student may have."""
    return NUMBERED.fullmatch(folder[:-1]) is not None or folder[:-1].lower() in PACKAGES


def _unnamed(names: Sequence[str], assignment: Assignment, read: Read) -> tuple[Group, ...] | None:
    """Apply rules 6 to 9."""
    tops = {_top(name) for name in names}
    if len(tops) == 1 and min(tops).endswith("/") and any(map(_is_candidate, names)):
        return _inside_or_class(names, assignment, read)
    full = {_top(name) for name in names if "/" in name and _is_candidate(name)}
    archives = [top for top in tops if top.lower().endswith(ARCHIVES)]
    loose = sorted(top for top in tops if _is_source(top))
    if full and all(NUMBERED.fullmatch(folder[:-1]) for folder in full):
        return None
    if archives or (full and not all(_is_package(folder, names, assignment) for folder in full)):
        return _class(names, assignment)
    if full or not loose or _belong_together(loose, assignment, read):
        return None
    return tuple(_group(top, names, assignment) for top in loose)


def _inside_or_class(names: Sequence[str], assignment: Assignment, read: Read) -> tuple[Group, ...]:
    """Look into the only folder: it may wrap a whole class."""
    tops = {_top(name) for name in names}
    if len(tops) > 1:
        return _class(names, assignment)
    wrapper = min(tops)
    inner = [name.removeprefix(wrapper) for name in names if name != wrapper]
    found = groups(inner, assignment, lambda name: read(wrapper + name))
    if found is None or len(found) < 2:
        return _class(names, assignment)
    return _below(wrapper, found)


def _below(prefix: str, found: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(group._replace(members=tuple(prefix + name for name in group.members)) for group in found)


def _holders(names: Sequence[str], assignment: Assignment) -> Mapping[str, set[str]]:
    """For each named file, the folders at the top that hold it; "" for the top itself."""
    literal = literal_names(assignment)
    holders: dict[str, set[str]] = {}
    for name in names:
        last = name.rpartition("/")[2].lower()
        if last in literal and any(matches(pattern, name) for pattern in assignment.files):
            holders.setdefault(last, set()).add(_top(name) if "/" in name else "")
    return holders


def _is_package(folder: str, names: Collection[str], assignment: Assignment) -> bool:
    known = PACKAGES | {assignment.convention}
    return folder[:-1].lower() in known or f"{folder}__init__.py" in names


def _belong_together(loose: Sequence[str], assignment: Assignment, read: Read) -> bool:
    """Whether loose files are one student's: one imports another, and nothing is defined twice."""
    texts = [read(name) for name in loose]
    definitions = [name for text in texts for name in defined(text, assignment.names)]
    if len(set(definitions)) < len(definitions):
        return False
    stems = "|".join(re.escape(name.rpartition(".")[0]) for name in loose)
    imports = re.compile(rf"\b(?:from|import)\s+\.?(?:{stems})\b")
    return any(imports.search(text) for text in texts)


# --- classes -------------------------------------------------------------------------------------------


def _class(names: Sequence[str], assignment: Assignment) -> tuple[Group, ...]:
    """Take every folder, every archive and every loose source as a student's."""
    tops = sorted({_top(name) for name in names})
    return tuple(_group(top, names, assignment) for top in tops if top.endswith("/") or _is_candidate(top))


def _group(top: str, names: Collection[str], assignment: Assignment) -> Group:
    """One student's folder or file; nbgrader's folder of the assignment, where there is one, is enough."""
    if not top.endswith("/"):
        return Group(stem(top), (top,))
    part = f"{top}{assignment.name}/"
    return Group(top[:-1], (part if part in names else top,))


def _download(names: Sequence[str], assignment: Assignment, read: Read) -> tuple[Group, ...] | None:
    """Recognise the layouts that only a download has."""
    tops = sorted({_top(name) for name in names})
    if "expected.toml" in tops:
        return _class(names, assignment)
    if "submitted/" in tops and any(name.startswith("submitted/") and name.count("/") > 1 for name in names):
        inner = [name.removeprefix("submitted/") for name in names if name.startswith("submitted/")]
        return _below("submitted/", _class([name for name in inner if name], assignment))
    if any(MOODLE.fullmatch(top.rstrip("/")) for top in tops):
        return _moodle(tops)
    exported = bool(tops) and all(GRADESCOPE.fullmatch(top.rstrip("/")) for top in tops)
    if exported or "submission_metadata.yml" in tops:
        return _gradescope(tops, read) or None
    if any(CANVAS.fullmatch(top) for top in tops):
        return _canvas(tops)
    return None


def _canvas(tops: Sequence[str]) -> tuple[Group, ...]:
    members: dict[str, list[str]] = {}
    late: set[str] = set()
    for top in tops:
        if found := CANVAS.fullmatch(top):
            student = f"{found['who']}_{found['user']}"
            members.setdefault(student, []).append(top)
            late |= {student} if found["late"] else set()
    notes = dict.fromkeys(late, ("Canvas marks it as late",))
    return tuple(Group(student, tuple(files), notes.get(student, ())) for student, files in members.items())


def _moodle(tops: Sequence[str]) -> tuple[Group, ...]:
    files: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for top in tops:
        if found := MOODLE.fullmatch(top.rstrip("/")):
            kind = files if found["kind"] == "file" else texts
            kind.setdefault(found["who"], []).append(top)
    students = dict.fromkeys([*files, *texts])
    return tuple(Group(student, tuple(files.get(student) or texts[student])) for student in students)


def _gradescope(tops: Sequence[str], read: Read) -> tuple[Group, ...]:
    known = _submitters(read("submission_metadata.yml")) if "submission_metadata.yml" in tops else {}
    return tuple(
        Group(known.get(top.rstrip("/")) or top.rstrip("/"), (top,))
        for top in tops
        if top.endswith("/") or top.lower().endswith(".zip")
    )


def _submitters(text: str) -> Mapping[str, str]:
    """Read Gradescope's list of students: e-mail addresses, of a group joined by +.

    The file is YAML of one fixed shape: a key for each submission, and below it a list of submitters with
    lines such as ``:email: ada@example.org``.
    """
    people: dict[str, dict[str, list[str]]] = {}
    submission = ""
    for line in text.splitlines():
        if found := re.match(r"(submission_\d+):", line):
            submission = found[1]
        elif submission and (found := re.match(r"\s+(?:- )?:?(name|sid|email): *(.+?) *$", line)):
            fields = people.setdefault(submission, {})
            fields.setdefault(found[1], []).append(found[2].strip("'\""))
    best = {
        key: next(fields[name] for name in ("email", "sid", "name") if name in fields)
        for key, fields in people.items()
    }
    return {key: "+".join(dict.fromkeys(values)) for key, values in best.items()}
