"""Keys: shown once, kept as a digest, never given twice."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from builders import NOW, later

from adapters.sql.tables import api_keys
from service.keys import MAX_NAME, SCOPES, KeyNameError, Keys


class StoppedClock:
    """A clock that stands still."""

    def __init__(self):
        self.instant = NOW

    def now(self):
        return self.instant

    def witness(self, posted_at):
        del posted_at


@pytest.fixture
def clock():
    return StoppedClock()


@pytest.fixture
def keys(sqlite_store, clock):
    return Keys(sqlite_store, clock)


def test_finds_the_key_of_a_secret(keys):
    secret = keys.create("platform", ["read", "score"])
    found = keys.find(secret)
    assert (found.name, found.scopes, found.created_at, found.revoked_at) == ("platform", ("score", "read"), NOW, None)


def test_every_secret_is_another_and_long(keys):
    secrets = {keys.create(f"key {n}", ["read"]) for n in range(5)}
    assert len(secrets) == 5
    assert all(len(secret) >= 40 and secret.startswith("dajia_") for secret in secrets)


def test_only_the_digest_is_stored(keys, sqlite_store, tmp_path):
    secret = keys.create("platform", ["read"])
    with sqlite_store.engine.connect() as connection:
        row = connection.execute(sa.select(api_keys)).one()
    assert row.secret_digest == hashlib.sha256(secret.encode()).hexdigest()
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert any(row.secret_digest.encode() in content for content in files)
    assert not any(secret.removeprefix("dajia_").encode() in content for content in files)


def test_a_listing_does_not_show_secrets(keys):
    secret = keys.create("platform", ["read"])
    assert secret not in repr(keys.all())


def test_a_revoked_key_is_refused_and_stays_listed(keys, clock):
    secret = keys.create("platform", ["read"])
    clock.instant = later(5)
    assert keys.revoke("platform")
    assert keys.find(secret) is None
    assert [(key.name, key.revoked_at) for key in keys.all()] == [("platform", later(5))]


def test_a_key_is_revoked_once(keys):
    keys.create("platform", ["read"])
    assert [keys.revoke("platform"), keys.revoke("platform"), keys.revoke("nobody")] == [True, False, False]


def test_revoking_one_key_leaves_the_others(keys):
    keys.create("old", ["read"])
    secret = keys.create("new", ["read"])
    keys.revoke("old")
    assert keys.find(secret).name == "new"


@pytest.mark.parametrize("revoked", [False, True])
def test_a_name_is_never_used_twice(keys, revoked):
    secret = keys.create("platform", ["read"])
    if revoked:
        keys.revoke("platform")
    with pytest.raises(KeyNameError, match="never used twice"):
        keys.create("platform", ["admin"])
    assert len(keys.all()) == 1
    assert (keys.find(secret) is None) is revoked


@pytest.mark.parametrize("scopes", [[], (), ["root"], ["read", "Admin"], "read", [""], ["read "], ["\ud800"]])
def test_unknown_scopes_are_refused(keys, scopes):
    with pytest.raises(KeyNameError, match="Scopes must be of"):
        keys.create("platform", scopes)
    assert keys.all() == []


def test_scopes_are_kept_once_each_in_one_order(keys):
    keys.create("all", [*reversed(SCOPES), "read"])
    assert keys.all()[0].scopes == SCOPES


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\nb", "\ud800", "\u202e", "n" * (MAX_NAME + 1)])
def test_a_name_that_nobody_could_read_is_refused(keys, name):
    with pytest.raises(KeyNameError, match="printable"):
        keys.create(name, ["read"])


@pytest.mark.parametrize("name", ["平台 2", "n" * MAX_NAME, "'; DROP TABLE api_keys; --"])
def test_any_readable_name_is_taken(keys, name):
    assert keys.find(keys.create(name, ["read"])).name == name


@pytest.mark.parametrize("secret", ["", "dajia_", "\x00", "\ud800", "密", "x" * 100_000, "' OR 1=1 --"])
def test_a_wrong_secret_finds_nothing(keys, secret):
    keys.create("platform", ["read"])
    assert keys.find(secret) is None


def test_a_secret_must_be_right_to_the_last_character(keys):
    secret = keys.create("platform", ["read"])
    assert keys.find(secret[:-1]) is None
    assert keys.find(secret + " ") is None
    assert keys.find(secret.swapcase()) is None
