"""Imports go one way. The source is read, not run, so that a lazy import counts as much as any other."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS = (
    ("reference",),
    ("grader", "grader.errors", "grader.toml", "grader.steps", "grader.model"),
    (
        "grader.cases",
        "grader.conventions",
        "grader.submission",
        "grader.assignment",
        "grader.sandbox",
        "grader.scoring",
        "grader.snippet",
        "grader.independence",
    ),
    ("grader.ops", "grader.wrong_versions", "grader.executors", "grader.recognition", "grader.exam"),
    (
        "grader.checks",
        "grader.carried",
        "grader.speed",
        "grader.diagnosis",
        "grader.gradebook",
        "grader.doctor.checkup",
    ),
    (
        "grader.plan",
        "grader.attempt",
        "grader.retrial",
        "grader.sitting",
        "grader.pipeline",
        "grader.reports",
    ),
    ("grader.cluster",),
    ("grader.session", "grader.resumption", "grader.past_runs", "grader.doctor"),
    ("grader.ending",),
    ("grader.cli",),
    ("grader.__main__",),
)
"""Lowest first. What is named stands for all that is in it."""

MEANINGLESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools", "base"}
HEAVY = ("numpy", "hypothesis", "rich", "jinja2", "nbformat", "dask", "distributed", "matplotlib")
GUEST = "grader.sandbox.guest"


# --- reading imports ---------------------------------------------------------------------------


def modules() -> dict[str, str]:
    """Text of every module of the project, by its dotted name."""
    files = [path for package in ("grader", "reference") for path in (ROOT / package).rglob("*.py")]
    return {module_name(path): path.read_text(encoding="utf-8") for path in files}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(name: str, sources: Mapping[str, str]) -> set[str]:
    """Dotted names that a module imports; those that only a type checker sees are left out."""
    tree = ast.parse(sources[name])
    return {found for node in _running(tree) for found in _imported(node, name, set(sources))}


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from _running(child)


def _imported(node: ast.AST, name: str, known: set[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            package = name.split(".")[:-level] if level else []
            home = ".".join([*package, *filter(None, [module])])
            for alias in names:
                inner = f"{home}.{alias.name}"
                yield inner if inner in known else home


def layer(name: str) -> int:
    """Which layer a module lies in, by the longest entry that it is or lies in."""
    places = {entry: place for place, entries in enumerate(LAYERS) for entry in entries}
    inside = [entry for entry in places if name == entry or name.startswith(f"{entry}.")]
    entry = max(inside, key=len)
    assert entry != "grader" or name == "grader", f"{name} has no layer: give it one in LAYERS"
    return places[entry]


def upward(sources: Mapping[str, str]) -> list[str]:
    """Imports of the project's own modules that go up."""
    return [
        f"{name} imports {other}"
        for name in sources
        for other in sorted(imports(name, sources) & set(sources))
        if layer(other) > layer(name)
    ]


def cycles(sources: Mapping[str, str]) -> list[str]:
    """One chain of modules that leads back to where it began, if there is any."""
    graph = {name: imports(name, sources) & set(sources) for name in sources}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" < ".join(error.args[1])]
    return []


def foreign(within: str, sources: Mapping[str, str], *allowed: str) -> list[str]:
    """Imports of a package's modules from outside the standard library, `allowed` and the package itself."""
    mine = {name: text for name, text in sources.items() if name == within or name.startswith(f"{within}.")}
    assert mine, f"there is no {within}"
    return [
        f"{name} imports {other}"
        for name in mine
        for other in sorted(imports(name, mine))
        if other.partition(".")[0] not in {*sys.stdlib_module_names, *allowed} and other not in mine
    ]


GENERIC = {
    "list",
    "dict",
    "tuple",
    "set",
    "frozenset",
    "type",
    "Callable",
    "Iterable",
    "Iterator",
    "Sequence",
}
ANNOTATIONS = {"annotation", "returns"}


