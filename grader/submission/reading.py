"""What students handed in: found, told apart, and read as text. Nothing of it is executed or parsed.

`find_submissions` looks at names alone, `load` reads one submission: five hundred of them never sit in
memory together.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
import tokenize
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from grader.errors import GraderError, SubmissionError
from grader.model import Assignment, Submission
from grader.steps import Program, Source
from grader.submission import notebook
from grader.submission.entry import Entry, entry
from grader.submission.layouts import DEPTH, SOURCES, Group, groups, literal_names, original_name, stem
from grader.submission.tree import ARCHIVE_BYTES, Archive, Folder, LoneFile, Tree, is_ignored

__all__ = ["Place", "find_one", "find_submissions", "load", "program"]

FILE_BYTES = 5 << 20
SUBMISSION_BYTES = 40 << 20
MOST_SOURCES = 300
MOST_WANTED = 10  # files of the names that the assignment asks for, beside those
MOST_NOTES = 50
NESTED = 2  # zips inside a zip or folder: a student's zip in a class's, and a zip within that

OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one submission is; nothing of it has been read.

    Attributes:
        id: the student's, printable, and different for every place of a run.
        path: where it was found, relative to the path given on the command line; not made printable.
        root: a folder, a file, or a zip.
        members: files, or folders with their slash, inside `root`; empty: all of it.
        notes: what is worth saying, a sentence each.
    """

    id: str
    path: str
    root: Path
    members: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


# --- finding -----------------------------------------------------------------------------------------


def find_submissions(paths: Sequence[Path], assignment: Assignment) -> list[Place]:
    """Find all submissions, sorted by id; cheap, since names alone decide (`layouts.groups` has the rule).

    A path may be a ``.py`` or ``.ipynb`` file, one submission's folder or zip, or a folder or zip of
    submissions.

    Raises:
        GraderError: a path is not there, or is none of these.
    """
    found = {(place.root, place.members): place for path in paths for place in _places(path, assignment)}
    return _distinct(sorted(found.values(), key=lambda place: (place.id, place.path)))


def find_one(path: Path) -> Place:
    """Take whatever is at a path as one submission: a student's own checkout, say.

    Raises:
        GraderError: it is not there, or is neither a folder nor a file that can hold a submission.
    """
    _check_path(path)
    name = path.name if path.name not in ("", "..") else path.resolve().name
    return Place(id=_printable(name if path.is_dir() else stem(name)), path=name, root=path.resolve())


def _places(path: Path, assignment: Assignment) -> list[Place]:
    whole = find_one(path)
    if not path.is_dir() and not (path.is_file() and path.suffix.lower() == ".zip"):
        return [whole]  # of a pipe, too, `load` says what it thinks
    try:
        with contextlib.closing(
            Folder(path, levels=DEPTH, forgiving=True) if path.is_dir() else Archive(path)
        ) as tree:
            found = groups(
                tree.list().names,
                assignment,
                lambda name: _peek(tree, name),
                is_repository=(path / ".git").exists(),
            )
    except SubmissionError:
        return [whole]  # `load` says why
    if found is None:
        return [whole]
    return [_place(whole.root, group) for group in found] + _links(whole.root)


def _links(folder: Path) -> list[Place]:
    """Links among the students' folders: followed they are not, but a student must not vanish."""
    if not folder.is_dir():
        return []
    links = [path for path in folder.iterdir() if path.is_symlink() and not is_ignored(path.name)]
    return [Place(id=_printable(stem(path.name)), path=path.name, root=path) for path in links]


def _place(root: Path, group: Group) -> Place:
    path = group.members[0].rstrip("/")
    if root.is_dir() and len(group.members) == 1:
        return Place(id=_printable(group.id), path=path, root=root / path, notes=group.notes)
    return Place(id=_printable(group.id), path=path, root=root, members=group.members, notes=group.notes)


