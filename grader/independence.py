"""Independence of errors: a function that calls another one that is wrong, judged with a right one instead.

What calls what is told from the submission's text alone. The right versions come from the assignment's
solution, of which the sandbox gets no more than the functions that are put in place and what these need:
never the one that is graded.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from grader.steps import Parts, Source

__all__ = ["called_by", "right_parts"]

MOST_LINES = 100_000
"""Lines of a submission that are looked at."""


def called_by(name: str, sources: Iterable[Source], names: Collection[str]) -> tuple[str, ...]:
    """Which of the names a function or class of a submission mentions, itself or by way of others.

    Args:
        name: a function or class at the top level of one of the sources.
        sources: the submission's.
        names: what is asked about.
    """
    blocks = _blocks(sources)
    seen, ahead = {name}, [name]
    while ahead:
        words = set(re.findall(r"\w+", blocks.get(ahead.pop(), "")))
        found = [other for other in (*blocks, *names) if other in words and other not in seen]
        seen.update(found)
        ahead += found
    return tuple(other for other in names if other in seen and other != name)


def _blocks(sources: Iterable[Source]) -> dict[str, str]:
    """The text of each function and class at the top level, comments left out; of several, the last."""
    lines = [line for source in sources for cell in source.cells for line in [*cell.splitlines(), ""]]
    blocks: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines[:MOST_LINES]:
        begins = re.match(r"(?:def|class)\s+(\w+)", line)
        if begins:
            current = blocks[begins[1]] = [line]
        elif line and not line[0].isspace() and line[0] not in "#)":
            current = []
        else:
            current.append(re.sub(r"#.*", "", line))
    return {name: "\n".join(block) for name, block in blocks.items()}


def right_parts(
    solution: Sequence[Source], names: Collection[str], *, without: Collection[str]
) -> Parts | None:
    """Cut the right versions of some functions or classes, and what they need, out of a solution.

    Args:
        solution: the assignment's own; trusted.
        names: what is to be put in the place of a submission's own.
        without: what must not be among it: above all the function that is graded.

    Returns:
        None where the solution has not all of them, or they cannot do without what must not be there.
    """
    defined = _definitions(solution)
    needed: set[str] = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name not in defined or name in without:
            return None
        if name not in needed:
            needed.add(name)
            ahead += [word for word in _words(defined[name]) if word in defined and word != name]
    chosen = dict.fromkeys(node for name, node in defined.items() if name in needed)
    return Parts(names=tuple(names), text=ast.unparse(ast.Module(body=list(chosen), type_ignores=[])))


def _definitions(solution: Sequence[Source]) -> Mapping[str, ast.stmt]:
    """The statement that gives each name at the top level its value; for imports, those from outside."""
    own = {part.removesuffix(".py") for source in solution for part in source.path.split("/")}
    found: dict[str, ast.stmt] = {}
    for source in solution:
        for cell in source.cells:
            for node in _parsed(cell):
                for name in _given(node, own):
                    found[name] = node
    return found


def _parsed(cell: str) -> list[ast.stmt]:
    """A cell's statements; none if it is no Python, as cells may be that are for people alone."""
    try:
        return ast.parse(cell).body
    except (SyntaxError, ValueError):
        return []


def _given(node: ast.stmt, own: Collection[str]) -> list[str]:
    """The names that a statement gives a value; none if it imports a file of the solution's."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.ImportFrom(level=0, module=str(module)) if module.split(".")[0] not in own:
            return [alias.asname or alias.name for alias in node.names]
        case ast.Import() if not any(alias.name.split(".")[0] in own for alias in node.names):
            return [alias.asname or alias.name.split(".")[0] for alias in node.names]
        case _:
            return []


def _words(node: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
