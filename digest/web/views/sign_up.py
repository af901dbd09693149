"""The sign-up page: a form with all public topics, and what comes of sending it. It works without a script.

The answer is one page, whatever is known of the address. A form in an article that somebody's cache keeps brings no
token: it opens the same page, filled, for one more press.
"""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.errors import FieldsError, NotFoundError
from digest.flows.readers.asking import Answer, Attempt, SignUpSource, sign_up
from digest.render.words import words_for
from digest.web.languages import choose_lang
from digest.web.sign_up_form import Typed, read_typed, show_filled
from digest.web.sign_up_troubles import not_yet, one_more_press, wrong_fields
from digest.web.sign_up_words import agreement
from digest.web.site import Site
from digest.web.visits import Visit, endpoint


def show_form(site: Site, visit: Visit) -> Response:
    """Show the form, with those topics ticked that the address names, or that its article is about."""
    return show_filled(site, read_typed(visit), lang=choose_lang(visit))


def send_form(site: Site, visit: Visit) -> Response:
    """Take a form in: one page says what happens next, or the form comes back with what was typed."""
    typed, lang = read_typed(visit), choose_lang(visit)
    words = words_for(lang)
    if not typed.was_sent:
        return show_filled(site, typed, lang=lang, trouble=one_more_press(words))
    try:
        signed_up = sign_up(site.services, _attempt(site, visit, typed, lang=lang))
    except (FieldsError, NotFoundError) as error:
        return show_filled(site, typed, lang=lang, trouble=wrong_fields(error, words))
    if signed_up.answer is Answer.ASKED:
        return site.pages.private_page("asked.html", lang=lang, values={})
    return show_filled(site, typed, lang=lang, trouble=not_yet(signed_up, words))


def _attempt(site: Site, visit: Visit, typed: Typed, *, lang: str) -> Attempt:
    return Attempt(
        email=typed.email,
        slugs=typed.slugs,
        name=typed.name,
        lang=lang,
        form_token=visit.one("form_token"),
        honeypot=visit.one("website"),
        solution=visit.one("solution"),
        page=typed.page or site.services.publication.base_url + "/subscribe",
        tags=typed.tags,
        source=SignUpSource.FORM if typed.is_from_article else SignUpSource.PAGE,
        wording=agreement(words_for(lang), publication=site.services.publication.name),
        ip=visit.ip,
    )


ROUTES: list[BaseRoute] = [
    Route("/subscribe", endpoint(show_form)),
    Route("/subscribe", endpoint(send_form), methods=["POST"]),
]
