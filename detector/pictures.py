"""What a platform says of a post's pictures: their words, the codes in them, and whether they are known. Pure.

Pictures themselves never come here. A platform sends alternative texts, what its QR codes hold, and PDQ hashes
(Facebook 2019, *The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm*); ``dajia pictures read``
makes the last two of files.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from detector.links import read_link
from detector.picture_list import KnownPicture, PictureList
from detector.types import Link, Picture

_WEB = ("http://", "https://")
_PERSONAL_HOSTS = (
    *("u.wechat.com/", "weixin.qq.com/", "work.weixin.qq.com/", "qm.qq.com/", "wa.me/", "api.whatsapp.com/"),
    *("t.me/", "line.me/", "qr.alipay.com/", "mobile.qq.com/", "m.me/", "discord.gg/"),
)
"""Hosts whose addresses, as QR codes hold them, are one person's or group's."""


class PictureError(ValueError):
    """A picture that cannot be read; the message says why."""


class PictureFile(msgspec.Struct, frozen=True):
    """What was read from one picture."""

    picture: Picture
    quality: int
    """Of the hash, 0 to 100."""


class PicturesReading(msgspec.Struct, frozen=True):
    """What the pictures of one post come to."""

    count: int
    known: KnownPicture | None = None
    """The nearest of the listed counterfeit pictures; ``None`` where none is near enough."""


def links_in(pictures: Sequence[Picture]) -> tuple[Link, ...]:
    """Where QR codes lead, for those that hold a web address: whoever shows a code shares its link."""
    return tuple(read_link(code) for picture in pictures for code in picture.qr if _is_address(code))


def words_in(pictures: Sequence[Picture]) -> str:
    """Alternative texts and what other codes hold (a WeChat id, a sentence), a line each."""
    alts = (picture.alt for picture in pictures)
    codes = (code for picture in pictures for code in picture.qr if not _is_address(code))
    return "\n".join(dict.fromkeys(said for said in (*alts, *codes) if said.strip()))


def read_pictures(pictures: Sequence[Picture], listed: PictureList) -> PicturesReading | None:
    """How many, and the nearest known one; ``None`` where there is no picture."""
    if not pictures:
        return None
    found = (listed.nearest(picture.pdq) for picture in pictures if picture.pdq is not None)
    near = min((one for one in found if one is not None), key=lambda one: one.distance, default=None)
    return PicturesReading(len(pictures), near)


def reaches_somebody(code: str) -> bool:
    """Whether a QR code is somebody's own: to be added, paid or read, and not the address of a page for everybody."""
    return not _is_address(code) or code.partition("://")[2].lower().startswith(_PERSONAL_HOSTS)


def _is_address(code: str) -> bool:
    return code[:8].lower().startswith(_WEB)
