"""Pictures of what people confirmed as counterfeit, as a list that platforms can exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from detector.picture_list import PictureList
from service.ports import Store
from service.records import StoredPost

AT_ONCE = 500


def confirmed_pictures(store: Store) -> dict[str, str]:
    """Hash → target, for pictures of posts whose every target people confirmed.

    A picture that is near to one of a post with another target is left out: sellers of copies take their photographs
    from honest shops, and the list must not accuse those.
    """
    confirmed: dict[str, str] = {}
    others: set[str] = set()
    for posts in _chunks(post for _, post in store.recorded_posts(None) if post.pictures):
        states = _states(store, posts)
        for post in posts:
            hashes = [picture.pdq for picture in post.pictures if picture.pdq is not None]
            named = [link.target for link in post.links]
            if named and all(states.get(target) == "counterfeit" for target in named):
                confirmed |= {pdq: named[0] for pdq in hashes if pdq not in confirmed}
            else:
                others.update(hashes)
    honest = PictureList((pdq, "") for pdq in sorted(others))
    return {pdq: target for pdq, target in confirmed.items() if honest.nearest(pdq) is None}


def _states(store: Store, posts: Iterable[StoredPost]) -> dict[str, str]:
    names = {link.target for post in posts for link in post.links}
    with store.begin(write=False) as work:
        return {name: record.state for name, record in work.targets(sorted(names)).items()}


def _chunks(posts: Iterable[StoredPost]) -> Iterator[list[StoredPost]]:
    chunk: list[StoredPost] = []
    for post in posts:
        chunk.append(post)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    yield chunk
