"""Pages for account holders and rights holders: the reason, the appeal, and nothing for anybody else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.callers import Caller, a_post
from web.services import Services

HOSTILE = "<script>alert(1)</script>"
NOTICE = {
    "name": "Jeanne Martin",
    "email": "ip@maison.example",
    "brand": "Louis Vuitton",
    "urls": "https://weidian.com/item.html?itemID=1\nhttps://weidian.com/item.html?itemID=2",
    "grounds": "No licence, and a fiftieth of the price.",
    "good_faith": "on",
}


@pytest.fixture
def path(admin: Caller) -> str:
    """The page of an account of which one link was held."""
    assert admin.post("/v1/posts", a_post()).json["verdict"] == "hold"
    made = admin.post("/v1/standing-links", {"account_id": "a1"})
    assert made.status_code == 201
    found: str = made.json["path"]
    return found


def form(anyone: Caller, path: str, **fields: str) -> Any:
    return anyone.client.post(path, data=fields, headers={"Accept-Language": "en"})


def test_the_holder_sees_the_reason_in_both_languages(anyone: Caller, path: str) -> None:
    chinese, english = anyone.get(f"{path}?lang=zh"), anyone.get(f"{path}?lang=en")
    assert "我们隐藏了这条链接" in chinese.text
    assert "We have hidden this link" in english.text
    assert "A1" in english.text
    assert english.headers["Cache-Control"] == "no-store"
    assert "script" not in english.headers["Content-Security-Policy"]


def test_the_holder_appeals_and_talks_with_the_reviewer(anyone: Caller, admin: Caller, path: str) -> None:
    page = anyone.get(path).text
    action_id = re.search(r'name="action_id" value="([^"]+)"', page)[1]  # type: ignore[index]  # else the test fails
    sent = form(anyone, f"{path}/appeals", action_id=action_id, text=f"这是二手自用 {HOSTILE}")
    assert sent.status_code == 303
    (appeal,) = admin.get("/v1/accounts/a1").json["appeals"]
    admin.post(f"/v1/cases/{appeal['appeal_id']}/messages", {"actor": "olga", "text": "请提供收据"})
    page = anyone.get(path).text
    assert "请提供收据" in page
    assert "olga" not in page
    assert HOSTILE not in page
    assert form(anyone, f"{path}/messages", appeal_id=appeal["appeal_id"], text="已上传").status_code == 303
    decision = {"actor": "olga", "decision": "overturn", "note": "收据可信"}
    admin.post(f"/v1/cases/{appeal['appeal_id']}/decide", decision)
    assert "Your appeal was upheld: 收据可信" in anyone.get(f"{path}?lang=en").text


@pytest.mark.parametrize("verb", ["", "/appeals", "/messages"])
@pytest.mark.parametrize("token", ["x", "ImExIg.aaaa.bbbb", "%00", "a" * 500])
def test_a_forged_link_shows_nothing(anyone: Caller, path: str, token: str, verb: str) -> None:
    assert path
    url = f"/standing/{token}{verb}"
    answer = anyone.get(url) if not verb else form(anyone, url, text="x", action_id="x")
    assert answer.status_code == 404
    assert "We have hidden" not in answer.text


def test_a_link_ends_after_a_day(anyone: Caller, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from itsdangerous import TimestampSigner  # noqa: PLC0415 - this test alone

    now = TimestampSigner("k").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: now + 24 * 3600 + 5)
    assert anyone.get(path).status_code == 404


def test_one_account_cannot_speak_in_anothers_appeal(anyone: Caller, admin: Caller, path: str) -> None:
    action = admin.post("/v1/posts", a_post(post_id="p9", account_id="a9")).json["actions"][0]
    body = {"account_id": "a9", "action_id": action["action_id"], "text": "mine"}
    theirs = admin.post("/v1/appeals", body).json["appeal_id"]
    assert form(anyone, f"{path}/messages", appeal_id=theirs, text="x").status_code == 404
    assert form(anyone, f"{path}/appeals", action_id=action["action_id"], text="x").status_code == 422
    assert admin.get(f"/v1/appeals/{theirs}").json["messages"] == []


def test_an_empty_appeal_is_shown_again(anyone: Caller, path: str) -> None:
    assert form(anyone, f"{path}/appeals", action_id="x", text="  ").status_code == 422


def test_whoever_asks_for_a_link_needs_a_key(anyone: Caller) -> None:
    assert anyone.post("/v1/standing-links", {"account_id": "a1"}).status_code == 401


# rights holders


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_notice_is_taken_from_the_form(anyone: Caller, admin: Caller, lang: str) -> None:
    assert anyone.get(f"/notice?lang={lang}").status_code == 200
    sent = form(anyone, f"/notice?lang={lang}", **NOTICE)
    assert sent.status_code == 201
    (case,) = admin.get("/v1/cases?kind=notice").json["cases"]
    assert case["case_id"] in sent.text
    assert len(case["body"]["targets"]) == 2


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"good_faith": ""}, "good_faith"),
        ({"email": "nobody"}, "email"),
        ({"urls": ""}, "urls"),
        ({"grounds": "fake"}, "grounds"),
        ({"name": "x" * 200}, "name"),
        ({"grounds": HOSTILE}, ""),
    ],
)
def test_a_bad_notice_comes_back_as_it_was_written(
    anyone: Caller, admin: Caller, changes: dict[str, str], named: str
) -> None:
    fields = {name: value for name, value in (NOTICE | changes).items() if value or name != "good_faith"}
    sent = form(anyone, "/notice", **fields)
    assert HOSTILE not in sent.text
    if named:
        assert sent.status_code == 422
        assert f"{named}:" in sent.text
        assert fields["brand"] in sent.text
        assert admin.get("/v1/cases?kind=notice").json["total"] == 0


def test_a_flood_in_one_form_is_refused(anyone: Caller, services: Services) -> None:
    assert services
    assert form(anyone, "/notice", **NOTICE | {"grounds": "x" * 300_000}).status_code in {413, 422}
