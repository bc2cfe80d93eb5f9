"""What callers send, at its worst: each fault is named by its place, and nothing but ``PayloadError`` comes out."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from builders import NOW, later
from hypothesis import given
from hypothesis import strategies as st

from service.payloads import (
    MAX_DEPTH,
    MAX_LINKS,
    MAX_PAGES,
    MAX_TEXT,
    MAX_URL,
    CaseDecisionPayload,
    CheckPayload,
    ClaimPayload,
    DecisionPayload,
    PayloadError,
    PostPayload,
    decode,
    to_post,
)

SHAPES = (CheckPayload, PostPayload, DecisionPayload, ClaimPayload, CaseDecisionPayload)
MAX_PAGE_CHARS = 1_000

GOOD = {
    "post_id": "p1",
    "account_id": "账号/1",
    "posted_at": "2026-03-01T16:30:15.123456+08:00",
    "text": "LV包包298元 💼",
    "links": ["https://a.example/1", "不是链接"],
    "pages": [
        {"url": "https://a.example/1", "html": "<p>包</p>", "content_type": "text/html"},
        {"url": "https://a.example/2", "body_base64": base64.b64encode(b"\x00\xff").decode()},
    ],
    "account": {"type": "business", "followers": 10_000_000_000, "created_at": "2020-01-01T00:00:00Z"},
    "reach": 0,
    "revision": 3,
}


def post_with(**changes: object) -> bytes:
    return json.dumps(GOOD | changes).encode()


def post_without(name: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()


MALFORMED = {
    "nothing": (b"", ""),
    "spaces": (b" \n", ""),
    "cut off": (b'{"post_id": "p1', ""),
    "two documents": (post_with() * 2, ""),
    "NaN": (b'{"reach": NaN}', ""),
    "Infinity": (b'{"reach": -Infinity}', ""),
    "single quotes": (b"{'text': 'a'}", ""),
    "a comma too many": (b'{"text": "a",}', ""),
    "invalid UTF-8": (b'{"text": "\xff"}', ""),
    "an encoded surrogate": (b'{"text": "\xed\xa0\x80"}', "/text"),
    "overlong UTF-8": (b'{"text": "\xc0\xaf"}', ""),
    "UTF-16": ('{"text": "a"}'.encode("utf-16"), ""),
    "a byte order mark": (b'\xef\xbb\xbf{"text": "a"}', ""),
    "a raw control character": (b'{"text": "a\x00"}', ""),
    "a lone surrogate": (post_with(text="包\ud800"), "/text"),
    "a lone low surrogate": (post_with(text="\udc00\ud800"), "/text"),
    "a lone surrogate in a link": (post_with(links=["https://a.example", "\ud800"]), "/links/1"),
    "a lone surrogate in a page": (post_with(pages=[{"url": "u", "html": "\ud800"}]), "/pages/0/html"),
    "a lone surrogate in a key": (b'{"\\ud800": 1}', ""),
    "a lone surrogate in a key and below it": (b'{"\\ud800": {"a": "\\ud800"}}', ""),
    "a lone surrogate in a key deeper": (post_with(account={"\ud800": "\ud800"}), "/account"),
    "a lone surrogate beside brackets in a text": (post_with(text="[{" * 100 + '\\"' + "\ud800"), "/text"),
}


@pytest.mark.parametrize(("raw", "pointer"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(raw, pointer):
    with pytest.raises(PayloadError) as caught:
        decode(raw, PostPayload)
    assert caught.value.malformed
    assert [error.pointer for error in caught.value.errors] == [pointer]
    assert caught.value.errors[0].detail


ILL_SHAPED = {
    "a number": (b"1", ""),
    "null": (b"null", ""),
    "an array": (b"[]", ""),
    "an array of posts": (b"[" + post_with() + b"]", ""),
    "a missing id": (post_without("post_id"), "/post_id"),
    "a missing account": (post_without("account_id"), "/account_id"),
    "an empty id": (post_with(post_id=""), "/post_id"),
    "a long id": (post_with(post_id="x" * 129), "/post_id"),
    "a numeric id": (post_with(post_id=1), "/post_id"),
    "a null id": (post_with(post_id=None), "/post_id"),
    "an unknown field": (post_with(txt="a"), "/txt"),
    "an unknown field with a slash": (post_with(**{"a/b~c": 1}), "/a~1b~0c"),
    "an unknown field deeper": (post_with(account={"typ": "private"}), "/account/typ"),
    "text as a list": (post_with(text=["a"]), "/text"),
    "long text": (post_with(text="包" * (MAX_TEXT + 1)), "/text"),
    "links as a text": (post_with(links="https://a.example"), "/links"),
    "null links": (post_with(links=None), "/links"),
    "a link that is no text": (post_with(links=["a", 2]), "/links/1"),
    "an empty link": (post_with(links=["a", ""]), "/links/1"),
    "a long link": (post_with(links=["x" * (MAX_URL + 1)]), "/links/0"),
    "101 links": (post_with(links=["a"] * (MAX_LINKS + 1)), "/links"),
    "10,000 links": (post_with(links=["a"] * 10_000), "/links"),
    "too many pages": (post_with(pages=[{"url": "u", "html": ""}] * (MAX_PAGES + 1)), "/pages"),
    "a page without a url": (post_with(pages=[{"html": ""}]), "/pages/0/url"),
    "a page that is a text": (post_with(pages=["<html>"]), "/pages/0"),
    "an unknown account type": (post_with(account={"type": "robot"}), "/account/type"),
    "negative reach": (post_with(reach=-1), "/reach"),
    "huge reach": (post_with(reach=10**40), "/reach"),
    "reach of 5,000 digits": (b'{"post_id":"p","account_id":"a","reach":' + b"9" * 5_000 + b"}", "/reach"),
    "reach of 2 to the 64": (post_with(reach=2**64), "/reach"),
    "fractional reach": (post_with(reach=1.5), "/reach"),
    "a float beyond all": (b'{"post_id":"p","account_id":"a","reach":1e400}', "/reach"),
    "true as a number": (post_with(reach=True), "/reach"),
    "a number as a text": (post_with(revision="1"), "/revision"),
    "a huge revision": (post_with(revision=1_000_001), "/revision"),
    "a time that is none": (post_with(posted_at="yesterday"), "/posted_at"),
    "an empty time": (post_with(posted_at=""), "/posted_at"),
    "a number as a time": (post_with(posted_at=1_700_000_000), "/posted_at"),
    "the year 0": (post_with(posted_at="0000-01-01T00:00:00Z"), "/posted_at"),
    "the year 10000": (post_with(posted_at="10000-01-01T00:00:00Z"), "/posted_at"),
    "the 30th of February": (post_with(posted_at="2026-02-30T00:00:00Z"), "/posted_at"),
}


@pytest.mark.parametrize(("raw", "pointer"), ILL_SHAPED.values(), ids=ILL_SHAPED.keys())
def test_ill_shaped(raw, pointer):
    with pytest.raises(PayloadError) as caught:
        decode(raw, PostPayload)
    assert not caught.value.malformed
    assert [error.pointer for error in caught.value.errors] == [pointer]


FAULTY = {
    "neither text nor links": ({"text": None, "links": []}, ["/text"]),
    "blank text": ({"text": " \u3000\n", "links": []}, ["/text"]),
    "a NUL in the text": ({"text": "a\x00"}, ["/text"]),
    "a NUL in an id": ({"post_id": "\x00", "account_id": "a\x00"}, ["/post_id", "/account_id"]),
    "a NUL in a link": ({"links": ["a", "b\x00"]}, ["/links/1"]),
    "a naive time": ({"posted_at": "2026-03-01T00:00:00"}, ["/posted_at"]),
    "the year 1": ({"posted_at": "0001-01-01T00:00:00Z"}, ["/posted_at"]),
    "the first instant, far east": ({"posted_at": "0001-01-01T00:00:00+14:00"}, ["/posted_at"]),
    "the year 9999": ({"posted_at": "9999-12-31T23:59:59Z"}, ["/posted_at"]),
    "the last instant, far west": ({"posted_at": "9999-12-31T23:59:59.999999-12:00"}, ["/posted_at"]),
    "1989": ({"posted_at": "1989-12-31T23:59:59Z"}, ["/posted_at"]),
    "the day after tomorrow": ({"posted_at": (NOW + timedelta(days=2)).isoformat()}, ["/posted_at"]),
    "a naive account": ({"account": {"created_at": "2020-01-01T00:00:00"}}, ["/account/created_at"]),
    "an account of the future": ({"account": {"created_at": "2999-01-01T00:00:00Z"}}, ["/account/created_at"]),
    "a page twice over": ({"pages": [{"url": "u", "html": "a", "body_base64": "YQ=="}]}, ["/pages/0"]),
    "an empty page twice over": ({"pages": [{"url": "u", "html": "", "body_base64": ""}]}, ["/pages/0"]),
    "a page of nothing": ({"pages": [{"url": "u"}]}, ["/pages/0"]),
    "no base64": ({"pages": [{"url": "u", "body_base64": "a*b="}]}, ["/pages/0/body_base64"]),
    "base64 without padding": ({"pages": [{"url": "u", "body_base64": "YQ"}]}, ["/pages/0/body_base64"]),
    "base64 in Chinese": ({"pages": [{"url": "u", "body_base64": "包包包包"}]}, ["/pages/0/body_base64"]),
    "a long page": ({"pages": [{"url": "u", "html": "a" * (MAX_PAGE_CHARS + 1)}]}, ["/pages/0/html"]),
    "a long body": ({"pages": [{"url": "u", "body_base64": "YQ==" * MAX_PAGE_CHARS}]}, ["/pages/0/body_base64"]),
    "the second page": ({"pages": [{"url": "u", "html": "a"}, {"url": "u"}]}, ["/pages/1"]),
    "several faults": ({"text": "\x00", "links": ["\x00"], "pages": [{"url": "u"}]}, ["/text", "/links/0", "/pages/0"]),
}


def read_post(raw: bytes):
    return to_post(decode(raw, PostPayload), now=NOW, max_page_chars=MAX_PAGE_CHARS)


@pytest.mark.parametrize(("changes", "pointers"), FAULTY.values(), ids=FAULTY.keys())
def test_faulty(changes, pointers):
    with pytest.raises(PayloadError) as caught:
        read_post(post_with(**changes))
    assert not caught.value.malformed
    assert [error.pointer for error in caught.value.errors] == pointers


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"actor":' * 100_000,
        b'{"a":' + b'[{"":' * 100_000,
    ],
    ids=["open arrays", "arrays", "objects", "an array as text", "open objects", "both"],
)
def test_refuses_deep_nesting(raw, shape):
    with pytest.raises(PayloadError):
        decode(raw, shape)


def test_says_that_it_is_nested_too_deep():
    with pytest.raises(PayloadError, match=f"deeper than {MAX_DEPTH}") as caught:
        decode(b"[" * 200, object)
    assert caught.value.malformed


def test_brackets_in_a_text_are_no_nesting():
    with pytest.raises(PayloadError, match="not valid JSON"):
        decode(b'["' + b"[" * 200 + rb"\"" + b"{" * 200 + b'"', object)


def test_a_very_long_unknown_field_is_not_sent_back_whole():
    with pytest.raises(PayloadError) as caught:
        decode(json.dumps({"x" * 1_000_000: 1}).encode(), PostPayload)
    assert sum(len(error.detail) + len(error.pointer) for error in caught.value.errors) < 2_000


def test_a_field_sent_twice_counts_as_last_sent():
    raw = b'{"text": "first", "text": "last"}'
    assert decode(raw, CheckPayload).text == "last"


def test_reads_a_good_post():
    post = read_post(post_with())
    assert (post.post_id, post.account_id, post.text, post.revision, post.reach) == (
        "p1",
        "账号/1",
        "LV包包298元 💼",
        3,
        0,
    )
    assert post.links == ("https://a.example/1", "不是链接")
    assert [(page.url, page.body, page.content_type) for page in post.pages] == [
        ("https://a.example/1", "<p>包</p>", "text/html"),
        ("https://a.example/2", b"\x00\xff", None),
    ]
    assert (post.posted_at, post.posted_at.tzinfo) == (NOW, UTC)
    assert (post.account.type, post.account.followers) == ("business", 10_000_000_000)
    assert post.account.created_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_a_check_needs_text_or_a_link_and_nothing_else():
    for raw in (b'{"text": "a"}', b'{"links": ["a"]}'):
        post = to_post(decode(raw, CheckPayload), now=NOW, max_page_chars=0)
        assert (post.post_id, post.account_id, post.posted_at, post.reach) == ("", "", None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "包" * MAX_TEXT},
        {"links": ["x" * MAX_URL] * MAX_LINKS},
        {"pages": [{"url": "u", "html": "\x00" * MAX_PAGE_CHARS}] * MAX_PAGES},
        {"posted_at": "1990-01-01T00:00:00Z"},
        {"posted_at": later(24 * 60).isoformat()},
        {"text": "[" * 10_000 + "{" * 10_000},
        {"text": "\U0010ffff👨‍👩‍👧\u202e"},
        {"post_id": "包" * 128},
    ],
)
def test_takes_what_lies_just_within_the_limits(changes):
    assert read_post(post_with(**changes)).post_id


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (DecisionPayload, {"decision": "counterfeit", "actor": "米娅", "url": "https://a.example", "organised": True}),
        (ClaimPayload, {"actor": "mia"}),
        (CaseDecisionPayload, {"actor": "mia", "decision": "impose", "factors": dict.fromkeys(
            ("number", "proportion", "gravity", "intent"), "x"), "version": 3}),
    ],
)  # fmt: skip
def test_reads_what_it_writes(shape, body):
    payload = decode(json.dumps(body).encode(), shape)
    assert decode(msgspec.json.encode(payload), shape) == payload
    assert msgspec.to_builtins(payload).items() >= body.items()


@pytest.mark.parametrize(
    ("shape", "body", "pointer"),
    [
        (DecisionPayload, {"decision": "maybe", "actor": "m"}, "/decision"),
        (DecisionPayload, {"decision": "genuine"}, "/actor"),
        (DecisionPayload, {"decision": "genuine", "actor": "m", "organised": 1}, "/organised"),
        (CaseDecisionPayload, {"actor": "m", "decision": "impose", "factors": {"number": "1"}}, "/factors/proportion"),
        (CaseDecisionPayload, {"actor": "m", "decision": "uphold", "version": -1}, "/version"),
        (ClaimPayload, {"actor": "x" * 129}, "/actor"),
    ],
)
def test_names_the_field_of_every_shape(shape, body, pointer):
    with pytest.raises(PayloadError) as caught:
        decode(json.dumps(body).encode(), shape)
    assert caught.value.errors[0].pointer == pointer


def takes_or_refuses(raw: bytes, shape: type) -> None:
    """Decode and, if it is a post, read it; a refusal must be one that can be written out as JSON."""
    refusal = refusal_of(raw, shape)
    if refusal is not None:
        assert refusal.detail
        assert msgspec.json.encode(refusal.errors)


def refusal_of(raw: bytes, shape: type) -> PayloadError | None:
    try:
        payload = decode(raw, shape)
        if isinstance(payload, CheckPayload):
            to_post(payload, now=NOW, max_page_chars=MAX_PAGE_CHARS)
    except PayloadError as error:
        return error
    return None


@given(st.binary(), st.sampled_from(SHAPES))
def test_takes_or_refuses_any_bytes(raw, shape):
    takes_or_refuses(raw, shape)


@given(st.data(), st.sampled_from(SHAPES))
def test_takes_or_refuses_good_json_with_bytes_changed(data, shape):
    raw = bytearray(post_with(text='\ud83d\ude00"\\'))
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 8)))
        raw[start:end] = data.draw(st.binary(max_size=4) | st.sampled_from([b"\\ud800", b"\\u0000", b"[", b"{", b'"']))
    takes_or_refuses(bytes(raw), shape)


ANY_TEXT = st.text(st.characters(), max_size=8)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(GOOD)) | ANY_TEXT, ANY_JSON, st.sampled_from(SHAPES))
def test_takes_or_refuses_good_json_with_a_field_changed(name, value, shape):
    takes_or_refuses(json.dumps(GOOD | {name: value}).encode(), shape)
