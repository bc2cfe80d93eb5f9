"""The only place where adapters are built and handed to the services."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from ipaddress import ip_network
from itertools import chain as chain_of
from itertools import islice
from pathlib import Path

import msgspec
import structlog
from platformdirs import user_data_path
from ulid import ULID

from adapters.evidence import EvidenceFolder
from adapters.fetch import PageFetcher
from adapters.passwords import Argon2Passwords
from adapters.public_address import Network
from adapters.rescan_files import Identity, Output, identify
from adapters.robots import RobotsRules
from adapters.row_files import NAMES, STDIN, find_inputs, read_rows
from adapters.rulebook_folder import RulebookFolder
from adapters.session_secret import shared_secret
from adapters.signing import make_key_file, read_private_key, read_public_key
from adapters.sql import chain
from adapters.sql.database import make_engine, require_current, upgrade
from adapters.sql.store import SqlStore
from adapters.webhooks import WebhookSender
from detector.artefact import ModelError, load_card, load_model, newest_model, reference_of
from detector.brand_file import load_brands, load_with_own
from detector.brand_names import ListedBrand
from detector.brands import BrandIndex
from detector.campaigns import Trait
from detector.model import Model
from detector.picture_list import read_picture_list
from detector.pictures import PictureFile
from detector.score import Detector, reader_with
from detector.types import PageReading, Picture
from enforcement.rulebook import Rulebook, Rulebooks, load_rulebooks
from enforcement.simulate import FACTS, Difference, accounts_of, compare
from enforcement.types import LedgerEntry
from service.appeals import Appeals
from service.apply_rows import Applying, AssessedRow, assess_chunk
from service.blocklist import Blocklist
from service.campaigns import Campaigns, TraitReader
from service.carry_out import NewId
from service.challenger import Challenger
from service.dashboard import Dashboards
from service.deliver import Deliveries
from service.dismissals import Dismissals
from service.dossier import Dossiers
from service.endings import Endings
from service.evidence import Retention
from service.fetch import Fetching, FetchPolicy
from service.golden_cases import GoldenCases
from service.judge import Judge
from service.keys import Keys
from service.notices import Notices
from service.patience import patiently
from service.people import People
from service.ports import Clock, Store
from service.propagate import Propagation
from service.publish import Publishing
from service.rebuild import Rebuilding
from service.records import CaseKind, Checkpoint, StoredPost
from service.rescan import STORED, Judged, Row, judge_chunk, judged_by, stored_row
from service.rescan_totals import Totals
from service.rescans import Rescans
from service.review import Decider, Review, TargetCases
from service.sanctions import Sanctions
from service.screen import Screening
from service.seal import SealFault, Sealing, find_seal_faults
from service.second_look import SecondLook
from service.second_opinions import SecondOpinions
from service.seen_pages import SeenPages
from service.shortenings import Shortenings
from service.statements import Statements
from service.status import Status
from service.tell import Teller
from service.ties import Ties
from service.webhooks import Webhooks
from settings import Settings, SettingsError
from web.services import Services

log = structlog.get_logger()


MIN_SECRET = 32
ACCOUNTS_AT_ONCE = 200
"""Accounts that a process replays together: enough that handing them over costs little beside."""


def new_id() -> str:
    """A ULID: unique, and in the order of time."""
    return str(ULID())


class RealClock:
    """The machine's clock."""

    @staticmethod
    def now() -> datetime:
        """The present instant."""
        return datetime.now(UTC)

    def witness(self, posted_at: datetime) -> None:
        """Real time does not care what posts say."""


class PostClock:
    """A replay's clock: it stands at the latest post that was seen, here or by another process on the same store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._latest = datetime(1990, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The time of the latest post."""
        with self._store.begin(write=False) as work:
            recorded = work.latest_post_time()
        if recorded is not None:
            self.witness(recorded)
        return self._latest

    def witness(self, posted_at: datetime) -> None:
        """Move on to this post's time, never back."""
        with self._lock:
            self._latest = max(self._latest, posted_at)


