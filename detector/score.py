"""Scoring a post: its text and pages are read once, each of its links gets a verdict and reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from detector.brands import default_index
from detector.claims import default_finder
from detector.explain import explain
from detector.features import observe
from detector.links import find_links, read_link
from detector.model import Model, evaluate, verdict_of, view_of
from detector.reading import Evidence, Reader
from detector.types import Link, LinkVerdict, Post

MAX_LINKS = 200


def default_reader() -> Reader:
    """A reader with the shipped brands and claims."""
    return Reader(default_index(), default_finder())


class Detector:
    """A model with its reader. Holds no state that a post could change."""

    def __init__(self, model: Model, reader: Reader | None = None) -> None:
        self.model = model
        self.reader = reader or default_reader()

    def links_of(self, post: Post) -> list[Link]:
        """The post's links, those in the text after those sent apart; one for each target."""
        by_target: dict[str, Link] = {}
        for link in (*map(read_link, post.links), *find_links(post.text)):
            by_target.setdefault(link.target, link)
            if len(by_target) >= MAX_LINKS:
                break
        return list(by_target.values())

    def score(self, post: Post) -> list[LinkVerdict]:
        """A verdict for each link; for the text alone where there is no link. Never raises."""
        links = self.links_of(post)
        text = self.reader.text(post.text) if post.text.strip() else None
        pages = {read_link(page.url).target: self.reader.page(page) for page in post.pages}
        if not links:
            return [self._judge(self.reader.evidence(None, text, None, 0))]
        return [self._judge(self.reader.evidence(link, text, pages.get(link.target), len(links))) for link in links]

    def _judge(self, evidence: Evidence) -> LinkVerdict:
        observations = observe(evidence)
        score = evaluate(self.model, observations, view_of(evidence))
        reasons = explain(score, observations)
        return LinkVerdict(
            link=evidence.link,
            verdict=verdict_of(score, self.model.thresholds),
            counterfeit_probability=round(score.counterfeit_probability, 6),
            reasons=reasons,
            mention=evidence.text is not None and evidence.text.is_talk,
            abstained=bool(reasons) and reasons[0].code.startswith("abstain."),  # these come first
        )


def highest(verdicts: Iterable[LinkVerdict]) -> float:
    """The probability of a post: the highest of its links."""
    return max((v.counterfeit_probability for v in verdicts), default=0.0)