def _peek(tree: Tree, name: str) -> str:
    """Read a file on which the layout depends; one that cannot be read decides nothing."""
    try:
        return tree.read(name, FILE_BYTES).decode("utf-8", "replace")
    except SubmissionError:
        return ""


def _check_path(path: Path) -> None:
    if not path.exists():
        raise GraderError(f"{path}: there is no such file or folder.")
    if not path.is_dir() and path.suffix.lower() not in (*SOURCES, ".zip"):
        raise GraderError(f"{path}: a submission is a .py or .ipynb file, a folder or a .zip.")


def _printable(name: str) -> str:
    """Replace control, bidirectional and half characters, so that an id can be shown anywhere."""
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char
        for char in name
    )
    return shown.strip()[:200] or "unnamed"


def _distinct(places: Iterable[Place]) -> list[Place]:
    """Number the places that have one id; upper and lower case do not tell students apart."""
    taken: set[str] = set()
    distinct: list[Place] = []
    for place in places:
        name, number = place.id, 1
        while name.casefold() in taken:
            number += 1
            name = f"{place.id} ({number})"
        taken.add(name.casefold())
        if number > 1:
            note = f"there is another submission called {place.id!r}; this one is {place.path!r}"
            place = dataclasses.replace(place, id=name, notes=(*place.notes, note))
        distinct.append(place)
    return distinct


# --- loading -----------------------------------------------------------------------------------------


def load(place: Place, assignment: Assignment) -> Submission:
    """Read one submission. What is the student's fault is said in its `error`.

    Raises:
        NotGradedError: it cannot be read through no fault of the student's.
    """
    blank = Submission(id=place.id, path=place.path, notes=place.notes)
    basket = Basket(literal_names(assignment))
    try:
        with contextlib.closing(_tree(place.root)) as tree:
            _collect(tree, place.members, basket, NESTED)
        sources = _sources(basket, assignment)
        chosen = entry(sources, assignment)
        _check_entry(chosen, sources, basket, assignment)
    except SubmissionError as error:
        return dataclasses.replace(blank, error=str(error))
    used = tuple(source for source in sources if not source.is_notebook or source.path in chosen.paths)
    notes = (*place.notes, *_most(basket.notes), *chosen.notes)
    return dataclasses.replace(blank, sources=used, digest=_digest(used), notes=notes)


def _most(notes: list[str]) -> list[str]:
    """As many notes as somebody may read: a zip can have a hundred thousand entries worth one."""
    if len(notes) <= MOST_NOTES:
        return notes
    return [*notes[:MOST_NOTES], f"and {len(notes) - MOST_NOTES} more of the like"]


def program(submission: Submission, assignment: Assignment) -> Program:
    """Say what the sandbox is to load of a submission that could be read."""
    return Program(
        entry=entry(submission.sources, assignment).paths,
        sources=submission.sources,
        definitions_only=assignment.definitions_only,
        allow=assignment.allow,
        other_names=assignment.names,
    )


def _digest(sources: Iterable[Source]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        for text in (source.path, str(len(source.cells)), *source.cells):
            content = text.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(content) + content)
    return f"sha256:{digest.hexdigest()}"


def _tree(root: Path) -> Tree:
    if root.is_symlink():
        raise SubmissionError(f"{_printable(root.name)} is a link; hand in the files themselves.")
    if root.is_dir():
        return Folder(root)
    try:
        return Archive(root) if root.suffix.lower() == ".zip" else LoneFile(root)
    except SubmissionError as error:
        raise SubmissionError(f"{_printable(root.name)} {error}.") from error


