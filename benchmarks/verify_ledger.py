"""How long it takes to prove a record: every digest, every chain, and the signed checkpoint over all of them.

    python benchmarks/verify_ledger.py [entries]

Makes the entries in a new SQLite file (synthetic, twenty an account), seals them, and runs what `dajia ledger verify`
runs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.signing import make_key_file
from bootstrap.record import build_sealing, find_ledger_faults
from bootstrap.storage import build_store, prepare_database
from enforcement.types import NewEntry
from settings import Settings

NOW = datetime.now(UTC)
FINDING = {
    "finding": {"post_id": "p1", "target": "weidian:item:4371293", "basis": "human", "posted_at": NOW.isoformat()}
}
PER_ACCOUNT, ACCOUNTS_AT_ONCE = 20, 500


def main() -> None:
    n_entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "seal.pem"
        make_key_file(key)
        settings = Settings(database_url=f"sqlite:///{Path(folder)}/dajia.sqlite3", ledger_key=key)
        prepare_database(settings)
        store = build_store(settings)
        accounts = [f"account:a{number:07}" for number in range(n_entries // PER_ACCOUNT)]
        for first in range(0, len(accounts), ACCOUNTS_AT_ONCE):
            streams = accounts[first : first + ACCOUNTS_AT_ONCE]
            new = [
                NewEntry(stream, "finding_recorded", NOW - timedelta(minutes=n), FINDING)
                for stream in streams
                for n in range(PER_ACCOUNT)
            ]
            with store.begin() as work:
                work.append(new, heads=dict.fromkeys(streams, 0), now=NOW)
        began = time.perf_counter()
        build_sealing(settings).seal()
        sealed = time.perf_counter() - began
        began = time.perf_counter()
        faults = find_ledger_faults(settings)
        took = time.perf_counter() - began
        print(f"sealing {len(accounts)} streams: {sealed:.1f} s")
        print(f"verifying {n_entries} entries: {took:.1f} s (goal: 60 for a million), {len(faults)} faults")
        store.close()


if __name__ == "__main__":
    main()
