"""Scoring a post: its text and pages are read once, each of its links gets a verdict and reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from detector.brands import default_index
from detector.claims import default_finder
from detector.explain import explain
from detector.features import observe
from detector.link_finder import blank_links, find_links
from detector.links import read_link
from detector.model import Model, evaluate, verdict_of, view_of
from detector.reading import MAX_LINKS, Evidence, PageEvidence, Reader
from detector.types import Link, LinkVerdict, Post, VerdictName


def default_reader() -> Reader:
    """A reader with the shipped brands and claims."""
    return Reader(default_index(), default_finder())


class Detector:
    """A model with its reader. Holds no state that a post could change."""

    def __init__(self, model: Model, reader: Reader | None = None) -> None:
        self.model = model
        self.reader = reader or default_reader()

    def links_of(self, post: Post) -> list[Link]:
        """The post's links, those sent apart before those in the text; one for each target, at most 200."""
        return _one_for_each_target((*map(read_link, post.links), *find_links(post.text)))[:MAX_LINKS]

    def score(self, post: Post) -> list[LinkVerdict]:
        """A verdict for each link; for the text alone where there is no link. Never raises."""
        written = find_links(post.text)
        targets = _one_for_each_target((*map(read_link, post.links), *written))
        links = targets[:MAX_LINKS]
        words = blank_links(post.text, written) if written else post.text
        text = self.reader.text(words) if words.strip() else None
        if not links:
            return [self._judge(self.reader.evidence(None, text, None, 0))]
        pages = self._pages(post, links) if post.pages else {}
        return [self._judge(self.reader.evidence(link, text, pages.get(link.target), len(targets))) for link in links]

    def _pages(self, post: Post, links: list[Link]) -> dict[str, PageEvidence]:
        """Pages by the target that they belong to. A page that no link names belongs to the one short link, if any."""
        pages = {read_link(page.url).target: self.reader.page(page) for page in post.pages}
        strays = [page for target, page in pages.items() if all(link.target != target for link in links)]
        opaque = [link.target for link in links if link.opaque and link.target not in pages]
        if len(strays) == len(opaque) == 1:
            pages[opaque[0]] = strays[0]
        return pages

    def _judge(self, evidence: Evidence) -> LinkVerdict:
        observations = observe(evidence)
        score = evaluate(self.model, observations, view_of(evidence))
        reasons = explain(score, observations)
        verdict = verdict_of(score, self.model.thresholds)
        return LinkVerdict(
            link=evidence.link,
            verdict=_at_least_review(verdict) if evidence.n_links > MAX_LINKS else verdict,
            counterfeit_probability=round(score.counterfeit_probability, 6),
            reasons=reasons,
            mention=evidence.text is not None and evidence.text.is_talk,
            abstained=bool(reasons) and reasons[0].code.startswith("abstain."),  # these come first
        )


def _one_for_each_target(links: Iterable[Link]) -> list[Link]:
    """Of several ways to write one target the most wrapped one counts, whatever the order."""
    by_target: dict[str, Link] = {}
    for link in links:
        known = by_target.get(link.target)
        if known is None or len(link.wrappers) > len(known.wrappers):
            by_target[link.target] = link
    return list(by_target.values())


def _at_least_review(verdict: VerdictName) -> VerdictName:
    """What was left out may be the worst of it: such a post is not clean."""
    return "review" if verdict == "allow" else verdict


def highest(verdicts: Iterable[LinkVerdict]) -> float:
    """The probability of a post: the highest of its links."""
    return max((v.counterfeit_probability for v in verdicts), default=0.0)
