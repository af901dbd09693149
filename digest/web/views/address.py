"""The page that the link of a mail to a new address opens: one button, and only its POST moves the subscription."""

from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.flows.readers.readdressing import AddressChange, ChangeStanding, confirm_address, find_address_change
from digest.render.words import words_for
from digest.render.wrapping import isolated
from digest.web.languages import choose_lang
from digest.web.site import Site
from digest.web.views.wrong_link import wrong_notice_link
from digest.web.visits import Visit, endpoint


def ask_to_move(site: Site, visit: Visit) -> Response:
    """Show what the link is about, and its button while it can be pressed."""
    return _show(site, visit, find_address_change(site.services, visit.path["token"]))


def move(site: Site, visit: Visit) -> Response:
    """Move the subscription to the new address."""
    page = site.services.publication.base_url + "/address"
    return _show(site, visit, confirm_address(site.services, visit.path["token"], page=page, ip=visit.ip))


def _show(site: Site, visit: Visit, change: AddressChange) -> Response:
    if change.standing is ChangeStanding.UNKNOWN:
        return wrong_notice_link(site, visit)
    lang = choose_lang(visit, change.lang)
    words = words_for(lang)
    titles = {
        ChangeStanding.OPEN: words.say("Get your mails at this address?"),
        ChangeStanding.DONE: words.say("Your mails come here now"),
        ChangeStanding.ENDED: words.say("This link has ended"),
    }
    values = {
        "title": titles[change.standing],
        "standing": change.standing.value,
        "address": isolated(change.masked, words.direction),
        "url": site.pages.link(f"/address/{visit.path['token']}?lang={lang}"),
    }
    status = HTTPStatus.GONE if change.standing is ChangeStanding.ENDED else HTTPStatus.OK
    return site.pages.private_page("address.html", lang=lang, values=values, status=status)


ROUTES: list[BaseRoute] = [
    Route("/address/{token}", endpoint(ask_to_move)),
    Route("/address/{token}", endpoint(move), methods=["POST"]),
]
