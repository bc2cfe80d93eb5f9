"""Which findings belong together, how grave each incident is, and what it costs. A function of the record alone.

Windows are laid over all findings that were ever confirmed, withdrawn ones included: an exemption can empty an
incident, but cannot move others together. For the same reason an action that was ordered, even one later reversed,
keeps protecting the posts that were made before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from operator import attrgetter, itemgetter

import msgspec
from msgspec.structs import replace

from enforcement.book import OffenceClass, Rule, Rulebook
from enforcement.conditions import ACCOUNT_TYPES, FactValue, context
from enforcement.coverage import decisive_rule
from enforcement.history import AccountHistory, link_key
from enforcement.rulebook import Rulebooks
from enforcement.types import Action, Basis, Finding, Incident

_BASIS_GRAVITY: dict[Basis, int] = {"model": 0, "rights_holder": 1, "human": 2}
_TYPE_GRAVITY = {name: i for i, name in enumerate(ACCOUNT_TYPES)}


class Judged(msgspec.Struct, frozen=True):
    """An incident with what the record already did about it."""

    incident: Incident
    book: Rulebook
    warned: bool
    """A delivered warning stood when one of its posts was made."""
    overturned: bool
    """A person took back an action of it: it costs nothing, and nothing more is ordered."""
    live: tuple[Action, ...]
    """Orders against the account for this incident that stand."""
    orders: tuple[Action, ...]
    """The same and those that were reversed."""

    @property
    def carried(self) -> int:
        """Points that its orders have told the account of."""
        return sum(action.order.points for action in self.live)

    def standing_points(self, instant: datetime) -> int:
        """Points that stand at an instant."""
        lapses_at = self.incident.lapses_at
        return 0 if lapses_at is None or lapses_at <= instant else self.incident.points


class Judgement(msgspec.Struct, frozen=True):
    """All incidents of an account, earliest first, and orders that lost their ground."""

    incidents: tuple[Judged, ...] = ()
    fallen: tuple[tuple[Action, str], ...] = ()
    """Each with the reason."""


def effective_findings(history: AccountHistory) -> dict[str, Finding]:
    """What counts for each post and target, by link key: the gravest basis, whatever order it was recorded in."""
    overturned = {
        a.order.key: a.ordered_at
        for a in history.actions
        if a.action_id in history.overturned and a.order.kind == "disable_link"
    }
    found: dict[str, Finding] = {}
    for finding in history.findings:
        key = link_key(finding.post_id, finding.target)
        if key in overturned and finding.found_at <= overturned[key]:
            continue
        found[key] = _merge(found[key], finding) if key in found else finding
    return found


def counts_against(finding: Finding) -> bool:
    """Whether it may count against the account: confirmed, no mere question, warning or report, and no amnesty."""
    return finding.basis != "model" and not finding.mention and not finding.amnesty


def made_at(finding: Finding) -> datetime:
    """When the post was made; the moment it was found where a platform's clock runs ahead and says later."""
    # Spelled out: called for each finding of each decision, and faster than ``min``.
    found_at, posted_at = finding.found_at, finding.posted_at
    return found_at if found_at < posted_at else posted_at  # noqa: FURB136


def is_account_order(action: Action) -> bool:
    """Whether it concerns the account, not a link."""
    return action.order.kind != "disable_link"


def judge(
    history: AccountHistory, books: Rulebooks, now: datetime, findings: dict[str, Finding] | None = None
) -> Judgement:
    """All incidents under the rules that were in force, or milder ones since.

    ``findings`` are the effective ones where the caller has them already.
    """
    clusters = _clusters(history, books, effective_findings(history) if findings is None else findings)
    if not clusters:
        return Judgement(fallen=tuple((a, _WITHDRAWN) for a in _standing_orders(history.actions)))
    return _Judge(history, books, now, clusters).judgement()


class _Cluster(msgspec.Struct):
    """Findings within one window, before they are judged."""

    opened_at: datetime
    first_post: str
    first_found_at: datetime
    posts: set[str]
    active: list[Finding]
    orders: list[Action]
    """Every order against the account for it, reversed ones included."""


_NEVER = datetime.max.replace(tzinfo=UTC)
_WITHDRAWN = "The findings that it rested on were withdrawn."
_MILDER = "The incident is less grave than it was taken for."


