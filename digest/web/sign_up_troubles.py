"""Why a form to sign up comes back, in the visitor's language: pages and the API say the same.

It says nothing of an address but whether it is one: what is known of it, the form's answer does not tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from digest.errors import FieldsError, NotFoundError
from digest.flows.readers.asking import Answer, SignedUp
from digest.flows.readers.guarding import CLOSED_FOR
from digest.render.words import Words

_MINUTE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is said above the form, `text` only where there is more to say, and by each field that is wrong.

    `retry_after_s` is how long to wait, in seconds; 0 for not at all.
    """

    status: HTTPStatus
    title: str
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    retry_after_s: int = 0


def one_more_press(words: Words) -> Trouble:
    """Return what is said to who comes from a form in an article, filled as it is."""
    return Trouble(
        status=HTTPStatus.OK,
        title=words.say("One more press"),
        text=words.say("Please look over what stands here, and press the button."),
    )


def wrong_fields(error: FieldsError | NotFoundError, words: Words) -> Trouble:
    """Return what is said of fields that the flow found wrong; a topic that is not there is not ticked."""
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


def not_yet(signed_up: SignedUp, words: Words) -> Trouble:
    """Return what is said to who is not signed up yet, and could be by pressing again: at once, or later."""
    if signed_up.answer is Answer.LATER:
        return _later(signed_up.retry_after_s, words)
    if signed_up.answer is Answer.CLOSED:
        return closed(words)
    if signed_up.answer is Answer.CHALLENGE:
        status = HTTPStatus.PRECONDITION_REQUIRED
        text = words.say(
            "Unusually many people are signing up just now, so your browser has some work to do first. "
            "Please press the button again: it may take some seconds."
        )
    else:
        status = HTTPStatus.CONFLICT
        text = words.say("The form was sent too quickly, or was open for too long. What you wrote is still here.")
    return Trouble(status=status, title=words.say("One more press"), text=text)


def closed(words: Words) -> Trouble:
    """Return what is said while the operator takes no sign-ups."""
    return Trouble(
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        title=words.say("Sign-ups are closed for now"),
        text=words.say(
            "We take no sign-ups at the moment; please come back later. "
            "Who gets email from us already goes on getting it."
        ),
        retry_after_s=CLOSED_FOR // timedelta(seconds=1),
    )


def _later(retry_after_s: int, words: Words) -> Trouble:
    minutes = max(1, -(-retry_after_s // _MINUTE_S))
    return Trouble(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        title=words.say("Too many people are signing up just now"),
        text=words.count(
            minutes, one="Please try again in {count} minute.", other="Please try again in {count} minutes."
        ),
        retry_after_s=retry_after_s,
    )
