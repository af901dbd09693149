"""The sign-up page: a form with all public topics, and what comes of sending it. It works without a script.

The answer is one page, whatever is known of the address. A form in an article that somebody's cache keeps brings no
token: it opens the same page, filled, for one more press.
"""

from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.errors import FieldsError, NotFoundError
from digest.flows.readers.asking import Answer, Attempt, SignedUp, SignUpSource, sign_up
from digest.render.words import Words, words_for
from digest.web.languages import choose_lang
from digest.web.sign_up_form import Trouble, Typed, read_typed, show_filled
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
        return show_filled(site, typed, lang=lang, trouble=_one_more_press(words))
    try:
        signed_up = sign_up(site.services, _attempt(site, visit, typed, lang=lang))
    except (FieldsError, NotFoundError) as error:
        return show_filled(site, typed, lang=lang, trouble=_wrong_fields(error, words))
    if signed_up.answer is Answer.ASKED:
        return site.pages.private_page("asked.html", lang=lang, values={})
    return show_filled(site, typed, lang=lang, trouble=_not_yet(signed_up, words))


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
        source=SignUpSource.FORM if typed.origin else SignUpSource.PAGE,
        wording=agreement(words_for(lang), publication=site.services.publication.name),
        ip=visit.ip,
    )


def _one_more_press(words: Words) -> Trouble:
    return Trouble(
        status=HTTPStatus.OK,
        title=words.say("One more press"),
        text=words.say("Please look over what stands here, and press the button."),
    )


def _wrong_fields(error: FieldsError | NotFoundError, words: Words) -> Trouble:
    """Return the trouble with the fields: which ones, as the flow found; the sentences, in the visitor's language."""
    sentences = {
        "email": words.say("We cannot write to this address. It should look like name@example.org, and be your own."),
        "topics": words.say("Please tick at least one topic."),
        "name": words.say("This name has characters that we cannot write. Please leave them out."),
    }
    wrong = error.problems if isinstance(error, FieldsError) else ("topics",)
    return Trouble(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        title=words.say("Something is missing or wrong"),
        fields={name: sentence for name, sentence in sentences.items() if name in wrong},
    )


def _not_yet(signed_up: SignedUp, words: Words) -> Trouble:
    if signed_up.answer is Answer.CHALLENGE:
        return Trouble(
            status=HTTPStatus.PRECONDITION_REQUIRED,
            title=words.say("One more press"),
            text=words.say(
                "Unusually many people are signing up just now, so your browser has some work to do first. "
                "Please press the button again: it may take some seconds."
            ),
        )
    if signed_up.answer is Answer.LATER:
        minutes = max(1, -(-signed_up.retry_after_s // 60))
        return Trouble(
            status=HTTPStatus.TOO_MANY_REQUESTS,
            title=words.say("Too many people are signing up just now"),
            text=words.count(
                minutes, one="Please try again in {count} minute.", other="Please try again in {count} minutes."
            ),
            retry_after_s=signed_up.retry_after_s,
        )
    return Trouble(
        status=HTTPStatus.CONFLICT,
        title=words.say("One more press"),
        text=words.say("The form was sent too quickly, or was open for too long. What you wrote is still here."),
    )


ROUTES: list[BaseRoute] = [
    Route("/subscribe", endpoint(show_form)),
    Route("/subscribe", endpoint(send_form), methods=["POST"]),
]
