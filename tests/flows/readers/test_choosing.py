"""Choosing: what a link from a mail lets its reader change at once, what is asked by mail, and what is refused."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.clock import FixedClock
from digest.errors import FieldsError
from digest.flows.erasing import erase_subscriber
from digest.flows.readers.choosing import Saved, WantedChoices, find_choices, save_choices
from digest.flows.readers.confirming import confirm
from digest.flows.readers.leaving import leave_everything
from digest.flows.readers.pausing import pause_reader
from digest.flows.readers.undoing import undo_leaving
from digest.flows.readers.wishes import read_wishes
from digest.flows.services import Services
from digest.flows.subscribing import add_pending_subscriber, find_subscriber
from digest.model.ids import SubscriberId
from digest.model.subscribers import Bundling, Cadence, SubscriberStatus, SuppressionReason
from digest.model.topics import Visibility, Weekday
from tests.flows.readers.readership import (
    READER,
    TOPICS,
    evidence,
    leave_token,
    open_topic,
    preferences_token,
    stands,
    status_of,
    suppress,
    take_in,
)
from tests.flows.readers.visitors import kinds_of_notices, last_confirm_token

FORM = WantedChoices(
    slugs=TOPICS[:2], name="", lang="", zone="", weekday="", hour="", cadence="weekly", bundling="together"
)


def save(services: Services, reader: SubscriberId, *slugs: str) -> Saved:
    """Save the form with these topics ticked."""
    saved = save_choices(services, preferences_token(services, reader), replace(FORM, slugs=slugs))
    assert saved is not None
    return saved


def test_the_page_shows_the_public_topics_and_those_of_the_reader(services: Services) -> None:
    open_topic(services, "hidden", visibility=Visibility.UNLISTED)
    open_topic(services, "members", visibility=Visibility.UNLISTED)
    reader = take_in(services, slugs=["harbour", "members"])

    page = find_choices(services, preferences_token(services, reader))

    assert page is not None
    assert page.masked == "r•••@example.com"
    assert [(one.slug, one.status) for one in page.topics] == [
        ("harbour", "subscribed"),
        ("members", "subscribed"),
        ("night-tram", None),
        ("schools", None),
    ]


def test_a_topic_more_is_subscribed_at_once_with_evidence(services: Services) -> None:
    reader = take_in(services)

    saved = save(services, reader, *TOPICS)

    assert (saved.joined, saved.left, saved.asked) == (("Schools",), (), ())
    assert stands(services)["schools"] == "subscribed"
    assert evidence(services, reader)[2:] == [("confirmed", "schools", "preferences page")]
    assert kinds_of_notices(services, READER.spelling) == []


def test_a_topic_that_welcomes_its_readers_welcomes_who_joins_by_their_link(services: Services) -> None:
    open_topic(services, "letters", sends_welcome=True)
    reader = take_in(services)

    save(services, reader, *TOPICS, "letters")

    assert kinds_of_notices(services, READER.spelling) == ["welcome"]


def test_a_topic_less_is_left_and_can_be_undone(services: Services) -> None:
    reader = take_in(services)

    saved = save(services, reader, "harbour", "schools")

    assert (saved.joined, saved.left) == (("Schools",), ("Night-tram",))
    assert undo_leaving(services, saved.undo_token)
    assert set(stands(services).values()) == {"subscribed"}


def test_saving_what_is_there_changes_nothing(services: Services) -> None:
    reader = take_in(services)
    before = evidence(services, reader)

    saved = save(services, reader, *TOPICS[:2])

    assert (saved.joined, saved.left, saved.asked, saved.undo_token) == ((), (), (), "")
    assert evidence(services, reader) == before


def test_all_topics_exchanged_for_another_is_no_leaving_altogether(services: Services) -> None:
    reader = take_in(services)

    save(services, reader, "schools")

    assert status_of(services) is SubscriberStatus.ACTIVE
    assert stands(services) == {"harbour": "left", "night-tram": "left", "schools": "subscribed"}


def test_who_ticks_nothing_has_left(services: Services) -> None:
    reader = take_in(services)

    saved = save(services, reader)

    assert saved.choices.standing is SubscriberStatus.LEFT
    assert undo_leaving(services, saved.undo_token)
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_who_is_paused_chooses_topics_and_stays_paused(services: Services) -> None:
    reader = take_in(services)
    pause_reader(services, leave_token(services, reader), weeks=2)

    saved = save(services, reader, *TOPICS)

    assert saved.joined == ("Schools",)
    assert status_of(services) is SubscriberStatus.PAUSED


def test_who_left_is_asked_by_mail_and_comes_back_by_it(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    leave_everything(services, leave_token(services, reader), source="page")
    clock.advance(minutes=1)

    saved = save(services, reader, "harbour", "schools")

    assert (saved.joined, saved.asked, saved.has_to_wait) == ((), ("Harbour", "Schools"), False)
    assert (status_of(services), stands(services)["harbour"]) == (SubscriberStatus.LEFT, "left")
    assert kinds_of_notices(services, READER.spelling) == ["confirm"]
    confirm(services, last_confirm_token(services, READER.spelling), page="", ip="")
    assert status_of(services) is SubscriberStatus.ACTIVE
    assert stands(services) == {"harbour": "subscribed", "night-tram": "left", "schools": "subscribed"}


def test_who_never_confirmed_is_asked_by_mail(services: Services) -> None:
    for slug in TOPICS:
        open_topic(services, slug)
    reader = add_pending_subscriber(services, READER, slugs=["harbour"], name="").id

    saved = save(services, reader, "harbour", "schools")

    assert saved.asked == ("Schools",)
    assert stands(services) == {"harbour": "pending", "schools": "pending"}
    assert status_of(services) is SubscriberStatus.PENDING


def test_no_more_mails_go_out_than_a_form_may_send(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    leave_everything(services, leave_token(services, reader), source="page")

    answers = []
    for slug in (*TOPICS, "harbour", "night-tram"):
        clock.advance(hours=1)
        answers.append(save(services, reader, slug).has_to_wait)
        leave_everything(services, leave_token(services, reader), source="page")

    assert answers == [False, False, False, True, True]
    assert kinds_of_notices(services, READER.spelling) == ["confirm"] * 3


def test_a_suppressed_reader_is_told_and_gets_no_topic_more(services: Services) -> None:
    reader = take_in(services)
    suppress(services, READER, reason=SuppressionReason.COMPLAINT)

    saved = save(services, reader, "harbour", "schools")

    assert (saved.joined, saved.left, saved.asked) == ((), ("Night-tram",), ())
    assert saved.choices.standing is SubscriberStatus.SUPPRESSED
    assert kinds_of_notices(services, READER.spelling) == []


def test_wishes_are_kept(services: Services) -> None:
    reader = take_in(services)
    wanted = WantedChoices(
        slugs=TOPICS[:2], name=" Ada  Lovelace ", lang="ar", zone="Asia/Amman", weekday="4", hour="7",
        cadence="monthly", bundling="apart",
    )  # fmt: skip

    save_choices(services, preferences_token(services, reader), wanted)

    kept = find_subscriber(services, READER)
    assert (kept.name, kept.lang, kept.zone) == ("Ada Lovelace", "ar", "Asia/Amman")
    assert (kept.weekday, kept.hour) == (Weekday.FRIDAY, 7)
    assert (kept.cadence, kept.bundling) == (Cadence.MONTHLY, Bundling.APART)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "Ada\u202eLovelace"), ("name", "A" * 201), ("lang", "klingonese"), ("zone", "Mars/Olympus"),
        ("zone", "../etc/passwd"), ("weekday", "7"), ("weekday", "-1"), ("weekday", "٣"), ("hour", "24"),
        ("hour", "7.5"), ("hour", "١"), ("cadence", ""), ("cadence", "hourly"), ("bundling", "no"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_used_is_named_and_nothing_is_kept(services: Services, field: str, typed: str) -> None:
    token = preferences_token(services, take_in(services))
    before = find_choices(services, token)

    with pytest.raises(FieldsError) as wrong:
        save_choices(services, token, replace(FORM, slugs=(), **{field: typed}))

    assert set(wrong.value.problems) == {field}
    assert find_choices(services, token) == before


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(FieldsError) as wrong:
        read_wishes(replace(FORM, zone="x", hour="x", lang="x"))

    assert set(wrong.value.problems) == {"zone", "hour", "lang"}


@given(st.lists(st.text(max_size=300), min_size=7, max_size=7))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_taken_or_refused_by_field(typed: list[str]) -> None:
    fields = ("name", "lang", "zone", "weekday", "hour", "cadence", "bundling")

    wrong: Mapping[str, str] = {}
    try:
        read_wishes(WantedChoices(slugs=(), **dict(zip(fields, typed, strict=True))))
    except FieldsError as error:
        wrong = error.problems

    assert set(wrong) <= set(fields)


@pytest.mark.parametrize("slug", ["nothing-like-it", "hidden", "<script>", ""])
def test_a_topic_that_was_not_offered_is_refused_and_nothing_is_kept(services: Services, slug: str) -> None:
    open_topic(services, "hidden", visibility=Visibility.UNLISTED)
    reader = take_in(services)

    with pytest.raises(FieldsError) as wrong:
        save(services, reader, "harbour", slug)

    assert set(wrong.value.problems) == {"topics"}
    assert set(stands(services).values()) == {"subscribed"}


def test_only_a_preferences_link_shows_and_saves_choices(services: Services) -> None:
    reader = take_in(services)
    for token in (leave_token(services, reader), preferences_token(services, reader)[:-2], "", "00"):
        assert find_choices(services, token) is None
        assert save_choices(services, token, replace(FORM, slugs=())) is None
    assert set(stands(services).values()) == {"subscribed"}


def test_nothing_is_shown_of_a_reader_who_was_erased(services: Services) -> None:
    token = preferences_token(services, take_in(services))
    erase_subscriber(services, READER)

    assert find_choices(services, token) is None
    assert save_choices(services, token, FORM) is None
