"""Make the notebooks and ``exercises.py`` of this assignment, to be written and solved, from ``source/``.

    python assignments/cnn_basics/build.py

Each file in ``source/`` is a section, cut into cells by lines such as ``# %% task``:

- ``en``, ``ko``: text of the English and the Korean notebook, as comments.
- ``py``: what ``exercises.py`` says instead.
- ``code``: code that everybody needs.
- ``figure``: a worked example; notebooks only.
- ``task``: one function. What stands between ``#: solution`` and ``#: end`` is left out of the starter.
- ``check``: self-checks. In a notebook each ``check_...`` runs where it stands; in ``exercises.py`` all
  run at the end, when the file itself is run.

Both notebooks have the same code cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

__all__ = ["Cell", "outputs"]

HOME = Path(__file__).resolve().parent
LANGUAGES = {"en": "cnn_basics.ipynb", "ko": "cnn_basics_ko.ipynb"}
SCRIPT = "exercises.py"
KINDS = ("en", "ko", "py", "code", "figure", "task", "check")

SOLUTION = re.compile(r"^ +#: solution\n(.*?)^ +#: end\n?", re.DOTALL | re.MULTILINE)
TODO = re.compile(r"^ +# TODO.*\n(?: +# .*\n)*", re.MULTILINE)
WIDTH = 100

RUN_CHECKS = """
if __name__ == "__main__":
    for check in ({checks}):
        name = check.__name__.removeprefix("check_")
        try:
            check()
        except Exception as error:
            print(f"✗ {{name}}: {{error}}")
        else:
            print(f"✓ {{name}}")
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a section.

    Attributes:
        kind: one of `KINDS`.
        id: unique, and the same each time.
    """

    kind: str
    text: str
    id: str


def cells() -> list[Cell]:
    """All cells, in order."""
    return [cell for path in sorted((HOME / "source").glob("*.py")) for cell in _cut(path)]


def _cut(path: Path) -> Iterator[Cell]:
    head, *parts = re.split(r"^# %% (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if head.strip():
        raise ValueError(f"{path}: something stands before the first cell")
    for number, (kind, text) in enumerate(zip(parts[::2], parts[1::2], strict=True), 1):
        if kind not in KINDS:
            raise ValueError(f"{path}: unknown kind of cell {kind!r}; there are {', '.join(KINDS)}")
        yield Cell(kind, text.strip("\n"), f"{path.stem.replace('_', '-')}-{number}")


# --- what becomes of a cell ------------------------------------------------------------------------


def _prose(cell: Cell) -> str:
    """Comments as text."""
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in cell.text.splitlines())


def _task(cell: Cell, *, solved: bool) -> str:
    """A function, solved or to be written."""
    text = cell.text + "\n"
    if solved:
        body = SOLUTION.sub(lambda found: found[1], text)
        return TODO.sub("", body).strip("\n")
    name = re.match(r"def (\w+)", text)
    assert name is not None, text
    todo = f'    raise NotImplementedError("{name[1]} is not written yet: put your code here")\n'
    return SOLUTION.sub(todo, text).strip("\n")


def _checks(cell: Cell) -> list[str]:
    return re.findall(r"^def (check_\w+)", cell.text, re.MULTILINE)


# --- notebooks ---------------------------------------------------------------------------------------


def notebook(language: str, *, solved: bool) -> str:
    """One notebook, as the text of its file."""
    made = []
    for cell in cells():
        if cell.kind == language:
            made.append(new_markdown_cell(_prose(cell), id=_without(cell.id)))
        elif cell.kind in ("code", "figure", "task", "check"):
            made.append(new_code_cell(_code(cell, solved=solved), id=cell.id))
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.writes(new_notebook(cells=made, metadata=metadata)) + "\n"


def _without(id: str) -> str:
    """The same for the text of both languages."""
    return f"{id.rpartition('-')[0]}-text"


def _code(cell: Cell, *, solved: bool) -> str:
    if cell.kind == "task":
        return _task(cell, solved=solved)
    names = _checks(cell)
    if not names:
        return cell.text
    calls = "\n".join(f"{name}()" for name in names)
    return f'{cell.text}\n\n\n{calls}\nprint("✓ all is well")'


# --- exercises.py ------------------------------------------------------------------------------------


def script(*, solved: bool) -> str:
    """The same as one file of Python, which runs its checks only when it is run itself."""
    first, *rest = cells()
    title = _prose(first).splitlines()[0].removeprefix("# ")
    everything: Sequence[Cell] = (first, *rest)
    intro = next(_prose(cell) for cell in everything if cell.kind == "py")
    parts = [f'"""{title}.\n\n{intro}\n"""', *(cell.text for cell in everything if cell.kind == "code")]
    heading = ""
    for cell in rest:
        if cell.kind == "en" and cell.text.startswith("# ## "):
            heading = cell.text.splitlines()[0].removeprefix("# ## ")
        elif cell.kind == "py" and heading:
            space = "" if len(parts) == 2 else "\n"  # two lines, but one after the imports
            parts.append(f"{space}{_ruled(heading)}\n#\n{cell.text}")
        elif cell.kind == "task":
            parts.append(f"\n{_task(cell, solved=solved)}")
    checks = [cell for cell in everything if cell.kind == "check"]
    parts += [f"\n{_ruled('self-checks')}", *(f"\n{cell.text}" for cell in checks)]
    names = "".join(f"        {name},\n" for cell in checks for name in _checks(cell))
    return "\n\n".join(parts) + "\n\n" + RUN_CHECKS.format(checks=f"\n{names}    ")


def _ruled(heading: str) -> str:
    return f"# --- {heading} ".ljust(WIDTH, "-")


# --- all of it ---------------------------------------------------------------------------------------


def outputs() -> dict[Path, str]:
    """Every file that is made, with its text."""
    made = {}
    for folder, solved in (("starter", False), ("solution", True)):
        made[HOME / folder / SCRIPT] = script(solved=solved)
        for language, name in LANGUAGES.items():
            made[HOME / folder / name] = notebook(language, solved=solved)
    return made


def main() -> None:
    """Write all files."""
    for path, text in outputs().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(HOME))


if __name__ == "__main__":
    main()
