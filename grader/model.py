"""The nouns of grading. All frozen: functions elsewhere do the work."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.steps import Array, Source

__all__ = [
    "Assignment",
    "Case",
    "Domain",
    "Example",
    "Exercise",
    "ExerciseResult",
    "Expected",
    "Finding",
    "Lateness",
    "Outcome",
    "Override",
    "RunInfo",
    "RunResult",
    "Score",
    "Speed",
    "SpeedLimit",
    "Status",
    "StratumResult",
    "Submission",
    "SubmissionResult",
    "Verdict",
]


class Verdict(enum.Enum):
    """How one case ended, or an exercise as a whole. Most telling first."""

    CORRECT = "correct"
    MISSING = "missing"
    UNIMPLEMENTED = "unimplemented"
    WRONG_SHAPE = "wrong shape"
    WRONG_DTYPE = "wrong dtype"
    WRONG_VALUE = "wrong value"
    CHANGED_INPUT = "changed its input"
    RAISED = "raised"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    KILLED = "killed the process"
    TOO_SLOW = "too slow"
    NOT_RUN = "not run"  # our fault or the machine's: never costs the student points


class Status(enum.Enum):
    """How a submission as a whole ended."""

    GRADED = "graded"
    UNREADABLE = "unreadable"  # the student's fault: no points
    NOT_GRADED = "not graded"  # ours: no score


# --- an operation's inputs and outputs, in canonical layout --------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What a course promises about the inputs. None means: whatever the operation allows.

    Attributes:
        pad: paddings that occur, pixels.
        unpadded: whether a gradient without padding is asked on a line of its own, whatever `pad` says.
        stride: strides that occur, pixels.
        leftover: whether the last pixels may be too few for another window.
        overlap: whether pooling windows may overlap.
        square: whether height and width, of image and of kernel, are always the same.
        square_kernel: whether they are in kernels and windows; images may have any shape.
        bias: whether convolutions have biases; without, they are 0 and have no gradient.
    """

    pad: tuple[int, ...] | None = None
    unpadded: bool = False
    stride: tuple[int, ...] | None = None
    leftover: bool = True
    overlap: bool = True
    square: bool = False
    square_kernel: bool = False
    bias: bool = True

    def __post_init__(self) -> None:
        """Refuse what promises nothing that can be held to, since lecturers write this by hand.

        Raises:
            ValueError: says which promise, and what it should be.
        """
        for name, least in (("pad", 0), ("stride", 1)):
            sizes = getattr(self, name)
            if sizes is not None and not _are_pixels(sizes, least):
                raise ValueError(
                    f"{name}={sizes!r} should be a tuple of whole numbers of at least {least}, such as "
                    f"({least}, {least + 1}), or None for any"
                )
        for name in ("unpadded", "leftover", "overlap", "square", "square_kernel", "bias"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name}={getattr(self, name)!r} should be True or False")


