"""A share of decided targets goes to a second person who is not told what the first one said, nor who it was.

Where both agree nothing follows. Where they differ the target is opened again, for a senior. A second opinion by itself
never changes a target. Some of the targets are golden cases (:mod:`service.golden_cases`), which look the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec

from enforcement.types import LedgerEntry, NewEntry
from service.agreement import Kappa, kappa
from service.carry_out import NewId
from service.case_work import CaseDecision, decided
from service.golden_cases import record_answer
from service.ports import Store, Work
from service.records import Case
from service.refusals import NotAllowedError

SECOND_OPINION = "second_opinion"
SENIOR = "senior"
ANSWERS = ("counterfeit", "genuine")
BANDS = (0.0, 0.2, 0.5, 0.8, 0.95)
"""Lower ends of the bands of the model's probability by which agreement is told apart."""


def is_drawn(case_id: str, share: float) -> bool:
    """Whether a decided case gets a second look. By its id, which is random and which nobody chooses."""
    digest = hashlib.blake2b(b"second\n" + case_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64


def ask_second(work: Work, case: Case, command: CaseDecision, now: datetime, new_id: NewId) -> None:
    """Ask for a second look at a target that was just decided; nobody is asked twice at the same time."""
    if work.open_case_about("second", case.subject) is not None:
        return
    record = work.target(case.subject)
    probability = record.top_probability if record is not None else 0.0
    body = {"first_by": command.actor, "first_decision": command.decision, "probability": probability}
    work.add_case(
        Case(new_id(), "second", "open", case.subject, None, probability, now, 1, body, excluded=command.actor)
    )


class SecondOpinions:
    """Decides cases of the kind ``second``."""

    def __init__(self, new_id: NewId) -> None:
        self._new_id = new_id

    def decide(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        """Keep the opinion; where it differs from the first, a senior is asked."""
        if command.decision not in ANSWERS:
            raise NotAllowedError("A second opinion is `counterfeit` or `genuine`.", "/decision")
        if command.actor == case.excluded:
            raise NotAllowedError("Who has decided first gives no second opinion.", "/actor")
        if "golden" in case.body:
            record_answer(work, case, command.actor, command.decision, now)
            return decided(case, command.actor, command.decision, now)
        stream = f"target:{case.subject}"
        body = {**case.body, "by": command.actor, "decision": command.decision, "note": command.note}
        entries = work.entries(stream)
        work.append([NewEntry(stream, SECOND_OPINION, now, body)], heads={stream: len(entries)}, now=now)
        if command.decision != case.body["first_decision"] and work.open_case_about("target", case.subject) is None:
            disputed = Case(self._new_id(), "target", "open", case.subject, None, 1e6, now, 1, {"disputed": True})
            work.add_case(msgspec.structs.replace(disputed, for_role=SENIOR))
        return decided(case, command.actor, command.decision, now)


class Opinion(msgspec.Struct, frozen=True):
    """A second opinion with the first, as the record tells it."""

    first_by: str
    first_decision: str
    by: str
    decision: str
    probability: float

    @property
    def pair(self) -> tuple[str, str]:
        """What the first said, and the second."""
        return self.first_decision, self.decision


class Quality(msgspec.Struct, frozen=True):
    """How far people agree."""

    overall: Kappa
    by_person: dict[str, Kappa]
    """By who decided first."""
    by_band: tuple[tuple[float, Kappa], ...]
    """By the lower end of the model's band, those with pairs alone."""


def read_quality(store: Store) -> Quality:
    """All second opinions on record."""
    found = [_opinion(line) for line in store.entries_of([SECOND_OPINION])]
    people = sorted({opinion.first_by for opinion in found})
    return Quality(
        overall=_kappa(found),
        by_person={name: _kappa(o for o in found if o.first_by == name) for name in people},
        by_band=tuple((low, _kappa(of_band)) for low, of_band in _banded(found)),
    )


def _banded(found: list[Opinion]) -> Iterable[tuple[float, list[Opinion]]]:
    for low, high in zip(BANDS, (*BANDS[1:], 2.0), strict=True):
        of_band = [opinion for opinion in found if low <= opinion.probability < high]
        if of_band:
            yield low, of_band


def _kappa(opinions: Iterable[Opinion]) -> Kappa:
    return kappa([opinion.pair for opinion in opinions])


def _opinion(line: LedgerEntry) -> Opinion:
    return Opinion(**{name: line.body[name] for name in Opinion.__struct_fields__})
