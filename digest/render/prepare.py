"""Preparing: an edition as the texts that templates print. No template, no HTML, no reader.

Every text that leaves here is one line of visible characters: what came from a feed cannot bring a line break, a
control character, a direction override or half a surrogate pair into a mail.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from digest.model.editions import AlsoReported, Edition, EditionItem
from digest.model.messages import Publication
from digest.model.stories import Direction, Image
from digest.model.topics import Theme
from digest.render.stencils import Values
from digest.render.words import Words, words_for
from digest.render.wrapping import isolated

CARDS = {Theme.CLASSIC: 5, Theme.COMPACT: 9}
"""How many stories after the lead are told with a line or two, before the short list begins."""

LEAD_TEXT_CHARS, CARD_TEXT_CHARS, SUBJECT_CHARS, PREHEADER_CHARS = 1000, 220, 150, 140
ALSO_NAMED = 3
COLUMN_PX, LEAD_MAX_HEIGHT_PX = 552, 460
THUMB_PX, THUMB_MAX_HEIGHT_PX = 168, 140
MAX_TEXT_URL_CHARS = 900
"""A longer address is left out of the text part, where a line has at most 998 octets (RFC 5322 2.1.1)."""

_KEY, _IS_KEY = "%Y-%m-%d-%H%M%S", re.compile(r"[0-9]{4}(-[0-9]{2}){2}-[0-9]{6}")
_URL_CHARS = "!#$%&'()*+,/:;=?@[]~-._"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedEdition:
    """An edition's texts: the page's fixed ones, the frame's (`mail`), the edition's own, and each story's."""

    lang: str
    page: Values
    mail: Values
    heading: Values
    lead: Values
    cards: tuple[Values, ...]
    briefs: tuple[Values, ...]
    name: str
    archive_url: str
    direction: Direction
    left_out: int


def prepare_edition(edition: Edition, publication: Publication, *, shown: int) -> PreparedEdition:
    """Return the texts of an edition with its first `shown` stories; of the others, their number.

    There is at least one. A topic's zone is one of the tz database's: that is checked when the topic is made.
    """
    words = words_for(edition.topic.lang)
    zone, publisher = ZoneInfo(edition.topic.zone), one_line(publication.name)
    stories = [_Teller(words, zone, publisher, item) for item in edition.items[:shown]]
    cards = CARDS[edition.topic.theme] + 1
    left_out = len(edition.items) - len(stories)
    archive_url = archive_url_of(edition, publication)
    return PreparedEdition(
        lang=edition.topic.lang,
        page=_page(edition, words),
        mail=_mail(edition, publication, archive_url=archive_url),
        heading=_heading(edition, words, archive_url=archive_url, left_out=left_out),
        lead=stories[0].lead(),
        cards=tuple(story.card() for story in stories[1:cards]),
        briefs=tuple(story.brief() for story in stories[cards:]),
        name=edition_name_of(edition),
        archive_url=archive_url,
        direction=words.direction,
        left_out=left_out,
    )


def archive_url_of(edition: Edition, publication: Publication) -> str:
    """Return where an edition can be read in a browser: by its topic and key."""
    return f"{publication.base_url}/editions/{edition.topic.slug}/{edition_key_of(edition)}"


def edition_key_of(edition: Edition) -> str:
    """Return what tells an edition from the others of its topic, in ASCII: when it closed, in UTC."""
    return write_edition_key(edition.period.end)


def write_edition_key(closed_at: datetime) -> str:
    """Return the key of the edition that closed then."""
    return f"{closed_at.astimezone(UTC):{_KEY}}"


def read_edition_key(key: str) -> datetime | None:
    """Return the second within which the edition with this key closed, in aware UTC; None for what is no key."""
    try:
        return datetime.strptime(key, _KEY).replace(tzinfo=UTC) if _IS_KEY.fullmatch(key) else None
    except ValueError:
        return None


def edition_days_of(edition: Edition) -> str:
    """Return the days that an edition is about, in its language."""
    return words_for(edition.topic.lang).span(*_days(edition))


