"""What the sandbox is asked to do with a submission, as data, and what comes back.

A convention spells an operation as a `Script`: a few steps, `Call` and `Let` above all, and some for where
students write classes. Because steps are data and not code, the sandboxed worker needs neither `grader`
nor `reference`, whatever a student's function returns as its cache stays opaque inside the worker, and
the same steps print as a snippet that anybody can run.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

__all__ = [
    "Array",
    "Attribute",
    "Batch",
    "BatchReply",
    "Call",
    "Constant",
    "Ending",
    "Find",
    "Found",
    "Input",
    "Item",
    "Let",
    "Limits",
    "LoadReport",
    "Make",
    "NotAnArray",
    "Parts",
    "Program",
    "Put",
    "Raised",
    "Reply",
    "Run",
    "Saved",
    "Script",
    "Source",
    "Step",
    "Value",
]

Array = NDArray[Any]


# --- the values that a step may name --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Input:
    """One of the case's own arrays; the same object wherever it is named within one run."""

    name: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What an earlier step saved."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A function of any arguments that returns a copy of the case's array `name`."""

    name: str


Value = (
    Input | Saved | Constant | int | float | str | bool | None | tuple["Value", ...] | Mapping[str, "Value"]
)


# --- the words for functions ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Let:
    """``save = value``."""

    save: str
    value: Value


@dataclass(frozen=True, slots=True)
class Call:
    """``save = function(*args, **kwargs)``, or ``a, b = function(...)`` for two names and more.

    `function` is a name of the submission's module, or dotted (``layer.forward``) with a saved
    value before the dot. An object without a method ``forward`` that can itself be called is called.
    """

    save: tuple[str, ...]
    function: str
    args: tuple[Value, ...] = ()
    kwargs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """``save = of[key]``."""

    save: str
    of: str
    key: int | str


@dataclass(frozen=True, slots=True)
class Attribute:
    """``save = of.name``."""

    save: str
    of: str
    name: str


# --- the words for classes --------------------------------------------------------------------
#
# Classes of one course differ in what their constructors take and in what they hold. These words say what
# is wanted; how it was found in the submission comes back in the reply.


@dataclass(frozen=True, slots=True)
class Make:
    """``save = function(*args, **kwargs)``; of the `offers` it gets those that it takes, as keywords.

    A parameter takes the offer of its own name; else one that begins with the same letter; else, if it
    has no default or None, those that are left in order, and the `optional` ones only if there are enough
    parameters. A constructor with ``**kwargs`` takes all offers.
    """

    save: str
    function: str
    args: tuple[Value, ...] = ()
    offers: Mapping[str, Value] = field(default_factory=dict)
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """``of.name = input.copy()``, unless a `Constant` of that input was called before.

    The name is the first of `names` that the object has; so with all objects of the submission that it holds.
    """

    of: str
    names: tuple[str, ...]
    input: str


@dataclass(frozen=True, slots=True)
class Find:
    """``save = of.name``, by the first of `names` that `of` or an object that it holds has.

    What is None does not count, and what is nothing but zeros only if there is no other. None if nothing is
    found.
    """

    save: str
    of: str
    names: tuple[str, ...]


Step = Let | Call | Item | Attribute | Make | Put | Find


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All that the sandbox does for one case.

    Attributes:
        steps: done in order; the last `Call` is the one that is graded, see `graded`.
        returns: saved names whose values are sent back.
        watch: inputs that must be the same afterwards.
    """

    steps: tuple[Step, ...]
    returns: tuple[str, ...]
    watch: tuple[str, ...] = ()

    @property
    def graded(self) -> int:
        """Where among the steps the graded call is."""
        return max(place for place, step in enumerate(self.steps) if isinstance(step, Call))


# --- what goes in -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One case: a script and the arrays that it names.

    Attributes:
        group: runs of one group share their fate: after a time-out in it, the group's other runs are
            not called any more.
    """

    script: Script
    inputs: Mapping[str, Array]
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The runs of one exercise, made in one process, in order; some may be made twice.

    Attributes:
        functions: names that must exist in the submission before anything is run.
        order: indices into `runs`; every index at least once.
    """

    functions: tuple[str, ...]
    runs: tuple[Run, ...]
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a submission.

    Attributes:
        path: inside the submission, with forward slashes.
        cells: the text, whole for a ``.py`` file; one entry a code cell for a notebook, with magics
            and shell lines already blanked.
    """

    path: str
    cells: tuple[str, ...]

    @property
    def is_notebook(self) -> bool:
        """Whether cells that do not compile are left out and the others still count."""
        return self.path.endswith(".ipynb")


