from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from service.screen import Screening
from tests.web.callers import LIMIT, Caller, a_post
from tests.web.test_bad_input import chunked, expect_problem
from web.services import Services


def test_a_post_is_answered_with_a_verdict_and_reasons(admin: Caller) -> None:
    answer = admin.post("/v1/posts", a_post()).json
    assert answer["post_id"] == "p1"
    assert answer["duplicate"] is False
    assert answer["links"][0]["target"] == "weidian:item:4371293"
    assert answer["counterfeit_probability"] == max(link["counterfeit_probability"] for link in answer["links"])
    assert {"code", "zh", "en", "evidence", "span", "weight"} <= answer["links"][0]["reasons"][0].keys()


def test_the_same_post_gets_the_first_answer_again(admin: Caller) -> None:
    first = admin.post("/v1/posts", a_post()).json
    again = admin.post("/v1/posts", a_post()).json
    assert again == first | {"duplicate": True}


def test_a_higher_revision_replaces_the_content(admin: Caller) -> None:
    admin.post("/v1/posts", a_post())
    response = admin.post("/v1/posts", a_post(text="今天天气很好", revision=1))
    assert response.status_code == 200
    assert admin.get("/v1/posts/p1").json["revision"] == 1


def test_a_check_records_nothing(admin: Caller) -> None:
    answer = admin.post("/v1/check", a_post()).json
    assert answer["decision_id"] is None
    assert answer["actions"] == []
    assert admin.get("/v1/posts/p1").status_code == 404


def test_a_check_needs_no_ids(admin: Caller) -> None:
    assert admin.post("/v1/check", a_post(post_id=..., account_id=...)).status_code == 200


def test_a_check_gives_the_verdict_that_the_post_gets(admin: Caller) -> None:
    checked = admin.post("/v1/check", a_post()).json
    posted = admin.post("/v1/posts", a_post()).json
    for name in ("verdict", "counterfeit_probability", "links", "reasons"):
        assert checked[name] == posted[name]


@pytest.mark.parametrize("post_id", ["p/1", "/p", "p//1", "p/", "帖子", "a b", "100%", "?", "../p", "x" * 128])
def test_an_id_may_hold_any_sign(admin: Caller, post_id: str) -> None:
    assert admin.post("/v1/posts", a_post(post_id=post_id)).status_code == 200
    path = f"/v1/posts/{quote(post_id, safe='')}"
    assert admin.get(path).json["post_id"] == post_id
    assert admin.delete(path).json["post_id"] == post_id


def test_a_removal_is_noted_once(admin: Caller) -> None:
    admin.post("/v1/posts", a_post())
    assert admin.delete("/v1/posts/p1").status_code == 200
    assert admin.delete("/v1/posts/p1").status_code == 200
    expect_problem(admin.delete("/v1/posts/p2"), 404)


# the batch


def lines_of(response: Any) -> list[Any]:
    assert response.status_code == 200
    assert response.mimetype == "application/x-ndjson"
    return [msgspec.json.decode(line) for line in response.data.splitlines()]


def batch(admin: Caller, *lines: bytes | dict[str, Any]) -> list[Any]:
    body = b"\n".join(line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines)
    return lines_of(admin.post("/v1/posts:batch", body, content_type="application/x-ndjson"))


def test_a_batch_answers_line_by_line_in_order(admin: Caller) -> None:
    answers = batch(admin, *(a_post(post_id=f"p{n}", account_id=f"a{n % 7}") for n in range(120)))
    assert [answer["post_id"] for answer in answers] == [f"p{n}" for n in range(120)]


def test_a_batch_gives_the_answers_of_single_posts(admin: Caller) -> None:
    single = admin.post("/v1/check", a_post()).json
    (answer,) = batch(admin, a_post())
    assert answer["links"] == single["links"]
    assert admin.post("/v1/posts", a_post()).json == answer | {"duplicate": True}


def test_a_bad_line_is_answered_in_its_place(admin: Caller) -> None:
    answers = batch(
        admin,
        a_post(post_id="p1"),
        b"{",
        b"",
        b"   ",
        a_post(post_id="p1", text="别的 a.cn"),
        a_post(post_id=7),
        b'"\\ud800"',
        b"x" * (LIMIT + 1),
        a_post(post_id="p2"),
    )
    assert [answer.get("post_id") for answer in answers] == ["p1", *[None] * 7, "p2"]
    assert [answer["line"] for answer in answers[1:-1]] == [2, 3, 4, 5, 6, 7, 8]
    assert [answer["error"]["status"] for answer in answers[1:-1]] == [400, 400, 400, 409, 422, 400, 413]
    assert answers[5]["error"]["errors"][0]["pointer"] == "/post_id"
    assert all(answer["error"]["request_id"] for answer in answers[1:-1])


