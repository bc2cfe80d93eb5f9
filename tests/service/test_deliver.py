"""Telling the platform: once taken never again, in order for each account, for twelve hours, by many workers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_world import BAG, FINE, Platform

from adapters.sql.store import SqlStore
from service.deliver import GIVE_UP_AFTER, LEASE, Deliveries, SendError, after_failure, pause_before
from service.records import Delivery, Event
from service.webhooks import EVENT_TYPES, WebhookError, Webhooks
from tests.builders import NOW

URL = "https://platform.example/hook"


class Inbox:
    """An endpoint that takes what it is sent, or fails as it is told."""

    def __init__(self) -> None:
        self.got: list[Event] = []
        self.fails: Callable[[Event], bool] = lambda _event: False
        self._lock = threading.Lock()

    def send(self, url: str, secret: str, event: Event, at: datetime) -> None:
        assert url == URL
        assert secret.startswith("whsec_")
        assert at.tzinfo is not None
        if self.fails(event):
            raise SendError("the endpoint answered 500")
        with self._lock:
            self.got.append(event)

    def types(self) -> list[str]:
        return [event.type for event in self.got]


class Told:
    """A platform with one endpoint."""

    def __init__(self, store: SqlStore) -> None:
        self.platform = Platform(store)
        self.inbox = Inbox()
        self.webhooks = Webhooks(store, self.platform.clock, lambda: "hook-1")
        self.webhooks.add(URL)
        self.deliveries = Deliveries(store, self.platform.clock, self.inbox)

    def deliver(self) -> None:
        while self.deliveries.run_next():
            pass

    def states(self) -> list[str]:
        return [delivery.state for delivery in self.webhooks.deliveries(None, 1000)]


@pytest.fixture
def told(store: SqlStore) -> Told:
    return Told(store)


def test_each_event_is_sent_once(told: Told) -> None:
    told.platform.post("p1")
    told.platform.decide("counterfeit")
    told.platform.at(1)
    told.platform.post("p2")
    told.deliver()
    told.deliver()
    assert told.inbox.types() == ["link.held", "link.blocked", "account.warned", "link.blocked"]
    assert set(told.states()) == {"delivered"}
    assert len({event.event_id for event in told.inbox.got}) == 4


def test_an_endpoint_gets_the_types_that_it_wants_alone(store: SqlStore) -> None:
    platform, inbox = Platform(store), Inbox()
    Webhooks(store, platform.clock, lambda: "hook-1").add(URL, ["account.warned"])
    platform.decide("counterfeit")
    platform.post("p1")
    while Deliveries(store, platform.clock, inbox).run_next():
        pass
    assert inbox.types() == ["account.warned"]


def test_events_of_one_account_keep_their_order_while_others_go_on(told: Told) -> None:
    told.platform.post("p1", "a1")
    told.platform.post("p2", "a2")
    told.platform.decide("counterfeit")
    told.inbox.fails = lambda event: event.account_id == "a1"
    told.deliver()
    assert {event.account_id for event in told.inbox.got} == {"a2"}
    told.inbox.fails = lambda _event: False
    told.platform.at(1)
    told.deliver()
    mine = [event.type for event in told.inbox.got if event.account_id == "a1"]
    assert mine == ["link.held", "link.blocked", "account.warned"]


def test_after_twelve_hours_an_event_is_parked_and_can_be_sent_again(told: Told) -> None:
    told.platform.post("p1")
    told.inbox.fails = lambda _event: True
    for hour in range(15):
        told.platform.at(hour)
        told.deliver()
    (parked,) = told.webhooks.deliveries("parked", 10)
    assert (parked.error, parked.attempts > 10) == ("the endpoint answered 500", True)
    told.inbox.fails = lambda _event: False
    told.deliver()
    assert told.inbox.got == []
    assert told.webhooks.replay(None) == 1
    told.deliver()
    assert told.inbox.types() == ["link.held"]
    assert told.webhooks.replay(parked.event.event_id) == 1
    told.deliver()
    assert told.inbox.types() == ["link.held", "link.held"]


def test_a_removed_endpoint_gets_nothing_more(told: Told) -> None:
    told.platform.post("p1")
    assert told.webhooks.remove("hook-1")
    assert not told.webhooks.remove("hook-1")
    told.platform.post("p2", "a2")
    told.deliver()
    assert told.inbox.got == []
    assert told.states() == ["parked"]


def test_a_worker_that_dies_leaves_a_lease_that_ends(told: Told) -> None:
    told.platform.post("p1")
    now = told.platform.clock.now()
    with told.platform.store.begin() as work:
        assert len(work.lease_deliveries(now, now + LEASE, 8)) == 1
    told.deliver()
    assert told.inbox.got == [], "somebody else is sending it"
    told.platform.clock.time += LEASE
    told.deliver()
    assert told.inbox.types() == ["link.held"]


def test_many_workers_send_each_event_once(told: Told) -> None:
    for number in range(40):
        told.platform.post(f"p{number}", f"a{number % 7}")
    workers = [threading.Thread(target=told.deliver) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    told.deliver()
    assert len(told.inbox.got) == 40
    assert len({event.event_id for event in told.inbox.got}) == 40
    for account in {event.account_id for event in told.inbox.got}:
        posts = [event.body["post_ids"][0] for event in told.inbox.got if event.account_id == account]
        assert posts == sorted(posts, key=lambda name: int(name[1:]))


# when an account counts as told


def test_with_an_endpoint_a_warning_is_delivered_when_it_was_taken(told: Told) -> None:
    told.platform.decide("counterfeit")
    answer = told.platform.post("p1")
    assert [a.kind for a in answer.actions] == ["disable_link", "warn"], "the answer carries it all the same"
    told.platform.at(1)
    told.platform.post("p2")
    assert told.platform.status.account("a1").points == 0, "not told yet, so nothing counts as a repetition"
    told.deliver()
    told.platform.at(2)
    told.platform.post("p3")
    assert told.platform.status.account("a1").points == 4


def test_without_an_endpoint_an_answer_tells_it(store: SqlStore) -> None:
    platform = Platform(store)
    platform.decide("counterfeit")
    platform.post("p1")
    platform.at(1)
    platform.post("p2")
    assert platform.status.account("a1").points == 4


def test_what_was_ordered_before_there_was_an_endpoint_is_told_by_an_answer(store: SqlStore) -> None:
    platform = Platform(store)
    platform.post("p1", "a1")
    platform.decide("counterfeit")
    platform.at(1)
    Webhooks(store, platform.clock, lambda: "hook-1").add(URL)
    assert [notice.kind for notice in platform.post("p2", text=FINE, links=()).notices] == ["disable_link", "warn"]


def test_an_endpoint_that_wants_other_types_tells_nothing(store: SqlStore) -> None:
    platform = Platform(store)
    Webhooks(store, platform.clock, lambda: "hook-1").add(URL, ["rulebook.published"])
    platform.decide("counterfeit")
    platform.post("p1")
    platform.at(1)
    platform.post("p2", links=(BAG,))
    assert platform.status.account("a1").points == 4


# endpoints


@pytest.mark.parametrize(
    "url",
    ["platform.example", "ftp://platform.example/", "https://", "https://u:p@platform.example/", "https://x.example/#a",
     "https://x.example:99999/", "https://x .example/", "https://x.example/\n", "https://x.example/" + "a" * 2_048],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(store: SqlStore, url: str) -> None:
    with pytest.raises(WebhookError, match="address"):
        Webhooks(store, Platform(store).clock, lambda: "hook-1").add(url)


def test_a_type_that_does_not_exist_is_refused(store: SqlStore) -> None:
    with pytest.raises(WebhookError, match=r"account\.warned"):
        Webhooks(store, Platform(store).clock, lambda: "hook-1").add(URL, ["account.warnd"])


def test_every_type_that_the_contract_names_exists() -> None:
    named = (
        "link.held link.blocked link.restored account.warned account.restricted account.suspended account.banned "
        "account.restored appeal.decided rulebook.published"
    )
    assert set(named.split()) <= set(EVENT_TYPES)


# pauses


@given(st.integers(1, 500), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_to_an_hour_and_are_spread(attempts: int, chance: float) -> None:
    pause = pause_before(attempts, chance)
    assert timedelta(seconds=2.5) <= pause <= timedelta(minutes=90)
    assert pause_before(attempts + 1, chance) >= pause


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=40, max_size=40))
def test_an_event_is_tried_for_about_twelve_hours(chances: list[float]) -> None:
    event = Event("e", "link.held", "a1", NOW, {})
    delivery, now = Delivery(1, "hook-1", "waiting", 0, None, NOW, event), NOW
    for chance in chances:
        delivery = after_failure(delivery, "no", now, chance)
        if delivery.state == "parked":
            break
        now = delivery.next_at
    assert delivery.state == "parked"
    assert GIVE_UP_AFTER - timedelta(minutes=90) <= now - NOW <= GIVE_UP_AFTER
