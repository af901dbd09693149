"""The form to sign up as a page shows it: what was typed into it, what is wrong with that, and the topics on offer.

Whoever typed it typed it for themselves: it comes back into their own page alone, escaped, and goes into no mail.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from starlette.responses import Response

from digest.flows.readers.forms import LEAST_AGE, open_form
from digest.flows.readers.offering import LatestEdition, OfferedTopic, list_topics_offered
from digest.model.addresses import MAX_ADDRESS_OCTETS
from digest.render.prepare import one_line
from digest.render.words import Words, words_for
from digest.web.sign_up_troubles import Trouble, closed
from digest.web.sign_up_words import agreement, how_often
from digest.web.site import Site
from digest.web.tag_lists import split_tags
from digest.web.visits import Visit

_MARGIN = timedelta(milliseconds=500)
"""How much older than a form's least age the page's script lets it become: the page was on its way for some time."""

_MAX_EMAIL_CHARS = 2 * MAX_ADDRESS_OCTETS
"""Still too long for an address, so that none is cut into somebody else's."""

_MAX_PAGE_CHARS = 500
_MAX_TICKED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form. `slugs` are ticked, and where `ticks_by_tags`, topics about `tags` (the article's) too.

    `page` is where the reader found the form. `is_from_article` says that it was filled in there first, `was_sent` that
    it comes from a page of ours now, with its token.
    """

    email: str
    name: str
    slugs: tuple[str, ...]
    tags: tuple[str, ...]
    ticks_by_tags: bool
    page: str
    is_from_article: bool
    was_sent: bool


def read_typed(visit: Visit) -> Typed:
    """Return what a visit brings: in the query of an address, in the fields of a form in an article, or of our own."""
    is_form = visit.method == "POST"
    given = visit.fields if is_form else visit.query
    was_sent = bool(visit.one("form_token"))
    return Typed(
        email=visit.one("email")[:_MAX_EMAIL_CHARS],
        name=visit.one("name"),
        slugs=tuple(dict.fromkeys(given.get("topic", ())))[:_MAX_TICKED],
        tags=split_tags(given.get("tags", ())),
        ticks_by_tags=not is_form or not (was_sent or given.get("topic")),
        page=one_line(visit.one("page") or visit.referrer)[:_MAX_PAGE_CHARS],
        is_from_article=visit.one("from") == "article",
        was_sent=was_sent,
    )


def show_filled(site: Site, typed: Typed, *, lang: str, trouble: Trouble | None = None) -> Response:
    """Return the page with the form, filled, and a token that is good for one more press; or that it is closed."""
    words = words_for(lang)
    if not site.services.sign_up_rules.are_open:
        return _show_closed(site, closed(words), lang=lang)
    opened = open_form(site.services)
    publication = site.services.publication.name
    values = {
        "topics": _topics(site, typed, words),
        "typed": {
            "email": typed.email,
            "name": typed.name,
            "page": typed.page,
            "is_from_article": typed.is_from_article,
            "tags": typed.tags,
        },
        "trouble": _as_values(trouble),
        "form": {
            "action": site.pages.link(f"/subscribe?lang={lang}"),
            "token": opened.token,
            "challenge": json.dumps(opened.challenge) if opened.challenge else "",
            "least_age_ms": (LEAST_AGE + _MARGIN) // timedelta(milliseconds=1),
        },
        "agreement": agreement(words, publication=publication),
    }
    status = trouble.status if trouble else HTTPStatus.OK
    page = site.pages.fresh_page("subscribe.html", lang=lang, values=values, status=status)
    if trouble and trouble.retry_after_s:
        page.headers["Retry-After"] = str(trouble.retry_after_s)
    return page


def _show_closed(site: Site, trouble: Trouble, *, lang: str) -> Response:
    values = {"title": trouble.title, "text": trouble.text}
    page = site.pages.fresh_page("closed.html", lang=lang, values=values, status=trouble.status)
    page.headers["Retry-After"] = str(trouble.retry_after_s)
    return page


def _as_values(trouble: Trouble | None) -> dict[str, object]:
    fields = {"email": "", "topics": "", "name": ""}
    if trouble is None:
        return {"title": "", "text": "", "fields": fields}
    return {"title": trouble.title, "text": trouble.text, "fields": fields | dict(trouble.fields)}


def _topics(site: Site, typed: Typed, words: Words) -> list[dict[str, object]]:
    """Return the topics as the template prints them: those that are asked for first, else in their own order."""
    tags = typed.tags if typed.ticks_by_tags else ()
    offered = list_topics_offered(site.services, slugs=typed.slugs, tags=tags)
    return [_topic(site, one, words) for one in sorted(offered, key=lambda one: not one.is_preset)]


def _topic(site: Site, topic: OfferedTopic, words: Words) -> dict[str, object]:
    return {
        "slug": topic.slug,
        "name": topic.name,
        "description": topic.description,
        "lang": topic.lang,
        "how_often": how_often(topic.schedule, words),
        "latest": _latest(site, topic.slug, topic.latest) if topic.latest else None,
        "is_ticked": topic.is_preset,
    }


def _latest(site: Site, slug: str, edition: LatestEdition) -> dict[str, str]:
    return {"title": edition.title, "url": site.pages.link(f"/editions/{slug}/{edition.key}")}