def build_store(settings: Settings) -> SqlStore:
    """The store, with its schema checked."""
    engine = make_engine(settings.database_url, sqlite_synchronous=settings.sqlite_synchronous)
    require_current(engine)
    return SqlStore(engine)


def prepare_database(settings: Settings) -> str:
    """Make the database, or bring its schema to the newest revision; its URL without the password."""
    engine = make_engine(settings.database_url, sqlite_synchronous=settings.sqlite_synchronous)
    upgrade(engine)
    return engine.url.render_as_string(hide_password=True)


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


def build_clock(settings: Settings, store: Store) -> Clock:
    """The clock that the settings ask for."""
    return PostClock(store) if settings.clock == "follow-posts" else RealClock()


def build_model(settings: Settings) -> Model:
    """The model, at the platform's prevalence where one is set."""
    return _at_prevalence(load_model(settings.model or newest_model()), settings)


def _at_prevalence(model: Model, settings: Settings) -> Model:
    return model if settings.prevalence is None else model.shifted(settings.prevalence)


def build_brands(settings: Settings) -> tuple[ListedBrand, ...]:
    """The shipped brands, with the platform's own where it has a file of them."""
    return load_brands() if settings.brands is None else load_with_own(settings.brands)


def build_index(settings: Settings) -> BrandIndex:
    """What finds the brands that are in use."""
    return BrandIndex(build_brands(settings))


def build_detector(settings: Settings) -> Detector:
    """A detector with the model and the brands that are in use."""
    known = None if settings.pictures is None else read_picture_list(settings.pictures)
    return Detector(build_model(settings), reader_with(build_index(settings), known))


def build_challenger(settings: Settings, champion: Detector, store: Store, clock: Clock) -> Challenger | None:
    """The model in shadow, if there is one; it reads as the model in use does."""
    if settings.challenger is None:
        return None
    model = _at_prevalence(load_model(settings.challenger), settings)
    if model.version == champion.model.version:
        problem = f"It has the version of the model in use, {model.version}, so the two cannot be told apart."
        raise ModelError(settings.challenger, problem, "Train it with another `--version`, or unset DAJIA_CHALLENGER.")
    return Challenger(Detector(model, champion.reader), champion.model.version, store, clock)


def _challenger_or_none(settings: Settings, champion: Detector, store: Store, clock: Clock) -> Challenger | None:
    """The same in a process that answers: one that cannot be loaded is done without."""
    try:
        challenger = build_challenger(settings, champion, store, clock)
    except ModelError as error:
        log.warning("serving without the challenger", problem=str(error))
        return None
    if challenger is not None:
        atexit.register(challenger.close)
    return challenger


def build_books(settings: Settings) -> Rulebooks:
    """The rulebooks, digests checked; a folder of the operator's own is looked at again now and then."""
    return load_rulebooks() if settings.rulebooks is None else RulebookFolder(settings.rulebooks)


def recorded_facts(settings: Settings, since: datetime | None, until: datetime) -> Iterator[LedgerEntry]:
    """What happened, as it was recorded between two instants, stream by stream in order."""
    entries = build_store(settings).entries_of(sorted(FACTS))
    return (e for e in entries if e.recorded_at <= until and (since is None or e.recorded_at >= since))


def compare_books(
    settings: Settings, after: Rulebooks, since: datetime | None, until: datetime, jobs: int
) -> Iterator[Difference]:
    """Each account with a finding recorded between two instants, under the rulebooks as they were and under others."""
    from adapters.engines.processes import in_processes  # noqa: PLC0415 - a web process needs no joblib

    accounts = accounts_of(recorded_facts(settings, since, until))
    before = Rulebooks(build_books(settings).books)
    chunks = iter(lambda: tuple(islice(accounts, ACCOUNTS_AT_ONCE)), ())
    work = partial(compare, before=before, after=after, until=until)
    return chain_of.from_iterable(in_processes(work, chunks, jobs))


def build_publishing(settings: Settings) -> Publishing:
    """What publishes a rulebook into the operator's folder."""
    if settings.rulebooks is None:
        raise SettingsError(
            "DAJIA_RULEBOOKS must name the folder of your own rulebooks; the shipped ones stay as they are."
        )
    store = build_store(settings)
    return Publishing(store, settings.rulebooks, build_clock(settings, store), new_id)


