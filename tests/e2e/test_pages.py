"""The public pages in a real browser, served by the real command."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.commands.service_process import Operator, Served
from web.operations import OPERATIONS

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]
PAGES = ["/rulebook", "/rulebook?lang=en", "/rulebook/1.0.0", "/docs"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed here."),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory, _migrated_sqlite) -> Iterator[Served]:
    operator = Operator(tmp_path_factory.mktemp("served"))
    shutil.copy(_migrated_sqlite, operator.folder / "dajia.sqlite3")
    with operator.serving("--no-worker") as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Watched:
    """A page, with what went wrong on it and where it asked."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.problems: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("requestfailed", lambda request: self.problems.append(f"{request.url} failed"))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or request.url[:30]))

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.base + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == 200
        return self.page


@pytest.fixture
def watched(browser, served) -> Iterator[Watched]:
    """A page that must end without errors and without having asked anybody else."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    watched = Watched(page, served.base)
    yield watched
    page.close()
    assert watched.problems == []
    assert watched.hosts <= {"127.0.0.1"}


@pytest.fixture
def narrow(watched) -> Watched:
    watched.page.set_viewport_size({"width": 390, "height": 844})
    return watched


def test_the_rulebook_is_there_in_both_languages_and_links_lead_between_them(watched):
    page = watched.open("/rulebook?lang=zh")
    assert page.evaluate("document.documentElement.lang").startswith("zh")
    assert "假货链接处置规则" in page.inner_text("h1")
    page.click("a[hreflang=en]")
    assert page.evaluate("document.documentElement.lang").startswith("en")
    assert "Rules on links to counterfeit goods" in page.inner_text("h1")
    page.click("a[hreflang^=zh]")
    assert "假货链接处置规则" in page.inner_text("h1")


def test_the_rulebook_shows_every_class_and_every_step(watched):
    text = watched.open("/rulebook?lang=en").inner_text("body")
    for words in ("A1", "A2", "B1", "C1", "C2", "D1", "D2", "E1", "E2", "Account closed for good", "Formal warning"):
        assert words in text
    for points in ("4", "12", "24", "36", "48"):
        assert points in text


def test_the_documentation_lists_every_call(watched):
    text = watched.open("/docs").inner_text("body")
    assert {o.path for o in OPERATIONS if o.path not in text} == set()
    assert {o.summary for o in OPERATIONS if o.summary not in text} == set()


def test_the_front_door_leads_to_the_documentation(watched):
    assert watched.open("/").url == f"{watched.base}/docs"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_overflows_on_a_phone(narrow, path):
    page = narrow.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth") == 390


@pytest.mark.parametrize("path", PAGES)
def test_dark_mode_is_dark_and_light_mode_is_light_and_both_can_be_read(watched, path):
    backgrounds = {}
    for scheme in ("light", "dark"):
        watched.page.emulate_media(color_scheme=scheme)
        page = watched.open(path)
        background = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        backgrounds[scheme] = background
        for selector in ("h1", "p", "a"):
            words = page.evaluate(f"getComputedStyle(document.querySelector({selector!r})).color")
            assert contrast(luminance(words), background) >= 4.5, (scheme, selector)
    assert backgrounds["light"] > 0.8
    assert backgrounds["dark"] < 0.2


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of ``rgb(r, g, b)``."""
    red, green, blue, *alpha = (float(n) for n in colour.split("(")[1].rstrip(")").split(","))
    assert alpha in ([], [1.0]), f"{colour}: the background is not a colour of its own"
    parts = [c / 255 for c in (red, green, blue)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: float, other: float) -> float:
    """Contrast ratio (WCAG 2); 4.5 is what plain text needs."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
