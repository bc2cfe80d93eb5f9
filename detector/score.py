"""Scoring a post: its text and pages are read once, each of its links gets a verdict and reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from detector.assurances import without_assurances
from detector.brands import BrandIndex, default_index
from detector.claims import default_finder
from detector.explain import explain
from detector.features import Observations, observe
from detector.link_finder import blank_links, find_links
from detector.links import read_link
from detector.model import Model, evaluate, verdict_of, view_of
from detector.picture_list import PictureList
from detector.pictures import links_in, words_in
from detector.reading import MAX_LINKS, Evidence, PageEvidence, Reader
from detector.types import Link, LinkVerdict, Post, VerdictName
from detector.wording import WordingReader


def default_reader() -> Reader:
    """A reader with the shipped brands and claims."""
    return reader_with(default_index())


def reader_with(brands: BrandIndex, known_pictures: PictureList | None = None) -> Reader:
    """A reader with these brands and known pictures, and the shipped claims."""
    return Reader(brands, default_finder(), known_pictures)


class Detector:
    """A model with its reader. Holds no state that a post could change."""

    def __init__(self, model: Model, reader: Reader | None = None) -> None:
        self.model = model
        self.reader = reader or default_reader()
        self.wording = None if model.wording is None else WordingReader(model.wording)

    def links_of(self, post: Post) -> list[Link]:
        """The post's links, those sent apart before those in the text; one for each target."""
        return _one_for_each_target(_every_link(post, find_links(post.text)))

    def score(self, post: Post, known_pages: Mapping[str, PageEvidence] = MappingProxyType({})) -> list[LinkVerdict]:
        """A verdict for each link; for the text alone where there is no link. Never raises.

        ``known_pages`` are pages that were read before, by target; one that came with the post counts instead.
        Links beyond the two hundredth are judged by their address alone, so that what is known of them still counts.
        """
        every, evidence = self._look(post, known_pages)
        judged = [self._judge(one) for one in evidence]
        bare = without_assurances(blank_links(post.text, find_links(post.text)))
        if bare is not None:
            again = map(self._judge, self._reworded(evidence, bare))
            judged = [_without_trust(*both) for both in zip(judged, again, strict=True)]
        if post.pictures:
            judged = [_within_text(verdict, len(post.text)) for verdict in judged]
        return judged if len(every) <= len(judged) else _with_spellings(judged, every)

    def observe(self, post: Post) -> list[Observations]:
        """The features of each link of a post, or of its text alone, as they are when it is scored."""
        return [observe(evidence) for evidence in self._look(post, {})[1]]

    def _look(self, post: Post, known_pages: Mapping[str, PageEvidence]) -> tuple[tuple[Link, ...], list[Evidence]]:
        """Every link as it is written, and what each target is judged by; the text alone where there is no link."""
        written = find_links(post.text)
        every = _every_link(post, written)
        links = _one_for_each_target(every)
        words = blank_links(post.text, written) if written else post.text
        pictures = None
        if post.pictures:
            words, pictures = f"{words}\n{words_in(post.pictures)}", self.reader.pictures(post.pictures)
        text = self.reader.text(words) if words.strip() else None
        wording = None if text is None or self.wording is None else self.wording.pull(text.read, text.classed)
        read = self.reader.evidence
        if not links:
            return every, [read(None, text, None, 0, wording, pictures=pictures)]
        pages = {**known_pages, **self._pages(post, links)} if post.pages else known_pages
        n = len(links)
        near, rest = links[:MAX_LINKS], links[MAX_LINKS:]
        seen = [read(link, text, pages.get(link.target), n, wording, pictures=pictures) for link in near]
        return every, seen + [read(link, None, None, n) for link in rest]

    def _reworded(self, evidence: Iterable[Evidence], words: str) -> Iterable[Evidence]:
        """The same links and pages beside other words; what stands beside none stays."""
        text = self.reader.text(words)
        wording = None if self.wording is None else self.wording.pull(text.read, text.classed)
        for one in evidence:
            yield one if one.text is None else msgspec.structs.replace(one, text=text, wording=wording)

    def _pages(self, post: Post, links: list[Link]) -> dict[str, PageEvidence]:
        """Pages by the target that they belong to; only those are read.

        A page that no link names belongs to the one short link, if there is one of each.
        """
        sent = {read_link(page.url).target: page for page in reversed(post.pages)}  # the first of several counts
        wanted = {link.target: sent[link.target] for link in links if link.target in sent}
        strays = [page for target, page in sent.items() if target not in wanted]
        opaque = [link.target for link in links if link.opaque and link.target not in sent]
        if len(strays) == len(opaque) == 1:
            wanted[opaque[0]] = strays[0]
        return {target: self.reader.page(page) for target, page in wanted.items()}

    def _judge(self, evidence: Evidence) -> LinkVerdict:
        observations = observe(evidence)
        score = evaluate(self.model, observations, view_of(evidence))
        reasons = explain(score, observations)
        verdict = verdict_of(score, self.model.thresholds)
        return LinkVerdict(
            link=evidence.link,
            verdict=_at_least_review(verdict) if _is_for_people(evidence) else verdict,
            counterfeit_probability=round(score.counterfeit_probability, 6),
            reasons=reasons,
            mention=evidence.text is not None and evidence.text.is_talk,
            brands=_brands_of(evidence),
            abstained=bool(reasons) and reasons[0].code.startswith("abstain."),  # these come first
        )