def _merge(one: Finding, other: Finding) -> Finding:
    """Two findings of the same post and target as one; the same whichever comes first."""
    if (one.basis == "model") != (other.basis == "model"):
        return other if one.basis == "model" else one
    earlier, later = sorted((one, other), key=_found_order)
    return replace(
        earlier,
        basis=max(one.basis, other.basis, key=_BASIS_GRAVITY.__getitem__),
        confirmed_at=min((t for t in (one.confirmed_at, other.confirmed_at) if t is not None), default=None),
        posted_at=min(one.posted_at, other.posted_at),
        organised=one.organised or other.organised,
        health_risk=one.health_risk or other.health_risk,
        disguised=one.disguised or other.disguised,
        mention=one.mention and other.mention,
        amnesty=one.amnesty and other.amnesty,
        evasion=one.evasion or other.evasion,
        evidence=tuple(dict.fromkeys((*earlier.evidence, *later.evidence))),
        account_type=max(one.account_type, other.account_type, key=_type_gravity),
        removed_at=one.removed_at or other.removed_at,
    )


def _found_order(finding: Finding) -> tuple[datetime, str, tuple[str, ...]]:
    return finding.found_at, finding.decision_id or "", finding.evidence


def _type_gravity(account_type: str) -> int:
    """Types that are not known count as the mildest."""
    return _TYPE_GRAVITY.get(account_type, 0)


def _standing_orders(actions: Iterable[Action]) -> list[Action]:
    return [a for a in actions if is_account_order(a) and a.reversed_at is None]


def _clusters(history: AccountHistory, books: Rulebooks, findings: dict[str, Finding]) -> list[_Cluster]:
    anchors = [(made_at(f), f.post_id, f) for f in (*history.findings, *history.withdrawn) if counts_against(f)]
    anchors.sort(key=itemgetter(0, 1))
    clusters: list[_Cluster] = []
    window_ends = None
    for posted_at, post_id, finding in anchors:
        if window_ends is None or posted_at > window_ends:
            book = books.in_force_at(posted_at) or books.earliest()
            window_ends = posted_at + timedelta(hours=book.limits.incident_hours)
            cluster = _Cluster(posted_at, post_id, finding.found_at, set(), [], [])
            clusters.append(cluster)
        cluster.posts.add(post_id)
        cluster.first_found_at = min(cluster.first_found_at, finding.found_at)
    _fill(clusters, history, findings)
    return clusters


def _fill(clusters: list[_Cluster], history: AccountHistory, findings: dict[str, Finding]) -> None:
    """Put what counts, and the orders, into their clusters."""
    of_post: dict[str, int] = {}
    for place, cluster in enumerate(clusters):
        for post_id in cluster.posts:
            of_post.setdefault(post_id, place)
    confirmed = [(made_at(f), f.post_id, f.target, f) for f in findings.values() if counts_against(f)]
    confirmed.sort(key=itemgetter(0, 1, 2))
    for _, post_id, _, finding in confirmed:
        clusters[of_post[post_id]].active.append(finding)
    for action in filter(is_account_order, history.actions):
        places = [of_post[post_id] for post_id in action.order.post_ids if post_id in of_post]
        if places:
            clusters[min(places)].orders.append(action)


class _Grade(msgspec.Struct, frozen=True):
    """What an incident comes to under one rulebook."""

    book: Rulebook
    offence: OffenceClass
    rule: str
    points: int
    warned: bool
    live: tuple[Action, ...]


