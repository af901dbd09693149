"""The preferences form: what stands in its fields, kept or typed, and what was typed into it.

No request but its fields, no flow. Which values can be kept, the flow says; here they are only offered.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from babel import Locale, UnknownLocaleError

from digest.flows.readers.choosing import Choices, TopicChoice, WantedChoices
from digest.model.subscribers import Bundling, Cadence, SubscriberStatus, SubscriptionStatus
from digest.render.words import Words
from digest.render.wrapping import isolated
from digest.web.languages import spoken_languages
from digest.web.sign_up_words import how_often
from digest.web.views.times import day_in, hour_names, weekday_names
from digest.web.views.zones import city_of
from digest.web.visits import Visit

Values: TypeAlias = Mapping[str, object]
_TICKED = (SubscriptionStatus.SUBSCRIBED, SubscriptionStatus.PENDING)
_LONGEST_PAUSE, _USUAL_PAUSE = timedelta(days=365), timedelta(weeks=4)


def read_form(visit: Visit) -> WantedChoices:
    """Return what was typed, as it was typed."""
    return WantedChoices(
        slugs=tuple(visit.fields.get("topic", ())),
        name=visit.one("name"),
        lang=visit.one("lang"),
        zone=visit.one("zone"),
        weekday=visit.one("weekday"),
        hour=visit.one("hour"),
        cadence=visit.one("cadence"),
        bundling=visit.one("bundling"),
    )


def fill_form(kept: Choices) -> WantedChoices:
    """Return the form as a reader would have filled it who wants what is kept."""
    return WantedChoices(
        slugs=tuple(topic.slug for topic in kept.topics if topic.status in _TICKED),
        name=kept.name,
        lang=kept.lang,
        zone=kept.zone,
        weekday="" if kept.weekday is None else str(kept.weekday.value),
        hour="" if kept.hour is None else str(kept.hour),
        cadence=kept.cadence.value,
        bundling=kept.bundling.value,
    )


def show_form(kept: Choices, filled: WantedChoices, words: Words, *, today: date) -> Values:
    """Return what the page shows of a reader, with these values in its main form; `today` is the reader's day."""
    return {
        "address": isolated(kept.masked, words.direction),
        "name": filled.name,
        "standing": _standing(kept, words),
        "gets_email": kept.standing.gets_mail,
        "topics": [_topic(topic, words, ticked=filled.slugs) for topic in kept.topics],
        "cadences": _chosen(_cadences(words), filled.cadence),
        "bundlings": _chosen(_bundlings(words), filled.bundling),
        "weekdays": _chosen(_weekdays(words), filled.weekday),
        "hours": _chosen(_hours(words), filled.hour),
        "langs": _chosen(_langs(kept.lang), filled.lang or str(words.locale)),
        "zones": _chosen(_first_zones(filled.zone, words), filled.zone),
        **_pause(kept, today=today),
    }


def _topic(topic: TopicChoice, words: Words, *, ticked: Iterable[str]) -> Values:
    is_waiting = topic.status is SubscriptionStatus.PENDING
    waits = words.say("Not confirmed yet: press the link in the email we sent you.")
    return {
        "slug": topic.slug,
        "name": topic.name,
        "description": topic.description,
        "lang": topic.lang,
        "hint": waits if is_waiting else how_often(topic.schedule, words),
        "is_ticked": topic.slug in ticked,
    }


def _standing(kept: Choices, words: Words) -> str:
    sentences = {
        SubscriberStatus.PENDING: words.say("Nothing comes yet: to confirm, press the link in the email we sent you."),
        SubscriberStatus.PAUSED: _paused(kept, words),
        SubscriberStatus.LEFT: words.say("You get no email from us. To come back, tick a topic and save."),
        SubscriberStatus.SUPPRESSED: words.say(
            "We send nothing to this address: email to it came back, or was reported as unwanted. "
            "You can sign up with another one."
        ),
    }
    return sentences.get(kept.standing, "")


def _paused(kept: Choices, words: Words) -> str:
    if kept.paused_until is None:
        return ""
    return words.say("Your email pauses until {day}.", day=day_in(kept.zone, kept.paused_until, words))


def _pause(kept: Choices, *, today: date) -> Values:
    return {
        "is_paused": kept.standing is SubscriberStatus.PAUSED,
        "pause_from": (today + timedelta(days=1)).isoformat(),
        "pause_until": (today + _USUAL_PAUSE).isoformat(),
        "pause_to": (today + _LONGEST_PAUSE).isoformat(),
    }


def _cadences(words: Words) -> Mapping[str, str]:
    return {
        Cadence.DAILY.value: words.say("Every day"),
        Cadence.WEEKLY.value: words.say("Once a week"),
        Cadence.MONTHLY.value: words.say("Once a month"),
    }


def _bundlings(words: Words) -> Mapping[str, str]:
    return {
        Bundling.TOGETHER.value: words.say("One email for all of them"),
        Bundling.APART.value: words.say("An email for each"),
    }


def _weekdays(words: Words) -> Mapping[str, str]:
    return {"": words.say("The topic’s own day"), **{str(day.value): name for day, name in weekday_names(words)}}


def _hours(words: Words) -> Mapping[str, str]:
    return {"": words.say("The topic’s own hour"), **{str(hour): name for hour, name in hour_names(words)}}


def _first_zones(filled: str, words: Words) -> Mapping[str, str]:
    """Return what stands above the list of all zones: no zone, and the one that is chosen."""
    return {"": words.say("The topic’s own time zone"), **({filled: city_of(filled, words)} if filled else {})}


def _langs(kept: str) -> Mapping[str, str]:
    """Return the languages we speak, each in itself, and the reader's own where it is another."""
    tags = dict.fromkeys((*spoken_languages(), *([kept] if kept else [])))
    return {tag: _name_of(tag) for tag in tags}


def _name_of(lang: str) -> str:
    """Return a language's name in itself, or its tag where nobody knows it any more."""
    try:
        return Locale.parse(lang, sep="-").display_name or lang
    except (UnknownLocaleError, ValueError):
        return lang


def _chosen(labels: Mapping[str, str], chosen: str) -> list[Values]:
    return [{"value": value, "label": label, "is_chosen": value == chosen} for value, label in labels.items()]
