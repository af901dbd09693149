"""Several readings of one page put together: field by field, the first that says something counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from digest.gather.cleaning.draft import Draft
from digest.gather.cleaning.identity import absolute_url
from digest.gather.cleaning.sanitise import one_line

_SEPARATORS = ("|", "-", "\u2013", "\u2014", "\u00b7", "\u2022", "::", "\u00bb", ":")
_CUT_SHORT = ("...", "\u2026")


def merge(readings: Sequence[Draft], *, page_title: str) -> Draft:
    """Return one draft of readings given in order of trust; the tags are the union of theirs.

    `page_title` is the `title` element's, the last resort for a headline. The body is left out.
    """
    publishers = [one.publisher for one in readings]
    draft = Draft(
        title=_title([*(one.title for one in readings), page_title], sites=publishers),
        dek=_first(one.dek for one in readings),
        byline=_first(one.byline for one in readings),
        publisher=_first(publishers),
        tags=[tag for one in readings for tag in one.tags],
        lang=_first(one.lang for one in readings),
        published=_first_time(one.published for one in readings),
        updated=_first_time(one.updated for one in readings),
        notes=[note for one in readings for note in one.notes],
    )
    _set_image(draft, readings)
    return draft


def _title(titles: list[str], *, sites: list[str]) -> str:
    """Return the first title, without its site's name; if it was cut short, the whole of it from a later one."""
    names = list(filter(None, map(one_line, sites)))
    found = list(filter(None, (_without_site(one_line(title), names) for title in titles)))
    if not found or not found[0].endswith(_CUT_SHORT):
        return next(iter(found), "")
    start = found[0].removesuffix("\u2026").removesuffix("...").rstrip()
    return next((title for title in found if title.startswith(start) and not title.endswith(_CUT_SHORT)), found[0])


def _without_site(title: str, sites: Iterable[str]) -> str:
    """Only a name the page gives as its site's is cut off: "Peace talks - Round two" stays."""
    for ending in (f" {separator} {site}" for site in sites for separator in _SEPARATORS):
        if title.casefold().endswith(ending.casefold()):
            return title[: -len(ending)].rstrip()
    return title


def _set_image(draft: Draft, readings: Sequence[Draft]) -> None:
    """Set the first picture, with what any reading says of the same one."""
    draft.image_url = _first(one.image_url for one in readings)
    same = [one for one in readings if one.image_url and absolute_url(one.image_url) == absolute_url(draft.image_url)]
    draft.image_alt = _first(one.image_alt for one in same)
    draft.image_credit = _first(one.image_credit for one in same)
    sized = next((one for one in same if one.image_width and one.image_height), draft)
    draft.image_width, draft.image_height = sized.image_width, sized.image_height


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text.strip()), "")


def _first_time(times: Iterable[datetime | None]) -> datetime | None:
    return next((at for at in times if at), None)