def _without_trust(assured: LinkVerdict, bare: LinkVerdict) -> LinkVerdict:
    """The verdict by the whole; people look where an offer is left when the author says nothing for himself."""
    if assured.verdict != "allow" or bare.verdict == "allow" or bare.mention:
        return assured
    return msgspec.structs.replace(bare, verdict="review", mention=assured.mention)


def _is_for_people(evidence: Evidence) -> bool:
    """Whether something in it is for people to judge: links that were left out, a picture that is known."""
    known = evidence.pictures is not None and evidence.pictures.known is not None
    return known or evidence.n_links > MAX_LINKS


def _within_text(verdict: LinkVerdict, length: int) -> LinkVerdict:
    """A verdict that points at nothing beyond the post's own text: words of its pictures have no place in it."""
    reasons = tuple(
        msgspec.structs.replace(reason, span=None) if reason.span is not None and reason.span[1] > length else reason
        for reason in verdict.reasons
    )
    return msgspec.structs.replace(verdict, reasons=reasons)


def _every_link(post: Post, written: Iterable[Link]) -> tuple[Link, ...]:
    """Links that were sent apart, those of its pictures and those of its text, in this order."""
    return (*map(read_link, post.links), *links_in(post.pictures), *written)


def _brands_of(evidence: Evidence) -> tuple[str, ...]:
    """Ids of the brands that the text or the link's host names, each once."""
    named = () if evidence.text is None else evidence.text.mentions
    in_host = evidence.host_brand or evidence.named_site
    if in_host is not None:
        named = (*named, in_host)
    return tuple({mention.brand.id: None for mention in named}) if named else ()


def _one_for_each_target(links: Iterable[Link]) -> list[Link]:
    """Of several ways to write one target the most wrapped one counts, then the oddest, whatever the order."""
    by_target: dict[str, Link] = {}
    for link in links:
        known = by_target.get(link.target)
        if known is None or _hiding(link) > _hiding(known):
            by_target[link.target] = link
    return list(by_target.values())


def _hiding(link: Link) -> tuple[int, int]:
    return len(link.wrappers), len(link.oddities)


def _with_spellings(verdicts: list[LinkVerdict], every: Iterable[Link]) -> list[LinkVerdict]:
    """Each verdict with the other ways in which the post writes its target, so that all of them can be hidden."""
    urls: dict[str, dict[str, None]] = {}
    for link in every:
        urls.setdefault(link.target, {})[link.url] = None
    return [
        msgspec.structs.replace(v, also=tuple(url for url in urls[v.link.target] if url != v.link.url))
        for v in verdicts
        if v.link is not None
    ]


def _at_least_review(verdict: VerdictName) -> VerdictName:
    """What was left out may be the worst of it: such a post is not clean."""
    return "review" if verdict == "allow" else verdict


def highest(verdicts: Iterable[LinkVerdict]) -> float:
    """The probability of a post: the highest of its links."""
    return max((v.counterfeit_probability for v in verdicts), default=0.0)
