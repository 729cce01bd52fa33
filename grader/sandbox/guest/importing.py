"""What a student's imports give: first their own files, then what is installed, then stand-ins.

The importer stands last on `sys.meta_path`, so a student's ``json.py`` or ``numpy.py`` shadows nothing that
anybody else imports. Only the student's own modules may find one of their files before a module of Python's.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import importlib.abc
import importlib.machinery
import linecache
import posixpath
import sys
import types
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from . import standins

__all__ = ["PACKAGE", "Files", "Importer"]

PACKAGE = "<submission>"  # relative imports of the graded module start here; no file can be called so
_CATCHES = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


class Files:
    """The student's files, as an import sees them: from the folders of the graded files and all above."""

    def __init__(self, paths: Collection[str], entry: Iterable[str]) -> None:
        """Args: paths of all files, and of those that are graded."""
        self._paths = paths
        self._roots = _roots(entry)
        self._names = {posixpath.splitext(part)[0] for path in paths for part in path.split("/")}

    def __contains__(self, head: str) -> bool:
        """Whether a file or folder is called so."""
        return head in self._names

    def find(self, dotted: str) -> tuple[str, bool]:
        """Where a module of this name is: (path of its file or "", whether it is a package).

        Raises:
            KeyError: the submission has no such module.
        """
        parts = dotted.split(".")
        roots = self._roots
        if parts[0] == PACKAGE:
            roots, parts = [""], parts[1:]
        for root in roots:
            found = self._find_at(posixpath.join(root, *parts) if parts else root)
            if found is not None:
                return found
        raise KeyError(dotted)

    def _find_at(self, stem: str) -> tuple[str, bool] | None:
        if stem + ".py" in self._paths:
            return stem + ".py", False
        inside = stem + "/" if stem else ""
        if inside + "__init__.py" in self._paths and stem:
            return inside + "__init__.py", True
        if any(path.startswith(inside) for path in self._paths):
            return "", True
        return None

    def find_flat(self, dotted: str) -> str:
        """The one file with this last name, wherever it lies: of ``a.b.c``, ``c.py``. Raises KeyError."""
        wanted = dotted.rpartition(".")[2] + ".py"
        found = [path for path in self._paths if posixpath.basename(path) == wanted]
        if len(found) != 1:
            raise KeyError(dotted)
        return found[0]

    def has(self, dotted: str) -> bool:
        """Whether `find` finds it."""
        try:
            self.find(dotted)
        except KeyError:
            return False
        return True


def _roots(entry: Iterable[str]) -> list[str]:
    """The folders of the graded files and all their parents, nearest first."""
    roots: list[str] = []
    for path in entry:
        folder = posixpath.dirname(path)
        while folder:
            roots.append(folder)
            folder = posixpath.dirname(folder)
    return [*dict.fromkeys(roots), ""]


class Host(Protocol):
    """What fills the modules that are found: `loading.Loader`.

    Attributes:
        places: the student's files, as code objects name them.
        notes: what was left out or stood in for, in order, each once.
    """

    places: dict[str, tuple[str, int]]
    notes: dict[str, None]

    def fill(self, module: types.ModuleType, path: str) -> None:
        """Execute a file in its module."""

    def note(self, text: str) -> None:
        """Note a sentence for the report."""


