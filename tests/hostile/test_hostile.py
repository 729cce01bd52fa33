"""What hostile submissions try fails at every level of isolation, and can be seen to succeed without any."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import SandboxError
from grader.model import Status
from grader.sandbox import open_launcher

from .corpus import HOSTILE, INNOCENT, NEIGHBOUR
from .entry import Entry
from .graded import Graded, grade

LEVELS = ("bubblewrap", "landlock")
Mark = tuple[Fraction, Status]
CLASS = (*HOSTILE, *INNOCENT, NEIGHBOUR)


@pytest.fixture(scope="module", params=LEVELS)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """The whole corpus, graded once at each level."""
    try:
        open_launcher(request.param).close()
    except SandboxError as error:
        pytest.skip(str(error))
    with grade(CLASS, request.param, tmp_path_factory.mktemp(request.param)) as done:
        yield done


def earned(graded: Graded, entries: tuple[Entry, ...]) -> dict[str, Mark]:
    found = {entry.name: graded.of(entry) for entry in entries}
    return {name: (result.score.earned, result.status) for name, result in found.items()}


def expected(entries: tuple[Entry, ...]) -> dict[str, Mark]:
    return {entry.name: (Fraction(entry.points), entry.status) for entry in entries}


# --- the corpus ------------------------------------------------------------------------------------


def test_the_corpus_is_as_large_as_is_said() -> None:
    assert len(HOSTILE) >= 60
    assert len(INNOCENT) >= 12
    assert len({entry.name for entry in CLASS}) == len(CLASS)


def test_each_is_one_submission(graded: Graded) -> None:
    assert len(graded.run.submissions) == len(CLASS)
    assert {graded.of(entry).id for entry in CLASS} == {result.id for result in graded.run.submissions}


# --- what must hold ----------------------------------------------------------------------------------


def test_no_attack_goes_through(graded: Graded) -> None:
    assert graded.reached == set()


def test_hostile_submissions_earn_what_is_right_beside_the_attack(graded: Graded) -> None:
    assert differences(earned(graded, HOSTILE), expected(HOSTILE)) == {}


def test_innocent_submissions_keep_full_marks(graded: Graded) -> None:
    assert differences(earned(graded, INNOCENT), expected(INNOCENT)) == {}


def test_the_neighbour_keeps_its_marks(graded: Graded) -> None:
    assert differences(earned(graded, (NEIGHBOUR,)), expected((NEIGHBOUR,))) == {}


def test_no_fault_is_the_graders(graded: Graded) -> None:
    """Whoever could make the grader stumble could have another look taken at their work."""
    assert [each.id for each in graded.run.submissions if each.status is Status.NOT_GRADED] == []
    assert [each.id for each in graded.run.submissions if each.score.ungraded] == []


def test_nothing_is_left(graded: Graded) -> None:
    assert graded.left == set()
    assert graded.changed == ()
    assert not list(Path("/tmp").glob("slips_out*"))
    assert sorted(path.name for path in graded.out.iterdir()) == ["grades.db"]


def differences(found: dict[str, Mark], wanted: dict[str, Mark]) -> dict[str, tuple[Mark, Mark]]:
    """What is not as it should be: (found, wanted)."""
    return {name: (found[name], wanted[name]) for name in wanted if found[name] != wanted[name]}


# --- the canaries can sing -----------------------------------------------------------------------------


ESCAPING = tuple(entry for entry in HOSTILE if entry.escapes)


def test_attacks_go_through_where_nothing_is_isolated(tmp_path: Path) -> None:
    """Each by the same canary that must not sing above; they are bounded, and do no harm."""
    with grade((*ESCAPING, NEIGHBOUR), "none", tmp_path) as done:
        assert {entry.name for entry in ESCAPING} - done.reached == set()
        assert done.run.info.sandbox == "none"


SIXTY, NONE = Fraction(60), Fraction(0)


def test_a_mark_that_is_not_earned_is_seen(tmp_path: Path) -> None:
    """A submission that is taken to earn less than it does, or more, fails the comparison."""
    found = {"a": (SIXTY, Status.GRADED), "b": (Fraction(70), Status.GRADED), "c": (NONE, Status.UNREADABLE)}
    wanted = {"a": (SIXTY, Status.GRADED), "b": (SIXTY, Status.GRADED), "c": (NONE, Status.GRADED)}
    assert list(differences(found, wanted)) == ["b", "c"]
