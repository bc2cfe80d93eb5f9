"""The HTML report's parts: evidence is marked where it stands, and nothing that a post says is obeyed."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged_posts import HOSTILE, SCRIPT, lines, posts

from commands.report import plots
from commands.report.highlight import pieces, visible
from commands.report.page import page_of
from detector.artefact import load_model, newest_model
from detector.evaluate import Plan, judge_fully
from detector.labelled import read_labelled
from detector.score import default_reader
from detector.types import Reason

MADE_AT = datetime(2026, 11, 1, tzinfo=UTC)


def page(content: str) -> str:
    judged = read_labelled("mine.jsonl", io.BytesIO(content.encode()))
    plan = Plan(model=load_model(newest_model()), judged=judged.examples, rejects=judged.rejects)
    return page_of(*judge_fully(plan, default_reader()), made_at=MADE_AT)


@pytest.fixture(scope="module")
def shown() -> str:
    return page(lines([*posts(), *HOSTILE]) + '{"label": "<b>perhaps</b>"}\n')


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


# evidence


def reason(start: int, end: int, weight: float, words: str = "x") -> Reason:
    return Reason("code", words, words, span=(start, end), weight=weight)


def test_what_was_seen_is_marked_where_it_stands() -> None:
    found = pieces("LV包包298元", [reason(4, 8, 2.0, "cheap"), reason(0, 2, -1.0, "brand")])
    assert [(p.text, p.leans, p.reasons) for p in found] == [
        ("LV", "genuine", "brand"),
        ("包包", None, ""),
        ("298元", "fake", "cheap"),
    ]


def test_evidence_that_overlaps_is_marked_by_what_weighs_more() -> None:
    found = pieces("abcdef", [reason(0, 4, 1.0, "one"), reason(2, 6, -3.0, "other")])
    assert [(p.text, p.leans, p.reasons) for p in found] == [
        ("ab", "fake", "one"),
        ("cd", "genuine", "one; other"),
        ("ef", "genuine", "other"),
    ]


@given(
    st.text(max_size=40), st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60), st.floats(-3, 3)), max_size=6)
)
def test_pieces_are_the_whole_text_whatever_the_spans(text: str, spans: list[tuple[int, int, float]]) -> None:
    found = pieces(text, [reason(*span) for span in spans])
    assert "".join(p.text for p in found) == visible(text)


def test_signs_that_hide_or_turn_a_text_are_seen() -> None:
    assert visible("a\u202eb\u0000c\u200bd\ud800\n👨\u200d👩") == "a�b�c�d�\n👨\u200d👩"


# the page


def test_no_word_of_a_post_becomes_an_element(shown: str) -> None:
    elements = Elements(shown)
    assert "script" not in {tag for tag, _ in elements.tags}
    assert "img" not in {tag for tag, _ in elements.tags}
    assert not [a for _, attributes in elements.tags for a in attributes if a.startswith("on")]
    assert {a["href"][:1] for tag, a in elements.tags if tag == "a" and a["href"]} == {"#"}
    assert SCRIPT in elements.words, "it is told as it was written"
    assert "\u202e" not in shown


def test_the_page_asks_nobody_and_says_so_to_the_browser(shown: str) -> None:
    policy = next(a["content"] for tag, a in Elements(shown).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert re.findall(r"https?://(?!www\.w3\.org)[\w.]+", re.sub(r"<code>.*?</code>", "", shown, flags=re.DOTALL)) == []


def test_ids_are_unique_and_links_lead_somewhere(shown: str) -> None:
    elements = Elements(shown)
    ids = [a["id"] for _, a in elements.tags if "id" in a]
    assert len(ids) == len(set(ids))
    named = {a.get("href") or a.get("xlink:href") for tag, a in elements.tags if tag in {"a", "use"}}
    assert {str(name).removeprefix("#") for name in named} <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", shown)) <= set(ids)


def test_pictures_take_the_colours_of_the_page_and_have_names(shown: str) -> None:
    pictures = re.findall(r"<svg .*?</svg>", shown, re.DOTALL)
    assert len(pictures) >= 4
    for picture in pictures:
        assert 'aria-label="' in picture
        assert "var(--ink)" in picture or "var(--soft)" in picture
        assert re.findall(r"#0102[0-9a-f]{2}\b|<style", picture) == []


def test_what_was_not_taken_is_told(shown: str) -> None:
    assert "1 line could not be taken and is not judged" in shown
    assert "&lt;b&gt;perhaps&lt;/b&gt;" in shown


def test_the_same_judgement_is_the_same_page(shown: str) -> None:
    again = page(lines([*posts(), *HOSTILE]) + '{"label": "<b>perhaps</b>"}\n')
    assert again == shown


@pytest.mark.parametrize("rows", [posts(1), posts(60)[::2], posts(60)[1::2]], ids=["one", "fake", "honest"])
def test_a_page_of_one_class_has_what_there_is(rows: list[dict[str, object]]) -> None:
    text = page(lines(rows))
    assert "too few rows" in text
    assert "No kind of evidence has rows of both classes." in text


def test_a_curve_of_many_points_is_thinned() -> None:
    judged = read_labelled("x", io.BytesIO(lines(posts(40)).encode())).examples
    _, scored = judge_fully(Plan(model=load_model(newest_model()), judged=judged), default_reader())
    assert len(plots.roc_plot(scored)) < 60_000
