from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from service.records import ApiKey
from tests.builders import NOW
from tests.web.callers import Caller
from web import key_cache
from web.key_cache import KeyCache
from web.operations import OPERATIONS
from web.services import Services

GUARDED = [o for o in OPERATIONS if o.scope]


@pytest.mark.parametrize("operation", GUARDED, ids=lambda o: o.name)
def test_refuses_a_call_without_a_key(anyone: Caller, operation) -> None:
    response = anyone.call(operation.method, operation.path.replace("{", "").replace("}", ""))
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="dajia API"'


@pytest.mark.parametrize("operation", GUARDED, ids=lambda o: o.name)
def test_refuses_a_key_without_the_scope(caller: Callable[..., Caller], operation) -> None:
    others = caller(*{"score", "read", "moderate"} - {operation.scope})
    response = others.call(operation.method, operation.path.replace("{", "").replace("}", ""))
    assert response.status_code == 403
    assert operation.scope in response.json["detail"]


@pytest.mark.parametrize("operation", GUARDED, ids=lambda o: o.name)
def test_takes_a_key_with_the_scope(caller: Callable[..., Caller], operation) -> None:
    response = caller(operation.scope).call(operation.method, operation.path.replace("{", "").replace("}", ""))
    assert response.status_code not in {401, 403, 500}


def test_admin_may_do_everything(admin: Caller) -> None:
    assert admin.get("/v1/cases").status_code == 200
    assert admin.get("/v1/accounts/a1").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "bearer wrong",
        "Basic dXNlcjpwYXNz",
        "Bearer " + "x" * 100_000,
        "Bearer ÿþ",
        "Token a=b",
    ],
)
def test_refuses_a_header_that_is_no_key(anyone: Caller, header: str) -> None:
    assert anyone.get("/v1/cases", headers={"Authorization": header}).status_code == 401


def test_a_revoked_key_is_refused_once_the_cache_has_forgotten_it(
    services: Services, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = services.keys.create("platform", ["read"])
    platform = Caller(app.test_client(), secret)
    assert platform.get("/v1/accounts/a1").status_code == 200
    services.keys.revoke("platform")
    monkeypatch.setattr(app.extensions["dajia"].keys, "_clock", lambda: float("inf"))
    assert platform.get("/v1/accounts/a1").status_code == 401


class Watched:
    """A source of keys that notes how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.live = True

    def find(self, _secret: str) -> ApiKey | None:
        self.asked += 1
        return ApiKey("k", ("read",), NOW) if self.live else None


@pytest.fixture
def watched() -> Iterator[Watched]:
    return Watched()


def test_the_cache_asks_once_in_its_lifetime(watched: Watched) -> None:
    time = 0.0
    cache = KeyCache(watched.find, lambda: time)
    assert [cache.find("s") is not None for _ in range(5)] == [True] * 5
    assert watched.asked == 1
    time, watched.live = key_cache.LIFETIME_S, False
    assert cache.find("s") is None
    assert len(cache) == 0


def test_the_cache_is_bounded(watched: Watched) -> None:
    cache = KeyCache(watched.find, lambda: 0.0)
    for number in range(key_cache.SIZE + 50):
        cache.find(str(number))
    assert len(cache) == key_cache.SIZE


def test_the_cache_does_not_remember_what_is_not_known(watched: Watched) -> None:
    watched.live = False
    cache = KeyCache(watched.find, lambda: 0.0)
    cache.find("s")
    watched.live = True
    assert cache.find("s") is not None


def test_no_answer_to_a_key_is_kept_by_a_cache(admin: Caller) -> None:
    assert admin.get("/v1/cases").headers["Cache-Control"] == "no-store"