def build_services(settings: Settings) -> Services:
    """Everything that HTTP may ask for."""
    store = build_store(settings)
    clock = build_clock(settings, store)
    books = build_books(settings)
    teller = Teller(books)
    detector, card = build_detector(settings), load_card(settings.model or newest_model())
    challenger = _challenger_or_none(settings, detector, store, clock)
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
        dashboards=Dashboards(store, clock, detector, reference_of(card)),
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
    folder = _beside_database(settings)
    folder.mkdir(parents=True, exist_ok=True)
    return shared_secret(folder / "session-secret")


def _beside_database(settings: Settings) -> Path:
    """The folder of the SQLite file; the user's data folder where the database is elsewhere."""
    url = make_engine(settings.database_url).url
    beside = url.get_backend_name() == "sqlite"
    return Path(url.database or "").parent if beside else user_data_path("dajia", appauthor=False)


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
    _webhook_networks(settings)
    if settings.ledger_key is not None:
        read_private_key(settings.ledger_key)
    store.close()  # no connection may be carried over into the processes that are forked next


def build_propagation(settings: Settings) -> Propagation:
    """What carries decisions to every post."""
    store, books = build_store(settings), build_books(settings)
    return Propagation(
        store, books, build_clock(settings, store), new_id, _second_look(build_detector(settings), books)
    )


def _second_look(detector: Detector, books: Rulebooks) -> SecondLook:
    return SecondLook(detector, books, SeenPages(detector.reader))


def build_campaigns(settings: Settings) -> Campaigns:
    """What ties targets together."""
    from detector.traits import traits_of_page, traits_of_pictures, traits_of_text  # noqa: PLC0415 - numpy, workers only

    def of_page(page: PageReading, html: str) -> list[Trait]:
        return [*traits_of_page(page, html), *traits_of_pictures(_pictures_within(html))]

    store = build_store(settings)
    reader = TraitReader(traits_of_text, traits_of_pictures, of_page)
    return Campaigns(store, build_clock(settings, store), new_id, reader)


def picture_reader() -> Callable[[Path], PictureFile]:
    """What reads a picture's file; :class:`SettingsError` where the extra for it is not installed."""
    try:
        from adapters.picture_files import read_picture_file  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError(f"{error.name} is missing: install the extra with pip install 'dajia[pictures]'.") from None
    return read_picture_file


def _pictures_within(html: str) -> list[Picture]:
    """Pictures that a page carries within itself; none where the extra that reads them is not installed."""
    try:
        from adapters.picture_files import inline_pictures  # noqa: PLC0415 - an extra
    except ImportError:
        return []
    return inline_pictures(html)


def build_evidence(settings: Settings) -> EvidenceFolder:
    """What keeps what visits saw."""
    return EvidenceFolder(settings.evidence or _beside_database(settings) / "evidence")


def build_fetching(settings: Settings, detector: Detector, books: Rulebooks) -> Fetching:
    """What visits landing pages."""
    store = build_store(settings)
    robots = RobotsRules() if settings.fetch_robots == "respect" else None
    policy = FetchPolicy(
        settings.fetch_at_once, timedelta(seconds=settings.fetch_host_seconds), settings.fetch_per_hour
    )
    return Fetching(
        store,
        PageFetcher(robots=robots),
        build_evidence(settings),
        _second_look(detector, books),
        detector.reader,
        build_clock(settings, store),
        new_id,
        policy,
    )


def build_judge(settings: Settings, *, remember: int = 0) -> Judge:
    """What scores lines without a database; the rulebook says what comes of parts that cannot be judged."""
    return Judge(build_detector(settings), _book_of_today(settings), settings.max_page_chars, remember=remember)


def _book_of_today(settings: Settings) -> Rulebook:
    books = build_books(settings)
    return books.in_force_at(datetime.now(UTC)) or books.earliest()


