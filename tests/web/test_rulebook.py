from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from platform_world import two_books

from api import create_app
from bootstrap.serving import build_services
from enforcement.rulebook import Rulebook
from settings import Settings
from tests.web.callers import Caller
from web.rulebook_words import WORDS
from web.services import Services


@pytest.fixture
def book(services: Services) -> Rulebook:
    return services.books.latest()


class Seen(HTMLParser):
    """What a page holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        values = dict(attrs)
        self.ids += [values["id"]] if values.get("id") else []
        self.links += [values[name] or "" for name in ("href", "src") if name in values]

    def handle_data(self, data: str) -> None:
        self.text += data


PAGES = ["/rulebook?lang=zh", "/rulebook?lang=en", "/rulebook/1.0.0", "/rulebook/1.0.0..1.0.0", "/docs"]
FORM = "/rulebook/1.0.0/what-if"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("path", [*PAGES, FORM])
def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing(anyone: Caller, path: str) -> None:
    seen = Seen(anyone.get(path).text)
    assert not {"script", "style", "iframe", "object"} & seen.tags
    assert not {name for name in seen.attributes if name.startswith("on") or name == "style"}
    assert [link for link in seen.links if not link.startswith(("/", "#", "?"))] == []


@pytest.mark.parametrize("path", [*PAGES, FORM])
def test_every_link_of_a_page_leads_somewhere(anyone: Caller, path: str) -> None:
    seen = Seen(anyone.get(path).text)
    assert len(seen.ids) == len(set(seen.ids))
    assert {link[1:] for link in seen.links if link.startswith("#")} <= set(seen.ids)
    for link in {link for link in seen.links if link.startswith("/")}:
        assert anyone.get(link).status_code in {200, 302}, link


@pytest.mark.parametrize("path", [*PAGES, "/v1/rulebook", "/nope"])
def test_every_answer_forbids_what_it_does_not_need(anyone: Caller, path: str) -> None:
    headers = anyone.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_whole_rulebook_in_its_language(anyone: Caller, book: Rulebook, language: str) -> None:
    seen = Seen(anyone.get(f"/rulebook?lang={language}").text)
    said = [book.title, book.summary, book.link_rule.text]
    said += [c.text for c in book.classes] + [r.text for c in book.classes for r in c.rules]
    for words in said:
        assert getattr(words, language) in seen.text
    for offence in book.classes:
        assert {offence.id, *(rule.id for rule in offence.rules)} <= set(seen.ids)
    assert {book.link_rule.id, *(f"step-{step.points}" for step in book.steps)} <= set(seen.ids)
    for step in book.steps:
        assert WORDS[language]["measure"][step.kind] in seen.text
    assert "{" not in seen.text.replace("{'", "")


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", "zh-TW", "zh-Hans"),
        ("", "en-GB,zh;q=0.1", "en"),
        ("", "de", "en"),
        ("", "", "en"),
        ("", "\x7f;q=x", "en"),
        ("?lang=zh", "en", "zh-Hans"),
        ("?lang=en", "zh", "en"),
        ("?lang=<b>", "zh", "zh-Hans"),
    ],
)
def test_the_page_speaks_the_language_that_is_asked_for(
    anyone: Caller, query: str, accepted: str, language: str
) -> None:
    page = anyone.get(f"/rulebook{query}", headers={"Accept-Language": accepted}).text
    assert re.search(r'<html lang="([^"]+)"', page)[1] == language
    other = "en" if language == "zh-Hans" else "zh"
    assert f'href="?lang={other}"' in page


def test_both_languages_have_every_word() -> None:
    zh, en = WORDS["zh"], WORDS["en"]
    assert zh.keys() == en.keys()
    assert zh["measure"].keys() == en["measure"].keys()
    for name, words in zh.items():
        if isinstance(words, str):
            assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", en[name])), name


def test_the_rulebook_is_json_for_programs(anyone: Caller, book: Rulebook) -> None:
    assert anyone.get("/v1/rulebook").json["version"] == book.version
    assert anyone.get(f"/v1/rulebook/{book.version}").json == anyone.get("/v1/rulebook").json


# what changed


@pytest.fixture
def two_versions(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """A service with a second version that is harsher in one place."""
    books = two_books(tmp_path, ("lapse_days: 365", "lapse_days: 400"))
    monkeypatch.setattr("bootstrap.serving.build_books", lambda _settings: books)
    return Caller(create_app(build_services(settings)).test_client(), None)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "days until they lapse: from 365 to 400"), ("zh", "失效天数由 365 变为 400")]
)
def test_what_changed_is_told_in_both_languages(two_versions: Caller, lang: str, words: str) -> None:
    page = two_versions.get(f"/rulebook/1.0.0..1.1.0?lang={lang}")
    assert page.status_code == 200
    assert words in page.text
    assert page.headers["Content-Language"] == lang


def test_a_version_leads_to_what_changed(two_versions: Caller) -> None:
    assert "/rulebook/1.0.0..1.1.0" in two_versions.get("/rulebook/1.1.0?lang=en").text
    assert ".." not in two_versions.get("/rulebook/1.0.0?lang=en").text


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "days until they lapse: from 365 to 400"), ("zh", "失效天数由 365 变为 400")]
)
def test_versions_can_be_followed_as_a_feed(two_versions: Caller, lang: str, words: str) -> None:
    answer = two_versions.get(f"/rulebook/feed?lang={lang}")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.text)  # noqa: S314 - our own
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert [one.rsplit("/", 1)[1] for one in ids] == ["1.1.0", "1.0.0"]
    newest, first = (entry.findtext(f"{ATOM}summary") or "" for entry in entries)
    assert (words in newest, words in first) == (True, False)
    for entry in [feed, *entries]:
        assert entry.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "").tzinfo is not None
    for link in feed.iter(f"{ATOM}link"):
        assert two_versions.get(urlsplit(link.attrib["href"]).path).status_code == 200


def test_a_version_does_not_differ_from_itself(two_versions: Caller) -> None:
    assert "The two versions say the same." in two_versions.get("/rulebook/1.0.0..1.0.0?lang=en").text


@pytest.mark.parametrize("pair", ["1.0.0..9.9.9", "9..1.0.0", "..", "1.0.0..", "1.0.0..1.0.0..1.1.0"])
def test_versions_that_do_not_exist_are_not_found(two_versions: Caller, pair: str) -> None:
    assert two_versions.get(f"/rulebook/{pair}").status_code == 404
