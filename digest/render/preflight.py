"""Preflight: what must be true of an edition's mail before any of it is sent. Names each fault; mends none.

Size (Gmail's clip), links, pictures, the way out and the postal address (CAN-SPAM Act, 15 U.S.C. 7704(a)(5)), subject.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from lxml import etree

from digest.errors import PreflightError
from digest.model.messages import CompiledEdition, CompiledText, Publication, Slot
from digest.render.sizes import HTML_MAX_OCTETS, transfer_encoded_octets

_SPECIMENS = {
    Slot.SALUTATION: "Hello,",
    Slot.ADDRESS: "reader@example.com",
    Slot.UNSUBSCRIBE_URL: "https://example.com/unsubscribe",
    Slot.PREFERENCES_URL: "https://example.com/preferences",
}
_LEFT_OVER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|zq[0-9a-f]{24}n\d+z")


def check_edition(compiled: CompiledEdition, publication: Publication) -> tuple[str, ...]:
    """Return what is wrong with an edition's mail, a sentence for each fault; nothing if it may be sent."""
    parts = (compiled.opening, compiled.stories, compiled.closing)
    page = etree.fromstring("".join(_shown(part.html) for part in parts), etree.HTMLParser())
    text = "".join(_shown(part.text) for part in parts)
    return (
        *_size_faults(compiled),
        *_link_faults(page),
        *_picture_faults(page),
        *_duty_faults(page, text, publication),
        *_subject_faults(compiled),
        *_left_over_faults(compiled),
    )


def require_sendable(compiled: CompiledEdition, publication: Publication) -> None:
    """Raise PreflightError with each fault, if there is one."""
    if faults := check_edition(compiled, publication):
        raise PreflightError(compiled.edition_name, faults)


def _shown(text: CompiledText) -> str:
    return "".join(_SPECIMENS[piece] if isinstance(piece, Slot) else piece for piece in text)


def _size_faults(compiled: CompiledEdition) -> list[str]:
    octets = transfer_encoded_octets([compiled.opening.html, compiled.stories.html, compiled.closing.html])
    if octets <= HTML_MAX_OCTETS:
        return []
    return [
        f"the HTML part takes {octets:,} octets, more than the {HTML_MAX_OCTETS:,} after which Gmail hides the rest"
    ]


def _link_faults(page: etree._Element) -> list[str]:
    links = [("link", link.get("href", "")) for link in page.iter("a")]
    pictures = [("picture", picture.get("src", "")) for picture in page.iter("img")]
    return [
        f'the {kind} "{url}" is not an absolute http or https address'
        for kind, url in links + pictures
        if not _is_web(url)
    ]


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _picture_faults(page: etree._Element) -> list[str]:
    return [
        f'the picture "{picture.get("src")}" has no alt text' for picture in page.iter("img") if not picture.get("alt")
    ]


def _duty_faults(page: etree._Element, text: str, publication: Publication) -> list[str]:
    way_out = _SPECIMENS[Slot.UNSUBSCRIBE_URL]
    links = {link.get("href") for link in page.iter("a")}
    words = str(page.xpath("string(//body)"))
    postal = [" ".join(line.split()) for line in publication.postal_address.splitlines() if line.strip()]
    faults = []
    if not postal:
        faults.append("there is no postal address; set DIGEST_POSTAL_ADDRESS")
    for part, shown, has_way_out in (("HTML", words, way_out in links), ("text", text, way_out in text.splitlines())):
        if not has_way_out:
            faults.append(f"the {part} part has no unsubscribe link")
        if not all(line in " ".join(shown.split()) for line in postal):
            faults.append(f"the {part} part does not show the postal address")
    return faults


def _subject_faults(compiled: CompiledEdition) -> list[str]:
    return [] if compiled.subject.strip() else ["the subject is empty"]


def _left_over_faults(compiled: CompiledEdition) -> list[str]:
    """Look where no story's own words stand, for a headline may well say "{{7*7}}"; and so may a topic's name."""
    closing = _shown(compiled.closing.text) + unescape(_shown(compiled.closing.html))
    found = dict.fromkeys(_LEFT_OVER.findall(closing))
    return [f'"{place}" was left unfilled in the footer' for place in found if place not in compiled.topic_name]