def test_a_stream_may_be_longer_than_a_body(admin: Caller) -> None:
    answers = batch(admin, *(a_post(post_id=f"p{n}", text="包" * 30_000) for n in range(10)))
    assert [answer["post_id"] for answer in answers] == [f"p{n}" for n in range(10)]


@pytest.mark.parametrize("body", [b"", b"\n", b"{}\r\n{}\r\n", b"\n\n\n{}"])
def test_as_many_lines_come_out_as_went_in(admin: Caller, body: bytes) -> None:
    response = admin.post("/v1/posts:batch", body, content_type="application/x-ndjson")
    assert len(lines_of(response)) == len(body.splitlines())


def test_a_stream_needs_no_length(admin: Caller) -> None:
    body = b"\n".join(msgspec.json.encode(a_post(post_id=f"p{n}")) for n in range(3))
    assert len(lines_of(chunked(admin, "/v1/posts:batch", body, "application/x-ndjson"))) == 3


def test_a_batch_takes_ndjson_only(admin: Caller) -> None:
    expect_problem(admin.post("/v1/posts:batch", a_post()), 415)


def test_one_post_that_breaks_us_does_not_spoil_its_neighbours(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Screening.assess

    def assess(self: Screening, post: Any) -> Any:
        if post.post_id == "p1":
            raise RuntimeError("a fault of ours")
        return real(self, post)

    monkeypatch.setattr(Screening, "assess", assess)
    answers = batch(admin, *(a_post(post_id=f"p{n}") for n in range(3)))
    assert [answer.get("post_id") for answer in answers] == ["p0", None, "p2"]
    assert answers[1]["error"]["status"] == 500
    assert "a fault of ours" not in str(answers)


def test_the_same_post_twice_in_a_batch_is_a_duplicate(admin: Caller) -> None:
    first, second = batch(admin, a_post(), a_post())
    assert second == first | {"duplicate": True}


def test_what_a_batch_recorded_can_be_read(admin: Caller, services: Services) -> None:
    batch(admin, a_post(post_id="p8"))
    assert services.status.post("p8").account_id == "a1"


def test_a_post_brings_what_is_known_of_its_pictures(admin: Caller) -> None:
    picture = {"alt": "高仿LV包包298元 专柜品质", "qr": ["https://weidian.com/item.html?itemID=77"], "pdq": "D6A5" * 16}
    answer = admin.post("/v1/posts", a_post(text=..., links=..., pictures=[picture])).json
    assert [link["target"] for link in answer["links"]] == ["weidian:item:77"]
    assert answer["verdict"] == "hold"
    again = admin.post("/v1/posts", a_post(text=..., links=..., pictures=[picture])).json
    assert again["duplicate"]
    changed = admin.post("/v1/posts", a_post(text=..., links=..., pictures=[picture | {"alt": "一只猫"}]))
    assert changed.status_code == 409


def test_a_post_of_pictures_alone_goes_to_people(admin: Caller) -> None:
    answer = admin.post("/v1/posts", a_post(text=..., pictures=[{}, {}])).json
    assert answer["verdict"] == "review"
    assert answer["links"][0]["reasons"][0]["code"] == "abstain.pictures_only"
    assert admin.post("/v1/posts", a_post(post_id="p2", text="晚安", pictures=[{}])).json["verdict"] == "allow"


@pytest.mark.parametrize(
    ("picture", "pointer"),
    [
        ({"pdq": "abc"}, "/pictures/0/pdq"),
        ({"qr": [""]}, "/pictures/0/qr/0"),
        ({"qr": ["x"] * 9}, "/pictures/0/qr"),
        ({"alt": "x" * 2_001}, "/pictures/0/alt"),
        ({"alt": "a\x00b"}, "/pictures/0/alt"),
        ({"qr": ["ok", "a\x00b"]}, "/pictures/0/qr/1"),
        ({"data": "…"}, "/pictures/0"),
    ],
)
def test_a_bad_picture_is_named(admin: Caller, picture: dict[str, Any], pointer: str) -> None:
    problem = admin.post("/v1/posts", a_post(pictures=[picture]))
    assert problem.status_code == 422
    assert problem.json["errors"][0]["pointer"].startswith(pointer)