class _Judge:
    """Judges cluster after cluster, earliest first; what stands of the earlier ones decides who had been warned."""

    def __init__(self, history: AccountHistory, books: Rulebooks, now: datetime, clusters: list[_Cluster]) -> None:
        self._history = history
        self._books = books
        self._now = now
        self._clusters = clusters
        self._orders = [a for a in history.actions if is_account_order(a)]
        self._removed = dict(history.removed)
        self._links, self._hidden_since = _links_of(history)
        self._live: list[Action] = []
        self._used: dict[date, int] = {}
        self._judged: list[Judged] = []
        self._ids: set[str] = set()

    def judgement(self) -> Judgement:
        for cluster in self._clusters:
            self._judge(cluster)
        live = {action.action_id for action in self._live}
        fallen = [a for a in _standing_orders(self._history.actions) if a.action_id not in live]
        grounded = {f.post_id for c in self._clusters for f in c.active}
        return Judgement(
            tuple(self._judged),
            tuple((a, _MILDER if grounded.intersection(a.order.post_ids) else _WITHDRAWN) for a in fallen),
        )

    def _judge(self, cluster: _Cluster) -> None:
        incident_id = self._id_of(cluster)
        books = self._books.since(cluster.opened_at, self._now)
        if not cluster.active or self._books.in_force_at(cluster.opened_at) is None:
            return
        # The milder law counts; of equally mild ones that which was in force when the post was made.
        grade = min((self._grade(cluster, b) for b in books), key=lambda g: (g.points, g.offence.id))
        points = self._capped(grade, cluster)
        self._live += grade.live
        lapses_at = cluster.opened_at + timedelta(days=grade.offence.lapse_days) if points else None
        incident = Incident(
            incident_id=incident_id,
            account_id=self._history.account_id,
            findings=tuple(cluster.active),
            opened_at=cluster.opened_at,
            grade=grade.offence.id,
            rule=grade.rule,
            points=points,
            lapses_at=lapses_at,
            rulebook_version=grade.book.version,
        )
        overturned = self._is_overturned(cluster)
        self._judged.append(Judged(incident, grade.book, grade.warned, overturned, grade.live, tuple(cluster.orders)))

    def _id_of(self, cluster: _Cluster) -> str:
        """The id that an order already has, so that it stays the same whatever is found later."""
        earlier = sorted(cluster.orders, key=attrgetter("ordered_at", "action_id"))
        named = [a.order.incident_id for a in earlier if a.order.incident_id]
        base = f"{self._history.account_id}/{cluster.first_post}"
        numbered = (f"{base}/{n}" for n in range(2, len(self._clusters) + 3))
        found = next(i for i in chain(named, (base,), numbered) if i not in self._ids)
        self._ids.add(found)
        return found

    def _is_overturned(self, cluster: _Cluster) -> bool:
        return any(a.action_id in self._history.overturned for a in cluster.orders)

    def _grade(self, cluster: _Cluster, book: Rulebook) -> _Grade:
        """The gravest class, supported only by orders that stand without it: of two readings the milder one."""
        counts = not self._is_overturned(cluster) and any(self._counts(f, book) for f in cluster.active)
        posts = {f.post_id for f in cluster.active}
        own = [a for a in _standing_orders(cluster.orders) if posts.intersection(a.order.post_ids)]
        own.sort(key=lambda a: (a.order.grade or "", a.ordered_at, a.action_id))
        facts = self._facts(cluster)
        warned = self._warned(cluster, self._live, book)
        offence, rule = _class_of(book, facts, warned, counts)
        live: list[Action] = []
        for action in own:
            if (action.order.grade or "") <= offence.id and (counts or not action.order.points):
                live.append(action)
                if not warned and self._warned(cluster, [action], book):
                    warned = True
                    offence, rule = _class_of(book, facts, warned, counts)
        points = self._cured(offence, cluster, book, live) if counts else 0
        return _Grade(book, offence, rule, points, warned, tuple(live))

    @staticmethod
    def _warned(cluster: _Cluster, orders: Sequence[Action], book: Rulebook) -> bool:
        if not orders:
            return False
        grace = timedelta(minutes=book.limits.warning_grace_minutes)
        return any(_had_been_warned(made_at(f), orders, grace) for f in cluster.active)

    def _counts(self, finding: Finding, book: Rulebook) -> bool:
        """Whether the post could have been avoided: its target was confirmed, and no later sanction covers it."""
        limits = book.limits
        if not limits.points_for_posts_before_confirmation and (
            finding.confirmed_at is None or made_at(finding) < finding.confirmed_at
        ):
            return False
        return limits.points_for_posts_before_last_sanction or not any(
            made_at(finding) < a.ordered_at < finding.found_at for a in self._orders
        )

    def _facts(self, cluster: _Cluster) -> dict[str, FactValue]:
        """All but ``account.warned``, which depends on the orders that stand."""
        findings = cluster.active
        return {
            "incident.distinct_targets": len({f.target for f in findings}),
            "incident.posts": len({f.post_id for f in findings}),
            "incident.organised": any(f.organised for f in findings),
            "incident.health_risk": any(f.health_risk for f in findings),
            "incident.disguised": any(f.disguised for f in findings),
            "incident.evasion": any(f.evasion for f in findings),
            "account.type": max((f.account_type for f in findings), key=_type_gravity),
            "account.points": sum(j.standing_points(cluster.opened_at) for j in self._judged),
            "finding.basis": max((f.basis for f in findings), key=_BASIS_GRAVITY.__getitem__),
            "target.hidden_before": any(self._hidden_before(f) for f in findings),
        }

    def _hidden_before(self, finding: Finding) -> bool:
        since = self._hidden_since.get(finding.target)
        return since is not None and since < made_at(finding)

    def _cured(self, offence: OffenceClass, cluster: _Cluster, book: Rulebook, live: Sequence[Action]) -> int:
        cure = book.limits.cure
        if cure is None or cure.class_id != offence.id:
            return offence.points
        hours = timedelta(hours=cure.hours)
        in_time = all(self._removed_in_time(f, hours, live) for f in cluster.active)
        return int(offence.points * cure.factor) if in_time else offence.points

    def _removed_in_time(self, finding: Finding, hours: timedelta, live: Sequence[Action]) -> bool:
        removed_at = self._removed.get(finding.post_id) or finding.removed_at
        if removed_at is None:
            return False
        links = self._links.get(link_key(finding.post_id, finding.target), ())
        notices = [
            a.delivered_at
            for a in (*live, *links)
            if finding.post_id in a.order.post_ids and a.order.basis != "model" and a.delivered_at is not None
        ]
        return not notices or removed_at <= min(notices) + hours

    def _capped(self, grade: _Grade, cluster: _Cluster) -> int:
        """Points after the daily cap; the day is that on which the incident was first found."""
        cap = grade.book.limits.daily_cap
        if grade.offence.id not in cap.classes:
            return grade.points
        day = cluster.first_found_at.astimezone(grade.book.day).date()
        points = max(0, min(grade.points, cap.points - self._used.get(day, 0)))
        self._used[day] = self._used.get(day, 0) + points
        return points