class Rescan:
    """Historical links from files, judged by the processes of this machine."""

    FIELDS = tuple(NAMES)

    def __init__(
        self,
        settings: Settings,
        inputs: Sequence[Path],
        columns: dict[str, str],
        jobs: int,
        files: list[Path] | None = None,
    ) -> None:
        self._settings = settings
        self._files = find_inputs(inputs) if files is None else files
        self._columns = columns
        self._jobs = jobs
        self.from_stdin = STDIN in self._files

    def open(self, output: Path, rejects: Path, *, resume: bool) -> Output:
        """Where the answers go; :class:`RescanError` where a run cannot go on."""
        model, brands = build_model(self._settings).version, build_index(self._settings).digest
        return Output(output, rejects, identify(self._files, model, brands, self._columns), resume=resume)

    def rows(self) -> Iterator[Row]:
        """Every row of every file."""
        return chain_of.from_iterable(read_rows(file, self._columns) for file in self._files)

    def judge(self, chunks: Iterable[Sequence[Row]]) -> Iterator[Judged]:
        """Each chunk after it was judged, in order."""
        from adapters.engines.processes import in_processes  # noqa: PLC0415 - a web process needs no joblib

        return in_processes(partial(judge_rows, self._settings), chunks, self._jobs)

    def assessed(self, at_once: int) -> Iterator[list[AssessedRow]]:
        """Every row as the detector sees it, so many at once, in order."""
        from adapters.engines.processes import in_processes  # noqa: PLC0415 - a web process needs no joblib

        rows = self.rows()
        chunks = iter(lambda: list(islice(rows, at_once)), [])
        return in_processes(partial(assess_rows, self._settings), chunks, self._jobs)

    def applying(self, max_actions: int) -> Applying:
        """What records the posts and applies the rulebook to them."""
        return Applying(build_services(self._settings).screening, max_actions)

    def importing(self) -> Applying:
        """What records the posts of a platform that goes live; the rulebook of today says whether they count."""
        amnesty = not _book_of_today(self._settings).limits.points_for_backfilled_posts
        return Applying(build_services(self._settings).screening, amnesty=amnesty)


def rescan_on_spark(settings: Settings, inputs: Sequence[str], output: str, columns: dict[str, str]) -> Totals:
    """The same rows judged by the machines of a Spark cluster, which have this package and its settings."""
    from adapters.engines.spark import open_session, rescan_files  # noqa: PLC0415 - an extra, and slow to load

    build_judge(settings)  # what is wrong with the settings is told here, not by every machine
    return rescan_files(open_session(), inputs, output, partial(judge_rows, settings), columns)


class StoredRescan(Rescan):
    """The posts of the service's own store, judged again by the processes of this machine."""

    def __init__(self, settings: Settings, since: datetime | None, jobs: int, *, changed_only: bool = False) -> None:
        """``changed_only``: leave out what was answered by the model and brands in use."""
        super().__init__(settings, [], {}, jobs, files=[Path(STORED)])
        self._since = since
        self._but = self._in_use() if changed_only else None

    def open(self, output: Path, rejects: Path, *, resume: bool) -> Output:
        """Where the answers go; a run goes on with the same store and the same beginning."""
        place = make_engine(self._settings.database_url).url.render_as_string(hide_password=True)
        begin = "" if self._since is None else self._since.isoformat()
        which = {} if self._but is None else {"changed": "only"}
        return Output(output, rejects, Identity(((place, 0, begin),), *self._in_use(), which), resume=resume)

    def _in_use(self) -> tuple[str, str]:
        return build_model(self._settings).version, build_index(self._settings).digest

    def rows(self) -> Iterator[Row]:
        """Every post as it was sent, but for its pages, with the verdict that it got."""
        store, done = build_store(self._settings), 0
        # Stretch by stretch: no transaction stays open for hours, and a database that goes away is waited for.
        while stretch := patiently(partial(self._stretch, store, done)):
            done = stretch[-1][0]
            yield from (stored_row(*one) for one in stretch if self._but is None or judged_by(one[1]) != self._but)

    def _stretch(self, store: SqlStore, after: int) -> list[tuple[int, StoredPost]]:
        return list(islice(store.recorded_posts(self._since, after=after), STRETCH))


