"""Points: exact, and never one for what was not seen to be right."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Exercise, Outcome, Score, Verdict
from grader.scoring import counts, score_strata, verdict_of

C, W, S, N, T = (
    Verdict.CORRECT,
    Verdict.WRONG_VALUE,
    Verdict.WRONG_SHAPE,
    Verdict.NOT_RUN,
    Verdict.TIMED_OUT,
)


def outcomes(*strata: tuple[str, list[Verdict]], carried: tuple[int, ...] = ()) -> list[Outcome]:
    """Outcomes by stratum, numbered from 0."""
    flat = [(name, verdict) for name, verdicts in strata for verdict in verdicts]
    return [
        Outcome(
            case=number,
            stratum=name,
            verdict=verdict,
            message="" if verdict is C else "why",
            carried=number in carried,
        )
        for number, (name, verdict) in enumerate(flat)
    ]


def exercise(points: str = "10", **strata: str) -> Exercise:
    weights = {name: Fraction(weight) for name, weight in strata.items()}
    return Exercise(name="f", op="conv2d", points=Fraction(points), strata=weights)


def total(work: Exercise, found: list[Outcome]) -> Score:
    return sum((each.score for each in score_strata(work, found)), Score())


# --- shares --------------------------------------------------------------------------------------


def test_thirds_of_ten_points_add_up_to_ten() -> None:
    found = outcomes(("a", [C]), ("b", [C]), ("c", [C]))
    assert [each.score.earned for each in score_strata(exercise(), found)] == [Fraction(10, 3)] * 3
    assert total(exercise(), found) == Score(earned=Fraction(10), possible=Fraction(10))


def test_one_wrong_case_takes_its_stratum_and_no_other() -> None:
    lines = score_strata(exercise("9"), outcomes(("a", [C, C, W]), ("b", [C, C]), ("c", [S, T, C])))
    assert [(each.name, float(each.score.earned), float(each.score.possible)) for each in lines] == [
        ("a", 0, 3),
        ("b", 3, 3),
        ("c", 0, 3),
    ]
    assert [(each.failed, each.cases) for each in lines] == [(1, 3), (0, 2), (2, 3)]


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict not in (C, N)])
def test_no_other_verdict_earns(verdict: Verdict) -> None:
    assert total(exercise(), outcomes(("a", [verdict]))) == Score(possible=Fraction(10))


def test_strata_are_listed_as_the_outcomes_name_them() -> None:
    found = outcomes(("b", [C]), ("a", [C]), ("b", [W]))
    assert [(each.name, each.cases) for each in score_strata(exercise(), found)] == [("b", 2), ("a", 1)]


def test_weights_share_the_points() -> None:
    lines = score_strata(exercise("10", a="2", b="3"), outcomes(("a", [C]), ("b", [W])))
    assert [each.score.possible for each in lines] == [4, 6]


def test_a_weight_of_zero_is_shown_and_not_counted() -> None:
    lines = score_strata(exercise("10", a="10", b="0"), outcomes(("a", [C]), ("b", [W])))
    assert [(float(each.score.earned), float(each.score.possible), each.failed) for each in lines] == [
        (10, 10, 0),
        (0, 0, 1),
    ]


def test_a_stratum_that_is_not_named_among_weights_counts_nothing() -> None:
    lines = score_strata(exercise("10", a="1"), outcomes(("a", [C]), ("new", [C])))
    assert [each.score.possible for each in lines] == [10, 0]


def test_weights_for_other_strata_alone_leave_equal_shares() -> None:
    """No division by nothing: the points do not vanish."""
    lines = score_strata(exercise("10", other="10"), outcomes(("a", [C]), ("b", [W])))
    assert [each.score.possible for each in lines] == [5, 5]


def test_an_exercise_of_no_points_is_scored() -> None:
    assert total(exercise("0"), outcomes(("a", [C]), ("b", [W]))) == Score()


weights = st.dictionaries(st.sampled_from("abcde"), st.fractions(0, 50, max_denominator=1000), max_size=5)
verdicts = st.lists(st.sampled_from(list(Verdict)), min_size=1, max_size=4)


@given(
    points=st.fractions(0, 1000, max_denominator=1000),
    strata=weights,
    drawn=st.lists(st.tuples(st.sampled_from("abcde"), verdicts), min_size=1, max_size=8),
)
def test_points_are_neither_made_nor_lost(
    points: Fraction, strata: dict[str, Fraction], drawn: list[tuple[str, list[Verdict]]]
) -> None:
    work = Exercise(name="f", op="conv2d", points=points, strata=strata)
    lines = score_strata(work, outcomes(*drawn))
    assert sum(each.score.total for each in lines) == points
    assert sum(each.cases for each in lines) == sum(len(given) for _, given in drawn)


# --- not run -------------------------------------------------------------------------------------


def test_what_could_not_be_run_is_neither_earned_nor_lost() -> None:
    found = outcomes(("a", [C, N]), ("b", [C]))
    assert total(exercise(), found) == Score(Fraction(5), Fraction(5), ungraded=Fraction(5))
    assert score_strata(exercise(), found)[0].failed == 0


def test_a_failure_beside_it_is_lost() -> None:
    """However the other case would have ended, the stratum cannot be right."""
    found = outcomes(("a", [W, N]))
    assert total(exercise(), found) == Score(possible=Fraction(10))
    assert score_strata(exercise(), found)[0].failed == 1


def test_carried_errors_earn_and_do_not_count_as_failed() -> None:
    found = outcomes(("a", [C, W]), ("b", [W]), carried=(1,))
    lines = score_strata(exercise(), found)
    assert [(float(each.score.earned), each.failed) for each in lines] == [(5, 0), (0, 1)]


# --- counts and the verdict on the whole -----------------------------------------------------------


def test_counts_are_in_the_order_of_the_verdicts_and_leave_none_out() -> None:
    found = outcomes(("a", [N, W, C, W, S, C, C]))
    assert list(counts(found).items()) == [(C, 3), (S, 1), (W, 2), (N, 1)]
    assert counts([]) == {}


VERDICTS: list[tuple[str, list[Verdict], tuple[int, ...], Verdict]] = [
    ("all right", [C, C], (), C),
    ("one wrong", [C, C, W], (), W),
    ("the most frequent of failures", [S, W, W, C], (), W),
    ("of equals the most telling", [W, S, C], (), S),
    ("not run beside right", [C, N], (), N),
    ("wrong outweighs not run", [N, N, W], (), W),
    ("carried is not failing", [C, W], (1,), C),
    ("carried, and another fails", [W, W, T], (0, 1), T),
    ("carried beside not run", [W, N], (0,), N),
]


@pytest.mark.parametrize(
    ("given_", "carried", "verdict"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_the_verdict_on_an_exercise(
    given_: list[Verdict], carried: tuple[int, ...], verdict: Verdict
) -> None:
    assert verdict_of(outcomes(("a", given_), carried=carried)) is verdict


def test_the_verdict_does_not_depend_on_the_order_of_cases() -> None:
    assert {verdict_of(outcomes(("a", list(order)))) for order in permutations([C, W, S, N, T])} == {S}


# --- scores --------------------------------------------------------------------------------------


def test_scores_add_up_and_the_empty_score_changes_nothing() -> None:
    one = Score(Fraction(1), Fraction(2), Fraction(3))
    assert one + Score() == one
    assert (one + one).total == 10


@pytest.mark.parametrize(("earned", "possible"), [(3, 2), (-1, 2)])
def test_impossible_scores_are_refused(earned: int, possible: int) -> None:
    with pytest.raises(ValueError, match=f"cannot earn {earned} of {possible} points"):
        Score(Fraction(earned), Fraction(possible))


def test_an_outcome_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="case 4: a verdict of 'wrong value' needs a message"):
        Outcome(case=4, stratum="a", verdict=W)
