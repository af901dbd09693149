"""The page that the link of a confirm mail opens: one button, and only its POST subscribes, for scanners open links."""

from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.flows.readers.confirming import Confirmation, ConfirmStanding, confirm, find_confirmation
from digest.render.words import Words, words_for
from digest.render.wrapping import isolated
from digest.web.languages import choose_lang
from digest.web.site import Site
from digest.web.views.wrong_link import wrong_notice_link
from digest.web.visits import Visit, endpoint


def ask_to_confirm(site: Site, visit: Visit) -> Response:
    """Show what was asked for, and the button while it can be pressed."""
    return _show(site, visit, find_confirmation(site.services, visit.path["token"]))


def confirm_reader(site: Site, visit: Visit) -> Response:
    """Subscribe the reader; the second press shows the same page."""
    page, shown = site.services.publication.base_url + "/confirm", visit.fields.get("topic", ())
    return _show(site, visit, confirm(site.services, visit.path["token"], page=page, ip=visit.ip, shown=shown))


def _show(site: Site, visit: Visit, found: Confirmation) -> Response:
    if found.standing is ConfirmStanding.UNKNOWN:
        return wrong_notice_link(site, visit)
    lang = choose_lang(visit, found.lang)
    words = words_for(lang)
    again = urlencode([("lang", lang), *(("topic", slug) for slug, _ in found.topics)])
    values = {
        "title": _title(found.standing, words),
        "standing": found.standing.value,
        "address": isolated(found.masked, words.direction),
        "topics": [{"slug": topic.slug, "name": topic.name} for topic in found.topics],
        "url": site.pages.link(f"/confirm/{visit.path['token']}?lang={lang}"),
        "sign_up_url": site.pages.link(f"/subscribe?{again}"),
    }
    status = HTTPStatus.GONE if found.standing is ConfirmStanding.ENDED else HTTPStatus.OK
    return site.pages.private_page("confirm.html", lang=lang, values=values, status=status)


def _title(standing: ConfirmStanding, words: Words) -> str:
    titles = {
        ConfirmStanding.OPEN: words.say("One press, and you are signed up"),
        ConfirmStanding.DONE: words.say("You are signed up"),
        ConfirmStanding.ENDED: words.say("This link has ended"),
        ConfirmStanding.LEFT_SINCE: words.say("You have left since"),
    }
    return titles[standing]


ROUTES: list[BaseRoute] = [
    Route("/confirm/{token}", endpoint(ask_to_confirm)),
    Route("/confirm/{token}", endpoint(confirm_reader), methods=["POST"]),
]
