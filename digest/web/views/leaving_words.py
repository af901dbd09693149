"""What the pages to leave say, ready for their templates: whose subscription it is, what was done, why one may leave.

No template, no request, no flow. Names and addresses that run against the page's direction are isolated (UAX 9).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from digest.flows.readers.leaving import Leaving, Left
from digest.flows.readers.pausing import Eased
from digest.model.subscribers import Cadence, LeavingReason, SubscriberStatus
from digest.render.words import Words
from digest.render.wrapping import isolated
from digest.web.views.times import day_in

Values: TypeAlias = Mapping[str, object]
PAUSE_WEEKS = 4


class News(StrEnum):
    """What was done just before the page is shown: nothing, an undoing, or one that was too late."""

    NONE = "none"
    UNDONE = "undone"
    TOO_LATE = "too late"


def asked(leaving: Leaving, words: Words, *, news: News) -> Values:
    """Return what the page says that asks before anything is done."""
    return {
        "news": _news(words)[news],
        "is_subscribed": leaving.is_subscribed,
        "topic": isolated(leaving.topic_name, words.direction),
        "address": isolated(leaving.masked, words.direction),
        "others": leaving.other_topics,
        "less": _rarer(leaving.cadence, words),
        "pause": words.count(PAUSE_WEEKS, one="Pause for {count} week", other="Pause for {count} weeks"),
        "standing": _standing(leaving, words),
        "gone": _gone(leaving.masked, leaving.topic_name, words),
    }


def left_topic(left: Left, words: Words) -> Values:
    """Return what the page says after one topic was left, now or before."""
    return {
        "title": words.say("You have left {topic}", topic=isolated(left.topic_name, words.direction)),
        "text": _gone(left.masked, left.topic_name, words),
        "undo_token": left.undo_token,
        "reasons": _reasons(words) if left.undo_token else (),
    }


def left_everything(left: Left, words: Words) -> Values:
    """Return what the page says after all topics were left, now or before."""
    address = isolated(left.masked, words.direction)
    text = words.say("{address} gets none of our topics any more.", address=address)
    return {
        "title": words.say("You have left everything"),
        "text": text if address else _erased(words),
        "undo_token": left.undo_token,
        "reasons": _reasons(words) if left.undo_token else (),
    }


def eased(done: Eased, words: Words) -> Values:
    """Return what the page says after mail was made rarer, or paused."""
    return {
        "title": words.say("Done"),
        "text": _standing(done.leaving, words),
        "undo_token": done.undo_token,
        "reasons": (),
    }


def thanked(words: Words, *, undo_token: str) -> Values:
    """Return what the page says after a reason was given; what was left can still be undone."""
    return {
        "title": words.say("Thank you"),
        "text": words.say("We count reasons by topic, without names or addresses."),
        "undo_token": undo_token,
        "reasons": (),
    }


def _news(words: Words) -> Mapping[News, str]:
    return {
        News.NONE: "",
        News.UNDONE: words.say("Undone: everything is as it was."),
        News.TOO_LATE: words.say("This can be undone for an hour only. You can sign up again at any time."),
    }


def _gone(masked: str, topic_name: str, words: Words) -> str:
    if not masked:
        return _erased(words)
    values = {"address": isolated(masked, words.direction), "topic": isolated(topic_name, words.direction)}
    return words.say("{address} gets no more email about {topic}.", **values)


def _erased(words: Words) -> str:
    return words.say("Nothing is kept of its reader, and no email goes there.")


def _standing(leaving: Leaving, words: Words) -> str:
    """Return how often email comes, and until when it pauses; empty for a daily reader who does not pause."""
    address = isolated(leaving.masked, words.direction)
    sentences = []
    if leaving.cadence is Cadence.MONTHLY:
        sentences.append(words.say("{address} gets email once a month.", address=address))
    if leaving.cadence is Cadence.WEEKLY:
        sentences.append(words.say("{address} gets email once a week.", address=address))
    if leaving.standing is SubscriberStatus.PAUSED and leaving.paused_until is not None:
        day = day_in(leaving.zone, leaving.paused_until, words)
        sentences.append(words.say("It pauses until {day}, and then comes again by itself.", day=day))
    return " ".join(sentences)


def _rarer(cadence: Cadence, words: Words) -> str:
    """Return what the button for rarer mail says; empty where it cannot be rarer."""
    rarer = {
        Cadence.DAILY: words.say("Once a week instead"),
        Cadence.WEEKLY: words.say("Once a month instead"),
        Cadence.MONTHLY: "",
    }
    return rarer[cadence]


def _reasons(words: Words) -> tuple[Mapping[str, str], ...]:
    labels = {
        LeavingReason.TOO_MANY: words.say("Too many emails"),
        LeavingReason.NOT_RELEVANT: words.say("Not what I hoped for"),
        LeavingReason.NEVER_ASKED: words.say("I never signed up"),
        LeavingReason.OTHER: words.say("Another reason"),
    }
    return tuple({"value": reason.value, "label": label} for reason, label in labels.items())
