from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from grader.model import RunResult, Status
from grader.reports import FORMATS

from .runs import ALICE, HOSTILE, INFO, attacked_by, of, right, submission, wrong

render = FORMATS["html"].render
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """Check that elements nest, and keep what the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.get_starttag_text() != f"<{tag}/>" and self.open[-1:] == [tag]:
            self.open.pop()
        else:
            raise AssertionError(f"</{tag}> closes nothing; open are {self.open}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def values(self, tag: str, attribute: str) -> list[str]:
        return [value for t, name, value in self.attributes if (t, name) == (tag, attribute)]


def test_elements_nest_and_every_submission_is_one_section(run: RunResult) -> None:
    page = Page(render(run))
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    sections = [value for value in page.values("section", "id") if value.startswith("of-")]
    assert sections == ["of-alice", "of-bob", "of-carol", "of-dave"]


def test_every_link_stays_on_the_page_and_goes_somewhere(run: RunResult) -> None:
    page = Page(render(run))
    ids = {value for _, name, value in page.attributes if name == "id"}
    links = page.values("a", "href")
    assert len(links) == 2 * len(run.submissions)
    assert all(link[0] == "#" and link[1:] in ids for link in links)


def test_ids_that_look_alike_have_links_of_their_own() -> None:
    page = Page(render(of(submission("a b"), submission("a/b"), submission("a-b"))))
    assert [v for v in page.values("section", "id") if v.startswith("of-")] == [
        "of-a-b",
        "of-a-b-2",
        "of-a-b-3",
    ]


def test_the_page_says_what_a_reader_needs(run: RunResult) -> None:
    text = Page(render(run)).text
    for part in (
        "4 submissions: 2 graded, 1 unreadable, 1 not graded.",
        "Mean 45 / 55",
        "1 of 2",
        "1 wrong value",
        "wrong value 15 / 25",
        "padding 12 of 12 failed",
        "dx is empty when pad = 0.",
        "Fails when pad = 0",
        "[0:-0] selects nothing.",
        "layers.py , line 42".replace(" ,", ","),
        "conv_backward_naive(dout, cache)",
        "assert SECRET",
        "layers.ipynb: a saved web page, not a notebook.",
        "The sandbox could not be started.",
        "no score",
        "An old copy was skipped.",
        "isolation bubblewrap",
    ):
        assert part in text, part


def test_the_number_that_differs_is_marked(run: RunResult) -> None:
    html = render(run)
    assert '<pre tabindex="0">2  <mark>9*</mark>\n0  4 </pre>' in html


def test_exercises_that_are_right_are_folded_and_the_others_open(one: RunResult) -> None:
    html = render(one)
    assert html.count('<details class="exercise">') == 1
    assert html.count('<details class="exercise" open>') == 2


def test_no_script_no_foreign_file(run: RunResult) -> None:
    page = Page(render(run))
    assert page.tags["script"] == page.tags["link"] == page.tags["img"] == 0
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert "default-src 'none'" in page.values("meta", "content")[0]
    assert "url(" not in render(run)


def test_missing_isolation_is_said_at_the_top(run: RunResult) -> None:
    assert "Not isolated." not in render(run)
    page = Page(render(replace(run, info=replace(INFO, sandbox="none"))))
    assert page.text.index("Not isolated.") < page.text.index("submissions:")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    calm, attacked = Page(render(attacked_by("calm"))), Page(render(attacked_by(text)))
    assert attacked.tags == calm.tags
    assert [(t, n) for t, n, _ in attacked.attributes] == [(t, n) for t, n, _ in calm.attributes]
    assert not [c for c in render(attacked_by(text)) if c != "\n" and not c.isprintable()]
    render(attacked_by(text)).encode()


def test_a_class_of_none_and_of_one() -> None:
    assert "0 submissions: 0 graded." in Page(render(of())).text
    assert "1 submission: 1 graded." in Page(render(of(ALICE))).text


def test_no_exercise_could_be_looked_at() -> None:
    page = Page(render(of(submission("a", status=Status.UNREADABLE, message="empty folder"))))
    assert "0 / 55" in page.text


def test_each_of_a_large_class_has_a_section() -> None:
    one = submission("a", *(right(f"right_{i}") for i in range(4)), *(wrong(f"wrong_{i}") for i in range(4)))
    run = of(*(replace(one, id=f"student{i}") for i in range(500)))
    html = render(run)
    assert html.count('<section class="submission"') == 500
