"""The same news is found under any headline, and two of a series stay two."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.curate.similar import find_likeness, take_fingerprint
from digest.model.stories import Story
from tests.makers.stories import IN_WEEK, make_story, make_words

WIRE = (
    "Rebel fighters began to leave the eastern districts of the city on Friday, under a deal reached after four days "
    "of talks, officials and residents said. Some 40 buses waited at the crossing from early morning. The first 1,200 "
    "people were taken to the countryside in the west, where schools had been opened for them. A hospital in the "
    "district said it had treated 63 wounded overnight. The mayor asked those who stayed to keep off the streets until "
    "the roads had been cleared of mines. Aid agencies said they had food for about three weeks. Neither side said "
    "what would become of the prisoners, whose families have waited outside the old court house since Monday."
)
ARABIC_WIRE = (
    "بدأ مقاتلو المعارضة مغادرة الأحياء الشرقية من المدينة يوم الجمعة بموجب اتفاق تم التوصل إليه بعد أربعة أيام من "
    "المحادثات، بحسب مسؤولين وسكان. وانتظرت نحو ٤٠ حافلة عند المعبر منذ الصباح الباكر. ونقل أول ١٢٠٠ شخص إلى الريف "
    "الغربي حيث فتحت المدارس أبوابها لهم. وقال مستشفى في المنطقة إنه عالج ٦٣ جريحا خلال الليل. وطلب رئيس البلدية من "
    "الباقين البقاء بعيدا عن الشوارع حتى إزالة الألغام من الطرق."
)


def weather(day: str, *, high: int, low: int, wind: str, sky: str) -> str:
    """Return a forecast as a newsroom's template writes it."""
    return (
        f"Here is the forecast for {day} from our weather desk. Expect {sky} with a high of {high} degrees in the "
        f"afternoon and a low of {low} degrees after dark. The wind will be {wind}. Drivers should allow more time for "
        "their way to work, and carry water. The reservoir in the hills is at the level it had a year ago. Our "
        "forecast is made each evening from the readings of nine stations and is brought up to date before dawn. "
        "You can write to the weather desk with pictures and questions, and we will print the best of them on Sunday."
    )


def find(one: Story, other: Story) -> str:
    return find_likeness(take_fingerprint(one), take_fingerprint(other))


def report(story_id: int, title: str, body_text: str, *, publisher: str = "", hours_later: float = 0) -> Story:
    return make_story(
        story_id=story_id,
        title=title,
        body_text=body_text,
        publisher=publisher or "The Daily Example",
        published_at=IN_WEEK + timedelta(hours=hours_later),
    )


@pytest.mark.parametrize(
    "copy",
    [
        WIRE,
        WIRE.upper().replace(",", ""),
        "BEIRUT (Wire) – " + WIRE.replace("four days", "4 days"),
        WIRE.partition(" Aid agencies")[0],
        "Our own correspondent adds: the streets of the capital were calm. " + WIRE + " " + make_words("local", 40),
    ],
    ids=["whole", "respelled", "dateline", "cut short", "framed"],
)
@pytest.mark.parametrize("publisher", ["The Daily Example", "Evening Post"])
def test_wire_copy_is_found_under_another_headline(copy: str, publisher: str) -> None:
    one = report(1, "Rebels begin to leave city after talks", WIRE)
    other = report(2, "Buses roll as siege ends", copy, publisher=publisher, hours_later=90)

    assert find(one, other) == "the text is the same"


def test_wire_copy_is_found_under_a_headline_only_half_rewritten() -> None:
    one = report(1, "Syria: 1,200 leave besieged city under deal", WIRE)
    other = report(
        2, "1,200 leave besieged city, officials say", WIRE.partition(" Neither")[0], publisher="Evening Post"
    )

    assert find(one, other)


def test_arabic_wire_copy_is_found_with_vowel_points_and_other_digits() -> None:
    pointed = (
        ARABIC_WIRE.replace("المدينة", "المَدِينَة").replace("٤٠", "40").replace("١٢٠٠", "1200").replace("أول", "اول")
    )
    one = report(1, "بدء خروج المقاتلين من المدينة", ARABIC_WIRE)
    other = report(2, "حافلات تنقل المدنيين", pointed, publisher="البريد")

    assert find(one, other)


def test_chinese_copy_is_found_by_its_characters() -> None:
    text = "".join(chr(0x4E00 + (at * 37) % 3000) for at in range(300))
    one = report(1, "叛军开始撤离东部城区", text)
    other = report(2, "大巴已抵达", "本报讯：" + text, publisher="晚报")

    assert find(one, other)


@pytest.mark.parametrize(
    "title",
    [
        "Rebels begin to leave city after talks",
        "REBELS BEGIN TO LEAVE CITY AFTER TALKS!",
        "Live: Rebels begin to leave city after talks",
        "Rebels begin to leave city after talks | Evening Post",
    ],
)
def test_one_headline_from_two_publishers_within_48_hours_is_one_event(title: str) -> None:
    one = report(1, "Rebels begin to leave city after talks", make_words("ours", 200))
    other = report(2, title, make_words("theirs", 200), publisher="Evening Post", hours_later=48)

    assert "headline" in find(one, other)


