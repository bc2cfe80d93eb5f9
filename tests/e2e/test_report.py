"""The report of ``dajia evaluate`` in a real browser, from a file, with hostile posts in it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from judged_posts import HOSTILE, lines, posts, subtle
from playwright.sync_api import Browser, Page, sync_playwright

from commands.report.page import page_of
from detector.artefact import load_model, newest_model
from detector.evaluate import Plan, judge_fully
from detector.labelled import read_labelled
from detector.score import default_reader

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed here."),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with everything in it: mistakes, peers, a challenger, leaks and rejects."""
    model = load_model(newest_model())
    content = lines([*posts(160), *subtle(), *HOSTILE]) + '{"label": "perhaps"}\n'
    judged = read_labelled("mine.jsonl", io.BytesIO(content.encode()))
    learned = read_labelled("learned.jsonl", io.BytesIO(lines(posts(80)).encode()), split="train")
    plan = Plan(
        model=model,
        judged=judged.examples,
        learned=learned.examples,
        challenger=msgspec.structs.replace(model, version="<i>other</i>", weights={"claim.replica": 4.0}),
        peers=True,
        rejects=judged.rejects,
    )
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page_of(*judge_fully(plan, default_reader())), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report on each kind of screen; it must end without errors, dialogs, or having asked anybody."""
    width, scheme = request.param
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: problems.append(asked.url) if not asked.url.startswith("file:") else None)
    page.goto(report.as_uri(), wait_until="networkidle")
    yield page
    assert page.evaluate("window.hacked") is None
    page.close()
    assert problems == []


def test_it_fits_the_screen_and_has_every_part(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")
    for part in ("slices", "separation", "calibration", "ablation", "mistakes", "peers", "challenger", "leaks"):
        page.click(f"nav a[href='#{part}']")
        assert page.locator(f"#{part} h2").is_visible()
        assert page.locator(f"#{part} h2").bounding_box() is not None


def test_pictures_are_drawn_within_the_page_in_letters_that_can_be_read(page: Page) -> None:
    pictures = page.locator("svg.plot")
    assert pictures.count() >= 6, "one of them shows what the model leans on"
    for number in range(pictures.count()):
        box = pictures.nth(number).bounding_box()
        assert box is not None
        assert box["width"] > 150
        assert box["x"] + box["width"] <= page.evaluate("window.innerWidth")
    heights = page.evaluate(
        "[...document.querySelectorAll('svg.plot text')].map(t => t.getBoundingClientRect().height)"
    )
    assert min(heights) >= 8


def test_words_and_lines_stand_out_from_what_is_behind_them(page: Page) -> None:
    def colour(selector: str, property_: str) -> str:
        return page.evaluate(f"getComputedStyle(document.querySelector({selector!r})).{property_}")

    paper, raised = colour("body", "backgroundColor"), colour("figure", "backgroundColor")
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert (luminance(paper) < 0.2) if is_dark else (luminance(paper) > 0.8)
    for selector in ("h1", "main p", "main a"):
        assert contrast(luminance(colour(selector, "color")), luminance(paper)) >= 4.5, selector
    assert contrast(luminance(colour("svg.plot text", "fill")), luminance(raised)) >= 4.5
    for kind in ("fake", "genuine"):
        mark = f"mark.{kind}"
        assert contrast(luminance(colour(mark, "color")), luminance(colour(mark, "backgroundColor"))) >= 4.5
    curves = page.evaluate(
        "[...document.querySelectorAll('#separation svg path')].map(p => getComputedStyle(p).stroke)"
        ".filter(s => s.startsWith('rgb('))"
    )
    assert len(set(curves)) >= 4, "axes and at least three curves"


def test_what_posts_say_is_text(page: Page) -> None:
    assert "<script>window.hacked=1</script>" in page.inner_text("#mistakes")
    assert page.inner_text("#challenger h2").endswith("<i>other</i>")
    assert page.locator("main a:not([href^='#'])").count() == 0
    assert page.locator("mark.fake", has_text="298元").first.is_visible()


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of ``rgb(r, g, b)``."""
    red, green, blue = (float(n) / 255 for n in colour.removeprefix("rgb(").rstrip(")").split(","))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: float, other: float) -> float:
    """Contrast ratio (WCAG 2); 4.5 is what plain text needs."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