def _are_pixels(sizes: Any, least: int) -> bool:
    return (
        isinstance(sizes, tuple)
        and bool(sizes)
        and all(type(size) is int and size >= least for size in sizes)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One input to an operation, in canonical layout (NCHW).

    Attributes:
        number: its place in the exercise's sample, from 0.
        arrays: by canonical name, such as x, w, b, dout; read-only.
        params: hyperparameters by canonical name, such as stride and pad.
        outputs: canonical names of the results that are judged.
        refusal: why there is no result, such as "the filter does not fit": the right answer is then an
            exception, whichever. "" where there is one.
    """

    op: str
    stratum: str
    number: int
    arrays: Mapping[str, Array]
    params: Mapping[str, Any]
    outputs: tuple[str, ...]
    refusal: str = ""

    @property
    def size(self) -> int:
        """How much there is to read: how many numbers arrays hold, or without arrays how large they are."""
        if not self.arrays:
            return _total(tuple(self.params.values()))
        return sum(array.size for array in self.arrays.values())

    @property
    def single(self) -> bool:
        """Whether the inputs are in single precision."""
        return any(array.dtype == "float32" for array in self.arrays.values())


def _total(value: Any) -> int:
    """The sum of all numbers in a hyperparameter, which may be nested tuples of them."""
    return sum(map(_total, value)) if isinstance(value, tuple) else int(value)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an output should be.

    Attributes:
        value: the reference's result.
        bound: |got - value| may be this large, cell by cell; 0 where it must be exact.
    """

    value: Array
    bound: Array

    @property
    def whole(self) -> bool:
        """Whether it is a whole number, such as a size or a count."""
        return self.value.dtype.kind == "i"


# --- assignments -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedLimit:
    """How fast a function must be, beside the reference on the same machine.

    Attributes:
        ratio: up to so many times the reference's CPU time, it has all points for speed.
        none: from so many times on, it has none; in between they fall evenly.
        like: the input that is timed, as `grader.cases.workload` reads it.
    """

    ratio: float
    none: float
    like: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One function or class that a student writes.

    Attributes:
        name: the function's in the student's file, or a class and its method: ``Conv2d.forward``.
        points: what it is worth.
        cases: how many are drawn, all strata together.
        seconds: CPU time for one call.
        strata: points by stratum, 0 for shown but not counted; empty: every stratum weighs the same. With a
            speed limit, speed is a stratum, too.
    """

    name: str
    op: str
    points: Fraction
    cases: int = 100
    seconds: float = 10.0
    strata: Mapping[str, Fraction] = field(default_factory=dict)
    domain: Domain = Domain()
    speed: SpeedLimit | None = None

    @property
    def definition(self) -> str:
        """What the student's file must define: the function, or the class."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A folder under ``assignments/``, read.

    Attributes:
        convention: a convention's name, or a file beside ``assignment.toml``.
        files: globs of the files in which the functions are looked for, best first.
        definitions_only: of a notebook, run only definitions and what they need.
        allow: modules that the message about a missing one names as allowed; nothing is let in by it.
        other_names: of functions and classes, as other years called them, and the name that counts.
        independent: whether a function that calls a wrong one gets the points that it would have with a right
            one in its place; if not, this is only said.
        digest: of everything that decides marks, ``sha256:...``.
    """

    name: str
    folder: Path
    title: str
    convention: str
    exercises: tuple[Exercise, ...]
    files: tuple[str, ...] = ("**/*.py", "**/*.ipynb")
    definitions_only: bool = True
    allow: tuple[str, ...] = ("numpy",)
    other_names: Mapping[str, str] = field(default_factory=dict)
    independent: bool = False
    digest: str = ""

    @property
    def definitions(self) -> tuple[str, ...]:
        """The functions and classes that a submission should define, each once."""
        return tuple(dict.fromkeys(exercise.definition for exercise in self.exercises))

    @property
    def names(self) -> Mapping[str, str]:
        """Every name under which a submission may define one of them, and the one that counts."""
        wanted = self.definitions
        others = {other: name for other, name in self.other_names.items() if name in wanted}
        return {name: name for name in wanted} | others

    @property
    def points(self) -> Fraction:
        """What the whole assignment is worth."""
        return sum((exercise.points for exercise in self.exercises), Fraction(0))


# --- submissions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one student handed in, read but never executed.

    Attributes:
        id: the student's, as the download's layout tells it.
        path: where it was found, relative to the path given on the command line.
        sources: its Python files and notebooks, as text.
        digest: of its contents, ``sha256:...``.
        notes: what was skipped or odd, a sentence each.
        error: why nothing of it can be graded, or "".
    """

    id: str
    path: str
    sources: tuple[Source, ...] = ()
    digest: str = ""
    notes: tuple[str, ...] = ()
    error: str = ""


# --- results -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """Points, exact. Scores add up; the empty score is the identity.

    Attributes:
        earned: points that the submission has.
        possible: points that could be had, those that could not be graded left out.
        ungraded: points behind cases that could not be run through no fault of the student's.
        by_hand: whether a person set some of them, who may give more than are possible.
    """

    earned: Fraction = Fraction(0)
    possible: Fraction = Fraction(0)
    ungraded: Fraction = Fraction(0)
    by_hand: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.earned < 0 or (self.earned > self.possible and not self.by_hand):
            raise ValueError(f"cannot earn {self.earned} of {self.possible} points")

    def __add__(self, other: Score) -> Score:
        return Score(
            self.earned + other.earned,
            self.possible + other.possible,
            self.ungraded + other.ungraded,
            self.by_hand or other.by_hand,
        )

    @property
    def total(self) -> Fraction:
        """All points that there are, graded or not."""
        return self.possible + self.ungraded


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Points that a person set, in place of those that were there.

    Attributes:
        points: of the exercise, or of the submission as a whole; more than are possible are extra credit.
        reason: for whoever reads the mark.
        was: what stood there before.
    """

    points: Fraction
    reason: str
    was: Score

    def __post_init__(self) -> None:
        if self.points < 0:
            raise ValueError(f"cannot set {self.points} points")

    @property
    def score(self) -> Score:
        """What counts now: all points are graded, for a person looked at them."""
        return Score(self.points, self.was.total, by_hand=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late a submission came, and what that costs.

    Attributes:
        due: when it was due, ISO 8601.
        submitted: when it came, ISO 8601; "" if nobody knows, which costs nothing.
        text: what is said of it, such as "2 days late: -20%".
        penalty: points that it costs, but never more than there are; None: all points.
    """

    due: str
    submitted: str
    text: str
    penalty: Fraction | None

    def __post_init__(self) -> None:
        if self.penalty is not None and self.penalty < 0:
            raise ValueError(f"lateness cannot cost {self.penalty} points")

    def taken_from(self, score: Score) -> Score:
        """What is left of a score."""
        left = Fraction(0) if self.penalty is None else max(Fraction(0), score.earned - self.penalty)
        return replace(score, earned=left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one case showed about one exercise.

    Attributes:
        wrong: the results that are wrong, by the student's names; empty if none came back.
        message: one sentence in the student's own names; empty only for CORRECT.
        again: right at first, and not when the same call was made again.
        carried: wrong against the reference, but consistent with the student's own forward.
        part: of the stratum's points, what is earned although it is not right: speed is not all or nothing.
    """

    case: int
    stratum: str
    verdict: Verdict
    wrong: tuple[str, ...] = ()
    message: str = ""
    again: bool = False
    carried: bool = False
    part: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.verdict is not Verdict.CORRECT and not self.message:
            raise ValueError(f"case {self.case}: a verdict of {self.verdict.value!r} needs a message")


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumResult:
    """One line of partial credit."""

    name: str
    score: Score
    failed: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One failing case, to be shown.

    Attributes:
        call: as the student would write it.
        inputs: by the student's names: nested lists, numbers, dicts; long ones elided and said.
        got: what came back, or how the call ended.
        expected: what should have come back.
        repro: a snippet that runs beside the student's file and ends in an assert.
    """

    call: str
    inputs: Mapping[str, Any]
    got: Any
    expected: Any
    repro: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is said about a failure.

    Attributes:
        mistake: id of the known mistake, or "".
        results: what the mistake explains in every case, by the course's names; empty without one.
        pattern: condition that the failing cases share, or "".
        text: what is wrong, for the student.
        hint: where to look, for the student, or "".
        path: the student's file that it points at, inside the submission, or "".
        line: the line in that file, 0 if unknown; of a notebook never known.
    """

    text: str
    mistake: str = ""
    results: tuple[str, ...] = ()
    pattern: str = ""
    hint: str = ""
    example: Example | None = None
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a function was: so many times the reference's CPU time, and how many it may take."""

    ratio: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseResult:
    """What is known about one exercise of one submission.

    Attributes:
        score: what counts; with an override, the one that it gives.
        speed: where the exercise has a limit, and it could be measured.
        cases: how many cases ended in which verdict.
        notes: what a reader should know beside the findings, a sentence each.
        override: what a person decided, and what the grader had found.
    """

    name: str
    op: str
    verdict: Verdict
    score: Score
    carried_forward: bool = False
    cases: Mapping[Verdict, int] = field(default_factory=dict)
    strata: tuple[StratumResult, ...] = ()
    speed: Speed | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    override: Override | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionResult:
    """What is known about one submission.

    Attributes:
        message: why it is unreadable or was not graded, or "".
        seconds: wall-clock time that grading it took.
        notes: as in Submission, and what was learnt while loading it.
        lateness: where it was late, or nobody knows when it came.
        override: what a person decided about the submission as a whole; it has the last word.
    """

    id: str
    path: str
    digest: str
    status: Status
    message: str = ""
    exercises: tuple[ExerciseResult, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    lateness: Lateness | None = None
    override: Override | None = None

    @property
    def score(self) -> Score:
        """What counts: the exercises' sum, less what lateness costs, unless a person set the total."""
        if self.override:
            return self.override.score
        found = sum((exercise.score for exercise in self.exercises), Score())
        return self.lateness.taken_from(found) if self.lateness else found


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """Which grader, on what, graded which assignment.

    Attributes:
        python: version of the interpreter that ran the submissions.
        numpy: version of NumPy that the submissions saw.
        sandbox: the isolation level: bubblewrap, landlock or none.
    """

    version: str
    python: str
    numpy: str
    sandbox: str
    seed: int
    assignment: str
    title: str
    digest: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole run, submissions in the order of their ids."""

    info: RunInfo
    submissions: tuple[SubmissionResult, ...]