def _class_of(book: Rulebook, facts: dict[str, FactValue], warned: bool, counts: bool) -> tuple[OffenceClass, str]:
    """The class and the rule that decided it. What does not count is a warning, where the book has one."""
    warning = book.warning_class
    if not counts and warning is not None:
        return warning, warning.rules[0].id
    found = _decisive(book.classes, {**facts, "account.warned": warned})
    if found is None:
        # Loading tried every case that the conditions tell apart. Were one missed, it would cost nothing.
        offence = next(c for c in book.classes if c.rules)
        return replace(offence, points=0), offence.rules[0].id
    return found[0], found[1].id


_Found = tuple[OffenceClass, Rule] | None
_DECIDED: dict[int, tuple[Sequence[OffenceClass], dict[tuple[FactValue, ...], _Found]]] = {}
_MAX_BOOKS, _MAX_CASES = 64, 4096


def _decisive(classes: Sequence[OffenceClass], facts: dict[str, FactValue]) -> _Found:
    """The rule that decides, remembered for facts that were seen before: conditions depend on nothing else.

    Handing facts to the conditions' engine costs fifty microseconds, and the same few cases come again and again.
    """
    if len(_DECIDED) > _MAX_BOOKS:
        _DECIDED.clear()
    # The classes are kept beside what was decided by them, so that no other book can come to have their id.
    _, decided = _DECIDED.setdefault(id(classes), (classes, {}))
    case = tuple(facts.values())
    if case not in decided:
        if len(decided) > _MAX_CASES:
            decided.clear()
        decided[case] = decisive_rule(classes, context(facts))
    return decided[case]


def _links_of(history: AccountHistory) -> tuple[dict[str, list[Action]], dict[str, datetime]]:
    """Orders about links by their key; and since when each target was hidden for good somewhere on this account."""
    links: dict[str, list[Action]] = {}
    since: dict[str, datetime] = {}
    for action in history.actions:
        order = action.order
        if order.kind == "disable_link" and order.basis != "model" and order.target is not None:
            links.setdefault(order.key, []).append(action)
            if action.reversed_at is None and action.ordered_at < since.get(order.target, _NEVER):
                since[order.target] = action.ordered_at
    return links, since


def _had_been_warned(posted_at: datetime, orders: Iterable[Action], grace: timedelta) -> bool:
    """Whether a notice was delivered before the post; the answer to the post itself comes after it."""
    return any(
        a.delivered_at is not None
        and a.delivered_at + grace < posted_at
        and (a.order.lapses_at is None or posted_at < a.order.lapses_at)
        for a in orders
    )
