"""What takes the place of modules, names and files that are not there: what is beside the work costs nothing.

Plotting, notebook and file modules become inert: whatever is done with them does nothing. Any
other module becomes a complaint that is raised only when the module is used, but for some functions
that convolutions are written with, see `scipy_signal`.
"""

from __future__ import annotations

import ast
import builtins
import errno
import functools
import importlib
import io
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from . import scipy_signal

__all__ = [
    "complaining",
    "drop_what_cannot_be_written",
    "forget",
    "make_module",
    "private_builtins",
    "supply_numpy_names",
]

INERT = frozenset(
    [
        "matplotlib",
        "mpl_toolkits",
        "pylab",
        "seaborn",
        "plotly",
        "bokeh",
        "IPython",
        "ipywidgets",
        "traitlets",
        "google",
        "h5py",
        "PIL",
        "imageio",
        "pandas",
        "tensorflow",
        "keras",
        "public_tests",
        "outputs",
        "test_utils",
        "test_cases",
        "testCases",
        "pyparsing",
        "nose",
        "pytest",
        "future",
        "cv2",
        "termcolor",
        "colorama",
        "dlai_tools",
        "otter",
        "pyximport",
    ]
)


class Inert:
    """Attributes, calls and items give the like; two of them come out of a loop, as in ``fig, ax = ...``."""

    def __init__(self, root: str) -> None:
        object.__setattr__(self, "_root", root)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name.startswith("_repr_"):
            raise AttributeError(name)
        return Inert(self._root)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return args[0]  # it is used as a decorator
        return Inert(self._root)

    def __iter__(self) -> Iterator[Any]:
        return iter((Inert(self._root), Inert(self._root)))

    def __getitem__(self, key: Any) -> Any:
        return Inert(self._root)

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> None:
        pass

    def __bool__(self) -> bool:
        return False

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()


CELL_MAGICS = frozenset(["capture", "memit", "prun", "python", "python3", "time", "timeit"])
"""Those under which Python stands."""


class Shell(Inert):
    """What ``get_ipython()`` gives. A notebook that was saved as ``.py`` has whole cells in its calls."""

    def run_cell_magic(self, magic: str, line: str, cell: str) -> None:
        """Run a cell where the call stands, as if it all stood in that line; nothing if it is no Python."""
        if magic not in CELL_MAGICS:
            return
        frame = sys._getframe(1)
        tree = ast.parse(cell)
        for node in ast.walk(tree):
            if hasattr(node, "lineno"):
                place: Any = node
                place.lineno = place.end_lineno = frame.f_lineno
                place.col_offset = place.end_col_offset = 0
        exec(compile(tree, frame.f_code.co_filename, "exec", dont_inherit=True), frame.f_globals)


class Complaint:
    """Attributes give the like; every use raises ImportError."""

    def __init__(self, root: str, text: str) -> None:
        object.__setattr__(self, "_root", root)
        object.__setattr__(self, "_text", text)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Complaint(self._root, self._text)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return Complaint(self._root, self._text)  # it decorates a function, which may never be called
        raise ImportError(self._text)

    def __instancecheck__(self, instance: Any) -> bool:
        return False  # no array of NumPy's is a torch.Tensor, say: that can be answered

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def _complain(self, *args: Any, **kwargs: Any) -> Any:
        raise ImportError(self._text)

    __iter__ = __len__ = __bool__ = __getitem__ = __setitem__ = __enter__ = __exit__ = _complain
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _complain
    __matmul__ = __rmatmul__ = __pow__ = __neg__ = __lt__ = __le__ = __gt__ = __ge__ = __array__ = _complain
    __float__ = __int__ = __index__ = __contains__ = __setattr__ = _complain


class _StandIn(types.ModuleType):
    """A module whose missing names are stand-ins, but for those with underscores, which Python asks for."""

    def __init__(self, name: str, make: Callable[[], Any]) -> None:
        super().__init__(name)
        self.__dict__["_make"] = make

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.__dict__["_make"]()