def edition_name_of(edition: Edition) -> str:
    """Return what a person calls this edition: its topic and days."""
    topic = one_line(edition.topic.name)
    return words_for(edition.topic.lang).say("{topic}, {days}", topic=topic, days=edition_days_of(edition))


def one_line(text: str) -> str:
    """Return the text on one line, without control, direction-override and other characters that show nothing."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def shortened(text: str, chars: int) -> str:
    """Return at most `chars` characters of the text, ending in an ellipsis after a whole word where it is longer."""
    if len(text) <= chars:
        return text
    cut = text[:chars]
    return cut[: cut.rfind(" ") if " " in cut else chars - 1].rstrip(" ,;:.–—-") + "…"


def preheader_of(edition: Edition) -> str:
    """Return the line that goes with an edition's subject: its own, or its next headlines. Empty where it has none."""
    titles = [one_line(item.title) for item in edition.items[1:4]]
    others = words_for(edition.topic.lang).say("Also: {headlines}", headlines="; ".join(titles)) if titles else ""
    return shortened(one_line(edition.preheader) or others, PREHEADER_CHARS)


def _days(edition: Edition) -> tuple[date, date]:
    zone = ZoneInfo(edition.topic.zone)
    last = edition.period.end - timedelta(microseconds=1)
    return edition.period.start.astimezone(zone).date(), last.astimezone(zone).date()


def _page(edition: Edition, words: Words) -> Values:
    is_rtl = words.direction is Direction.RTL
    return {
        "lang": edition.topic.lang,
        "dir": words.direction.value,
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "hello_line": words.say("here is the news you asked for."),
        "read_on": words.say("Read the full story"),
        "also_reported": words.say("Also reported by"),
        "also_this_week": words.say("Also this week"),
        "sent_to": words.say("It was sent to:"),
        "choose": words.say("Choose your topics"),
        "unsubscribe": words.say("Unsubscribe"),
        "view": words.say("View in browser"),
    }


def _mail(edition: Edition, publication: Publication, *, archive_url: str) -> Values:
    words = words_for(edition.topic.lang)
    topic, publisher = one_line(edition.topic.name), one_line(publication.name)
    return {
        "publication": publisher,
        "site_url": encoded_url(publication.base_url),
        "topic": topic,
        "headline": one_line(edition.items[0].title),
        "preheader": preheader_of(edition),
        "why": words.say(
            "You get this because you asked {publication} for news about {topic}.",
            publication=isolated(publisher, words.direction),
            topic=isolated(topic, words.direction),
        ),
        "archive_url": encoded_url(archive_url),
        "postal": [
            {"line": line}
            for line in map(one_line, publication.postal_address.splitlines())
            if line not in {"", publisher}
        ],
    }


