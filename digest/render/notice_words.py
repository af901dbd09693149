"""What the mails around a subscription say, sentence by sentence, in their reader's language.

Nothing that a visitor typed is among it: names of topics and of the newsroom, days, and of an address its mask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from digest.model.notices import NoticeKind
from digest.render.prepare import one_line
from digest.render.words import Words, words_for
from digest.render.wrapping import isolated


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What a notice tells. `topics` are names; `asked_on` and `good_until` are days where the topics are at home.

    `url` is where its button leads. `moved_to` is the masked new address, where it tells of one.
    """

    kind: NoticeKind
    lang: str
    topics: tuple[str, ...]
    asked_on: date
    good_until: date
    url: str
    moved_to: str = ""


class Said(NamedTuple):
    """The sentences of a notice, in the order in which they stand around its topics and its button."""

    subject: str
    title: str
    opening: str
    asking: str = ""
    button: str = ""
    closing: tuple[str, ...] = ()


def say_notice(facts: NoticeFacts, publisher: str) -> Said:
    """Return what a notice says, of any kind but `welcome`, in the name of the newsroom."""
    return _SAYERS[facts.kind](words_for(facts.lang), facts, publisher)


def _say_confirm(words: Words, facts: NoticeFacts, publisher: str) -> Said:
    by = isolated(publisher, words.direction)
    return Said(
        subject=words.say("Please confirm: news by mail from {publication}", publication=publisher),
        title=words.say("Please confirm"),
        opening=words.say(
            "On {day}, somebody asked {publication} to send news to this address about:",
            day=words.day(facts.asked_on),
            publication=by,
        ),
        asking=words.say("If that was you, confirm it with one press:"),
        button=words.say("Yes, send me these mails"),
        closing=(
            words.say("The link is good until {day}.", day=words.day(facts.good_until)),
            words.say("If it was not you, do nothing: unless this is confirmed, no news comes here."),
        ),
    )


def _say_known(words: Words, facts: NoticeFacts, publisher: str) -> Said:
    by = isolated(publisher, words.direction)
    return Said(
        subject=words.say("You are subscribed already: {publication}", publication=publisher),
        title=words.say("You are subscribed already"),
        opening=words.say(
            "On {day}, somebody asked {publication} to send news to this address about:",
            day=words.day(facts.asked_on),
            publication=by,
        ),
        asking=words.say("It comes here already, and goes on as it is. To change what comes, and when, or to leave:"),
        button=words.say("Choose your topics"),
        closing=(words.say("If it was not you, do nothing: nothing has changed."),),
    )


def _say_address_confirm(words: Words, facts: NoticeFacts, publisher: str) -> Said:
    by = isolated(publisher, words.direction)
    return Said(
        subject=words.say("Please confirm your new address: {publication}", publication=publisher),
        title=words.say("Is this your new address?"),
        opening=words.say(
            "On {day}, a reader asked {publication} to send their mails to this address from now on.",
            day=words.day(facts.asked_on),
            publication=by,
        ),
        asking=words.say("If that was you, confirm it with one press:"),
        button=words.say("Yes, send them here"),
        closing=(
            words.say("The link is good until {day}.", day=words.day(facts.good_until)),
            words.say("If it was not you, do nothing: unless this is confirmed, no mails come here."),
        ),
    )


def _say_address_changed(words: Words, facts: NoticeFacts, publisher: str) -> Said:
    by = isolated(publisher, words.direction)
    return Said(
        subject=words.say("Your mails go to another address: {publication}", publication=publisher),
        title=words.say("Your mails go to another address"),
        opening=words.say(
            "On {day}, a new address was confirmed for your mails from {publication}. "
            "They go to {address} from now on, and no longer here.",
            day=words.day(facts.asked_on),
            publication=by,
            address=isolated(facts.moved_to, words.direction),
        ),
        asking=words.say("If you did not want that, change it here:"),
        button=words.say("Change the address"),
        closing=(words.say("If it was you, there is nothing to do."),),
    )


def say_welcome(words: Words, topics: tuple[str, ...], publisher: str) -> Said:
    """Return what stands above the latest edition in the first mail to who has just confirmed these topics."""
    welcomed = one_line(topics[0]) if len(topics) == 1 else publisher
    return Said(
        subject=words.say("Welcome to {name}", name=welcomed),
        title=words.say("Welcome to {name}", name=isolated(welcomed, words.direction)),
        opening=words.say(
            "You are subscribed. So that you need not wait for the next edition, here is the latest one."
        ),
    )


_SAYERS: Mapping[NoticeKind, Callable[[Words, NoticeFacts, str], Said]] = {
    NoticeKind.CONFIRM: _say_confirm,
    NoticeKind.KNOWN: _say_known,
    NoticeKind.ADDRESS_CONFIRM: _say_address_confirm,
    NoticeKind.ADDRESS_CHANGED: _say_address_changed,
}