def make_module(name: str, allow: tuple[str, ...], notes: dict[str, None]) -> types.ModuleType:
    """Make what ``import name`` gives when no such module is there, and note it.

    Args:
        name: dotted; what it is called before the first dot decides.
        allow: the modules that the assignment allows, for the complaint's text.
        notes: where what was stood in for is noted.
    """
    root = name.partition(".")[0]
    if root in _SHIMS:
        return _shim(name, _SHIMS[root])
    if root in INERT:
        notes[f"{root} is not there; a stand-in that does nothing took its place"] = None
        return _StandIn(name, lambda: Inert(root))
    text = f"{root} is not available: this assignment allows {' and '.join(allow) or 'nothing'} only"
    notes[f"{root} is not available; using it raises ImportError"] = None
    module = complaining(name, text)
    for part, functions in scipy_signal.NAMES.items():
        if part == name:
            given = {each: scipy_signal.noted(part, function, notes) for each, function in functions.items()}
            module.__dict__.update(given)
        elif part.rpartition(".")[0] == name:
            module.__dict__[part.rpartition(".")[2]] = make_module(part, allow, notes)
    return module


def complaining(name: str, text: str) -> types.ModuleType:
    """Make a module whose use raises ImportError with this text."""
    return _StandIn(name, lambda: Complaint(name.partition(".")[0], text))


# --- small true replacements ----------------------------------------------------------------------


class _Progress:
    """tqdm's bar without the bar."""

    def __init__(self, iterable: Any = (), *args: Any, **kwargs: Any) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None


def _trange(*args: int, **kwargs: Any) -> Any:
    return _Progress(range(*args))


def _items(mapping: Any) -> Any:
    return iter(mapping.items())


def _keys(mapping: Any) -> Any:
    return iter(mapping.keys())


def _values(mapping: Any) -> Any:
    return iter(mapping.values())


def _old_div(a: Any, b: Any) -> Any:
    """Divide as Python 2 did: whole numbers without a rest."""
    return a // b if isinstance(a, int) and isinstance(b, int) else a / b


def _compiled(*functions: Any, **options: Any) -> Any:
    """Leave a function as it is, as ``@jit`` and as ``@jit(...)``: what is compiled only to be fast."""
    return functions[0] if functions and callable(functions[0]) else lambda function: function


_PYTHON2 = {
    "old_div": _old_div,
    "xrange": range,
    "basestring": str,
    "unicode": str,
    "long": int,
    "raw_input": input,
    "unichr": chr,
    "range": range,
    "map": map,
    "zip": zip,
    "filter": filter,
    "input": input,
    "iteritems": _items,
    "iterkeys": _keys,
    "itervalues": _values,
    "PY2": False,
    "PY3": True,
    "string_types": (str,),
    "integer_types": (int,),
    "str": str,
    "int": int,
    "bytes": bytes,
    "object": object,
}
_RENAMED = {"cPickle": "pickle", "reduce": "functools", "StringIO": "io", "zip_longest": "itertools"}
_PROGRESS = {"tqdm": _Progress, "trange": _trange, "tqdm_notebook": _Progress, "tnrange": _trange}
_NUMBA = {"jit": _compiled, "njit": _compiled, "vectorize": _compiled, "prange": range}
_SHIMS: dict[str, dict[str, Any]] = {
    "past": _PYTHON2,
    "six": _PYTHON2,
    "tqdm": _PROGRESS,
    "numba": _NUMBA,
}


def _shim(name: str, names: dict[str, Any]) -> types.ModuleType:
    module = _StandIn(name, lambda: Inert(name))
    module.__dict__.update(names)
    module.__dict__["__all__"] = [
        given for given in names if name.startswith("past.builtins") or name in ("six.moves", "tqdm")
    ]
    if name == "six.moves":
        for given, origin in _RENAMED.items():
            found = importlib.import_module(origin)
            module.__dict__[given] = getattr(found, given, found)
    return module


# --- files ---------------------------------------------------------------------------------------------


def drop_what_cannot_be_written(notes: dict[str, None]) -> None:
    """Let a log or a copy of an array go nowhere, where the isolation has no room for files."""
    real = io.open

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        try:
            return real(file, mode, *args, **kwargs)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS) or not set(mode) & set("wax"):
                raise
            notes["it writes files, which are not kept"] = None
            return real(os.devnull, mode.replace("x", "w"), *args, **kwargs)

    builtins.open = io.open = opened


# --- names that Python and NumPy no longer have -------------------------------------------------------


