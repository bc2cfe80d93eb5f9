"""The people who review: passwords, lock-out, ended sessions, and names that are one person's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from platform_world import SteppedClock

from adapters.sql.store import SqlStore
from service.people import LOCKED_FOR, MAX_FAILURES, People, PersonError


class PlainPasswords:
    """Quick, so that the tests are about what is done with passwords."""

    def digest(self, password: str) -> str:
        return f"digest of {password}"

    def fits(self, digest: str, password: str) -> bool:
        return digest == self.digest(password)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def people(store: SqlStore, clock: SteppedClock) -> People:
    return People(store, clock, PlainPasswords())


def test_somebody_is_let_in_by_the_password_that_was_shown_once(people: People) -> None:
    password = people.add("mia", "moderator")
    user = people.log_in("mia", password)
    assert user is not None
    assert (user.name, user.role) == ("mia", "moderator")
    assert people.find("mia", user.session_key) == user


@pytest.mark.parametrize(("name", "password"), [("mia", "wrong"), ("nobody", "wrong"), ("", "")])
def test_nobody_else_is_let_in(people: People, name: str, password: str) -> None:
    people.add("mia", "moderator")
    assert people.log_in(name, password) is None


def test_five_wrong_passwords_lock_the_account_for_a_while(people: People, clock: SteppedClock) -> None:
    password = people.add("mia", "moderator")
    for _ in range(MAX_FAILURES):
        assert people.log_in("mia", "wrong") is None
    assert people.log_in("mia", password) is None
    clock.time += LOCKED_FOR
    assert people.log_in("mia", password) is not None


def test_a_right_password_in_between_begins_the_count_again(people: People) -> None:
    password = people.add("mia", "moderator")
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            people.log_in("mia", "wrong")
        assert people.log_in("mia", password) is not None


def test_ended_access_ends_its_sessions(people: People, clock: SteppedClock) -> None:
    password = people.add("mia", "moderator")
    user = people.log_in("mia", password)
    assert user is not None
    clock.time += timedelta(hours=1)
    assert people.disable("mia")
    assert not people.disable("mia")
    assert people.find("mia", user.session_key) is None
    assert people.log_in("mia", password) is None


@pytest.mark.parametrize("name", ["mia", "Mia", "ｍｉａ", "m.i.a"])
def test_a_name_is_given_once_however_it_is_written(people: People, name: str) -> None:
    people.add("mia", "moderator")
    with pytest.raises(PersonError, match="already"):
        people.add(name, "senior")


@pytest.mark.parametrize("name", ["", " ", "-", " mia", "a\nb", "x" * 65, "\u202e"])
def test_a_name_that_is_none_is_refused(people: People, name: str) -> None:
    with pytest.raises(PersonError, match="A name is"):
        people.add(name, "moderator")


def test_a_role_that_does_not_exist_is_refused(people: People) -> None:
    with pytest.raises(PersonError, match="auditor"):
        people.add("mia", "king")
