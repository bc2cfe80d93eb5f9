"""The transparency report counts what the record holds, within its span, and names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from platform_world import SHOE, START, Platform

from adapters.sql.store import SqlStore
from commands.reporting import as_csv, as_page
from service.appeals import AppealCommand
from service.case_work import CaseDecision
from service.notices import NoticeCommand
from service.transparency_report import KINDS, Figure, figures

END = START + timedelta(days=100)


@pytest.fixture
def platform(sqlite_store: SqlStore) -> Platform:
    """A hold, a confirmation, a warning that is overturned after five hours, and a notice that is rejected."""
    platform = Platform(sqlite_store)
    platform.post("p1", "secret-account")
    platform.decide("counterfeit")
    (warning,) = platform.account_actions("secret-account")
    filed, _ = platform.appeals.file(
        AppealCommand(account_id="secret-account", action_id=warning.action_id, text="正品")
    )
    platform.at(5)
    command = CaseDecision(actor="olga", decision="overturn", note="正品", targets=())
    platform.review.decide_case(filed.appeal_id, command)
    notice = platform.notices.file(
        NoticeCommand(name="Jeanne", email="ip@m.example", brand="LV", urls=(SHOE,), grounds="no licence at all")
    )
    platform.at(7)
    platform.review.decide_case(notice.notice_id, CaseDecision(actor="mia", decision="reject", note="no"))
    return platform


def report(platform: Platform, since=START, until=END) -> dict[tuple[str, str], float]:
    return {(f.subject, f.name): f.value for f in figures(platform.store.entries_of(KINDS), since, until)}


def test_everything_is_counted_once(platform: Platform) -> None:
    assert report(platform) == {
        ("actions", "disable_link"): 2,
        ("actions", "warn"): 1,
        ("automation", "model alone"): 1,
        ("automation", "rules"): 2,
        ("classes", "A"): 1,
        ("appeals", "filed"): 1,
        ("appeals", "overturned"): 1,
        ("appeals", "overturned of decided"): 1.0,
        ("appeals", "median time to decide"): 5.0,
        ("notices", "filed"): 1,
        ("notices", "rejected"): 1,
        ("notices", "median time to decide"): 2.0,
        ("reversals", "appeal"): 1,
        ("targets", "counterfeit"): 1,
    }


def test_only_the_span_counts_and_its_end_is_left_out(platform: Platform) -> None:
    late = report(platform, START + timedelta(hours=5), START + timedelta(hours=7))
    assert ("appeals", "filed") not in late
    assert late["appeals", "median time to decide"] == 5.0
    assert ("notices", "rejected") not in late


def test_two_spans_that_meet_add_up(platform: Platform) -> None:
    middle = START + timedelta(hours=5)
    whole, one, two = report(platform), report(platform, until=middle), report(platform, since=middle)
    for key in {k for k in whole if "median" not in k[1] and "of decided" not in k[1]}:
        assert whole[key] == one.get(key, 0) + two.get(key, 0)


def test_nobody_is_named(platform: Platform) -> None:
    found = figures(platform.store.entries_of(KINDS), START, END)
    told = as_csv(found) + as_page(found, "Report")
    assert "<svg" in told
    assert not [name for name in ("secret-account", "olga", "Jeanne", "ip@m.example", "mia") if name in told]


def test_a_span_without_anything_is_empty(platform: Platform) -> None:
    assert figures(platform.store.entries_of(KINDS), END, END + timedelta(days=1)) == []
    assert "<svg" not in as_page([], "Nothing")


def test_words_of_the_record_cannot_run_in_the_page() -> None:
    page = as_page([Figure("actions", "<script>alert(1)</script>", 1)], "<b>")
    assert "<script>" not in page.replace("<svg", "")