class Basket:
    """What has been read of a submission so far, under the limits of a whole submission.

    Files that an assignment names are read though there are too many others, some of them.
    """

    def __init__(self, wanted: Collection[str] = ()) -> None:
        """Args: the names, in lower case."""
        self.files: dict[str, bytes] = {}
        self.others: list[str] = []
        self.notes: list[str] = []
        self.problems: list[str] = []
        self._unused = Unused()
        self._wanted, self._more = wanted, MOST_WANTED
        self._bytes, self._is_full = 0, False

    def take(self, tree: Tree, name: str, shown: str) -> None:
        """Read a source; a file that cannot be read or is one too many is left out, and said."""
        if (len(self.files) >= MOST_SOURCES or self._bytes > SUBMISSION_BYTES) and not self._may_be_more(
            shown
        ):
            if not self._is_full:
                self.notes.append(
                    f"only {len(self.files)} Python files and notebooks were read: there are too many"
                )
            self._is_full = True
            return
        try:
            content = tree.read(name, FILE_BYTES)
        except SubmissionError as error:
            self.problem(f"{shown} {error}")
            return
        self._bytes += len(content)
        self.files[self._unused.name(shown)] = content

    def _may_be_more(self, shown: str) -> bool:
        wanted = shown.rpartition("/")[2].lower() in self._wanted
        self._more -= wanted
        return wanted and self._more >= 0

    def problem(self, text: str) -> None:
        """Keep why a file is left out: a note, and the error if nothing else can be graded."""
        self.problems.append(text)
        self.notes.append(f"{text}; it was left out")


def _collect(tree: Tree, members: tuple[str, ...], basket: Basket, nested: int, inside: str = "") -> None:
    """Read the sources of a tree; where there are none, those of the zips in it."""
    names, notes = tree.list()
    basket.notes.extend(_printable(note) for note in notes)
    basket.problems.extend(_printable(note) for note in notes)
    mine = _mine(names, members)
    found = {shown: name for shown, name in mine.items() if name.lower().endswith(SOURCES)}
    for shown, name in sorted(found.items(), key=lambda item: (item[0].count("/"), item[0])):
        basket.take(tree, name, inside + shown)
    zips = {shown: name for shown, name in mine.items() if name.lower().endswith(".zip")}
    basket.others.extend(shown for shown in mine if shown not in found and shown not in zips)
    for shown, name in zips.items() if not found else ():
        _collect_nested(tree, name, inside + shown, basket, nested)


def _collect_nested(tree: Tree, name: str, shown: str, basket: Basket, nested: int) -> None:
    if not nested:
        basket.problem(f"{shown} is a zip inside a zip inside a zip")
        return
    try:
        archive = Archive(tree.read(name, ARCHIVE_BYTES))
    except SubmissionError as error:
        basket.problem(f"{shown} {error}")
        return
    _collect(archive, (), basket, nested - 1, f"{stem(shown)}/")


def _mine(names: Sequence[str], members: tuple[str, ...]) -> dict[str, str]:
    """Choose a student's files among the names: the path inside the submission -> the name in the tree.

    A folder that is the student's is the submission's root. Files under a download's names get back
    those under which they were handed in, unless two would then have the same.
    """
    chosen: dict[str, str] = {}
    unused = Unused()
    for name in names:
        if name.endswith("/"):
            continue
        member = next((member for member in members if _is_of(name, member)), "")
        if members and not member:
            continue
        inner = (
            name.removeprefix(member) if member.endswith("/") else name.rpartition("/")[2] if member else name
        )
        original = _printable_path(inner if "/" in inner else original_name(inner))
        chosen[unused.name(original)] = name
    return chosen


def _is_of(name: str, member: str) -> bool:
    return name.startswith(member) if member.endswith("/") else name == member


def _printable_path(path: str) -> str:
    return "/".join(_printable(part) for part in path.split("/"))


