"""What a link opens that was cut on its way, mistyped, or made by somebody else: nothing happened, and what to do.

A link that was never ours and one whose reader is gone are answered alike.
"""

from http import HTTPStatus

from starlette.responses import Response

from digest.render.words import words_for
from digest.web.languages import choose_lang
from digest.web.site import Site
from digest.web.visits import Visit


def wrong_unsubscribe_link(site: Site, visit: Visit) -> Response:
    """Answer who meant to leave: there is a newer link, and a way by mail. 200: see `digest.web.views.leaving`."""
    lang = choose_lang(visit)
    words = words_for(lang)
    title = words.say("This link cannot unsubscribe you")
    again = words.say("Press “Unsubscribe” at the foot of our newest email.")
    mailbox = site.services.sender.unsubscribe_mailbox.spelling
    return _show(site, lang, title=title, again=again, mailbox=mailbox, status=HTTPStatus.OK)


def wrong_preferences_link(site: Site, visit: Visit) -> Response:
    """Answer who meant to choose; 404."""
    lang = choose_lang(visit)
    words = words_for(lang)
    title = words.say("This link leads to no choices")
    again = words.say("Press “Choose your topics” at the foot of our newest email.")
    erased = words.say("If you had your data erased: nothing is left to choose, and no email goes to you.")
    return _show(site, lang, title=title, again=again, erased=erased)


def wrong_notice_link(site: Site, visit: Visit) -> Response:
    """Answer who meant to confirm a subscription or a new address; 404."""
    lang = choose_lang(visit)
    words = words_for(lang)
    title, again = words.say("This link confirms nothing"), words.say("Press the button in our mail once more.")
    return _show(site, lang, title=title, again=again)


def _show(
    site: Site,
    lang: str,
    *,
    title: str,
    again: str,
    mailbox: str = "",
    erased: str = "",
    status: HTTPStatus = HTTPStatus.NOT_FOUND,
) -> Response:
    values = {"title": title, "again": again, "mailbox": mailbox, "erased": erased}
    return site.pages.private_page("wrong_link.html", lang=lang, values={"wrong": values}, status=status)