@dataclass(frozen=True, slots=True)
class Parts:
    """Right functions and classes that take the place of a submission's own, in all of its modules.

    Attributes:
        names: what they are called.
        text: Python that defines them; it knows nothing of the submission.
    """

    names: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A submission as the worker gets it: text alone, nothing of it on any disk.

    Attributes:
        entry: paths of the sources to load as the module, in order; later ones see the earlier ones' names.
        sources: all sources; those not in `entry` can be imported by name.
        definitions_only: of a notebook, run only definitions and what those of `other_names` need.
        allow: modules that the message about a missing one names as allowed; nothing is let in by it.
        other_names: a definition of the first name counts as one of the second, where there is none.
        parts: put in place once all is loaded.
    """

    entry: tuple[str, ...]
    sources: tuple[Source, ...]
    definitions_only: bool = True
    allow: tuple[str, ...] = ("numpy",)
    other_names: Mapping[str, str] = field(default_factory=dict)
    parts: Parts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one batch may use. All enforced outside the student's process.

    Attributes:
        seconds: CPU time of one run.
        patience: wall-clock time of one run, as a multiple of `seconds`; generous, for a busy machine.
        load_seconds: CPU time to load the submission's module.
        memory: address space of the student's process, bytes.
        give_up_after: time-outs in one batch after which the rest is not called.
        answer: bytes that one run may send back.
        output: bytes of printed text that are kept; the rest is read and dropped.
        apart: ask for one run at a time, so that each has a time of its own, and hand out its inputs no
            earlier. Else of quick runs, which are told together, the first is said to have taken the time of
            all.
    """

    seconds: float = 10.0
    patience: float = 3.0
    load_seconds: float = 10.0
    memory: int = 2 << 30
    give_up_after: int = 3
    answer: int = 64 << 20
    output: int = 4096
    apart: bool = False


Found = Mapping[int, tuple[str, ...]]
"""How searching steps were carried out, by the step's index; see `Reply`."""


# --- what comes out -----------------------------------------------------------------------------


class Ending(enum.Enum):
    """How one run, or the loading of a submission, ended."""

    RETURNED = "returned"
    RAISED = "raised"
    MALFORMED = "returned something else"  # a call returned other than the tuple that its names ask for
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    KILLED = "killed the process"
    NOT_RUN = "not run"  # no fault of the student's


@dataclass(frozen=True, slots=True)
class NotAnArray:
    """Stands where a number or an array was expected.

    Attributes:
        kind: such as ``None``, ``a str``, ``a tuple of 2``, ``an array of objects``.
    """

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An exception in the student's code.

    Attributes:
        type: its class, such as ``IndexError``.
        message: ``str()`` of it, bounded; what cannot be printed is said.
        path: the student's own file where it was raised, or that was being executed; "" if unknown.
        line: the line in that file (in a notebook's cell: of the cell), 0 if unknown.
        cell: the notebook's code cell, counted from 1; 0 for a ``.py`` file.
        code: the text of that line, stripped.
        function: the student's innermost function on the stack, or "".
        unfinished: that function is not written yet: there is None where the course left a place, or nothing.
    """

    type: str
    message: str
    path: str = ""
    line: int = 0
    cell: int = 0
    code: str = ""
    function: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one run gave.

    Attributes:
        step: index of the step that was being done when it ended otherwise than by returning.
        values: by the script's `returns`; complete exactly if `ending` is RETURNED.
        changed: watched inputs that were not the same afterwards.
        error: for RAISED; for MALFORMED, `text` says what came instead.
        skipped: not called, because of the time-outs before it; `ending` is then TIMED_OUT.
        found: for steps by index how a search ended: of a `Make` the keywords as ``parameter=offer``, of a
            `Put` and a `Find` the attributes, dotted, of a `Call` ``__call__`` if that was the method.
        seconds: CPU time inside the sandbox, for information; see `Limits.apart`.
    """

    ending: Ending
    step: int = 0
    values: Mapping[str, Array | NotAnArray] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    error: Raised | None = None
    text: str = ""
    skipped: bool = False
    seconds: float = 0.0
    found: Found = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """How loading the submission's module went.

    Attributes:
        ending: RETURNED when the module is there.
        error: for RAISED: the exception, a SyntaxError among them.
        names: functions and classes that the module defines or imports from its siblings.
        notes: what was left out or stood in for, a sentence each: cells that do not compile, modules
            that are not there, old names of NumPy that were supplied.
    """

    ending: Ending
    error: Raised | None = None
    text: str = ""
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReply:
    """What a batch gave.

    Attributes:
        load: how the module loaded in this batch's process.
        missing: of the batch's `functions`, those that the module does not have; then nothing was run.
        replies: one for each entry of the batch's `order`; all NOT_RUN if nothing was run.
        output: the last of what the student's code printed.
        notes: as in LoadReport, learnt while running (such as old names of NumPy).
        seconds: CPU time of the student's process or processes as the worker's kernel counts it.
    """

    load: LoadReport
    missing: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    output: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
