"""The archive: topics, their editions page by page, and each edition as it was mailed."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.flows import browsing
from digest.flows.browsing import Absence, ArchivePage, ListedTopic, ShownEdition
from digest.model.editions import SentEdition
from digest.model.topics import TopicHeading
from digest.render.teasers import Teaser, teaser_of
from digest.render.words import words_for
from digest.web.keeping import keepable, kept
from digest.web.languages import choose_lang
from digest.web.sign_up_words import how_often
from digest.web.site import Site
from digest.web.visits import Visit, endpoint

MAIL_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src https: http: data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
"""What a mail may do in a browser: wear its inline styles and show its pictures, as mail programs let it; no script."""

_MAX_PAGE_DIGITS = 6


def list_topics(site: Site, visit: Visit) -> Response:
    """Show the public topics, one page of them, with the latest edition of each."""
    found = browsing.list_archive(site.services, number=_page_number(visit))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    lang = choose_lang(visit)
    values = {
        "topics": [_listed(site, one, lang=lang) for one in found.topics],
        **_turning(site, "/editions", number=found.number, pages=found.pages),
    }
    return keepable(site.pages.page("editions.html", lang=lang, values=values))


def show_topic(site: Site, visit: Visit) -> Response:
    """Show a topic's editions, the latest first, one page of them."""
    found = browsing.find_archive(site.services, visit.path["slug"], number=_page_number(visit))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    lang = choose_lang(visit, found.topic.lang)
    page = site.pages.page("archive.html", lang=lang, values=_archive_values(site, found, lang=lang))
    return hide_unlisted(keepable(page, changed_at=max(found.dates.changed_at, site.shelf.opened_at)), found.topic)


def show_edition(site: Site, visit: Visit) -> Response:
    """Show an edition as it was mailed, without anything of one reader."""
    found = browsing.find_shown(site.services, visit.path["slug"], key=visit.path["key"])
    if isinstance(found, Absence):
        return _show_absence(site, visit, found)
    lang = choose_lang(visit, found.sent.edition.topic.lang)
    page = site.pages.page("edition.html", lang=lang, values=_edition_values(site, found, lang=lang))
    page.headers["Content-Security-Policy"] = MAIL_POLICY
    return hide_unlisted(keepable(page, changed_at=max(found.changed_at, site.shelf.opened_at)), found.topic)


def hide_unlisted(response: Response, topic: TopicHeading) -> Response:
    """Return the response, which search engines are asked not to list where its topic is not public."""
    if not topic.is_public:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def read_page_number(written: str) -> int:
    """Return the number of a page as a visitor writes it, or 0 where it can be none."""
    is_number = written.isascii() and written.isdigit() and len(written) <= _MAX_PAGE_DIGITS
    return int(written) if is_number else 0


def _show_absence(site: Site, visit: Visit, absence: Absence) -> Response:
    """Say that an edition was taken back, so that search engines and feed readers forget it (RFC 9110 15.5.11)."""
    if absence is Absence.UNKNOWN:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    values = {"path": f"/editions/{visit.path['slug']}"}
    return site.pages.private_page("recalled.html", lang=choose_lang(visit), values=values, status=HTTPStatus.GONE)


def _page_number(visit: Visit) -> int:
    return read_page_number(visit.asked("page") or "1")


def _listed(site: Site, listed: ListedTopic, *, lang: str) -> dict[str, object]:
    return {
        "topic": listed.topic,
        "dir": words_for(listed.topic.lang).direction.value,
        "path": f"/editions/{listed.topic.slug}",
        "how_often": how_often(listed.topic.schedule, words_for(lang)),
        "latest": _teaser(site, listed.latest) if listed.latest else None,
    }


def _archive_values(site: Site, found: ArchivePage, *, lang: str) -> dict[str, object]:
    path = f"/editions/{found.topic.slug}"
    return {
        "topic": found.topic,
        "dir": words_for(found.topic.lang).direction.value,
        "is_public": found.topic.is_public,
        "how_often": how_often(found.topic.schedule, words_for(lang)),
        "path": path,
        "editions": [_teaser(site, sent) for sent in found.editions],
        **_turning(site, path, number=found.number, pages=found.pages),
    }


def _edition_values(site: Site, found: ShownEdition, *, lang: str) -> dict[str, object]:
    sent = found.sent
    return {
        "mail": site.shelf.page_of(sent.edition),
        "teaser": _teaser(site, sent),
        "title": sent.subject,
        "sent_at": sent.sent_at.isoformat(timespec="seconds"),
        "topic": found.topic,
        "is_public": found.topic.is_public,
        "how_often": how_often(found.topic.schedule, words_for(lang)),
        "path": f"/editions/{found.topic.slug}",
        "earlier": _teaser(site, found.earlier) if found.earlier else None,
        "later": _teaser(site, found.later) if found.later else None,
    }


def _teaser(site: Site, sent: SentEdition) -> Teaser:
    return teaser_of(sent.edition, site.services.publication)


def _turning(site: Site, path: str, *, number: int, pages: int) -> dict[str, object]:
    """Return what a page of a list says of its neighbours; there may be none on either side."""
    return {
        "here": f"{site.services.publication.base_url}{_page_path(path, number)}",
        "before": _page_path(path, number - 1) if number > 1 else "",
        "after": _page_path(path, number + 1) if number < pages else "",
        "number": str(number),
        "pages": str(pages),
    }


def _page_path(path: str, number: int) -> str:
    return path if number == 1 else f"{path}?page={number}"


ROUTES: list[BaseRoute] = [
    Route("/editions", kept(endpoint(list_topics))),
    Route("/editions/{slug}", kept(endpoint(show_topic))),
    Route("/editions/{slug}/{key}", kept(endpoint(show_edition))),
]
