"""What the preferences page says back after one of its forms was sent.

What is wrong with a field is said in the page's language, by the field alone; what was typed is not said again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from digest.flows.readers.choosing import Choices, Saved
from digest.model.subscribers import SubscriberStatus
from digest.render.words import Words
from digest.render.wrapping import isolated
from digest.web.views.times import day_in


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was done, sentence by sentence; what takes it back; and what is wrong with fields, by their names."""

    sentences: tuple[str, ...] = ()
    undo_token: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)


Telling: TypeAlias = Callable[[Choices, Words], News]
"""What is said of a reader's choices as they stand now."""


def nothing(_kept: Choices, _words: Words) -> News:
    """Return that nothing was done."""
    return News()


def saved(done: Saved, kept: Choices, words: Words) -> News:
    """Return what is said after choices were saved."""
    address = isolated(kept.masked, words.direction)
    sentences = [words.say("Your choices are saved.")]
    if done.joined:
        sentences.append(words.say("You now get: {topics}", topics=_listed(done.joined, words)))
    if done.left:
        sentences.append(words.say("You have left: {topics}", topics=_listed(done.left, words)))
    if done.asked:
        asked = _listed(done.asked, words)
        sentences.append(words.say("To confirm, press the link in the email to {address}.", address=address))
        sentences.append(words.say("It asks about: {topics}", topics=asked))
    if done.has_to_wait:
        sentences.append(
            words.say("Enough emails to confirm went to {address} lately. Try again in a week.", address=address)
        )
    return News(sentences=tuple(sentences), undo_token=done.undo_token)


def paused(kept: Choices, words: Words) -> News:
    """Return what is said after a pause was set; nothing to who gets no email anyway."""
    if kept.standing is not SubscriberStatus.PAUSED or kept.paused_until is None:
        return News()
    day = day_in(kept.zone, kept.paused_until, words)
    return News(sentences=(words.say("Your email pauses until {day}.", day=day),))


def resumed(kept: Choices, words: Words) -> News:
    """Return what is said after a pause was ended; nothing to who gets no email anyway."""
    if kept.standing is not SubscriberStatus.ACTIVE:
        return News()
    return News(sentences=(words.say("No pause: your email comes as before."),))


def asked_at_new_address(kept: Choices, words: Words) -> News:
    """Return what is said after a new address was typed, whatever stands there; nothing to who gets no email anyway."""
    if not kept.standing.gets_mail:
        return News()
    text = words.say("Press the link in the email to your new address: until then, email goes to the present one.")
    return News(sentences=(text,))


def undone(_kept: Choices, words: Words) -> News:
    """Return what is said after leaving was taken back."""
    return News(sentences=(words.say("Undone: everything is as it was."),))


def not_undone(_kept: Choices, words: Words) -> News:
    """Return what is said where it was too late for that."""
    text = words.say("This can be undone for an hour only. You can sign up again at any time.")
    return News(sentences=(text,))


def refused(fields: Iterable[str], _kept: Choices, words: Words) -> News:
    """Return what is said of fields that cannot be used."""
    of_lists = words.say("Please choose one of these.")
    sentences = {
        "name": words.say("This name is too long, or has characters that we cannot write."),
        "address": words.say("We cannot write to this address. It should look like name@example.org, and be your own."),
        "pause": words.say("Please choose a day after today, within a year."),
        "erase": words.say("Please tick the box first, if you are sure."),
    }
    return News(refused={name: sentences.get(name, of_lists) for name in fields})


def _listed(names: tuple[str, ...], words: Words) -> str:
    shown = [isolated(name, words.direction) for name in names]
    return "".join(lead + name for lead, name in zip(words.listed(names), shown, strict=True))
