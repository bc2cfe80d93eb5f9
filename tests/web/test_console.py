"""The console: who may see and do what, forms that are ours, and nothing of what a seller wrote that could run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from adapters.passwords import Argon2Passwords
from bootstrap.storage import new_id
from detector.campaigns import Trait
from detector.types import PageSnapshot
from service.fetch_queue import SeenPage
from service.review import TargetCases
from tests.web.callers import Caller, a_post
from web import holder_words
from web.console import words as console_words
from web.services import Services

QUICK = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202e'
FACTORS = {"number": "1", "proportion": "1", "gravity": "1", "intent": "1"}


@pytest.fixture(autouse=True)
def _quick_passwords(services: Services) -> None:
    services.people._passwords = QUICK


class Moderator:
    """Somebody at the console, with a browser that keeps cookies and follows nothing by itself."""

    def __init__(self, client: FlaskClient, name: str, password: str) -> None:
        self.client = client
        self.name = name
        self.password = password

    def get(self, path: str = "/review/", **headers: str) -> Any:
        return self.client.get(path, headers={"Accept-Language": "en", **headers})

    def token(self, path: str = "/review/") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found is not None
        return found[1]

    def send(self, path: str, *, page: str | None = None, **fields: Any) -> Any:
        """Send a form as our page would."""
        fields = {"csrf_token": self.token(page or "/review/"), **fields}
        return self.client.post(path, data=fields, headers={"Accept-Language": "en"})

    def log_in(self, **fields: str) -> Any:
        values = {"name": self.name, "password": self.password} | fields
        return self.send("/review/login", page="/review/login", **values)


@pytest.fixture
def somebody(app: Flask, services: Services) -> Callable[..., Moderator]:
    """Makes somebody with a role, logged in."""

    def make(role: str = "moderator", name: str | None = None) -> Moderator:
        name = name or f"the-{role}"
        made = Moderator(app.test_client(), name, services.people.add(name, role))
        assert made.log_in().status_code == 303
        return made

    return make


@pytest.fixture
def case_id(admin: Caller) -> str:
    """A target that waits, everywhere with hostile text."""
    post = a_post(text=f"高仿LV包包298元 专柜品质 加V信 lv8888 {HOSTILE}", account_id=f"acc{HOSTILE}"[:128])
    assert admin.post("/v1/posts", post).status_code == 200
    found: str = admin.get("/v1/cases?kind=target").json["cases"][0]["case_id"]
    return found


@pytest.fixture
def appeal_id(admin: Caller) -> str:
    action = admin.post("/v1/posts", a_post(post_id="pa", account_id="aa")).json["actions"][0]
    appeal = {"account_id": "aa", "action_id": action["action_id"], "text": f"二手自用 {HOSTILE}"}
    found: str = admin.post("/v1/appeals", appeal).json["appeal_id"]
    return found


# who is let in


PAGES = [
    "/review/",
    "/review/dashboard",
    "/review/quality",
    "/review/campaigns/x",
    "/review/cases/x",
    "/review/accounts/a1",
]


@pytest.mark.parametrize("path", PAGES)
def test_without_a_login_every_page_leads_to_the_login(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/review/login?next=")


def test_a_login_begins_a_new_session_and_goes_on_to_the_page(app: Flask, services: Services) -> None:
    mia = Moderator(app.test_client(), "mia", services.people.add("mia", "moderator"))
    mia.get("/review/login")
    before = mia.client.get_cookie("dajia_review", path="/review").value
    answer = mia.log_in(next="/review/accounts/a1")
    assert (answer.status_code, answer.location) == (303, "/review/accounts/a1")
    cookie = mia.client.get_cookie("dajia_review", path="/review")
    assert cookie.value != before
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/review//evil.example", "/docs", ""]
)
def test_a_login_leads_nowhere_else(app: Flask, services: Services, elsewhere: str) -> None:
    mia = Moderator(app.test_client(), "mia", services.people.add("mia", "moderator"))
    assert mia.log_in(next=elsewhere).location == "/review/"


def test_a_wrong_password_is_refused_and_five_lock(app: Flask, services: Services) -> None:
    mia = Moderator(app.test_client(), "mia", services.people.add("mia", "moderator"))
    for _ in range(5):
        assert mia.log_in(password="wrong").status_code == 401
    assert mia.log_in().status_code == 401
    assert mia.get().status_code == 303


def test_who_was_disabled_is_out_at_once(somebody: Callable[..., Moderator], services: Services) -> None:
    mia = somebody()
    assert mia.get().status_code == 200
    services.people.disable(mia.name)
    assert mia.get().status_code == 303


def test_logging_out_ends_the_session(somebody: Callable[..., Moderator]) -> None:
    mia = somebody()
    mia.send("/review/logout")
    assert mia.get().status_code == 303


# forms


def test_a_form_without_its_token_changes_nothing(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    mia = somebody()
    fields = {"decision": "counterfeit", "note": "as seen"}
    for token in ({}, {"csrf_token": "forged"}):
        answer = mia.client.post(f"/review/cases/{case_id}/decide", data=fields | token)
        assert (answer.status_code, answer.location) == (303, f"/review/cases/{case_id}")
    assert admin.get(f"/v1/cases/{case_id}").json["state"] == "open"
    assert "as seen" in mia.get(f"/review/cases/{case_id}").text, "what was written is kept"


def test_a_session_that_ends_in_the_middle_of_a_decision_loses_nothing(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    mia = somebody()
    page = f"/review/cases/{case_id}"
    token = mia.token(page)
    mia.client.delete_cookie("dajia_review", path="/review")
    fields = {"csrf_token": token, "decision": "counterfeit", "note": "价格太低", "organised": "on"}
    answer = mia.client.post(f"{page}/decide", data=fields)
    assert answer.location == f"/review/login?next={page}/decide" or answer.location.startswith("/review/login?next=")
    assert admin.get(f"/v1/cases/{case_id}").json["state"] == "open"
    mia.log_in(next=page)
    shown = mia.get(page).text
    assert "价格太低" in shown
    assert re.search(r'name="organised" checked', shown)
    assert "价格太低" not in mia.get(page).text, "it comes back once"


# deciding


def test_a_target_is_decided_and_the_next_case_is_shown(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    admin.post("/v1/posts", a_post(post_id="p2", links=["https://weidian.com/item.html?itemID=77"]))
    mia = somebody()
    answer = mia.send(f"/review/cases/{case_id}/decide", decision="counterfeit", note="as seen", version="1")
    assert answer.status_code == 303
    assert answer.location.startswith("/review/cases/")
    assert case_id not in answer.location
    decided = admin.get(f"/v1/cases/{case_id}").json
    assert (decided["state"], decided["body"]["decided_by"]) == ("decided", mia.name)


def test_a_case_that_somebody_else_decided_says_so(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    mia = somebody()
    token = mia.token(f"/review/cases/{case_id}")
    admin.post(f"/v1/cases/{case_id}/decide", {"actor": "olga", "decision": "genuine"})
    fields = {"csrf_token": token, "decision": "counterfeit", "note": "mine", "version": "1"}
    answer = mia.client.post(f"/review/cases/{case_id}/decide", data=fields, headers={"Accept-Language": "en"})
    assert answer.status_code == 409
    assert "Somebody else" in answer.text
    assert "olga" in answer.text


def test_a_case_that_somebody_holds_cannot_be_taken(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    admin.post(f"/v1/cases/{case_id}/claim", {"actor": "olga"})
    mia = somebody()
    page = mia.get(f"/review/cases/{case_id}").text
    assert "olga is working on this case." in page
    assert 'value="counterfeit"' not in page
    assert mia.send(f"/review/cases/{case_id}/decide", decision="counterfeit").status_code == 409
    assert mia.send("/review/next").location == "/review/"


def test_an_appeal_is_talked_over_and_overturned(
    somebody: Callable[..., Moderator], admin: Caller, appeal_id: str
) -> None:
    olga = somebody("senior")
    assert olga.send(f"/review/cases/{appeal_id}/messages", text="请提供收据").status_code == 303
    assert "请提供收据" in olga.get(f"/review/cases/{appeal_id}").text
    answer = olga.send(
        f"/review/cases/{appeal_id}/decide", decision="overturn", note="正品", targets_shown="1", targets=[]
    )
    assert answer.status_code == 303
    after = admin.get(f"/v1/appeals/{appeal_id}").json
    assert (after["state"], len(after["messages"])) == ("overturned", 1)
    assert admin.get("/v1/targets?target=weidian:item:4371293").json["state"] == "suspected", "no target was ticked"


def test_an_appeal_without_a_reason_comes_back_as_it_was_written(
    somebody: Callable[..., Moderator], appeal_id: str
) -> None:
    olga = somebody("senior")
    answer = olga.send(f"/review/cases/{appeal_id}/decide", decision="overturn", note=" ")
    assert (answer.status_code, "needs a `note`" in answer.text) == (422, True)


def test_a_notice_is_decided(somebody: Callable[..., Moderator], admin: Caller) -> None:
    body = {
        "name": "J", "email": "a@b.example", "brand": f"LV {HOSTILE}", "urls": ["https://weidian.com/item.html?itemID=5"],
        "grounds": f"no licence {HOSTILE}", "good_faith": True,
    }  # fmt: skip
    notice_id = admin.post("/v1/notices", body).json["notice_id"]
    mia = somebody()
    assert "<script>alert" not in mia.get(f"/review/cases/{notice_id}").text
    answer = mia.send(f"/review/cases/{notice_id}/decide", decision="uphold", note="checked")
    assert answer.status_code == 303
    assert admin.get(f"/v1/notices/{notice_id}").json["state"] == "upheld"


# roles


def test_a_moderator_does_not_decide_appeals(somebody: Callable[..., Moderator], admin: Caller, appeal_id: str) -> None:
    mia = somebody("moderator")
    assert "Your role does not decide this." in mia.get(f"/review/cases/{appeal_id}").text
    assert mia.send(f"/review/cases/{appeal_id}/decide", decision="overturn", note="x").status_code == 403
    assert admin.get(f"/v1/appeals/{appeal_id}").json["state"] == "open"


@pytest.mark.parametrize("verb", ["decide", "claim", "release", "messages"])
def test_an_auditor_only_reads(somebody: Callable[..., Moderator], admin: Caller, case_id: str, verb: str) -> None:
    auditor = somebody("auditor")
    before = admin.get(f"/v1/cases/{case_id}").json
    assert auditor.get(f"/review/cases/{case_id}").status_code == 200
    answer = auditor.send(f"/review/cases/{case_id}/{verb}", decision="counterfeit", text="x")
    assert answer.status_code == 403
    assert auditor.send("/review/next").status_code == 403
    assert admin.get(f"/v1/cases/{case_id}").json == before


# what a seller wrote


@pytest.mark.parametrize("role", ["moderator", "senior", "admin", "auditor"])
def test_nothing_that_a_seller_wrote_can_run(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str, appeal_id: str, role: str
) -> None:
    account = admin.get(f"/v1/cases/{case_id}").json
    assert account
    who = somebody(role)
    queue = who.get().text
    for path in (
        "/review/",
        "/review/dashboard",
        f"/review/cases/{case_id}",
        f"/review/cases/{appeal_id}",
        "/review/accounts/%3Cscript%3E",
    ):
        page = who.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(\d+)", page.text)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["Cache-Control"] == "no-store"
    assert queue


@pytest.mark.parametrize(
    "query", ["?kind=<script>", "?state=%00", "?offset=-5", "?offset=99999999999999999999", "?offset=x", "?lang=xx"]
)
def test_a_strange_address_shows_the_queue(somebody: Callable[..., Moderator], query: str) -> None:
    assert somebody().get(f"/review/{query}").status_code == 200


def test_what_does_not_exist_is_a_page_that_says_so(somebody: Callable[..., Moderator]) -> None:
    answer = somebody().get("/review/cases/none")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_the_language_follows_the_browser_and_the_choice(somebody: Callable[..., Moderator]) -> None:
    mia = somebody()
    assert "待办" in mia.client.get("/review/", headers={"Accept-Language": "zh-CN"}).text
    mia.get("/review/?lang=zh")
    assert "待办" in mia.get("/review/").text


def test_both_languages_have_the_same_words() -> None:
    def shape(words: Any) -> Any:
        return {key: shape(value) for key, value in words.items()} if isinstance(words, dict) else None

    for words in (console_words.WORDS, holder_words.WORDS):
        assert shape(words["zh"]) == shape(words["en"])


def test_prices_and_how_a_target_spread_are_drawn_once_there_is_more_than_one_post(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    mia = somebody()
    assert "How it spread" not in mia.get(f"/review/cases/{case_id}").text
    for number in range(3):
        assert admin.post("/v1/posts", a_post(post_id=f"more{number}")).status_code == 200
    shown = mia.get(f"/review/cases/{case_id}").text
    assert "How it spread" in shown
    assert "Louis Vuitton bags new" in shown
    assert re.search(r'<rect class="v-hold" x="[0-9.]+" y="[0-9.]+" width="[0-9.]+" height="160.0">', shown)
    assert re.search(r"<title>[0-9: -]+: [1-4]</title>", shown)


def test_a_page_is_shown_as_words_and_nothing_of_it_runs(
    somebody: Callable[..., Moderator], services: Services, case_id: str
) -> None:
    html = (
        f"<title>{HOSTILE}</title><body onload=x><img src=//evil.example/x.png alt='{HOSTILE}'>LV 包包 {HOSTILE} 298元"
    )
    page = PageSnapshot(f"https://evil.example/?{HOSTILE}", html.encode(), "text/html")
    with services.store.begin() as work:
        work.put_page(SeenPage("weidian:item:4371293", "visit1", page))
    shown = somebody().get(f"/review/cases/{case_id}").text
    assert "LV 包包" in shown
    assert "298" in shown
    assert "<script>alert(1)" not in shown
    assert not re.search(r"<img|onload=|onerror=(?!alert\(1\)&gt;)|src=\"//evil", shown)


# campaigns


@pytest.fixture
def campaign(admin: Caller, services: Services) -> tuple[str, dict[str, str]]:
    """Three targets of one seller, everywhere with hostile text; the campaign and the cases by target."""
    for number in (1, 2, 3):
        post = a_post(
            post_id=f"c{number}",
            account_id=f"acc{number}",
            text=f"高仿LV包包298元 专柜品质 加V信 lv8888 {number} {HOSTILE}",
            links=[f"https://weidian.com/item.html?itemID={number}"],
        )
        assert admin.post("/v1/posts", post).status_code == 200
        trait = Trait("contact:wechat:lv8888", "contact", f"lv8888 {HOSTILE}")
        target = f"weidian:item:{number}"
        with services.store.begin() as work:
            work.add_traits(f"target:{target}", [trait])
            name = work.join_campaign(target, [trait.name], f"camp{number}")
    cases = admin.get("/v1/cases?kind=target").json["cases"]
    return name, {case["subject"]: case["case_id"] for case in cases}


def test_a_campaign_is_one_row_of_the_queue(
    somebody: Callable[..., Moderator], campaign: tuple[str, dict[str, str]]
) -> None:
    shown = somebody().get("/review/").text
    assert shown.count('class="kind target"') == 1
    assert f'href="/review/campaigns/{campaign[0]}">Campaign +2<' in shown


def test_a_campaign_shows_its_targets_and_what_ties_them(
    somebody: Callable[..., Moderator], campaign: tuple[str, dict[str, str]]
) -> None:
    name, cases = campaign
    shown = somebody("auditor").get(f"/review/campaigns/{name}").text
    assert all(target in shown for target in cases)
    assert "the same contact" in shown
    assert "<script>alert" not in shown
    assert "checkbox" not in shown, "an auditor only reads"
    assert name in somebody().get(f"/review/cases/{next(iter(cases.values()))}").text


def test_chosen_targets_are_decided_together_after_a_preview(
    somebody: Callable[..., Moderator], admin: Caller, campaign: tuple[str, dict[str, str]]
) -> None:
    name, cases = campaign
    mia, page = somebody(), f"/review/campaigns/{name}"
    chosen = [cases["weidian:item:1"], cases["weidian:item:2"]]
    preview = mia.send(f"{page}/preview", page=page, cases=chosen, decision="counterfeit", note=f"copies {HOSTILE}")
    assert "2 targets are decided together." in preview.text
    assert re.search(r"<b>2</b> [^<]*link", preview.text), preview.text
    assert "<script>alert" not in preview.text
    assert admin.get("/v1/targets?target=weidian:item:1").json["state"] == "suspected", "a preview decides nothing"
    admin.post(f"/v1/cases/{chosen[1]}/claim", {"actor": "olga"})
    answer = mia.send(f"{page}/decide", page=page, cases=[*chosen, "x"], decision="counterfeit", note="copies")
    assert answer.location == page
    after = mia.get(page).text
    assert "1 targets were decided." in after
    assert "weidian:item:2: olga is working on this case." in after
    states = [admin.get(f"/v1/targets?target=weidian:item:{n}").json["state"] for n in (1, 2, 3)]
    assert states == ["counterfeit", "suspected", "suspected"]


def test_a_campaign_decides_nothing_for_those_who_may_not_or_choose_nothing(
    somebody: Callable[..., Moderator], admin: Caller, campaign: tuple[str, dict[str, str]]
) -> None:
    page = f"/review/campaigns/{campaign[0]}"
    mia = somebody()
    assert mia.send(f"{page}/preview", page=page, decision="counterfeit").status_code == 422
    assert mia.send(f"{page}/preview", page=page, decision="ban").status_code == 403
    unsigned = mia.client.post(f"{page}/decide", data={"decision": "counterfeit", "cases": list(campaign[1].values())})
    assert (unsigned.status_code, unsigned.location) == (303, page)
    assert admin.get("/v1/targets?target=weidian:item:1").json["state"] == "suspected"
    assert somebody("auditor").send(f"{page}/decide", decision="counterfeit").status_code == 403
    assert mia.get("/review/campaigns/nothing").status_code == 404


def test_a_decision_is_taken_back_from_the_next_page(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    mia, page = somebody(), f"/review/cases/{case_id}"
    mia.send(f"{page}/decide", page=page, decision="counterfeit", version="1")
    assert f'action="{page}/undo"' in mia.get("/review/").text
    assert "Take the last decision back" not in somebody(name="olga").get("/review/").text
    assert mia.send(f"{page}/undo").location == page
    shown = mia.get(page).text
    assert "the case is open again" in shown
    assert admin.get("/v1/targets?target=weidian:item:4371293").json["state"] == "suspected"
    again = mia.send(f"{page}/undo")
    assert (again.status_code, "only once" in again.text) == (409, True)


def test_the_queue_tells_how_fast_cases_are_decided(
    somebody: Callable[..., Moderator], admin: Caller, case_id: str
) -> None:
    mia = somebody()
    assert "0 decided in the last 24 hours, of 500 a day" in mia.get("/review/").text
    admin.post(f"/v1/cases/{case_id}/decide", {"actor": "kim", "decision": "genuine"})
    assert "1 decided in the last 24 hours" in mia.get("/review/").text


# second opinions


def test_a_second_opinion_is_blind_and_its_figures_are_shown(
    somebody: Callable[..., Moderator], services: Services, admin: Caller, case_id: str
) -> None:
    services.review._deciders["target"] = TargetCases(new_id, second_share=1.0)
    mia, olga, kim = somebody(), somebody("senior", "olga"), somebody(name="kim")
    mia.send(f"/review/cases/{case_id}/decide", decision="counterfeit", note="SECRET-NOTE", version="1")
    second = admin.get("/v1/cases?kind=second").json["cases"][0]
    assert second["body"] == {}
    page = f"/review/cases/{second['case_id']}"
    shown = kim.get(page).text
    assert "what they said is not shown" in shown
    assert not any(word in shown for word in ("SECRET-NOTE", "the-moderator", "confirmed"))
    assert "no second opinion" in mia.send(f"{page}/decide", decision="genuine").text
    kim.send(f"{page}/decide", page=page, decision="genuine", note="a real one", version=str(second["version"]))
    dispute = admin.get("/v1/cases?kind=target&state=open").json["cases"][0]
    assert dispute["for_role"] == "senior"
    moderators = kim.get(f"/review/cases/{dispute['case_id']}").text
    assert "Two people differ" in moderators
    assert 'value="counterfeit"' not in moderators
    assert kim.send(f"/review/cases/{dispute['case_id']}/decide", decision="genuine").status_code == 403
    assert 'value="counterfeit"' in olga.get(f"/review/cases/{dispute['case_id']}").text
    assert "the-moderator" in olga.get("/review/quality").text
    assert "the-moderator" in mia.get("/review/quality").text
    assert "the-moderator" not in kim.get("/review/quality").text


def test_a_senior_makes_a_golden_case_and_sees_how_often_people_are_right(
    somebody: Callable[..., Moderator], services: Services, admin: Caller, case_id: str
) -> None:
    services.review._deciders["target"] = TargetCases(new_id, golden_share=1.0)
    mia, olga, kim = somebody(), somebody("senior", "olga"), somebody(name="kim")
    page = f"/review/cases/{case_id}"
    mia.send(f"{page}/decide", decision="counterfeit", version="1")
    assert "golden" not in mia.get(page).text
    assert mia.send(f"{page}/golden", note="sure").status_code == 403
    assert "Make it a golden case" in olga.get(page).text
    assert "says why" in olga.send(f"{page}/golden", note=" ").text
    assert olga.send(f"{page}/golden", note="Examined by the brand.").status_code == 303
    assert "This target is a golden case" in olga.get(page).text
    admin.post("/v1/posts", a_post(post_id="p9", account_id="a9", links=["https://x9.example/"]))
    other = admin.get("/v1/cases?kind=target&state=open").json["cases"][0]
    kim.send(f"/review/cases/{other['case_id']}/decide", decision="genuine", version=str(other["version"]))
    (golden,) = admin.get("/v1/cases?kind=second").json["cases"]
    shown = kim.get(f"/review/cases/{golden['case_id']}").text
    assert "what they said is not shown" in shown
    assert "golden" not in shown.lower()
    kim.send(f"/review/cases/{golden['case_id']}/decide", decision="genuine", version=str(golden["version"]))
    assert "golden" not in kim.get(f"/review/cases/{golden['case_id']}").text.lower()
    for person in (kim, olga):
        assert "0 %" in person.get("/review/quality").text
    assert "kim" in olga.get("/review/quality").text
    assert olga.send(f"{page}/golden", remove="1").status_code == 303
    assert "Make it a golden case" in olga.get(page).text


def test_who_is_not_sure_hands_it_to_a_senior(somebody: Callable[..., Moderator], admin: Caller, case_id: str) -> None:
    mia, page = somebody(), f"/review/cases/{case_id}"
    assert 'value="unsure"' in mia.get(page).text
    mia.send(f"{page}/decide", page=page, decision="unsure", version="1")
    assert "handed to a senior" in mia.get("/review/").text
    shown = somebody("senior").get(page).text
    assert ("a senior decides" in shown, 'value="unsure"' in shown) == (True, False)
    assert admin.get("/v1/targets?target=weidian:item:4371293").json["state"] == "suspected"


def test_contacts_are_hidden_until_asked_for_and_who_looked_is_shown_to_an_auditor(
    somebody: Callable[..., Moderator], case_id: str
) -> None:
    page, auditor = f"/review/cases/{case_id}", somebody("auditor")
    mia, kim = somebody(), somebody(name="kim")
    assert "lv8888" not in mia.get(page).text
    assert mia.send(f"{page}/unmask").location == page
    assert "lv8888" in mia.get(page).text
    assert "lv8888" not in kim.get(page).text
    assert auditor.send(f"{page}/unmask").status_code == 403
    shown = auditor.get(page).text
    assert ("Who looked at contacts" in shown, "the-moderator" in shown, "lv8888" in shown) == (True, True, False)
    assert "Who looked" not in kim.get(page).text


def test_a_senior_takes_an_action_back_with_a_reason(somebody: Callable[..., Moderator], admin: Caller) -> None:
    action = admin.post("/v1/posts", a_post(post_id="d1", account_id="d")).json["actions"][0]["action_id"]
    page, olga, mia = "/review/accounts/d", somebody("senior"), somebody()
    assert "Take an action back" not in mia.get(page).text
    assert mia.send(f"{page}/dismiss", action_id=action, note="x").status_code == 403
    unsaid = olga.send(f"{page}/dismiss", page=page, action_id=action, note=" ")
    assert (unsaid.status_code, "needs a `note`" in unsaid.text) == (422, True)
    assert olga.send(f"{page}/dismiss", page=page, action_id=action, note=f"ours {HOSTILE}").location == page
    assert "It was taken back." in olga.get(page).text
    assert admin.get("/v1/accounts/d").json["history"][0]["reversed_at"] is not None
    assert olga.send(f"{page}/dismiss", page="/review/", action_id=action, note="again").status_code == 409


def test_a_senior_lets_a_measure_end_sooner(somebody: Callable[..., Moderator], admin: Caller) -> None:
    decision = {"url": a_post()["links"][0], "decision": "counterfeit", "actor": "mia"}
    assert admin.post("/v1/decisions", decision).status_code in {200, 202}
    post = a_post(post_id="s1", account_id="s", account={"type": "promoter"}, posted_at=...)
    (measure,) = [a for a in admin.post("/v1/posts", post).json["actions"] if a["kind"] == "restrict_links"]
    page, olga, mia, action = "/review/accounts/s", somebody("senior"), somebody(), measure["action_id"]
    assert "Let a measure end sooner" not in mia.get(page).text
    assert mia.send(f"{page}/shorten", action_id=action, days="1", note="x").status_code == 403
    for days, note, problem in (("1", " ", "needs a `note`"), ("x", "ok", "3,650"), ("", "ok", "3,650")):
        refused = olga.send(f"{page}/shorten", page=page, action_id=action, days=days, note=note)
        assert (refused.status_code, problem in refused.text) == (422, True)
    assert olga.send(f"{page}/shorten", page=page, action_id=action, days="1", note=f"ours {HOSTILE}").location == page
    shown = olga.get(page).text
    assert "The measure ends sooner." in shown
    assert HOSTILE not in shown
    after = admin.get("/v1/accounts/s").json["history"]
    assert next(a for a in after if a["action_id"] == action)["shortening_reason"] == f"ours {HOSTILE}"
    assert olga.send(f"{page}/shorten", page="/review/", action_id=action, days="5", note="again").status_code == 409