STRETCH = 1_000
"""Recorded posts that are held at once."""

REMEMBERED = 50_000
"""Answers that each process of a rescan remembers."""


def judge_rows(settings: Settings, rows: Sequence[Row]) -> Judged:
    """Judge a chunk in this process, which builds what it needs once."""
    return judge_chunk(_process_judge(settings), rows)


def assess_rows(settings: Settings, rows: Sequence[Row]) -> list[AssessedRow]:
    """Assess a chunk in this process."""
    return assess_chunk(_process_judge(settings), rows)


@cache
def _process_judge(settings: Settings) -> Judge:
    return build_judge(settings, remember=REMEMBERED)


def build_rescan(settings: Settings, inputs: Sequence[Path], columns: dict[str, str], jobs: int) -> Rescan:
    """A rescan of files."""
    return Rescan(settings, inputs, columns, jobs)


class Duty(msgspec.Struct, frozen=True):
    """Something that the worker does again and again."""

    name: str
    run: Callable[[], bool]
    """Do a little of it; whether there was anything to do."""


def build_duties(settings: Settings) -> tuple[Duty, ...]:
    """What the worker process does, a little of each in turn."""
    store = build_store(settings)
    clock = build_clock(settings, store)
    sender = WebhookSender(_webhook_networks(settings))
    detector, books = build_detector(settings), build_books(settings)
    rescans = Rescans(store, detector, books, clock, new_id)
    sealing = () if settings.ledger_key is None else (Duty("seal the record", build_sealing(settings).run_next),)
    return (
        Duty("settle targets", Propagation(store, books, clock, new_id, _second_look(detector, books)).run_next),
        Duty("tell of endings", Endings(store, clock, new_id).run_next),
        Duty("tie targets together", build_campaigns(settings).run_next),
        Duty("restore after notices", Notices(store, clock, new_id).restore_next),
        Duty("deliver events", Deliveries(store, clock, sender).run_next),
        Duty("judge recorded posts again", rescans.run_next),
        *(() if not settings.rescan_days else (_rescan_after_change(rescans, clock, settings.rescan_days),)),
        *sealing,
        *(() if not settings.fetch_at_once else _fetching_duties(settings, detector, books)),
    )


def _rescan_after_change(rescans: Rescans, clock: Clock, days: int) -> Duty:
    """Orders a rescan once for each model and list of brands that this process comes up with."""
    ordered = False

    def run() -> bool:
        nonlocal ordered
        if not ordered:
            rescans.order_after_change(clock.now() - timedelta(days=days))
            ordered = True
        return False

    return Duty("rescan after a change", run)


def _fetching_duties(settings: Settings, detector: Detector, books: Rulebooks) -> tuple[Duty, ...]:
    evidence = Retention(build_evidence(settings), settings.evidence_days)
    return (
        Duty("visit pages", build_fetching(settings, detector, books).run_next),
        Duty("drop old evidence", evidence.run_next),
    )


def _webhook_networks(settings: Settings) -> tuple[Network, ...]:
    """Networks beside the public ones that events may go to."""
    named = [part.strip() for part in (settings.webhook_networks or "").split(",") if part.strip()]
    try:
        return tuple(map(ip_network, named))
    except ValueError as error:
        raise SettingsError(f"DAJIA_WEBHOOK_NETWORKS must hold networks such as 10.0.0.0/8: {error}.") from None


def build_webhooks(settings: Settings) -> Webhooks:
    """Endpoints and what is on its way to them."""
    store = build_store(settings)
    _webhook_networks(settings)
    return Webhooks(store, build_clock(settings, store), new_id)


def describe(settings: Settings) -> str:
    """The settings as text for a log, without the database's password."""
    shown = msgspec.structs.asdict(settings)
    shown["secret_key"] = "set" if settings.secret_key else None
    shown["database_url"] = make_engine(settings.database_url).url.render_as_string(hide_password=True)
    return ", ".join(f"{name}={value}" for name, value in shown.items())