def too_new(text: str) -> list[str]:
    """What Python 3.8 cannot compile, or would stumble over when it is imported: ``Callable[[int], int]``."""
    tree = ast.parse(text, feature_version=(3, 8))
    typing = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "typing"
        for alias in node.names
    }
    return [
        ast.unparse(node)
        for node in _evaluated(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in GENERIC - typing
    ]


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but annotations, which are not evaluated."""
    yield node
    for field, value in ast.iter_fields(node):
        if field not in ANNOTATIONS:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _evaluated(child)


def bound_twice(text: str) -> list[str]:
    """Names that a module gives a value more than once: the second would silently replace the first."""
    names: list[str] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, (ast.AnnAssign, ast.FunctionDef, ast.ClassDef)):
            name = node.target if isinstance(node, ast.AnnAssign) else node.name
            names.append(name if isinstance(name, str) else ast.unparse(name))
    return sorted({name for name in names if names.count(name) > 1})


# --- the rules ---------------------------------------------------------------------------------


def test_imports_go_down() -> None:
    assert upward(modules()) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert cycles(modules()) == []


def test_every_entry_of_the_layers_is_there() -> None:
    found = modules()
    assert [entry for entries in LAYERS for entry in entries if entry not in found] == []


def test_reference_knows_numpy_alone() -> None:
    assert foreign("reference", modules(), "numpy") == []


def test_what_runs_in_the_sandbox_knows_numpy_and_itself_alone() -> None:
    """Beside the worker there is neither the grader nor the reference."""
    assert foreign(GUEST, modules(), "numpy") == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "grader/sandbox/guest").glob("*.py")), ids=lambda path: path.stem
)
def test_what_runs_in_the_sandbox_is_written_for_the_oldest_python(path: Path) -> None:
    assert too_new(path.read_text("utf-8")) == []


def test_no_module_binds_a_name_twice() -> None:
    twice = {name: bound_twice(text) for name, text in modules().items()}
    assert {name: found for name, found in twice.items() if found} == {}


def test_a_name_that_is_bound_twice_is_seen() -> None:
    assert bound_twice("A = 1\nB: int = 2\ndef f(): A = 3\nB = 4\ndef f(): pass\n") == ["B", "f"]


def test_modules_are_named_for_what_they_hold() -> None:
    assert [name for name in modules() if MEANINGLESS & set(name.split("."))] == []


# --- the rules can be broken -------------------------------------------------------------------


def test_an_import_that_goes_up_is_seen_even_inside_a_function() -> None:
    sources = {"grader.model": "def f():\n    from grader import cli\n", "grader.cli": ""}
    assert upward(sources) == ["grader.model imports grader.cli"]


def test_what_only_a_type_checker_sees_may_go_up() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from grader.cli import main\n"
    assert upward({"grader.model": text, "grader.cli": ""}) == []


def test_a_cycle_is_seen() -> None:
    sources = {"grader.checks": "import grader.scoring", "grader.scoring": "from grader import checks"}
    assert cycles(sources)[0].count("<") == 2


def test_a_relative_import_counts() -> None:
    sources = {"grader.a.b": "from . import c", "grader.a.c": "from .b import f"}
    assert imports("grader.a.b", sources) == {"grader.a.c"}
    assert imports("grader.a.c", sources) == {"grader.a.b"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("import json, torch.nn\nimport numpy as np\n", "torch.nn"),
        ("from grader.model import Case\n", "grader.model"),
        ("def f():\n    import scipy\n", "scipy"),
    ],
)
def test_a_foreign_package_is_seen(text: str, seen: str) -> None:
    sources = {"reference.conv": text, "grader.model": "import rich"}
    assert foreign("reference", sources, "numpy") == [f"reference.conv imports {seen}"]


def test_a_type_that_the_oldest_python_cannot_evaluate_is_seen() -> None:
    text = "from collections.abc import Callable\ndef f(x: list[int]) -> Callable[[], int]: ...\n"
    assert too_new(text) == []
    assert too_new(text + "Ask = Callable[[], int]\n") == ["Callable[[], int]"]
    with pytest.raises(SyntaxError):
        too_new("match 1:\n    case 1: pass\n")


def test_a_module_without_a_layer_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"grader\.stuff has no layer: give it one in LAYERS"):
        layer("grader.stuff")


# --- what a command loads ----------------------------------------------------------------------


def loaded_after(text: str) -> set[str]:
    """Packages in the memory of a new Python after it ran `text`."""
    tail = "\nimport sys\nprint('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", text + tail],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert "LOADED" in done.stdout, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_help_answers_at_once() -> None:
    """Importing NumPy alone takes longer than printing the help."""
    assert loaded_after("import grader.cli") & set(HEAVY) == set()


def test_heavy_packages_would_be_seen() -> None:
    assert "numpy" in loaded_after("import grader.cases")


CHECK = """
import sys
sys.argv = ["grade", "check", {path!r}, "-a", "cs231n_a2", "--only", "max_pool_forward_naive", "--unsafe"]
from grader import cli
try:
    cli.main()
except SystemExit as end:
    assert end.code in (None, 0, 1), end.code
"""


@pytest.mark.parametrize("folder", ["solution", "submissions/pool_starts_at_zero"])
def test_a_whole_check_of_a_python_file_loads_no_more_than_it_needs(folder: str) -> None:
    """Neither where all is right nor where a known mistake is to be shown."""
    path = str(ROOT / "assignments" / "cs231n_a2" / folder / "layers.py")
    loaded = loaded_after(CHECK.format(path=path))
    assert loaded & {*HEAVY, "asyncio"} == {"numpy", "rich"}