@pytest.mark.parametrize(
    ("title", "publisher", "hours_later"),
    [
        ("Rebels begin to leave city after talks", "Evening Post", 48.001),
        ("Rebels begin to leave city after talks", "The Daily Example", 1),
        ("Rebels begin to leave city after talks: day 2", "Evening Post", 1),
        ("Rebels do not begin to leave city after talks", "Evening Post", 1),
        ("Analysis of why rebels begin to leave city after talks in the capital", "Evening Post", 1),
    ],
)
def test_a_headline_proves_nothing_later_or_at_home_or_when_it_says_more(
    title: str, publisher: str, hours_later: float
) -> None:
    one = report(1, "Rebels begin to leave city after talks", make_words("ours", 200))
    other = report(2, title, make_words("theirs", 200), publisher=publisher, hours_later=hours_later)

    assert not find(one, other)


@pytest.mark.parametrize("title", ["Morning briefing", "Letters", "天气预报", "طقس اليوم", ""])
def test_a_short_headline_proves_nothing(title: str) -> None:
    one = report(1, title, make_words("ours", 200))
    other = report(2, title, make_words("theirs", 200), publisher="Evening Post")

    assert not find(one, other)


@pytest.mark.parametrize("publisher", ["The Daily Example", "Evening Post"])
def test_tomorrows_weather_is_another_story(publisher: str) -> None:
    monday = weather("Monday", high=21, low=9, wind="light from the west", sky="sun and a few clouds")
    tuesday = weather("Tuesday", high=17, low=6, wind="strong from the north", sky="rain until noon")

    assert not find(
        report(1, "Weather for Monday in the capital", monday),
        report(2, "Weather for Tuesday in the capital", tuesday, publisher=publisher, hours_later=24),
    )


def test_the_next_day_of_live_updates_is_another_story_even_under_the_same_text() -> None:
    assert not find(
        report(1, "Syria war live updates: day 3", WIRE),
        report(2, "Syria war live updates: day 4", WIRE, hours_later=24),
    )


def test_live_updates_that_still_hold_yesterdays_text_are_another_story() -> None:
    assert not find(
        report(1, "Live updates: battle for the city, Monday", WIRE),
        report(2, "Live updates: battle for the city, Tuesday", make_words("news", 60) + WIRE, hours_later=24),
    )


def test_a_daily_briefing_is_another_story_every_day() -> None:
    assert not find(
        report(1, "Morning briefing: rebels leave, oil falls", WIRE),
        report(2, "Morning briefing: votes counted, rain", make_words("other", 150), hours_later=24),
    )


@pytest.mark.parametrize("publisher", ["The Daily Example", "Evening Post"])
def test_match_reports_of_one_template_are_two_stories(publisher: str) -> None:
    template = (
        "{0} beat {1} {2} at the {3} Ground on Saturday in front of {4} people to go {5} in the table. The first goal "
        "came after {6} minutes. The coach said afterwards that his team had earned it and that there was much left to "
        "improve. The next matches of the league are played on Wednesday night, and the table with all results stands "
        "below this report, which was written with the help of the league's own figures and checked by our sports desk."
    )
    lions = template.format("Lions", "Tigers", "3-1", "Park", "21,450", "third", "12")
    bears = template.format("Bears", "Wolves", "2-0", "Mill", "8,210", "ninth", "71")

    assert not find(report(1, "Lions 3-1 Tigers", lions), report(2, "Bears 2-0 Wolves", bears, publisher=publisher))


def test_a_short_note_within_a_long_round_up_is_not_the_round_up() -> None:
    note = WIRE.partition(" The mayor")[0]
    one = report(1, "Rebels begin to leave city", note)

    assert not find(one, report(2, "The week in ten stories", note + " " + make_words("week", 400)))


def test_a_few_equal_words_are_no_evidence() -> None:
    teaser = "Read the full report with pictures and maps on our site, free for all readers this week."

    assert not find(report(1, "Rebels leave", teaser), report(2, "Oil falls", teaser, publisher="Evening Post"))


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "7", "8"]), min_size=35, max_size=60).map(" ".join)
TITLES = st.lists(st.sampled_from(["rebels", "leave", "city", "day", "3", "4"]), min_size=3, max_size=6).map(" ".join)


@given(TITLES, WORDS, TITLES, WORDS, st.sampled_from(["The Daily Example", "Evening Post"]))
@settings(max_examples=200)
def test_likeness_is_mutual(title: str, text: str, other_title: str, other_text: str, publisher: str) -> None:
    one, other = report(1, title, text), report(2, other_title, other_text, publisher=publisher)

    assert find(one, other) == find(other, one)
