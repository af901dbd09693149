"""The preferences page: what a reader chooses by the link in a mail, and what they are told."""

from datetime import UTC, datetime

import pytest

from digest.model.subscribers import Bundling, Cadence, Subscriber, SubscriberStatus
from digest.model.topics import Visibility, Weekday
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.readers import (
    MASKED,
    add_reader,
    all_rows,
    choices_form,
    kept_choices,
    preferences_path,
    subscribe,
    subscribed_to,
)
from tests.web.shown import fields_of, hidden_field, text_of


def ticked(page: str) -> set[str]:
    return {one["value"] for one in fields_of(page) if one.get("name") == "topic" and "checked" in one}


def test_it_shows_what_is_kept_and_nobody_learns_the_address(web: Web) -> None:
    open_topic(web.services, "harbour")
    reader = add_reader(web.services)

    page = web.client.get(preferences_path(web.services, reader))

    assert page.status_code == 200
    assert ticked(page.text) == {"islands"}
    assert MASKED in page.text
    assert "rosa" not in page.text


def test_only_public_topics_and_ones_own_are_offered(web: Web) -> None:
    open_topic(web.services, "secret", visibility=Visibility.UNLISTED)
    open_topic(web.services, "hidden", visibility=Visibility.UNLISTED)
    reader = add_reader(web.services)
    subscribe(web.services, "hidden")

    page = web.client.get(preferences_path(web.services, reader))

    offered = {one["value"] for one in fields_of(page.text) if one.get("name") == "topic"}
    assert offered == {"islands", "hidden"}


def test_topics_go_on_and_off(web: Web) -> None:
    open_topic(web.services, "harbour")
    reader = add_reader(web.services)

    page = web.client.post(preferences_path(web.services, reader), data=choices_form(topic=["harbour"]))

    assert subscribed_to(web.services) == {"harbour"}
    assert ticked(page.text) == {"harbour"}
    said = text_of(page.text)
    assert "Your choices are saved." in said
    assert "You now get: Harbour" in said
    assert "You have left: Islands" in said


def test_leaving_by_the_form_is_undone_with_one_press(web: Web) -> None:
    reader = add_reader(web.services, "islands", "harbour")
    path = preferences_path(web.services, reader)
    left = web.client.post(path, data=choices_form(topic=["harbour"]))

    page = web.client.post(f"{path}/undo", data={"undo": hidden_field(left.text, "undo")})

    assert "Undone: everything is as it was." in text_of(page.text)
    assert subscribed_to(web.services) == {"islands", "harbour"}


def test_everything_is_left_with_one_press(web: Web) -> None:
    reader = add_reader(web.services, "islands", "harbour")

    page = web.client.post(f"{preferences_path(web.services, reader)}/leave")

    assert page.status_code == 200
    assert subscribed_to(web.services) == set()
    assert "You get no email from us." in text_of(page.text)


def test_how_and_when_is_kept_and_shown_again(web: Web) -> None:
    reader = add_reader(web.services)
    wanted = choices_form(
        cadence="monthly", bundling="apart", weekday="4", hour="19", zone="Asia/Damascus", name="Rosa <b>", lang="ar"
    )

    page = web.client.post(preferences_path(web.services, reader), data=wanted)

    kept = kept_choices(web.services, reader)
    assert (kept.cadence, kept.bundling) == (Cadence.MONTHLY, Bundling.APART)
    assert (kept.weekday, kept.hour, kept.zone) == (Weekday.FRIDAY, 19, "Asia/Damascus")
    assert (kept.name, kept.lang) == ("Rosa <b>", "ar")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert 'value="Rosa &lt;b&gt;"' in page.text
    chosen = {one["value"] for one in fields_of(page.text) if one["tag"] == "option" and "selected" in one}
    assert chosen == {"4", "19", "Asia/Damascus", "ar"}


