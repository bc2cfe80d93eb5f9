"""The story of one seller, from the first repost to a closed account, an appeal, and everything made good again.

Told through HTTP alone, with the clock moved by hand. Readable without knowing the code: each step says what somebody
does, and what follows from the published rulebook.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from api import create_app
from bootstrap.detection import build_detector
from bootstrap.serving import build_services
from service.propagate import Propagation
from service.second_look import SecondLook
from service.seen_pages import SeenPages
from settings import Settings
from tests.web.callers import Caller

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
BAG = "https://weidian.com/item.html?itemID=4371293"
DRESSED = "https://m.weidian.com/item.html?itemID=4371293&share_relation=wx7"
FACTORS = {"number": "3 posts", "proportion": "3 of 4", "gravity": "bags", "intent": "calls them copies"}


class Platform:
    """The platform's back end and its moderators, on a service whose clock stands where we put it."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_ = START
        monkeypatch.setattr("bootstrap.serving.build_clock", lambda _settings, _store: self)
        services = build_services(settings)
        self.caller = Caller(create_app(services).test_client(), services.keys.create("platform", ["admin"]))
        store = SqlStore(make_engine(settings.database_url))
        numbers = iter(range(100_000))
        detector = build_detector(settings)
        second_look = SecondLook(detector, services.books, SeenPages(detector.reader))
        self._worker = Propagation(store, services.books, self, lambda: f"w{next(numbers):06}", second_look)

    def now(self) -> datetime:
        return self.now_

    def witness(self, posted_at: datetime) -> None:
        """Posts do not move it."""

    def days_later(self, days: float) -> None:
        self.now_ += timedelta(days=days)

    def post(self, post_id: str, url: str, account: str = "seller") -> dict[str, Any]:
        body = {"post_id": post_id, "account_id": account, "text": "LV包包298元 专柜品质 加V信 lv8888", "links": [url]}
        return self._ok(self.caller.post("/v1/posts", body))

    def confirm(self, actor: str, **found: bool) -> None:
        body = {"url": BAG, "decision": "counterfeit", "actor": actor, "note": "店主称其为复刻", **found}
        self._ok(self.caller.post("/v1/decisions", body))
        self._worker.drain()

    def vote(self, case_id: str, actor: str) -> dict[str, Any]:
        body = {"actor": actor, "decision": "impose", "note": "多次警告后仍发布", "factors": FACTORS}
        return self._ok(self.caller.post(f"/v1/cases/{case_id}/decide", body))

    def get(self, path: str) -> dict[str, Any]:
        return self._ok(self.caller.get(path))

    def send(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._ok(self.caller.post(path, body))
        self._worker.drain()
        return answer

    @staticmethod
    def _ok(response: Any) -> dict[str, Any]:
        assert response.status_code in {200, 201, 202}, response.text
        found: dict[str, Any] = response.json
        return found


@pytest.fixture
def platform(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Platform:
    return Platform(settings, monkeypatch)


def kinds(actions: list[dict[str, Any]]) -> list[str]:
    return [action["kind"] for action in actions]


def test_one_seller_from_first_repost_to_ban_appeal_and_restoration(platform: Platform) -> None:
    # A bag for 298 yuan. The model hides the link until a person has looked: no points, and the account stays good.
    first = platform.post("p1", BAG)
    assert (first["verdict"], kinds(first["actions"]), first["actions"][0]["points"]) == ("hold", ["disable_link"], 0)
    assert platform.get("/v1/accounts/seller")["state"] == "good"

    # Another account shares the same bag, with the link dressed up. It is the same target.
    platform.post("q1", DRESSED, account="neighbour")

    # Mia confirms the target once. Both accounts are warned; nobody gets points for what was posted before.
    platform.days_later(1)
    platform.confirm("mia")
    for account in ("seller", "neighbour"):
        standing = platform.get(f"/v1/accounts/{account}")
        assert (standing["state"], standing["points"]) == ("warned", 0)
        assert "规则 A1" in str(standing["history"]) or "规则 A2" in str(standing["history"])

    # A day later the seller posts it again. The link is blocked at once, and rule B1 costs four points.
    platform.days_later(1)
    second = platform.post("p2", DRESSED)
    assert second["verdict"] == "block"
    assert [(a["kind"], a["points"], a["rule"]) for a in second["actions"] if a["points"]] == [("warn", 4, "B1")]

    # Mia finds that a gang sells these bags. The post that was made after the warning weighs 48 points now (class E),
    # the one from before it still none. The rules restrict links by themselves; closing an account needs two people.
    platform.days_later(1)
    platform.confirm("mia", organised=True)
    platform.post("p3", BAG)
    standing = platform.get("/v1/accounts/seller")
    assert (standing["state"], standing["points"]) == ("restricted", 48)
    assert platform.get("/v1/accounts/neighbour")["points"] == 0
    (case,) = platform.get("/v1/cases?kind=sanction&state=open")["cases"]

    # Mia confirmed the target, so she may not decide. Noor and Olga do, each weighing the four factors.
    body = {"actor": "mia", "decision": "impose", "factors": FACTORS}
    assert platform.caller.post(f"/v1/cases/{case['case_id']}/decide", body).status_code == 422
    assert platform.vote(case["case_id"], "noor")["state"] == "open"
    assert platform.vote(case["case_id"], "olga")["state"] == "decided"
    standing = platform.get("/v1/accounts/seller")
    assert standing["state"] == "banned"
    ban = standing["history"][0]
    assert "永久封禁" in ban["statement"]["zh"]
    assert "不是系统自动作出" in ban["statement"]["zh"]

    # The seller appeals with a receipt. Whoever is shut out gets an answer within 72 hours, from another person.
    platform.days_later(2)
    appeal = platform.send(
        "/v1/appeals", {"account_id": "seller", "action_id": ban["action_id"], "text": "这是正品二手，有购物小票"}
    )
    assert datetime.fromisoformat(appeal["deadline"]) - platform.now() == timedelta(hours=72)
    decide = f"/v1/cases/{appeal['appeal_id']}/decide"
    for before in ("mia", "noor", "olga"):
        refused = platform.caller.post(decide, {"actor": before, "decision": "overturn", "note": "x"})
        assert refused.status_code == 422

    # Pia looks at the receipt: the bags are genuine. Everything that followed is made good, for everybody.
    platform.send(decide, {"actor": "pia", "decision": "overturn", "note": "小票属实，商品为正品"})
    assert platform.get(f"/v1/appeals/{appeal['appeal_id']}")["state"] == "overturned"
    for account, posts in (("seller", ("p1", "p2", "p3")), ("neighbour", ("q1",))):
        standing = platform.get(f"/v1/accounts/{account}")
        assert (standing["state"], standing["points"], standing["lapses"]) == ("good", 0, [])
        assert all(a["reversed_at"] for a in standing["history"] if a["until"] is None), "but a hold ended by itself"
        for post_id in posts:
            assert [link["hidden"] for link in platform.get(f"/v1/posts/{post_id}")["links"]] == [False]

    # The target is cleared for the future too, and no longer on the blocklist.
    assert platform.get(f"/v1/targets?url={BAG}")["state"] == "genuine"
    assert platform.post("p4", BAG)["verdict"] == "allow"
    assert platform.get("/v1/blocklist")["added"] == []

    # Every action had a statement of reasons; none was ever taken out of the record.
    statements = platform.get("/v1/statements")["statements"]
    assert len({s["statement_id"] for s in statements}) == len(statements) >= 8