class Importer:
    """Python's way to the student's files.

    Attributes:
        entered: modules of the graded files, by their paths: files may import each other.
    """

    def __init__(self, host: Host, files: Files, allow: tuple[str, ...]) -> None:
        """Args: allow: the modules that the message about a missing one names."""
        self._host, self._files, self._allow = host, files, allow
        self._wanted: list[tuple[str, ...]] = []
        self.entered: dict[str, types.ModuleType] = {}

    # --- the student's import statements ---------------------------------------------------------------

    def import_(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """Import as `__import__` does, but let a student's ``test.py`` come before Python's module."""
        own = "" if level else self._own_instead(name, fromlist or ())
        if not own:
            with self._asking(fromlist):
                return builtins.__import__(name, globals, locals, fromlist, level)
        head, dot, rest = name.partition(".")
        builtins.__import__(own)
        vars(sys.modules[own]).setdefault("__getattr__", functools.partial(_of_python, head))
        found = builtins.__import__(own + dot + rest, globals, locals, fromlist)
        return found if fromlist else sys.modules[own]

    @contextmanager
    def _asking(self, fromlist: Any) -> Iterator[None]:
        self._wanted.append(tuple(fromlist or ()))
        try:
            yield
        finally:
            self._wanted.pop()

    def _own_instead(self, name: str, wanted: Iterable[str]) -> str:
        """The full name of the student's module that goes before one of Python's; "" if none does.

        As where the file is run, it goes before what nobody has imported yet. Before what is imported
        already, such as ``random``, it only goes if it is asked for names that are not there.
        """
        head = name.partition(".")[0]
        real = sys.modules.get(head)
        if head not in self._files or hasattr(real, "__submitted__"):
            return ""
        if real is None and not _is_of_python(head):
            return ""
        if real is not None:
            module = sys.modules.get(name, real)
            if all(each == "*" or hasattr(module, each) for each in wanted):
                return ""
        path = self._files.find(head)[0] if self._files.has(head) else ""
        parts = posixpath.splitext(path)[0].split("/")
        return ".".join([PACKAGE, *(part for part in parts if part != "__init__")]) if path else ""

    # --- what Python asks --------------------------------------------------------------------------------

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Find a student's module, or a stand-in for what is nowhere."""
        try:
            source, is_package = self._files.find(name)
        except KeyError:
            return self._find_elsewhere(name)
        return self._spec(name, source, is_package)

    def _find_elsewhere(self, name: str) -> Any:
        try:
            return self._spec(name, self._files.find_flat(name), False)
        except KeyError:
            if _lacks(name) or self._failure_is_expected():
                return None
        return importlib.machinery.ModuleSpec(name, _StandInLoader(self), is_package=True)

    def _spec(self, name: str, source: str, is_package: bool) -> Any:
        loader = _SourceLoader(self, source)
        return importlib.machinery.ModuleSpec(name, loader, origin=source or None, is_package=is_package)

    def _failure_is_expected(self) -> bool:
        """Whether the import that is going on is in a ``try`` that takes its failure."""
        frame: Any = sys._getframe()
        while frame is not None and _imports(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is None or frame.f_code.co_filename not in self._host.places:
            return True  # the standard library asks: let it have the truth
        text = "".join(linecache.getlines(frame.f_code.co_filename))
        try:
            return _is_guarded(text, frame.f_lineno)
        except (SyntaxError, ValueError):
            return False

    def made(self, path: str, dotted: str) -> types.ModuleType | None:
        """The module of a graded file that has what is asked for.

        Where it has not yet, since it is being loaded, None: then the file is loaded a second time.

        Args:
            dotted: the name under which it is imported.
        """
        module = self.entered.get(path)
        wanted = self._wanted[-1] if self._wanted else ()
        is_wanted_itself = dotted.rpartition(".")[2] in wanted
        return module if is_wanted_itself or all(hasattr(module, name) for name in wanted) else None

    def fill(self, module: types.ModuleType, path: str) -> None:
        """Execute a file in its module."""
        self._host.fill(module, path)

    def stand_in(self, dotted: str) -> types.ModuleType:
        """Make the module for a name that is nowhere."""
        head, _, rest = dotted.partition(".")
        if rest and (head == PACKAGE or self._files.has(head)):
            name = rest if head == PACKAGE else dotted
            text = f"{name.replace('.', '/')}.py was not handed in"
            self._host.note(f"{text}; using it raises ImportError")
            return standins.complaining(dotted, text)
        return standins.make_module(dotted, self._allow, self._host.notes)


class _SourceLoader(importlib.abc.Loader):
    def __init__(self, importer: Importer, path: str) -> None:
        self._importer, self._path = importer, path

    def create_module(self, spec: Any) -> types.ModuleType | None:
        self._made = self._importer.made(self._path, spec.name)
        return self._made

    def exec_module(self, module: types.ModuleType) -> None:
        if module is self._made:
            module.__spec__ = None  # relative imports go by its package, as before it got a second name
        elif self._path:
            self._importer.fill(module, self._path)


class _StandInLoader(importlib.abc.Loader):
    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    def create_module(self, spec: Any) -> types.ModuleType:
        return self._importer.stand_in(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


# --- what is Python's ----------------------------------------------------------------------------------


def _is_of_python(name: str) -> bool:
    """Whether Python has a module of this name, or one is installed."""
    return name in sys.builtin_module_names or importlib.machinery.PathFinder.find_spec(name) is not None


def _of_python(module: str, name: str) -> Any:
    """What a student's module does not have, from the one of Python's that it is called like."""
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(importlib.import_module(module), name)


def _lacks(name: str) -> bool:
    """Whether a module that is there has no submodule of this name."""
    parent = sys.modules.get(name.rpartition(".")[0])
    spec = getattr(parent, "__spec__", None)
    return spec is not None and not isinstance(spec.loader, (_StandInLoader, _SourceLoader))


def _imports(file: str) -> bool:
    """Whether code of this file is part of the import machinery."""
    return file in (__file__, importlib.__file__) or file.startswith("<frozen importlib")


# --- imports that may fail -------------------------------------------------------------------------------


def _is_guarded(text: str, line: int) -> bool:
    """Whether the import in this line stands in a ``try`` whose handlers take an ImportError."""
    return any(
        isinstance(node, ast.Try)
        and node.body[0].lineno <= line < node.handlers[0].lineno
        and any(_catches(handler.type) for handler in node.handlers)
        for node in ast.walk(ast.parse(text))
        if not isinstance(node, ast.Try) or node.handlers
    )


def _catches(kind: Any) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(_catches(element) for element in kind.elts)
    return kind is None or (isinstance(kind, ast.Name) and kind.id in _CATCHES)
