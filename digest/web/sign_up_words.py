"""What a form to sign up says, wherever it stands: on our page, in an article or in an app. No template, no request.

The sentence that a reader agrees to is kept with their consent as they saw it: in their language, word for word.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from digest.model.topics import Schedule
from digest.render.words import Words
from digest.render.wrapping import isolated


def how_often(schedule: Schedule, words: Words) -> str:
    """Return when a topic comes, as "Every Sunday at 08:00, Damascus time"; zones without a city by their own name."""
    weekday = words.locale.days["format"]["wide"][schedule.weekday.value]
    city = get_timezone_location(ZoneInfo(schedule.zone), locale=words.locale, return_city=True).rpartition("/")[2]
    values = {"weekday": weekday, "time": f"{schedule.at:%H:%M}", "city": city}
    if "/" in schedule.zone.removeprefix("Etc/"):
        return words.say("Every {weekday} at {time}, {city} time", **values)
    return words.say("Every {weekday} at {time} ({city})", **values)


def agreement(words: Words, *, publication: str) -> str:
    """Return the sentence that stands by the button: what a reader asks for by pressing it."""
    return words.say(
        "By pressing the button you ask {publication} to send you these topics by mail. "
        "First we send one mail that asks you to confirm. Every mail has a link to leave.",
        publication=isolated(publication, words.direction),
    )


def embedded_form(words: Words, *, publication: str) -> Mapping[str, str]:
    """Return the words that the form in an article page needs, by the names that embed.js knows them by."""
    return {
        "lang": str(words.locale).replace("_", "-"),
        "dir": words.direction.value,
        "heading": words.say("Get email updates"),
        "address": words.say("Your email address"),
        "button": words.say("Sign up"),
        "wait": words.say("One moment…"),
        "asked": words.say("Check your inbox: our mail asks you to confirm."),
        "no_topic": words.say("Please tick at least one topic."),
        "agreement": agreement(words, publication=publication),
    }


def embedded_heading(topic: str, words: Words) -> str:
    """Return the heading of a form for one topic."""
    return words.say("Get email updates on {topic}", topic=isolated(topic, words.direction))