def test_a_zone_with_an_old_name_stays_chosen(web: Web) -> None:
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader)

    web.client.post(path, data=choices_form(zone="US/Pacific"))
    page = web.client.get(path)

    chosen = {one["value"] for one in fields_of(page.text) if one["tag"] == "option" and "selected" in one}
    assert "US/Pacific" in chosen


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "x" * 201),
        ("name", "Eve\u202e"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("weekday", "7"),
        ("hour", "24"),
        ("cadence", "hourly"),
        ("bundling", "<script>"),
        ("lang", "no language"),
        ("topic", "../x"),
    ],
)
def test_what_cannot_be_kept_is_said_by_its_field_and_nothing_is_kept(
    make_web: MakeWeb, field: str, typed: str
) -> None:
    web = make_web()
    reader = add_reader(web.services)
    before = all_rows(web.services)

    page = web.client.post(preferences_path(web.services, reader), data=choices_form(**{field: typed}))

    assert page.status_code == 422
    assert all_rows(web.services) == before
    named = "topics" if field == "topic" else field
    assert f'id="{named}-refused"' in page.text
    assert f'aria-describedby="{named}-refused"' in page.text
    assert "<script>" not in page.text.replace("<script src", "")


def test_a_refused_form_is_shown_again_as_it_was_filled(web: Web) -> None:
    open_topic(web.services, "harbour")
    reader = add_reader(web.services)
    wanted = choices_form(topic=["harbour"], cadence="daily", hour="6", name="x" * 201)

    page = web.client.post(preferences_path(web.services, reader), data=wanted)

    assert ticked(page.text) == {"harbour"}
    assert f'value="{"x" * 201}"' in page.text
    assert {"daily", "6"} <= {one.get("value") for one in fields_of(page.text) if {"checked", "selected"} & set(one)}


def test_a_pause_ends_on_the_readers_own_day(web: Web) -> None:
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader)
    web.client.post(path, data=choices_form(zone="Asia/Damascus"))

    page = web.client.post(f"{path}/pause", data={"pause": "2026-12-24"})

    kept = kept_choices(web.services, reader)
    assert kept.standing is SubscriberStatus.PAUSED
    assert kept.paused_until == datetime(2026, 12, 23, 21, tzinfo=UTC)
    assert text_of(page.text).count("Your email pauses until December 24.") == 1


def test_a_pause_is_ended_with_one_press(web: Web) -> None:
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader)
    web.client.post(f"{path}/pause", data={"pause": "2026-12-24"})

    page = web.client.post(f"{path}/resume")

    assert kept_choices(web.services, reader).standing is SubscriberStatus.ACTIVE
    assert "No pause: your email comes as before." in text_of(page.text)


@pytest.mark.parametrize("day", ["", "2026-11-22", "2020-01-01", "2028-01-01", "9999-12-31", "tomorrow", "2026-13-01"])
def test_a_pause_that_cannot_be_is_refused_at_its_field(make_web: MakeWeb, day: str) -> None:
    web = make_web()
    reader = add_reader(web.services)

    page = web.client.post(f"{preferences_path(web.services, reader)}/pause", data={"pause": day})

    assert page.status_code == 422
    assert "Please choose a day after today, within a year." in text_of(page.text)
    assert kept_choices(web.services, reader).paused_until is None


def leave(web: Web, reader: Subscriber) -> None:
    web.client.post(f"{preferences_path(web.services, reader)}/leave")


def test_who_left_comes_back_by_a_mail_to_confirm(web: Web) -> None:
    reader = add_reader(web.services)
    leave(web, reader)

    page = web.client.post(preferences_path(web.services, reader), data=choices_form())

    assert f"To confirm, press the link in the email to {MASKED}." in text_of(page.text)
    assert "It asks about: Islands" in text_of(page.text)
    assert subscribed_to(web.services) == set()


def test_who_gets_no_email_is_offered_no_pause_and_no_move(web: Web) -> None:
    reader = add_reader(web.services)
    leave(web, reader)
    path = preferences_path(web.services, reader)

    pages = [
        web.client.get(path),
        web.client.post(f"{path}/pause", data={"pause": "2026-12-24"}),
        web.client.post(f"{path}/resume"),
        web.client.post(f"{path}/address", data={"address": "new@reader.example"}),
    ]

    for page in pages:
        assert 'name="pause"' not in page.text
        assert 'name="address"' not in page.text
        assert 'role="status"' not in page.text


def test_zones_and_hours_are_named_in_the_readers_language(web: Web) -> None:
    path = preferences_path(web.services, add_reader(web.services))

    page = web.client.get(path, params={"lang": "ar"})

    assert '<optgroup label="أفريقيا">' in page.text
    assert '<option value="Africa/Cairo" data-old-name="Egypt">القاهرة</option>' in page.text
    assert ">الجمعة</option>" in page.text
    assert ">8:00 ص</option>" in page.text