def private_builtins(notes: dict[str, None]) -> types.ModuleType:
    """Copy `builtins` for the student's modules, with what Python 2 and a notebook have beside it.

    The copy is what ``import builtins`` gives them, so that no assignment to it reaches the worker.
    """

    def xrange(*args: int) -> range:
        notes["xrange is Python 2; range took its place"] = None
        return range(*args)

    def leave(code: Any = None) -> None:
        raise SystemExit(code)

    copy = types.ModuleType("builtins")
    copy.__dict__.update(vars(builtins))
    copy.__dict__.update(xrange=xrange, exit=leave, quit=leave)
    copy.__dict__.update(get_ipython=lambda: Shell("IPython"), display=Inert("IPython"))
    return copy


def _as_scalar(array: Any) -> Any:
    return array.item()


_REMOVED: dict[str, tuple[str, Any]] = {
    "float": ("1.24", float),
    "int": ("1.24", int),
    "bool": ("1.24", bool),
    "object": ("1.24", object),
    "complex": ("1.24", complex),
    "str": ("1.24", str),
    "unicode": ("1.24", str),
    "long": ("1.24", int),
    "asscalar": ("1.23", _as_scalar),
    "product": ("2.0", "prod"),
    "cumproduct": ("2.0", "cumprod"),
    "sometrue": ("2.0", "any"),
    "alltrue": ("2.0", "all"),
    "float_": ("2.0", "float64"),
    "complex_": ("2.0", "complex128"),
    "string_": ("2.0", "bytes_"),
    "unicode_": ("2.0", "str_"),
    "Inf": ("2.0", "inf"),
    "Infinity": ("2.0", "inf"),
    "infty": ("2.0", "inf"),
    "NaN": ("2.0", "nan"),
    "NAN": ("2.0", "nan"),
    "PINF": ("2.0", "inf"),
    "NINF": ("2.0", float("-inf")),
    "mat": ("2.0", "asmatrix"),
    "round_": ("2.0", "round"),
    "asfarray": ("2.0", "asarray"),
    "row_stack": ("2.5", "vstack"),
    "in1d": ("2.4", "isin"),
    "trapz": ("2.4", "trapezoid"),
}


def supply_numpy_names(numpy: Any, notes: dict[str, None]) -> None:
    """Let `numpy` answer for the names that newer versions removed or renamed, and note each."""
    old = vars(numpy).get("__getattr__")

    def supply(name: str) -> Any:
        try:
            if old is not None:
                return old(name)
        except AttributeError:
            if name not in _REMOVED:
                raise
        if name not in _REMOVED:
            raise AttributeError(f"module 'numpy' has no attribute {name!r}")
        version, value = _REMOVED[name]
        notes[f"np.{name} was removed in NumPy {version}; supplied"] = None
        return getattr(numpy, value) if isinstance(value, str) else value

    numpy.__getattr__ = supply
    numpy.unravel_index = _with_dims(numpy.unravel_index, notes)
    if not hasattr(numpy.lib, "pad"):
        numpy.lib.__getattr__ = _lib_names(numpy, vars(numpy.lib).get("__getattr__"), notes)


def _with_dims(real: Callable[..., Any], notes: dict[str, None]) -> Callable[..., Any]:
    """Let `unravel_index` take the name that `shape` had before NumPy 1.16."""

    @functools.wraps(real)
    def unravel_index(*args: Any, **kwargs: Any) -> Any:
        if "dims" in kwargs:
            notes["unravel_index(dims=) was renamed to shape= in NumPy 1.16; taken as that"] = None
            kwargs["shape"] = kwargs.pop("dims")
        return real(*args, **kwargs)

    return unravel_index


def _lib_names(numpy: Any, old: Any, notes: dict[str, None]) -> Callable[[str], Any]:
    def supply(name: str) -> Any:
        if name != "pad":
            if old is not None:
                return old(name)
            raise AttributeError(f"module 'numpy.lib' has no attribute {name!r}")
        notes["np.lib.pad was removed in NumPy 2.0; np.pad took its place"] = None
        return numpy.pad

    return supply


def forget(*modules: str) -> None:
    """Take modules out of `sys.modules`, so that a student's own files of these names can be imported."""
    for name in list(sys.modules):
        if name.partition(".")[0] in modules:
            del sys.modules[name]
