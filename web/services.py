"""What the routes are handed: the services, ready to use. Built in ``bootstrap/`` and nowhere else."""

from __future__ import annotations

from typing import Any

import msgspec

from enforcement.rulebook import Rulebooks
from service.appeals import Appeals
from service.blocklist import Blocklist
from service.challenger import Challenger
from service.dashboard import Dashboards
from service.dismissals import Dismissals
from service.dossier import Dossiers
from service.golden_cases import GoldenCases
from service.keys import Keys
from service.notices import Notices
from service.people import People
from service.ports import Clock, Store
from service.rescans import Rescans
from service.review import Review
from service.screen import Screening
from service.shortenings import Shortenings
from service.statements import Statements
from service.status import Status
from service.ties import Ties
from settings import Settings


class Services(msgspec.Struct, frozen=True):
    """Everything that HTTP may ask for."""

    settings: Settings
    store: Store
    clock: Clock
    books: Rulebooks
    model_card: dict[str, Any]
    brands_digest: str
    screening: Screening
    review: Review
    status: Status
    appeals: Appeals
    notices: Notices
    statements: Statements
    blocklist: Blocklist
    keys: Keys
    people: People
    dossiers: Dossiers
    dashboards: Dashboards
    ties: Ties
    dismissals: Dismissals
    golden: GoldenCases
    shortenings: Shortenings
    rescans: Rescans
    session_secret: str
    """Signs the console's sessions."""
    challenger: Challenger | None = None
    """The model in shadow; ``None`` where there is none."""
