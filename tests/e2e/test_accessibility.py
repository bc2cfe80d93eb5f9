"""WCAG 2.2 AA by axe-core on every page that people read, public or console, light and dark, desk and phone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from detector.campaigns import Trait
from detector.types import PageSnapshot
from service.fetch_queue import SeenPage
from tests.commands.service_process import Operator
from tests.e2e.test_console import Platform
from tests.e2e.test_pages import browser, pytestmark  # noqa: F401 - a fixture and the marks of every browser test

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
PUBLIC = ["/rulebook", "/rulebook/1.0.0", "/rulebook/1.0.0/what-if", "/docs", "/notice", "/review/login", "STANDING"]
CONSOLE = [
    "/review/",
    "/review/?state=decided",
    "/review/dashboard",
    "/review/quality",
    "/review/accounts/a1",
    "TARGET",
    "APPEAL",
    "CAMPAIGN",
]
PAGE = "<title>LV 工厂店</title><body>LV包包 298元 微信 lv8888 <img alt='包'>欢迎光临，支持七天退换</body>"


class World(Platform):
    """A service with something on every page."""

    def fill(self) -> None:
        targets = [self.post(), self.post("a2"), self.post("a3")]
        store = SqlStore(make_engine(self.operator.settings["DAJIA_DATABASE_URL"]))
        trait = Trait("contact:wechat:lv8888", "contact", "V信 lv8888")
        with store.begin() as work:
            for target in targets:
                work.add_traits(f"target:{target}", [trait])
                campaign = work.join_campaign(target, [trait.name], "camp")
            work.put_page(SeenPage(targets[0], "v", PageSnapshot("https://shop.example/", PAGE, "text/html")))
        actions = self.served.get("/v1/accounts/a1").json()["history"]
        appeal = {"account_id": "a1", "action_id": actions[0]["action_id"], "text": "二手自用，有小票"}
        appealed = self.served.post("/v1/appeals", appeal).json()["appeal_id"]
        cases = {c["subject"]: c["case_id"] for c in self.served.get("/v1/cases?kind=target").json()["cases"]}
        standing = self.served.post("/v1/standing-links", {"account_id": "a1"}).json()["path"]
        self.places = {
            "TARGET": f"/review/cases/{cases[targets[0]]}",
            "APPEAL": f"/review/cases/{appealed}",
            "CAMPAIGN": f"/review/campaigns/{campaign}",
            "STANDING": standing,
        }
        store.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: str) -> Iterator[World]:
    operator = Operator(tmp_path_factory.mktemp("accessibility"))
    shutil.copy(_migrated_sqlite, operator.folder / "dajia.sqlite3")
    with operator.serving("--no-worker") as served:
        made = World(operator, served)
        made.fill()
        yield made


@pytest.fixture(scope="module")
def look(browser: Browser, world: World) -> Iterator[Callable[..., Page]]:  # noqa: F811
    """Opens pages as olga; one window for each look of the world."""
    windows: dict[tuple[str, str, str], Page] = {}

    def open_page(path: str, scheme: str, size: str, locale: str) -> Page:
        key = (scheme, size, locale)
        if key not in windows:
            # The page's own policy forbids scripts of others, axe-core among them.
            context = browser.new_context(
                bypass_csp=True,
                color_scheme=scheme,
                viewport=SIZES[size],
                locale=locale,  # type: ignore[arg-type]
            )
            windows[key] = context.new_page()
            windows[key].goto(f"{world.served.base}/review/login")
            windows[key].fill("input[name=name]", "olga")
            windows[key].fill("input[name=password]", world.passwords["olga"])
            with windows[key].expect_navigation():
                windows[key].click("main button")
        windows[key].goto(world.served.base + world.places.get(path, path))
        return windows[key]

    yield open_page
    for page in windows.values():
        page.context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PUBLIC, *CONSOLE])
def test_axe_finds_nothing(look: Callable[..., Page], path: str, scheme: str, size: str) -> None:
    locale = "zh-CN" if scheme == "light" else "en-US"
    assert violations(look(path, scheme, size, locale)) == []


def test_axe_would_find_something(look: Callable[..., Page]) -> None:
    page = look("/review/", "light", "desk", "en-US")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><button></button>')")
    assert {found.split(":")[0] for found in violations(page)} >= {"image-alt", "button-name"}
