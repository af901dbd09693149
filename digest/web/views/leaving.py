"""Leaving by the link in a mail: a page that asks, the one-click POST of mail programs, undo, and a reason.

GET only shows (RFC 8058 1: what scans mail opens its links). A POST leaves the link's topic, whatever its body, unless
that is our own form and says otherwise: nobody posts to such an address but who wants to leave. It needs no cookie and
no Origin or Referer, is never redirected (RFC 8058 3.1), and is answered with 200 the second time too, for an erased
reader, and for a link that is not ours: a mail program can do nothing about that, and a page tells a person what to do.
"""

from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from digest.flows.readers.leaving import find_leaving, give_reason, leave_everything, leave_topic
from digest.flows.readers.pausing import pause_reader, read_less
from digest.flows.readers.undoing import undo_leaving
from digest.model.subscribers import LeavingReason
from digest.render.words import words_for
from digest.web.languages import choose_lang
from digest.web.pages import PRIVATE
from digest.web.site import Site
from digest.web.views import leaving_words
from digest.web.views.leaving_words import PAUSE_WEEKS, News, Values
from digest.web.views.wrong_link import wrong_unsubscribe_link
from digest.web.visits import View, Visit, endpoint

_ONE_CLICK = "List-Unsubscribe"
_BY_MAIL_PROGRAM, _BY_PAGE = "one-click (RFC 8058)", "unsubscribe page"
_REASONS = {reason.value: reason for reason in LeavingReason}


def ask(site: Site, visit: Visit) -> Response:
    """Show who would leave what, and how to get less."""
    return _ask(site, visit, news=News.NONE)


def leave(site: Site, visit: Visit) -> Response:
    """Do what was pressed: without our form's word for it, leave the topic."""
    if visit.one(_ONE_CLICK):
        return leave_by_one_click(site, visit)
    return _WISHES.get(visit.one("wish"), leave_by_page)(site, visit)


def leave_by_one_click(site: Site, visit: Visit) -> Response:
    """Leave the topic for a mail program; the answer is the same for any link."""
    leave_topic(site.services, visit.path["token"], source=_BY_MAIL_PROGRAM)
    text = words_for(choose_lang(visit)).say("Done. If our email still comes, use the link in the newest one.")
    return PlainTextResponse(f"{text}\n", HTTPStatus.OK, PRIVATE)


def leave_by_page(site: Site, visit: Visit) -> Response:
    """Leave the topic."""
    left = leave_topic(site.services, visit.path["token"], source=_BY_PAGE)
    if left is None:
        return wrong_unsubscribe_link(site, visit)
    lang = choose_lang(visit, left.lang)
    return _tell(site, visit, lang, said=leaving_words.left_topic(left, words_for(lang)))


def leave_all_by_page(site: Site, visit: Visit) -> Response:
    """Leave every topic."""
    left = leave_everything(site.services, visit.path["token"], source=_BY_PAGE)
    if left is None:
        return wrong_unsubscribe_link(site, visit)
    lang = choose_lang(visit, left.lang)
    return _tell(site, visit, lang, said=leaving_words.left_everything(left, words_for(lang)))


def get_less(site: Site, visit: Visit) -> Response:
    """Get mail less often."""
    eased = read_less(site.services, visit.path["token"])
    if eased is None:
        return wrong_unsubscribe_link(site, visit)
    lang = choose_lang(visit, eased.leaving.lang)
    return _tell(site, visit, lang, said=leaving_words.eased(eased, words_for(lang)))


def pause(site: Site, visit: Visit) -> Response:
    """Get no mail for some weeks."""
    eased = pause_reader(site.services, visit.path["token"], weeks=PAUSE_WEEKS)
    if eased is None:
        return wrong_unsubscribe_link(site, visit)
    lang = choose_lang(visit, eased.leaving.lang)
    return _tell(site, visit, lang, said=leaving_words.eased(eased, words_for(lang)))


def undo(site: Site, visit: Visit) -> Response:
    """Give back what the press before took, and show how things stand."""
    is_undone = undo_leaving(site.services, visit.one("undo"))
    return _ask(site, visit, news=News.UNDONE if is_undone else News.TOO_LATE)


def say_why(site: Site, visit: Visit) -> Response:
    """Count a reason to have left. What is none is passed over: nobody has to give one."""
    leaving = find_leaving(site.services, visit.path["token"])
    if leaving is None:
        return wrong_unsubscribe_link(site, visit)
    reason = _REASONS.get(visit.one("reason"))
    if reason is not None:
        give_reason(site.services, visit.path["token"], reason)
    lang = choose_lang(visit, leaving.lang)
    return _tell(site, visit, lang, said=leaving_words.thanked(words_for(lang), undo_token=visit.one("undo")))


_WISHES: dict[str, View] = {"everything": leave_all_by_page, "less": get_less, "pause": pause}


def _ask(site: Site, visit: Visit, *, news: News) -> Response:
    leaving = find_leaving(site.services, visit.path["token"])
    if leaving is None:
        return wrong_unsubscribe_link(site, visit)
    lang = choose_lang(visit, leaving.lang)
    said = leaving_words.asked(leaving, words_for(lang), news=news)
    values = {"leaving": said, "url": _url(site, visit), "sign_up_url": _sign_up_url(site, leaving.topic_slug)}
    return site.pages.private_page("unsubscribe.html", lang=lang, values=values)


def _tell(site: Site, visit: Visit, lang: str, *, said: Values) -> Response:
    return site.pages.private_page("left.html", lang=lang, values={"left": said, "url": _url(site, visit)})


def _url(site: Site, visit: Visit) -> str:
    return site.pages.link(f"/unsubscribe/{visit.path['token']}")


def _sign_up_url(site: Site, slug: str) -> str:
    return f"{site.pages.link('/subscribe')}?{urlencode({'topic': slug})}"


ROUTES: list[BaseRoute] = [
    Route("/unsubscribe/{token}", endpoint(ask), methods=["GET"]),
    Route("/unsubscribe/{token}", endpoint(leave), methods=["POST"]),
    Route("/unsubscribe/{token}/undo", endpoint(undo), methods=["POST"]),
    Route("/unsubscribe/{token}/reason", endpoint(say_why), methods=["POST"]),
    # A page that answered a POST, opened again by its address.
    Route("/unsubscribe/{token}/{step}", endpoint(ask), methods=["GET"]),
]