def _heading(edition: Edition, words: Words, *, archive_url: str, left_out: int) -> Values:
    more = words.count(left_out, one="And {count} more story on our site", other="And {count} more stories on our site")
    return {
        "topic": one_line(edition.topic.name),
        "days": edition_days_of(edition),
        "size": words.count(len(edition.items), one="{count} story", other="{count} stories"),
        "intro": [{"paragraph": one_line(line)} for line in edition.intro.splitlines() if line.strip()],
        "more": more if left_out else "",
        "archive_url": encoded_url(archive_url),
    }


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells one story as lead, card or line of the short list; one of our own without saying whose it is."""

    words: Words
    zone: ZoneInfo
    our_name: str
    item: EditionItem

    def lead(self) -> Values:
        dek, excerpt = one_line(self.item.dek), one_line(self.item.excerpt)
        text = shortened(excerpt, LEAD_TEXT_CHARS)
        picture = self._picture(COLUMN_PX, LEAD_MAX_HEIGHT_PX)
        caption = self.words.say("Photo: {credit}", credit=self._credit()) if self._credit() else ""
        return {**self.brief(), **picture, "caption": caption, "dek": dek, "text": text}

    def card(self) -> Values:
        dek, excerpt = one_line(self.item.dek), one_line(self.item.excerpt)
        told = {"dek": shortened(dek or excerpt, CARD_TEXT_CHARS), "text": ""}
        if not self.item.url:
            # Without a link there is nowhere else to read on, so what there is of the story stands here.
            told = {"dek": dek, "text": excerpt}
        return {**self.brief(), **self._picture(THUMB_PX, THUMB_MAX_HEIGHT_PX), **told}

    def brief(self) -> Values:
        url = encoded_url(self.item.url)
        meta, also = self._meta(), self._also()
        return {
            "title": one_line(self.item.title),
            "url": url,
            "text_url": _url_for_text(url),
            "lang": _attribute_text(one_line(self.item.lang)) or str(self.words.locale).replace("_", "-"),
            "dir": self.item.direction.value,
            "dek": "",
            "text": "",
            "meta": [{"part": part} for part in meta],
            "meta_line": " · ".join(isolated(part, self.words.direction) for part in meta),
            "also": also,
            "also_line": "".join(f"{one['before']}{one['name']}" for one in also),
        }

    def _meta(self) -> list[str]:
        when = self.item.published_at
        parts = (one_line(self.item.publisher), one_line(self.item.byline), self._day(when) if when else "")
        return [part for part in parts if part not in {"", self.our_name}]

    def _day(self, at: datetime) -> str:
        return self.words.day(at.astimezone(self.zone).date())

    def _credit(self) -> str:
        return one_line((self.item.image.credit if self.item.image else "") or self.item.credit)

    def _picture(self, width: int, max_height: int) -> dict[str, str]:
        image = self.item.image
        if image is None:
            return {"image": "", "alt": "", "width": "", "height": ""}
        shown_width, height = _fitted(image, width, max_height)
        return {
            "image": encoded_url(image.url),
            "alt": _attribute_text(one_line(image.alt) or one_line(self.item.title)),
            "width": shown_width,
            "height": height,
        }

    def _also(self) -> list[Values]:
        reports = list({report.publisher or report.url: report for report in self.item.also_reported}.values())
        named = [(_publisher(report), encoded_url(report.url)) for report in reports[:ALSO_NAMED]]
        if len(reports) > ALSO_NAMED:
            others = len(reports) - ALSO_NAMED
            named.append((self.words.count(others, one="{count} more", other="{count} more"), ""))
        before = self.words.listed(tuple(name for name, _ in named))
        return [
            {"before": lead, "name": name, "url": url, "text_url": _url_for_text(url)}
            for lead, (name, url) in zip(before, named, strict=True)
        ]


def _publisher(report: AlsoReported) -> str:
    return one_line(report.publisher) or (urlsplit(report.url).hostname or "")


def _fitted(image: Image, width: int, max_height: int) -> tuple[str, str]:
    """Return the width and height to show a picture with, as attribute texts; no height where its shape is unknown."""
    if not image.width or not image.height:
        return str(width), ""
    shown_width = min(width, image.width, round(max_height * image.width / image.height))
    return str(max(shown_width, 1)), str(max(round(shown_width * image.height / image.width), 1))


def encoded_url(url: str) -> str:
    """Return the URL with everything percent-encoded that may not stand in one (RFC 3986 2), as serialisers do."""
    return quote(url.strip(), safe=_URL_CHARS, errors="replace")


def _url_for_text(url: str) -> str:
    return url if len(url) <= MAX_TEXT_URL_CHARS else ""


def _attribute_text(text: str) -> str:
    """Return the text for an attribute, without what serialisers write in ways of their own there.

    Straight double quotes change which quotes go around the value; `&{` and `<!--` were reserved by HTML 4 and are
    still left unescaped by libxml2.
    """
    quoted = re.sub(r'"([^"]*)"', "“\\1”", text).replace('"', "”")
    return re.sub(r"&(?=\{)|<(?=!--)", r"\g<0> ", quoted)
