"""The sample platform keeps what it promises, for whoever trains on it or tries the service with it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from detector.links import read_link
from detector.pages import read_page
from detector.samples import load_samples, samples_folder
from detector.types import PageSnapshot

SAMPLES = load_samples()
CHINESE = re.compile("[\u4e00-\u9fff]")
TRUTH = {read_link(target.url).target: target.label for target in SAMPLES.targets}
PAGES: dict[str, PageSnapshot] = {page.url: page for post in SAMPLES.posts for page in post.pages}


def test_has_as_many_posts_and_accounts_as_promised() -> None:
    assert len(SAMPLES.posts) >= 400
    assert len(SAMPLES.accounts) >= 120


def test_lasts_sixty_days() -> None:
    times = [post.posted_at for post in SAMPLES.posts if post.posted_at is not None]
    assert len(times) == len(SAMPLES.posts)
    assert times == sorted(times)
    assert timedelta(days=60) <= times[-1] - times[0] < timedelta(days=62)
    assert all(time.tzinfo is UTC for time in times)


def test_is_written_in_chinese_and_english() -> None:
    chinese = sum(bool(CHINESE.search(post.text)) for post in SAMPLES.posts)
    english = sum(not CHINESE.search(post.text) and bool(re.search("[a-z]{3}", post.text)) for post in SAMPLES.posts)
    assert chinese >= 200
    assert english >= 100


def test_every_post_is_labelled_once_and_every_label_has_its_post() -> None:
    assert {post.post_id for post in SAMPLES.posts} == set(SAMPLES.labels)
    assert len({post.post_id for post in SAMPLES.posts}) == len(SAMPLES.posts)


def test_has_posts_of_every_kind() -> None:
    labels = Counter(label.label for label in SAMPLES.labels.values())
    kinds = Counter(label.kind for label in SAMPLES.labels.values())
    assert min(labels.values()) >= 30
    assert set(kinds) >= {"second_hand", "news", "question", "warning", "handmade", "review", "official_or_reseller"}
    assert min(kinds.values()) >= 10


def test_every_account_posts_and_every_post_has_its_account() -> None:
    assert {post.account_id for post in SAMPLES.posts} == set(SAMPLES.accounts)
    assert {account.type for account in SAMPLES.accounts.values()} <= {"private", "business", "promoter", "affiliate"}


def test_no_account_posts_before_it_exists() -> None:
    for post in SAMPLES.posts:
        assert post.account.created_at is not None
        assert post.posted_at is not None
        assert post.account.created_at <= post.posted_at


def test_rings_have_members_with_one_trade() -> None:
    rings: dict[str, set[str]] = defaultdict(set)
    for account in SAMPLES.accounts.values():
        if account.ring is not None:
            rings[account.ring].add(account.account_id)
    assert len(rings) >= 6
    assert all(len(members) >= 2 for members in rings.values())


def test_no_two_posts_have_the_same_text() -> None:
    assert [text for text, n in Counter(post.text for post in SAMPLES.posts).items() if n > 1] == []


def test_a_target_has_one_label() -> None:
    labels: dict[str, set[str]] = defaultdict(set)
    for target in SAMPLES.targets:
        labels[read_link(target.url).target].add(target.label)
    assert {name for name, found in labels.items() if len(found) > 1} == set()


def test_labels_of_posts_and_of_their_targets_agree() -> None:
    for post in SAMPLES.posts:
        label = SAMPLES.labels[post.post_id].label
        known = {TRUTH[name] for name in (read_link(url).target for url in post.links) if name in TRUTH}
        if label == "counterfeit":
            assert "counterfeit" in known or not known, post.post_id
        if label == "genuine":
            assert "counterfeit" not in known, post.post_id


def test_every_link_leads_to_a_labelled_target() -> None:
    assert [url for post in SAMPLES.posts for url in post.links if read_link(url).target not in TRUTH] == []


def test_nearly_every_link_leads_to_a_labelled_target() -> None:
    links = [url for post in SAMPLES.posts for url in post.links]
    assert sum(read_link(url).target in TRUTH for url in links) >= 0.97 * len(links)


def test_a_page_belongs_to_a_link_of_its_post() -> None:
    for post in SAMPLES.posts:
        links = [read_link(url) for url in post.links]
        behind_short_links = sum(link.opaque for link in links)
        elsewhere = {read_link(page.url).target for page in post.pages} - {link.target for link in links}
        assert len(elsewhere) <= behind_short_links, post.post_id


@pytest.mark.parametrize("url", sorted(PAGES))
def test_every_page_is_read_without_broken_characters(url: str) -> None:
    page = read_page(PAGES[url])
    assert "\ufffd" not in page.title + page.description + page.text
    assert page.problem in {None, "error_page"}


@pytest.mark.parametrize(("charset", "pages"), [("gb18030", 5), ("big5hkscs", 2), ("utf-8", 20)])
def test_has_pages_in_the_encodings_of_the_field(charset: str, pages: int) -> None:
    read = {snapshot.body: read_page(snapshot) for snapshot in PAGES.values()}
    found = [page for page in read.values() if page.charset == charset]
    assert len(found) >= pages
    if charset != "utf-8":
        assert all(CHINESE.search(page.text) for page in found)


def test_every_page_file_is_used() -> None:
    bodies = {snapshot.body for snapshot in PAGES.values()}
    assert [file.name for file in (samples_folder() / "pages").iterdir() if file.read_bytes() not in bodies] == []


def test_invented_shops_stand_under_example_names() -> None:
    """No real shop is accused: a host is ours (.example), or a marketplace, an album or a short link."""
    for target in SAMPLES.targets:
        link = read_link(target.url)
        if target.label == "counterfeit" and not link.registrable.endswith(".example"):
            assert link.platform or link.opaque or link.wrappers or link.registrable in KNOWN_PLACES, target.url


KNOWN_PLACES = frozenset({"google.com", "linktr.ee", "discord.gg", "facebook.com", "carousell.com.hk", "carousell.com"})


def test_another_folder_is_read_the_same(tmp_path: Path) -> None:
    for name in ("posts", "labels", "targets", "accounts"):
        lines = (samples_folder() / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        (tmp_path / f"{name}.jsonl").write_text("\n".join(["", *lines, ""]), encoding="utf-8")
    (tmp_path / "pages").symlink_to(samples_folder() / "pages")
    assert load_samples(tmp_path) == SAMPLES


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="accounts"):
        load_samples(tmp_path)
