"""The record: its faults, its seals, and what is made anew from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from adapters.signing import make_key_file, read_private_key, read_public_key
from adapters.sql import chain
from bootstrap.storage import build_clock, build_store
from service.rebuild import Rebuilding
from service.records import Checkpoint
from service.seal import SealFault, Sealing, find_seal_faults
from settings import Settings, SettingsError


def find_ledger_faults(
    settings: Settings, public_keys: Sequence[Path] = (), kept: Sequence[Checkpoint] = ()
) -> list[chain.Fault | SealFault]:
    """Every place where the record is not what it was, or not what a checkpoint sealed."""
    store = build_store(settings)
    verifiers = [read_public_key(file) for file in public_keys]
    if settings.ledger_key is not None:
        verifiers.append(read_private_key(settings.ledger_key).public())
    return [*chain.find_faults(store.ledger_entries()), *find_seal_faults(store, verifiers, kept)]


def build_rebuilding(settings: Settings) -> tuple[Rebuilding, int]:
    """What makes anew what the record tells, and how many posts it will read."""
    store = build_store(settings)
    with store.begin(write=False) as work:
        count = work.count_posts()
    return Rebuilding(store, build_clock(settings, store)), count


def build_sealing(settings: Settings) -> Sealing:
    """What makes checkpoints."""
    if settings.ledger_key is None:
        raise SettingsError("DAJIA_LEDGER_KEY must name the private key: make one with `dajia ledger key FILE`.")
    store = build_store(settings)
    every = timedelta(minutes=settings.checkpoint_minutes)
    return Sealing(store, build_clock(settings, store), read_private_key(settings.ledger_key), every)


def make_ledger_key(file: Path) -> str:
    """A new key that seals the record; its public part as PEM."""
    return make_key_file(file).public().pem()
