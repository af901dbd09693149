"""Choosing by the link in a mail: topics, cadence, hour, a pause, a new address, one's data; and being erased.

The link is the key: no login, no cookie, so nothing for another site's form to ride on. Each form has an address of
its own and is answered by the page, in place. GET only shows.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache, partial
from http import HTTPStatus

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.errors import FieldsError
from digest.flows.erasing import erase_reader
from digest.flows.readers.choosing import (
    Choices,
    Saved,
    WantedChoices,
    find_choices,
    leave_all_topics,
    save_choices,
)
from digest.flows.readers.disclosing import disclose
from digest.flows.readers.pausing import pause_until, resume
from digest.flows.readers.readdressing import ask_for_address
from digest.flows.readers.undoing import undo_leaving
from digest.model.zones import zone_or_utc
from digest.render.words import words_for
from digest.web.languages import choose_lang
from digest.web.pages import PRIVATE, Pages
from digest.web.site import Site
from digest.web.views import preference_words as said
from digest.web.views.preference_form import fill_form, read_form, show_form
from digest.web.views.preference_words import Telling
from digest.web.views.wrong_link import wrong_preferences_link
from digest.web.views.zones import regions
from digest.web.visits import Visit, endpoint


def show(site: Site, visit: Visit) -> Response:
    """Show what a reader chose, and may choose."""
    return _tell(site, visit, news=said.nothing)


def save(site: Site, visit: Visit) -> Response:
    """Keep the choices of the main form. What is not that form changes nothing: no tick in it would mean to leave."""
    if visit.one("form") != "choices":
        return show(site, visit)
    wanted = read_form(visit)
    try:
        saved = save_choices(site.services, visit.path["token"], wanted)
    except FieldsError as error:
        return _refuse(site, visit, error.problems, filled=wanted)
    return _tell_saved(site, visit, saved)


def leave_everything(site: Site, visit: Visit) -> Response:
    """Take the reader off every topic."""
    return _tell_saved(site, visit, leave_all_topics(site.services, visit.path["token"]))


def undo(site: Site, visit: Visit) -> Response:
    """Give back what the form before took."""
    is_undone = undo_leaving(site.services, visit.one("undo"))
    return _tell(site, visit, news=said.undone if is_undone else said.not_undone)


def pause(site: Site, visit: Visit) -> Response:
    """Send nothing until a day."""
    try:
        pause_until(site.services, visit.path["token"], date.fromisoformat(visit.one("pause")))
    except (FieldsError, ValueError):
        return _refuse(site, visit, ["pause"])
    return _tell(site, visit, news=said.paused)


def end_pause(site: Site, visit: Visit) -> Response:
    """Send again."""
    resume(site.services, visit.path["token"])
    return _tell(site, visit, news=said.resumed)


def move(site: Site, visit: Visit) -> Response:
    """Ask at a new address whether mail may go there."""
    try:
        ask_for_address(site.services, visit.path["token"], visit.one("address"))
    except FieldsError as error:
        return _refuse(site, visit, error.problems)
    return _tell(site, visit, news=said.asked_at_new_address)


def show_kept(site: Site, visit: Visit) -> Response:
    """Show all that is kept of a reader."""
    kept = disclose(site.services, visit.path["token"])
    if kept is None:
        return wrong_preferences_link(site, visit)
    values = {"kept": kept, "url": _url(site, visit)}
    return site.pages.private_page("kept.html", lang=choose_lang(visit), values=values)


def download(site: Site, visit: Visit) -> Response:
    """Hand out all that is kept of a reader, as a file."""
    kept = disclose(site.services, visit.path["token"])
    if kept is None:
        return wrong_preferences_link(site, visit)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(kept, media_type="application/json", headers=headers)


def erase(site: Site, visit: Visit) -> Response:
    """Erase all that is kept of a reader, where they ticked that they are sure."""
    if not visit.one("sure"):
        return _refuse(site, visit, ["erase"])
    if not erase_reader(site.services, visit.path["token"]):
        return wrong_preferences_link(site, visit)
    return site.pages.private_page("erased.html", lang=choose_lang(visit), values={})


def _tell(site: Site, visit: Visit, *, news: Telling) -> Response:
    """Answer with the page as things stand now."""
    kept = find_choices(site.services, visit.path["token"])
    if kept is None:
        return wrong_preferences_link(site, visit)
    return _answer(site, visit, kept, news=news, filled=fill_form(kept))


def _tell_saved(site: Site, visit: Visit, saved: Saved | None) -> Response:
    if saved is None:
        return wrong_preferences_link(site, visit)
    return _answer(site, visit, saved.choices, news=partial(said.saved, saved), filled=fill_form(saved.choices))


def _refuse(site: Site, visit: Visit, fields: Iterable[str], *, filled: WantedChoices | None = None) -> Response:
    """Answer with the page as it was filled, and what is wrong with it."""
    kept = find_choices(site.services, visit.path["token"])
    if kept is None:
        return wrong_preferences_link(site, visit)
    answer = _answer(site, visit, kept, news=partial(said.refused, fields), filled=filled or fill_form(kept))
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _answer(site: Site, visit: Visit, kept: Choices, *, news: Telling, filled: WantedChoices) -> Response:
    lang = choose_lang(visit, kept.lang)
    words = words_for(lang)
    today = site.services.clock.now().astimezone(zone_or_utc(kept.zone)).date()
    values = {
        "reader": {**show_form(kept, filled, words, today=today), "new_address": visit.one("address")},
        "news": news(kept, words),
        "all_zones": _zone_options(site.pages, lang),
        "url": _url(site, visit),
    }
    return site.pages.private_page("preferences.html", lang=lang, values=values)


@lru_cache(maxsize=16)
def _zone_options(pages: Pages, lang: str) -> Markup:
    """Return the options of all time zones: four hundred, which would be most of the work of each page."""
    options = pages.render("zones.html", lang=lang, values={"regions": regions(words_for(lang))})
    return Markup(options)  # noqa: S704 - the template escaped what is in it


def _url(site: Site, visit: Visit) -> str:
    return site.pages.link(f"/preferences/{visit.path['token']}")


ROUTES: list[BaseRoute] = [
    Route("/preferences/{token}", endpoint(show), methods=["GET"]),
    Route("/preferences/{token}", endpoint(save), methods=["POST"]),
    Route("/preferences/{token}/leave", endpoint(leave_everything), methods=["POST"]),
    Route("/preferences/{token}/undo", endpoint(undo), methods=["POST"]),
    Route("/preferences/{token}/pause", endpoint(pause), methods=["POST"]),
    Route("/preferences/{token}/resume", endpoint(end_pause), methods=["POST"]),
    Route("/preferences/{token}/address", endpoint(move), methods=["POST"]),
    Route("/preferences/{token}/kept", endpoint(show_kept), methods=["GET"]),
    Route("/preferences/{token}/data", endpoint(download), methods=["GET"]),
    Route("/preferences/{token}/erase", endpoint(erase), methods=["POST"]),
    # A page that answered a POST, opened again by its address.
    Route("/preferences/{token}/{form}", endpoint(show), methods=["GET"]),
]
