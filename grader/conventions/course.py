"""A lecturer's own convention: a Python file beside ``assignment.toml`` that defines a CONVENTION.

It is run with the grader's own rights, as an assignment's other files are believed; no student's file is.
Whatever goes wrong in it is said with the file and the line, since a lecturer wrote it.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from grader.conventions.spelling import Convention, Spelling, Way
from grader.errors import AssignmentError
from grader.model import Case
from grader.steps import Attribute, Call, Find, Item, Let, Make, Put, Script

__all__ = ["CourseError", "place_of", "read_course", "try_out"]

T = TypeVar("T")


class CourseError(AssignmentError, ValueError):
    """Something in a lecturer's own convention.

    A ValueError too, because a layout may refuse the odd shapes that known mistakes come up with.
    """


def read_course(path: Path) -> Convention:
    """Run a lecturer's file and get its CONVENTION, whose functions say where they fail.

    Raises:
        CourseError: it cannot be read, does not run, or defines no CONVENTION.
    """
    file = _File(path, _text(path))
    namespace: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    try:
        exec(compile(file.text, str(path), "exec"), namespace)
    except SyntaxError as error:
        line = error.lineno if error.filename == str(path) else None
        raise file.error(f"SyntaxError: {error.msg}", line or file.raised_at(error)) from None
    except (Exception, SystemExit) as error:
        raise file.error(_said(error), file.raised_at(error)) from None
    if "CONVENTION" not in namespace:
        raise file.error("it defines no CONVENTION; end it with CONVENTION = Convention(spellings={...})")
    found = namespace["CONVENTION"]
    if not isinstance(found, Convention):
        what = f"CONVENTION is a {type(found).__name__}, but should be a Convention(spellings={{...}})"
        raise file.error(what, file.line_of_name("CONVENTION"))
    spellings = {op: file.guarded(op, spelling) for op, spelling in found.spellings.items()}
    return replace(found, spellings=spellings)


def _said(error: BaseException) -> str:
    """What an exception says; what this package refuses, it says without the exception's name."""
    try:
        text = str(error)
    except Exception:  # a lecturer's own class of exceptions, with a fault of its own
        text = ""
    if type(error) in (TypeError, ValueError) and _is_refusal(error):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _is_refusal(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return Path(frames[-1].filename).is_relative_to(Path(__file__).resolve().parents[1])


def _text(path: Path) -> str:
    where = f"{path.resolve().parent.name}/{path.name}"
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CourseError(f"{where} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{where} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error


# --- where ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """A lecturer's file, which knows its own lines."""

    path: Path
    text: str

    def error(self, what: str, line: int | None = None) -> CourseError:
        """Build an error that says where."""
        return CourseError(f"{self.place(line)}: {what}")

    def place(self, line: int | None) -> str:
        """``my_course/course.py, line 4``, or without a line."""
        name = f"{self.path.resolve().parent.name}/{self.path.name}"
        return f"{name}, line {line}" if line else name

    def raised_at(self, error: BaseException) -> int | None:
        """The innermost line of the file that was being run; None if none was."""
        frames = traceback.extract_tb(error.__traceback__)
        return next((frame.lineno for frame in reversed(frames) if frame.filename == str(self.path)), None)

    def line_of_name(self, name: str) -> int | None:
        """Where a name is last assigned."""
        found = [
            node.lineno
            for node in ast.walk(ast.parse(self.text))
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        ]
        return max(found, default=None)

    def line_of_text(self, text: str) -> int | None:
        """Where a text in quotes first stands, such as an operation's name."""
        nodes = ast.walk(ast.parse(self.text))
        found = [node.lineno for node in nodes if isinstance(node, ast.Constant) and node.value == text]
        return min(found, default=None)

    def guarded(self, op: str, spelling: Spelling) -> Spelling:
        """The same spelling, whose functions say where they fail."""
        ways = tuple(
            replace(way, steps=self._guard(op, way.steps), inputs=self._guard(op, way.inputs))
            for way in spelling.ways
        )
        return replace(spelling, ways=ways, layout=self._guard(op, spelling.layout))

    def _guard(self, op: str, function: Callable[..., T]) -> Callable[..., T]:
        def guarded(*args: Any) -> T:
            try:
                return function(*args)
            except Exception as error:
                line = self.raised_at(error) or self.line_of_text(op)
                raise self.error(f"{op}: {_said(error)}", line) from error

        return guarded


# --- trying it -------------------------------------------------------------------------------------


def place_of(path: Path, text: str) -> str:
    """Where a text in quotes stands in a lecturer's file: ``my_course/course.py, line 4``."""
    file = _File(path, _text(path))
    return file.place(file.line_of_text(text))


def try_out(path: Path, convention: Convention, op: str, function: str, cases: Iterable[Case]) -> None:
    """Spell some cases of an operation, so that what is wrong is known before anything is graded.

    Args:
        path: of the lecturer's file.
        function: the exercise's name.

    Raises:
        CourseError: says what and on which line.
    """
    file = _File(path, _text(path))
    spelling = convention.spellings[op]
    for case in cases:
        for way in spelling.ways:
            if fault := _fault(spelling, way, case, function):
                raise file.error(f"{op}: {fault}", file.line_of_text(op))


def _fault(spelling: Spelling, way: Way, case: Case, function: str) -> str:
    """What is wrong with one case as it is spelled; "" if nothing is."""
    if missing := [output for output in case.outputs if output not in spelling.results]:
        return (
            f"its results are {', '.join(case.outputs)}, but the spelling has no {' and no '.join(missing)}: "
            f"call it so, or say what is it with names={{'...': {missing[0]!r}}}"
        )
    script = spelling.script(way, case, function)
    if not isinstance(script.steps, tuple) or not all(_is_step(step) for step in script.steps):
        return "its steps should be a tuple of the steps of grader/steps.py, such as Let and Call"
    if not any(isinstance(step, Call) for step in script.steps):
        return "none of its steps is a Call"
    way.inputs(case)
    unsaved = [name for name in script.returns if name not in _saved(script)]
    return f"no step saves {' and '.join(unsaved)}, which it should return" if unsaved else ""


def _is_step(step: object) -> bool:
    return isinstance(step, Let | Call | Item | Attribute | Make | Put | Find)


def _saved(script: Script) -> set[str]:
    saving = [step for step in script.steps if not isinstance(step, Put)]
    return {name for step in saving for name in (step.save if isinstance(step, Call) else (step.save,))}