class Unused:
    """Gives names that were not given yet; as quickly where a thousand files want the same one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def name(self, path: str) -> str:
        """Give the path, or one like it: ``a.py``, ``a_2.py``."""
        stem, dot, suffix = path.rpartition(".")
        number, free = self._numbers.get(path, 1), path
        while free in self._taken:
            number += 1
            free = f"{stem}_{number}{dot}{suffix}"
        self._numbers[path] = number
        self._taken.add(free)
        return free


# --- text --------------------------------------------------------------------------------------------

# Encodings that a file may declare: those of editors, none that Python expands or computes.
ENCODINGS = re.compile(
    r"ascii|utf-8(-sig)?|iso-?8859-\d+|latin-1|cp\d+|koi8-[ru]|gb\w+|big5\w*|euc-\w+|shift_jis\w*"
)


def _sources(basket: Basket, assignment: Assignment) -> tuple[Source, ...]:
    """Turn files into text; of the notebooks only those in which an exercise's name occurs, or one alone."""
    texts = {path: _text(path, content, basket) for path, content in basket.files.items()}
    names = assignment.names
    sources = [Source(path, (text,)) for path, text in texts.items() if not _is_notebook(path)]
    notebooks = [path for path in texts if _is_notebook(path)]
    likely = [path for path in notebooks if any(name in texts[path] for name in names)]
    for path in likely or (() if sources else notebooks):
        try:
            code = notebook.code(texts[path])
        except SubmissionError as error:
            basket.problem(f"{path} {error}")
            continue
        basket.notes.extend(f"{path}: {note}" for note in code.notes)
        sources.append(Source(_lower_suffix(path), code.cells))
        sources += _written(path, code.files, basket)
    return tuple(sorted(sources, key=lambda source: source.path))


def _written(path: str, files: Mapping[str, str], basket: Basket) -> list[Source]:
    """Files that a notebook writes beside itself, but for those that were handed in, too."""
    folder = path.rpartition("/")[0]
    beside = {f"{folder}/{name}".lstrip("/"): text for name, text in files.items() if ".." not in name}
    new = {name: text for name, text in beside.items() if name not in basket.files}
    taken = dict(list(new.items())[: max(0, MOST_SOURCES - len(basket.files))])
    basket.files.update((name, text.encode("utf-8", "surrogatepass")) for name, text in taken.items())
    basket.notes.extend(f"{path}: {name} was taken from the cell that writes it" for name in taken)
    return [Source(name, (text,)) for name, text in taken.items()]


def _is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb")


def _lower_suffix(path: str) -> str:
    """Write .IPYNB as `Source.is_notebook` knows it."""
    return path[: -len(".ipynb")] + ".ipynb"


def _text(path: str, content: bytes, basket: Basket) -> str:
    """Decode as Python would, and as Latin-1 where Python would give up; lines end in a line feed."""
    text, note = _decoded(content)
    if "\0" in text:
        text, note = text.replace("\0", ""), "NUL bytes were left out"
    if note:
        basket.notes.append(f"{path}: {note}")
    return re.sub(r"\r\n?", "\n", text)


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "it is UTF-16, and was read as that"
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        if ENCODINGS.fullmatch(encoding):
            return content.decode(encoding), ""
    except (SyntaxError, UnicodeError, LookupError, ValueError):
        pass
    return content.decode("latin-1"), "it is not in the encoding that it declares, and was read as Latin-1"


# --- what cannot be graded ---------------------------------------------------------------------------


def _check_entry(chosen: Entry, sources: Sequence[Source], basket: Basket, assignment: Assignment) -> None:
    """Refuse a submission of which nothing can be graded.

    Raises:
        SubmissionError: says what was looked for, what is there, and what was wrong with it.
    """
    if chosen.paths:
        return
    if basket.problems:
        raise SubmissionError(_some([f"{problem}." for problem in basket.problems], " "))
    there = [source.path for source in sources] + list(basket.files) + basket.others
    found = _some(list(dict.fromkeys(there)), ", ")
    if not found:
        raise SubmissionError(
            "nothing was handed in: there are no files but hidden or installed ones, if any."
        )
    if archives := [name for name in basket.others if name.lower().endswith(OTHER_ARCHIVES)]:
        raise SubmissionError(f"{archives[0]} cannot be unpacked; hand in a .zip.")
    raise SubmissionError(f"no file matches {' or '.join(assignment.files)}; found {found}.")


def _some(items: list[str], separator: str, most: int = 5) -> str:
    more = f"{separator}and {len(items) - most} more" if len(items) > most else ""
    return separator.join(items[:most]) + more
