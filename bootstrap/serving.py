"""What a process that answers is handed: every service, ready to use."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import msgspec

from adapters.passwords import Argon2Passwords
from adapters.public_address import Network
from adapters.rdap import RdapRegistry
from adapters.session_secret import shared_secret
from adapters.signing import read_private_key
from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from bootstrap.detection import build_challenger, build_detector, challenger_or_none
from bootstrap.rules import build_books
from bootstrap.storage import RealClock, beside_database, build_clock, build_store, new_id
from detector.artefact import load_card, newest_model, read_reference
from enforcement.rulebook import Rulebooks
from service.appeals import Appeals
from service.blocklist import Blocklist
from service.carry_out import NewId
from service.dashboard import Dashboards
from service.dismissals import Dismissals
from service.dossier import Dossiers
from service.golden_cases import GoldenCases
from service.keys import Keys
from service.notices import Notices
from service.people import People
from service.records import CaseKind
from service.rescans import Rescans
from service.review import Decider, Review, TargetCases
from service.sanctions import Sanctions
from service.screen import Screening
from service.second_opinions import SecondOpinions
from service.shortenings import Shortenings
from service.statements import Statements
from service.status import Status
from service.tell import Teller
from service.ties import Ties
from service.webhooks import Webhooks
from settings import Settings, SettingsError
from web.services import Services

MIN_SECRET = 32


def build_services(settings: Settings) -> Services:
    """Everything that HTTP may ask for."""
    store = build_store(settings)
    clock = build_clock(settings, store)
    books = build_books(settings)
    teller = Teller(books)
    detector, card = build_detector(settings), load_card(settings.model or newest_model())
    challenger = challenger_or_none(settings, detector, store, clock)
    appeals = Appeals(store, books, clock, new_id)
    notices = Notices(store, clock, new_id)
    return Services(
        settings=settings,
        store=store,
        clock=clock,
        books=books,
        model_card=card,
        brands_digest=detector.reader.brands.digest,
        screening=Screening(
            store,
            detector,
            books,
            clock,
            teller,
            new_id,
            challenger=challenger,
            audit_share=settings.audit_share,
            fetch_reach=settings.fetch_reach if settings.fetch_at_once else None,
        ),
        challenger=challenger,
        review=Review(
            store,
            clock,
            new_id,
            settings.lease,
            _deciders(settings, books, appeals, notices),
        ),
        appeals=appeals,
        notices=notices,
        rescans=Rescans(store, detector, books, clock, new_id),
        status=Status(store, books, clock, teller, new_id),
        statements=Statements(store, books),
        blocklist=Blocklist(store),
        keys=Keys(store, clock),
        people=build_people(settings, store),
        dossiers=Dossiers(store, books, clock, new_id, detector.reader),
        dashboards=Dashboards(store, clock, detector, read_reference(card)),
        ties=Ties(store),
        dismissals=Dismissals(store, books, clock, new_id),
        golden=GoldenCases(store, clock),
        shortenings=Shortenings(store, books, clock, new_id),
        session_secret=_session_secret(settings),
    )


def build_people(settings: Settings, store: SqlStore | None = None) -> People:
    """The people who review."""
    # Passwords are typed by people now, whatever time the posts of a replay have.
    return People(store or build_store(settings), RealClock(), Argon2Passwords())


def _session_secret(settings: Settings) -> str:
    if settings.secret_key is not None:
        if len(settings.secret_key) < MIN_SECRET:
            raise SettingsError(f"DAJIA_SECRET_KEY must have {MIN_SECRET} characters or more.")
        return settings.secret_key
    folder = beside_database(settings)
    folder.mkdir(parents=True, exist_ok=True)
    return shared_secret(folder / "session-secret")


def deciders(
    books: Rulebooks,
    appeals: Appeals,
    notices: Notices,
    new_id: NewId,
    *,
    undo: timedelta = timedelta(),
    second_share: float = 0.0,
    golden_share: float = 0.0,
) -> dict[CaseKind, Decider]:
    """Who decides cases of which kind."""
    return {
        "target": TargetCases(new_id, undo, second_share, golden_share),
        "second": SecondOpinions(new_id),
        "sanction": Sanctions(books, new_id),
        "appeal": appeals,
        "notice": notices,
    }


def _deciders(settings: Settings, books: Rulebooks, appeals: Appeals, notices: Notices) -> dict[CaseKind, Decider]:
    undo = timedelta(seconds=settings.undo_seconds)
    shares = {"second_share": settings.second_share, "golden_share": settings.golden_share}
    return deciders(books, appeals, notices, new_id, undo=undo, **shares)


def check_start(settings: Settings) -> None:
    """Build everything once and let go of it: a bad model, rulebook or database is told before a process is started."""
    store = build_store(settings)
    build_books(settings)
    build_challenger(settings, build_detector(settings), store, RealClock())
    _session_secret(settings)
    webhook_networks(settings)
    if settings.rdap is not None:
        build_registry(settings)
    if settings.ledger_key is not None:
        read_private_key(settings.ledger_key)
    store.close()  # no connection may be carried over into the processes that are forked next


def build_registry(settings: Settings) -> RdapRegistry:
    """Who knows when domains were registered; :class:`SettingsError` where nobody may be asked."""
    if settings.rdap is None or not settings.rdap.startswith("https://"):
        raise SettingsError("DAJIA_RDAP must hold the https address of an RDAP server, such as https://rdap.org.")
    return RdapRegistry(settings.rdap)


def webhook_networks(settings: Settings) -> tuple[Network, ...]:
    """Networks beside the public ones that events may go to."""
    named = [part.strip() for part in (settings.webhook_networks or "").split(",") if part.strip()]
    try:
        return tuple(map(ip_network, named))
    except ValueError as error:
        raise SettingsError(f"DAJIA_WEBHOOK_NETWORKS must hold networks such as 10.0.0.0/8: {error}.") from None


def build_webhooks(settings: Settings) -> Webhooks:
    """Endpoints and what is on its way to them."""
    store = build_store(settings)
    webhook_networks(settings)
    return Webhooks(store, build_clock(settings, store), new_id)


def describe(settings: Settings) -> str:
    """The settings as text for a log, without the database's password."""
    shown = msgspec.structs.asdict(settings)
    shown["secret_key"] = "set" if settings.secret_key else None
    shown["database_url"] = make_engine(settings.database_url).url.render_as_string(hide_password=True)
    return ", ".join(f"{name}={value}" for name, value in shown.items())
