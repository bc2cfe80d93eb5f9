"""The console in a real browser: decisions by keyboard alone, two people at once, no JavaScript, phone width."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.commands.service_process import Operator, Served
from tests.e2e.test_pages import browser, pytestmark  # noqa: F401 - a fixture and the marks of every browser test

TEXT = "高仿LV包包298元 专柜品质 一比一 加V信 lv8888"
ITEM = "https://weidian.com/item.html?itemID={}"


class Platform:
    """A running service with people and cases."""

    def __init__(self, operator: Operator, served: Served) -> None:
        self.operator = operator
        self.served = served
        key = operator.run_inside("key", "create", "platform", "--scopes", "score,read,moderate").stdout.strip()
        served.session.headers["Authorization"] = f"Bearer {key}"
        self._posts = 0
        self.passwords = {
            name: operator.run_inside("user", "add", name, "--role", role).stdout.strip()
            for name, role in (("mia", "moderator"), ("olga", "senior"))
        }

    def post(self, account: str = "a1") -> str:
        """A held post of a new target, which opens a case; the target."""
        self._posts += 1
        body = {"post_id": f"p{self._posts}", "account_id": account, "text": TEXT}
        body |= {"links": [ITEM.format(1_000 + self._posts)], "reach": 1_000 - self._posts}
        answer = self.served.post("/v1/posts", body).json()
        assert answer["verdict"] == "hold"
        return str(answer["links"][0]["target"])

    def state(self, target: str) -> str:
        return str(self.served.get(f"/v1/targets?target={target}").json()["state"])


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: str) -> Iterator[Platform]:
    operator = Operator(tmp_path_factory.mktemp("console"))
    shutil.copy(_migrated_sqlite, operator.folder / "dajia.sqlite3")
    with operator.serving() as served:
        yield Platform(operator, served)


@pytest.fixture
def desk(browser: Browser, platform: Platform) -> Iterator[Callable[..., Page]]:  # noqa: F811
    """Opens the console for somebody, logged in by keyboard; further options are the browser's."""
    opened: list[BrowserContext] = []

    def sit_down(name: str = "mia", **options: object) -> Page:
        context = browser.new_context(**{"locale": "en-US"} | options)  # type: ignore[arg-type]
        opened.append(context)
        page = context.new_page()
        page.goto(f"{platform.served.base}/review/")
        page.locator("input[name=name]").focus()
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(platform.passwords[name])
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url == f"{platform.served.base}/review/"
        return page

    yield sit_down
    for context in opened:
        context.close()


def test_two_keys_decide_a_target_and_show_the_next(desk: Callable[..., Page], platform: Platform) -> None:
    first, second = platform.post(), platform.post()
    page = desk()
    with page.expect_navigation():
        page.keyboard.press("n")
    assert first in page.inner_text("h1")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert second in page.inner_text("h1")
    with page.expect_navigation():
        page.keyboard.press("g")
    assert (platform.state(first), platform.state(second)) == ("counterfeit", "genuine")
    assert "No case is left" in page.inner_text("main")


def test_keys_do_nothing_while_somebody_writes(desk: Callable[..., Page], platform: Platform) -> None:
    target = platform.post()
    page = desk()
    with page.expect_navigation():
        page.keyboard.press("n")
    page.locator("textarea[name=note]").focus()
    page.keyboard.type("cgn?")
    assert page.locator("textarea[name=note]").input_value() == "cgn?"
    assert platform.state(target) == "suspected"
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("g")
    assert platform.state(target) == "genuine"


def test_the_keys_are_shown_when_asked_for(desk: Callable[..., Page]) -> None:
    page = desk()
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    assert "Next case" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()


def test_two_people_do_not_work_on_one_case(desk: Callable[..., Page], platform: Platform) -> None:
    target = platform.post()
    mia, olga = desk("mia"), desk("olga")
    with mia.expect_navigation():
        mia.keyboard.press("n")
    olga.reload()
    olga.click("tbody th a")
    assert "mia is working on this case." in olga.inner_text("main")
    assert olga.locator("button[value=counterfeit]").count() == 0
    with mia.expect_navigation():
        mia.keyboard.press("g")
    assert platform.state(target) == "genuine"
    olga.reload()
    assert "mia has decided: Genuine." in olga.inner_text("main")


def test_everything_works_without_javascript(desk: Callable[..., Page], platform: Platform) -> None:
    target = platform.post()
    page = desk(java_script_enabled=False)
    page.click("button:has-text('Next case')")
    page.fill("textarea[name=note]", "as seen")
    page.check("input[name=organised]")
    page.click("button[value=counterfeit]")
    assert "Decided: Counterfeit." in page.inner_text("main")
    assert platform.state(target) == "counterfeit"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(
    desk: Callable[..., Page], platform: Platform, scheme: str
) -> None:
    platform.post()
    page = desk(viewport={"width": 390, "height": 844}, color_scheme=scheme, locale="zh-CN")
    page.click("tbody th a")
    assert "认定假货" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for box in (button.bounding_box() for button in page.locator("aside .buttons button").all()):
        assert box is not None
        assert box["height"] >= 24, "a finger must hit it"
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), textarea, select')]
  .filter(e => !e.labels || ![...e.labels].some(l => l.textContent.trim())).map(e => e.name)"""
CONTRAST = """() => {
  const rgb = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll('main *')].filter(e => e.checkVisibility() &&
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), e.tagName, e.textContent.trim().slice(0, 30)];
  }).filter(([ratio, tag]) => ratio < 4.5 && tag !== 'KBD');
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_field_has_a_name_and_every_word_can_be_read(
    desk: Callable[..., Page], platform: Platform, scheme: str
) -> None:
    """The basics of WCAG 2.2: names, contrast of 4.5, one first heading, a main landmark, a language."""
    platform.post()
    page = desk(color_scheme=scheme)
    for _ in range(2):
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(CONTRAST) == []
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        assert page.get_attribute("html", "lang") == "en"
        if page.locator("tbody th a").count():
            page.click("tbody th a")
            page.wait_for_load_state()  # a click waits for the page, not for its style
