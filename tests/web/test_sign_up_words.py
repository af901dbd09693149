"""What a form to sign up says."""

from datetime import time
from zoneinfo import available_timezones

import pytest

from digest.model.topics import Schedule, Weekday
from digest.render.words import words_for
from digest.web.sign_up_words import how_often


@pytest.mark.parametrize(
    ("zone", "lang", "said"),
    [
        ("Asia/Damascus", "en", "Every Sunday at 08:05, Damascus time"),
        ("America/Argentina/Buenos_Aires", "en", "Every Sunday at 08:05, Buenos Aires time"),
        ("UTC", "en", "Every Sunday at 08:05 (UTC)"),
        ("Etc/GMT+3", "en", "Every Sunday at 08:05 (GMT+3)"),
        ("Asia/Damascus", "ar", "يوم الأحد من كل أسبوع، الساعة 08:05 بتوقيت دمشق"),
    ],
)
def test_how_often_a_topic_comes_is_said_in_words(zone: str, lang: str, said: str) -> None:
    assert how_often(Schedule(at=time(8, 5), zone=zone), words_for(lang)) == said


def test_each_day_and_zone_has_words() -> None:
    for lang in ("en", "ar"):
        words = words_for(lang)
        said = {how_often(Schedule(weekday=day), words) for day in Weekday}
        assert len(said) == len(Weekday)
        assert all(how_often(Schedule(zone=zone), words) for zone in available_timezones())
