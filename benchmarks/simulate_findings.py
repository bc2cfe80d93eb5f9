"""How fast findings are replayed, and how long ``decide`` takes on one finding with a history of a hundred entries.

    python benchmarks/simulate_findings.py [findings]

Makes a ledger in memory: accounts with few findings and many, as spread as repeats are (synthetic). Prints findings a
second in one process and in two, and the peak of the memory.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

import msgspec

from adapters.engines.processes import in_processes
from bootstrap.rules import ACCOUNTS_AT_ONCE
from enforcement.decide import decide
from enforcement.history import AccountHistory, fold_new
from enforcement.rulebook import load_rulebooks
from enforcement.simulate import accounts_of, as_if_always, compare
from enforcement.standing import entry_for_action, entry_for_delivery, entry_for_finding
from enforcement.types import Action, Finding, LedgerEntry

START = datetime(2026, 10, 1, tzinfo=UTC)
CONFIRMED = START - timedelta(days=20)
BOOKS = load_rulebooks()


def finding(account: str, number: int, at: datetime) -> Finding:
    target = f"weidian:item:{number % 997}"
    return Finding(account, f"{account}-{number}", target, at, "human", at, CONFIRMED, f"d{number % 997}", "mia")


def entries(n_findings: int) -> Iterator[LedgerEntry]:
    """Accounts with one finding (half of them) to forty, over two months."""
    chance = random.Random(7)  # noqa: S311 - no secret depends on it
    made = account = 0
    while made < n_findings:
        name, at = f"a{account:07}", START + timedelta(minutes=chance.randrange(40_000))
        for place in range(min(1 if chance.random() < 0.5 else chance.randint(2, 40), n_findings - made)):
            at += timedelta(minutes=chance.randrange(5, 4_000))
            body = {"finding": msgspec.to_builtins(finding(name, made, at))}
            yield LedgerEntry(f"account:{name}", place, "finding_recorded", at, at, body, "", "")
            made += 1
        account += 1


def history_of(n_entries: int) -> AccountHistory:
    """A history of so many lines, orders and deliveries among them, as the rules would have written it."""
    history, lines, number, at = AccountHistory("a"), 0, 0, START
    while lines < n_entries:
        at += timedelta(hours=7)
        new = [entry_for_finding(finding("a", number, at))]
        history = fold_new(history, new, at)
        actions = [Action(f"x{number}-{i}", "s", at, o) for i, o in enumerate(decide(history, BOOKS, at).orders)]
        new = [*map(entry_for_action, actions), entry_for_delivery("a", tuple(a.action_id for a in actions), at)]
        history = fold_new(history, new, at)
        lines, number = lines + 1 + len(new), number + 1
    return history


def microseconds_of_decide(n_entries: int, repeats: int = 300) -> float:
    history = history_of(n_entries)
    at = START + timedelta(days=40)
    fresh = fold_new(history, [entry_for_finding(finding("a", 5_000, at))], at)
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        decide(fresh, BOOKS, at)
        times.append(time.perf_counter() - began)
    return sorted(times)[repeats // 2] * 1e6


def main() -> None:
    n_findings = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    print(f"decide, an account's first finding: {microseconds_of_decide(0):.0f} µs")
    print(f"decide, one finding, a history of 100 entries: {microseconds_of_decide(100):.0f} µs (goal: 200)")
    new = as_if_always(BOOKS.latest())
    work = partial(compare, before=BOOKS, after=new, until=START + timedelta(days=120))
    for jobs in (1, 2):
        accounts = accounts_of(entries(n_findings))
        chunks = iter(lambda accounts=accounts: tuple(islice(accounts, ACCOUNTS_AT_ONCE)), ())
        began = time.perf_counter()
        n_accounts = sum(map(len, in_processes(work, chunks, jobs)))
        took = time.perf_counter() - began
        rate = n_findings / took
        print(f"{jobs} process(es): {n_findings} findings of {n_accounts} accounts under two books: {took:.1f} s")
        print(f"    {rate:.0f} a second, a million in {1e6 / rate:.0f} s (goal: 60 on two cores)")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
