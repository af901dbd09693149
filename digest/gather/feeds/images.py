"""Which of the pictures that a feed's entry names is the story's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from digest.gather.cleaning.draft import Draft
from digest.gather.feeds.fields import Field, Fields

_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)", re.IGNORECASE)
_MIN_PIXELS = 60
_MAX_PIXELS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    url: str
    alt: str = ""
    credit: str = ""
    width: int | None = None
    height: int | None = None
    rank: int

    @property
    def is_sensible(self) -> bool:
        sides = [side for side in (self.width, self.height) if side is not None]
        return all(_MIN_PIXELS <= side <= _MAX_PIXELS for side in sides)


def choose_image(fields: Fields, draft: Draft) -> None:
    """Write into `draft` the best picture that an entry names, if it names any.

    The widest wins; between pictures of one width, or of none, full pictures go before enclosures, those before
    thumbnails, those before a podcast's cover, and what stands first before what stands later.
    """
    sensible = [one for one in _candidates(fields) if one.is_sensible]
    if not sensible:
        return
    best = min(sensible, key=lambda one: (-(one.width or 0), one.rank))
    draft.image_url, draft.image_alt, draft.image_credit = best.url, best.alt, best.credit
    draft.image_width, draft.image_height = best.width, best.height


def _candidates(fields: Fields) -> Iterator[_Candidate]:
    credit = fields.text("media:credit")
    for group in (fields, *(group.fields for group in fields.all("media:group"))):
        for content in group.all("media:content"):
            inside = content.fields
            if _is_picture(content, kind=content["medium"]):
                alt = inside.text("media:description", "media:title", "media:text")
                yield _candidate(content, rank=0, alt=alt, credit=inside.text("media:credit") or credit)
            yield from (_candidate(one, rank=2, credit=credit) for one in inside.all("media:thumbnail"))
        yield from (_candidate(one, rank=2, credit=credit) for one in group.all("media:thumbnail"))
    for enclosure in fields.all("enclosure", "link"):
        if (enclosure["url"] or enclosure["rel"] == "enclosure") and _is_picture(enclosure, kind=""):
            yield _candidate(enclosure, rank=1, alt=enclosure["title"], credit=credit)
    for image in fields.all("image", "other:image", "itunes:image", "other:thumbnail", "thumb", "thumbnail"):
        yield _candidate(image, rank=3, credit=credit)


def _is_picture(field: Field, *, kind: str) -> bool:
    """Return whether a medium, a MIME type or a name says that this is a picture that a mail can show."""
    mime = field["type"].lower()
    if kind or mime:
        return (kind == "image" or mime.startswith("image")) and "svg" not in mime
    return bool(_PICTURE_NAME.search(field["url"] or field["href"]))


def _candidate(field: Field, *, rank: int, alt: str = "", credit: str = "") -> _Candidate:
    url = field["url"] or field["href"] or field.fields.text("url") or field.text
    return _Candidate(
        url=field.resolved(url),
        alt=alt,
        credit=credit,
        width=_pixels(field["width"]),
        height=_pixels(field["height"]),
        rank=rank,
    )


def _pixels(written: str) -> int | None:
    digits = re.match(r"\d{1,6}", written)
    return int(digits.group()) if digits and int(digits.group()) > 0 else None
