"""Loading a submission from its text, of which nothing is on any disk: a module for each graded file."""

from __future__ import annotations

import ast
import contextlib
import linecache
import marshal
import posixpath
import sys
import types
from collections.abc import Iterable
from typing import Any

from . import definitions, faults, one_element, standins
from .importing import PACKAGE, Files, Importer

__all__ = ["Loader", "explain"]

MOST_NOTES, MOST_NAMES, LONGEST = 50, 1000, 300
_CLASSIC = (
    ("Missing parentheses in call to 'print'", "Python 2 print statement"),
    ("Missing parentheses in call to 'exec'", "Python 2 exec statement"),
    ("inconsistent use of tabs", "tabs and spaces mixed, as Python 2 allowed"),
    ("multiple exception types must be parenthesized", "Python 2 except clause"),
    ("leading zeros in decimal integer", "Python 2 octal number"),
)


class Loader:
    """Loads one submission into this process, once.

    Attributes:
        module: what the graded functions are looked up in.
        places: the student's files, as code objects name them.
        notes: what was left out or stood in for, in order, each once.
        forgiving: whether it was loaded so that an array of one element passes for a number.
    """

    def __init__(self, program: dict[str, Any], compiled: bytes = b"") -> None:
        """Take the program as it was sent: see `grader.steps.Program`.

        Args:
            compiled: what another process's loader of the same program gave as its `compiled()`.
        """
        self._program = program
        self._compiled: dict[str, Any] = marshal.loads(compiled) if compiled else {}
        self._cells: dict[str, list[str]] = {path: list(cells) for path, cells in program["sources"]}
        self.module = types.ModuleType(PACKAGE)
        self._collected: dict[str, Any] = {}
        self._defined: set[str] = set()
        self._kept: dict[str, dict[int, list[Any]]] = {}
        self.places: dict[str, tuple[str, int]] = {}
        self.notes: dict[str, None] = {}
        self.forgiving = False
        files = Files(self._cells, program["entry"])
        self._importer = Importer(self, files, tuple(program["allow"]))

    def load(self) -> None:
        """Execute the entry sources in order. Raises what they raise."""
        import numpy

        standins.supply_numpy_names(numpy, self.notes)
        standins.drop_what_cannot_be_written(self.notes)
        self._builtins = standins.private_builtins(self.notes)
        vars(self._builtins).update(one_element.names(self.notes), __import__=self._importer.import_)
        sys.modules["builtins"] = self._builtins
        sys.meta_path.append(self._importer)
        sys.modules["__main__"] = types.ModuleType("__main__")
        self._load_all()

    def _load_all(self) -> None:
        for path in self._program["entry"]:
            self._load_entry(path)
        self._take_other_names(vars(self.module))
        if self._program["parts"] is not None:
            self._put_in_place(*self._program["parts"])

    def _take_other_names(self, names: dict[str, Any]) -> None:
        for other, name in self._program["other_names"].items():
            if name not in names and other in names:
                names[name] = names[other]
                self.note(f"there is no {name}; {other} was taken for it")

    def compiled(self, most: int) -> bytes:
        """What was compiled so far, for other processes that load the same program; nothing of long code.

        Args:
            most: bytes that it may have. Without it, those processes compile for themselves.
        """
        try:
            code = marshal.dumps(self._compiled)
        except ValueError:  # nested too deeply
            return b""
        return code if len(code) <= most else b""

    def forgive(self) -> None:
        """Load it anew so that an array of one element passes for a number, as it did before NumPy 2.4."""
        self.forgiving = True
        for name in [name for name in list(sys.modules) if self.is_own(name)]:
            del sys.modules[name]
        vars(self.module).clear()
        self._collected.clear()
        self._defined.clear()
        self._importer.entered.clear()
        self._load_all()

    def names(self) -> list[str]:
        """Functions and classes that are the submission's own."""
        own = [
            name
            for name, value in list(vars(self.module).items())
            if isinstance(value, (types.FunctionType, type))
            and self.is_own(getattr(value, "__module__", None))
        ]
        return own[:MOST_NAMES]

    def mentions(self, word: str) -> bool:
        """Whether a word occurs anywhere in the submission's text."""
        return any(word in cell for cells in self._cells.values() for cell in cells)

    def is_own(self, module: Any) -> bool:
        """Whether a module of this name was loaded from the submission."""
        return isinstance(module, str) and hasattr(sys.modules.get(module), "__submitted__")

    def is_own_class(self, kind: type) -> bool:
        """Whether a class is the submission's."""
        return self.is_own(getattr(kind, "__module__", None))

    def _put_in_place(self, names: list[str], text: str) -> None:
        """Let right functions stand where the submission has its own, in each of its modules."""
        module = types.ModuleType(f"{PACKAGE} parts")
        vars(module).update(__builtins__=self._builtins, __submitted__=True)
        exec(_compile(text, module.__name__), vars(module))
        right = {name: vars(module)[name] for name in names}
        submitted = [other for other in list(sys.modules.values()) if hasattr(other, "__submitted__")]
        for other in [self.module, *submitted]:
            vars(other).update(right)
        sys.modules[module.__name__] = module

    # --- the graded module -----------------------------------------------------------------------

    def _load_entry(self, path: str) -> None:
        """Execute one entry source in a module of its own, and collect what it has.

        It sees the earlier ones' names, and its own win. What it defines is collected before what it
        imports: a file may import under the name of something that another one defines.
        """
        dotted = [PACKAGE, *posixpath.splitext(path)[0].split("/")]
        module = types.ModuleType(".".join(dotted))
        names, before = vars(module), dict(self._collected)
        names.update(before)
        names.update(
            __package__=".".join(dotted[:-1]),
            __file__=path,
            __builtins__=self._builtins,
            __submitted__=True,
        )
        sys.modules[module.__name__] = self._importer.entered[path] = module
        try:
            if path.endswith(".ipynb"):
                self._run_cells(path, names)
            else:
                self._run_file(path, names)
        finally:
            self._collect(module.__name__, names, before)

    def _collect(self, name: str, names: dict[str, Any], before: dict[str, Any]) -> None:
        for key, value in list(names.items()):
            if key.startswith("__") or (key in before and before[key] is value):
                continue
            is_definition = issubclass(type(value), (types.FunctionType, type))
            defined = is_definition and getattr(value, "__module__", None) == name
            if defined or key not in self._defined:
                self._collected[key] = value
            if defined:
                self._defined.add(key)
        vars(self.module).update(self._collected)

    def _run_file(self, path: str, names: dict[str, Any]) -> None:
        """Run a file; where a statement raises, note it and go on behind it.

        What stands beside the functions, such as a plot or a data set that is read, must not cost them.
        """
        code = self.compile(path)
        try:
            exec(code, names)
        except MemoryError:
            raise
        except BaseException as error:
            line = _line_in(error, path)
            self._note_raised(f"{path}, line {line}", error)
            rest = [statement for statement in self._statements(path, 0) if statement[0] > line]
            self._run_statements(path, rest, names)

    def _run_cells(self, path: str, names: dict[str, Any]) -> None:
        for number in range(1, len(self._cells[path]) + 1):
            try:
                statements = self._statements(path, number)
            except (SyntaxError, ValueError) as error:
                line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
                self.note(f"cell {number} does not compile and was left out: {_explain(error)}{line}")
            else:
                self._run_statements(f"cell {number}", statements, names)

    def _run_statements(
        self, where: str, statements: Iterable[tuple[int, Any]], names: dict[str, Any]
    ) -> None:
        """Run statements one by one; one that raises is noted, and those behind it still count."""
        for line, code in statements:
            try:
                exec(code, names)
            except MemoryError:
                raise
            except BaseException as error:
                self._note_raised(f"{where}, line {line}", error)

    def _note_raised(self, where: str, error: BaseException) -> None:
        said = f"{type(error).__name__}: {faults.describe(error, None, {})['message']}"
        self.note(f"{where} raised {said}")

    # --- text and code --------------------------------------------------------------------------------

    def note(self, text: str) -> None:
        """Note a sentence for the report, once."""
        self.notes[text[:LONGEST]] = None

    def file_name(self, path: str, cell: int) -> str:
        """Name a source as code objects and tracebacks do, and let `linecache` know its lines."""
        name = f"{path} cell {cell}" if cell else path
        if name not in self.places:
            text = self._cells[path][cell - 1] if cell else self.text(path)
            linecache.cache[name] = (len(text), None, text.splitlines(True), name)
            self.places[name] = (path, cell)
        return name

    def text(self, path: str) -> str:
        """A file's whole text, with the characters of a web page's blanks made blanks."""
        return "\n".join(self._cells[path]).replace("\r\n", "\n").lstrip("\ufeff")

    def compile(self, path: str) -> Any:
        """Compile a ``.py`` source, once for all processes that load it."""
        name = self.file_name(path, 0)
        key = f"{path} {self.forgiving}"
        if key not in self._compiled:
            tree = _compile(self.text(path), name, ast.PyCF_ONLY_AST) if self.forgiving else None
            self._compiled[key] = self._code(tree, name, 0) if tree else _compile(self.text(path), name)
        return self._compiled[key]

    def _code(self, tree: Any, name: str, flags: int) -> Any:
        return compile(self._as_run(tree), name, "exec", flags, dont_inherit=True)

    def _as_run(self, tree: Any) -> Any:
        return one_element.forgiving(tree) if self.forgiving else tree

    def _statements(self, path: str, cell: int) -> list[tuple[int, Any]]:
        """Compile a file or a cell statement by statement, of a cell what is to be run: lines and code."""
        key = f"{path} {cell} {self.forgiving}"
        name = self.file_name(path, cell)
        if key not in self._compiled:
            only = self._definitions(path) if cell and self._program["definitions_only"] else {}
            body = only[cell] if cell in only else self._parsed(path, cell)
            flags = definitions.future_flags(body)
            self._compiled[key] = [
                (each.lineno, self._code(ast.Module([each], []), name, flags)) for each in body
            ]
        statements: list[tuple[int, Any]] = self._compiled[key]
        return statements

    def _parsed(self, path: str, cell: int) -> list[Any]:
        text = self._cells[path][cell - 1] if cell else self.text(path)
        body: list[Any] = _compile(text, self.file_name(path, cell), ast.PyCF_ONLY_AST).body
        return body

    def _definitions(self, path: str) -> dict[int, list[Any]]:
        """What is run of each cell that compiles, by its number, where only definitions are."""
        if path not in self._kept:
            bodies: dict[int, list[Any]] = {}
            for number in range(1, len(self._cells[path]) + 1):
                with contextlib.suppress(SyntaxError, ValueError):  # noted where the cell is to be run
                    bodies[number] = self._parsed(path, number)
            self._kept[path] = definitions.definitions(bodies, self._program["other_names"])
        return self._kept[path]

    def fill(self, module: types.ModuleType, path: str) -> None:
        """Execute a sibling in its module; a package goes on behind what raises in its ``__init__.py``."""
        vars(module).update(__builtins__=self._builtins, __file__=path, __submitted__=True)
        if posixpath.basename(path) == "__init__.py":
            self._run_file(path, vars(module))
        else:
            exec(self.compile(path), vars(module))


def _line_in(error: BaseException, name: str) -> int:
    """The line of a file's top level at which an exception passed."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def _compile(text: str, name: str, flags: int = 0) -> Any:
    try:
        return compile(text, name, "exec", flags, dont_inherit=True)
    except SyntaxError:
        if "\u00a0" not in text:
            raise
        return compile(text.replace("\u00a0", " "), name, "exec", flags, dont_inherit=True)


def explain(error: BaseException) -> str:
    """Say in the reader's words what a SyntaxError is about, or "" where its own text is as good."""
    text = str(getattr(error, "msg", "") or "")
    return next((said for found, said in _CLASSIC if text.startswith(found)), "")


def _explain(error: BaseException) -> str:
    return explain(error) or f"{type(error).__name__}: {str(getattr(error, 'msg', error))[:LONGEST]}"
