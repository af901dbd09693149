"""Teasers: the few lines that lead to an edition, in a list of them, in a feed, in what shares a link (Open Graph)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from digest.model.editions import Edition
from digest.model.messages import Publication
from digest.model.stories import Direction
from digest.render.prepare import archive_url_of, edition_days_of, encoded_url, one_line, preheader_of
from digest.render.words import words_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """What leads to an edition, each on one line, in the edition's language.

    `days` are those it is about, `headline` is its first story's, `summary` what else is in it (may be empty) and
    `size` how many stories. `image` is the address of the first story's picture, empty where it has none.
    """

    url: str
    lang: str
    direction: Direction
    days: str
    headline: str
    summary: str
    size: str
    image: str


def teaser_of(edition: Edition, publication: Publication) -> Teaser:
    """Return what leads to an edition."""
    words, lead = words_for(edition.topic.lang), edition.items[0]
    return Teaser(
        url=encoded_url(archive_url_of(edition, publication)),
        lang=edition.topic.lang,
        direction=words.direction,
        days=edition_days_of(edition),
        headline=one_line(lead.title),
        summary=preheader_of(edition),
        size=words.count(len(edition.items), one="{count} story", other="{count} stories"),
        image=web_url(lead.image.url) if lead.image else "",
    )


def web_url(url: str) -> str:
    """Return the URL as a browser may follow it, or nothing where it is no address on the web."""
    encoded = encoded_url(url)
    return encoded if urlsplit(encoded).scheme in {"http", "https"} else ""
