"""Text in a submission stays text in every report; and each reader that looks for more does find it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from grader.model import RunResult

from .corpus import HOSTILE, NEIGHBOUR
from .graded import Graded, grade
from .injecting import ENTRIES, PAYLOADS
from .outputs import commands, formulas, harmful, markdown, markup, parsed, strings, written

SPEAKING = tuple(entry for entry in HOSTILE if entry.name.startswith(("says_", "raises_", "prints_")))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """What is said is the same at every level; one that isolates nothing is at hand everywhere."""
    with grade((*ENTRIES, *SPEAKING, NEIGHBOUR), "none", tmp_path_factory.mktemp("outputs")) as done:
        yield done


@pytest.fixture(scope="module")
def run(graded: Graded) -> RunResult:
    return graded.run


@pytest.fixture(scope="module")
def texts(run: RunResult) -> Mapping[str, str]:
    return written(run)


def test_the_payloads_are_in_the_reports(run: RunResult, texts: Mapping[str, str]) -> None:
    """Else their absence shows nothing."""
    told = Counter(each.id for each in run.submissions if each.exercises and each.exercises[0].findings)
    assert len(told) >= len(ENTRIES) - 3
    for name in (
        "json",
        "html",
        "github",
        "summary",
        "annotations",
        "check",
        "classroom",
        "classroom50",
        "gradescope",
    ):
        assert texts[name].count("canary") >= 20, name


def test_every_report_holds_harmless_characters_alone(texts: Mapping[str, str]) -> None:
    assert {
        name: found[:3] for name, text in texts.items() if (found := harmful(text.lstrip("\ufeff")))
    } == {}


def test_every_report_can_be_stored(texts: Mapping[str, str]) -> None:
    for text in texts.values():
        text.encode("utf-8")


def test_pages_hold_no_markup_of_the_students(texts: Mapping[str, str]) -> None:
    assert markup(texts["html"]) == []


@pytest.mark.parametrize("name", ["github", "summary"])
def test_markdown_holds_no_markup_of_the_students(texts: Mapping[str, str], name: str) -> None:
    assert markdown(texts[name]) == []


def test_spreadsheets_hold_no_formulas_and_a_row_for_each(run: RunResult, texts: Mapping[str, str]) -> None:
    assert formulas(texts["csv"]) == []
    rows = list(csv.reader(io.StringIO(texts["csv"].lstrip("\ufeff"))))
    assert len(rows) == 1 + len(run.submissions)
    assert len({len(row) for row in rows}) == 1


def test_logs_hold_no_commands_of_the_students(run: RunResult, texts: Mapping[str, str]) -> None:
    assert list(commands(texts["table"])) == []
    assert list(commands(texts["check"])) == []
    found = Counter(commands(texts["annotations"]))
    assert set(found) <= {"error", "warning", "notice"}
    assert found["notice"] == len(run.submissions)
    assert sum(found.values()) == texts["annotations"].count("\n")


def test_json_is_strict_and_its_texts_are_whole(texts: Mapping[str, str]) -> None:
    assert texts["json"].isascii()
    broken = [
        text for text in strings(parsed(texts["json"])) if any("\ud800" <= char <= "\udfff" for char in text)
    ]
    assert broken == []


def test_ids_are_printable_and_different(run: RunResult) -> None:
    ids = [each.id for each in run.submissions]
    assert len({each.casefold() for each in ids}) == len(ids)
    assert [each for each in ids if not each.isprintable() or each != each.strip() or len(each) > 200] == []


# --- the readers see what is there ---------------------------------------------------------------------


def test_each_reader_finds_a_payload_that_is_left_as_it_is() -> None:
    assert {"canary", "script", "img", "onload=canary()"} <= set(markup(PAYLOADS["html"]))
    assert {"](", "![", "<canary"} <= set(markdown(PAYLOADS["markdown"]))
    assert "<canary" in markdown(PAYLOADS["fences"].replace("````\n```\n~~~", "```\n```"))
    assert formulas(f'id,"{PAYLOADS["formula"]!s}"'.replace('"http', "http")) != []
    assert list(commands(PAYLOADS["commands"])) == ["set-output", "error", "error"]
    assert list(commands("a\n ::error::x\nb ##[warning]y")) == ["error", "warning"]
    for name in ("ansi", "xml", "bidi", "surrogates"):
        assert len(harmful(PAYLOADS[name])) >= 3, name
