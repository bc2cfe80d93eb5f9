"""Scores one line after the other, as ``/v1/check`` would, without a database. What repeats is judged once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from detector.score import Detector, highest
from detector.types import Link, LinkVerdict, Post, VerdictName
from enforcement.rulebook import Rulebook
from service.answers import LinkScore, ScoreAnswer, reason_answer
from service.payloads import CheckPayload, FieldError, PayloadError, decode, to_post
from service.screen import GRAVITY, Assessment, least_verdict

_Key = tuple[str, tuple[str, ...]]
_JSON = msgspec.json.Encoder()


class Line(msgspec.Struct, frozen=True):
    """What a line asks about."""

    post: Post
    url: str | None = None
    """Where the line is a plain URL; else ``None``."""


class Remembered(msgspec.Struct, frozen=True):
    """An answer as JSON, which takes less room than its parts, with what is counted of it."""

    json: bytes
    """Shape ``ScoreAnswer``, without the ids."""
    verdict: VerdictName
    held: tuple[str, ...]
    """Targets whose links are held."""
    brands: tuple[str, ...]
    """Ids of the brands that the post or a host names."""
    hosts: tuple[str, ...]
    """Registrable domains that its links lead to."""


class Judge:
    """Scores lines: posts as JSON, or plain URLs."""

    def __init__(self, detector: Detector, book: Rulebook, max_page_chars: int, *, remember: int = 0) -> None:
        """``remember``: how many answers are kept, so that the same text with the same links is judged once."""
        self._detector = detector
        self._book = book
        self._max_page_chars = max_page_chars
        self._capacity = remember
        self._known: OrderedDict[_Key, Remembered] = OrderedDict()

    def line(self, line: bytes) -> ScoreAnswer:
        """The answer for one line; :class:`PayloadError` where it cannot be read."""
        read = self.read(line)
        answer = self._answer(self._detector.score(read.post))
        if read.url is None:
            return replace(answer, post_id=read.post.post_id or None)
        # A plain URL is answered for as it was written.
        return replace(answer, url=read.url)

    def read(self, line: bytes) -> Line:
        """A line, read and checked; :class:`PayloadError` where it cannot be."""
        if line.startswith(b"{"):
            payload = decode(line, CheckPayload)
            return Line(to_post(payload, now=datetime.now(UTC), max_page_chars=self._max_page_chars))
        try:
            url = line.decode()
        except UnicodeDecodeError as error:
            raise PayloadError("The line is not UTF-8.", (FieldError("", str(error)),)) from None
        if not url:
            raise PayloadError("The line is empty.")
        return Line(Post("", "", links=(url,)), url)

    def assess(self, post: Post) -> Assessment:
        """How likely is it? Pure."""
        return Assessment(post, tuple(self._detector.score(post)))

    def remembered(self, post: Post) -> Remembered:
        """The answer for one post, without its id; what was judged before is not judged again."""
        # Nothing but text, links and pages is judged; pages are too large to be worth remembering.
        key = (post.text, post.links)
        known = None if post.pages else self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        verdicts = self._detector.score(post)
        answer = self._answer(verdicts)
        made = Remembered(
            json=_JSON.encode(answer),
            verdict=answer.verdict,
            held=tuple(dict.fromkeys(link.target for link in answer.links if link.verdict == "hold")),
            brands=tuple(dict.fromkeys(brand for v in verdicts for brand in v.brands)),
            hosts=tuple(dict.fromkeys(v.link.registrable or v.link.host for v in verdicts if v.link)),
        )
        if self._capacity and not post.pages:
            self._known[key] = made
            if len(self._known) > self._capacity:
                self._known.popitem(last=False)
        return made

    def _answer(self, verdicts: Sequence[LinkVerdict]) -> ScoreAnswer:
        links = tuple(self._link(v, v.link, url) for v in verdicts if v.link for url in (v.link.url, *v.also))
        return ScoreAnswer(
            verdict=max([*(link.verdict for link in links), *(v.verdict for v in verdicts)], key=GRAVITY.__getitem__),
            counterfeit_probability=highest(verdicts),
            links=links,
            reasons=tuple(reason_answer(r) for v in verdicts if v.link is None for r in v.reasons),
        )

    def _link(self, verdict: LinkVerdict, link: Link, url: str) -> LinkScore:
        least = least_verdict(verdict, self._book)
        gravest = max(verdict.verdict, least, key=GRAVITY.__getitem__)
        reasons = tuple(map(reason_answer, verdict.reasons))
        return LinkScore(url, link.target, gravest, verdict.counterfeit_probability, reasons)
