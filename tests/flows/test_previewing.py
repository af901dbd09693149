"""Previewing: the mail as it would be, kept nowhere; and test copies that leave no trace in the ledger."""

from contextlib import nullcontext
from email import message_from_bytes
from email.policy import default as modern

import pytest

from digest.clock import FixedClock
from digest.errors import InputError, NotFoundError
from digest.flows.editing import list_editions, pick_story
from digest.flows.maintaining import verify_ledger
from digest.flows.previewing import preview_edition, send_test_copy, write_message
from digest.flows.publishing import publish_edition
from digest.flows.sending import send_topic
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.model.ids import StoryId
from digest.model.messages import Fate
from digest.model.topics import Pick
from tests.flows.newsroom import SLUG, open_newsroom, open_topic, publish_stories, subscribe
from tests.servers.smtp import ScriptedSmtp

STRANGER = parse_address("stranger@example.com")


def test_a_preview_keeps_nothing(services: Services) -> None:
    open_newsroom(services)

    first = preview_edition(services, SLUG, reader=STRANGER)
    second = preview_edition(services, SLUG, reader=STRANGER)

    assert first == second
    assert list_editions(services, slug=SLUG, limit=9) == []


def test_the_message_says_what_text_and_html_say(services: Services) -> None:
    open_newsroom(services)
    preview = preview_edition(services, SLUG, reader=STRANGER)
    assert preview.mail is not None

    message = message_from_bytes(write_message(services, preview).content, policy=modern)

    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().split() == preview.mail.text.split()
    assert html.get_content().split() == preview.mail.html.split()


def test_a_strangers_preview_has_links_that_grant_nothing_to_a_reader(services: Services) -> None:
    open_newsroom(services)

    preview = preview_edition(services, SLUG, reader=STRANGER)

    assert preview.recipient is not None
    token = preview.recipient.values.unsubscribe_url.rpartition("/")[2]
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    assert grant is not None
    assert grant.subscriber_id == 0


def test_a_readers_preview_greets_them_by_name(services: Services) -> None:
    open_newsroom(services)
    subscribe(services, "ada@example.com", name="Ada Lovelace")

    preview = preview_edition(services, SLUG, reader=parse_address("ADA@example.com"))

    assert preview.mail is not None
    assert "Ada Lovelace" in preview.mail.text


def test_an_edition_that_waits_is_previewed_as_it_is(services: Services, clock: FixedClock) -> None:
    open_newsroom(services)
    built = publish_edition(services, SLUG).edition
    clock.advance(hours=2)
    publish_stories(services, ["Came too late"])

    preview = preview_edition(services, SLUG, reader=STRANGER)

    assert preview.edition == built


def test_too_few_stories_have_no_mail_but_reasons(services: Services) -> None:
    open_topic(services, min_stories=3)
    publish_stories(services, ["Harbour reopens after storm"])

    preview = preview_edition(services, SLUG, reader=STRANGER)

    assert preview.mail is None
    assert "minimum of 3" in preview.shortfall
    assert len(preview.verdicts) == 1
    with pytest.raises(InputError, match="minimum of 3"):
        write_message(services, preview)


def test_a_pinned_story_leads_and_a_dropped_one_is_out(services: Services) -> None:
    open_topic(services)
    publish_stories(services, ["First told", "Second told", "Third told"])
    pick_story(services, StoryId(3), slug=SLUG, pick=Pick.PINNED)
    pick_story(services, StoryId(1), slug=SLUG, pick=Pick.DROPPED)

    preview = preview_edition(services, SLUG, reader=STRANGER)

    assert preview.edition is not None
    assert [item.title for item in preview.edition.items] == ["Third told", "Second told"]


def test_a_pick_can_be_taken_back(services: Services) -> None:
    open_topic(services)
    publish_stories(services, ["First told"])
    pick_story(services, StoryId(1), slug=SLUG, pick=Pick.DROPPED)
    pick_story(services, StoryId(1), slug=SLUG, pick=None)

    assert preview_edition(services, SLUG, reader=STRANGER).edition is not None


def test_a_topic_that_is_not_there_names_near_ones(services: Services) -> None:
    open_topic(services)

    with pytest.raises(NotFoundError, match='did you mean "syrias-war"'):
        preview_edition(services, "syria-war", reader=STRANGER)


def test_a_test_copy_leaves_the_ledger_as_it_is(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "reader@example.com")

    transmission = send_test_copy(services, SLUG, to=parse_address("me@example.com"))

    assert transmission.fate is Fate.TAKEN
    assert [one.rcpt_to for one in smtp.inbox] == ["me@example.com"]
    assert verify_ledger(services, None) == []
    assert list_editions(services, slug=None, limit=9) == []


def test_a_test_copy_after_the_send_is_the_last_edition_again(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_newsroom(services, "reader@example.com")
    send_topic(services, SLUG, bar=lambda _title, _total: nullcontext(lambda _count: None), stop=lambda: False)
    clock.advance(hours=1)

    send_test_copy(services, SLUG, to=parse_address("me@example.com"))

    first, copy = smtp.inbox
    assert copy.rcpt_to == "me@example.com"
    assert copy["Subject"] == first["Subject"]
    assert verify_ledger(services, None)[0].planned == 1


def test_a_test_copy_before_the_first_story_says_what_is_missing(services: Services) -> None:
    open_topic(services)

    with pytest.raises(InputError, match="no story"):
        send_test_copy(services, SLUG, to=parse_address("me@example.com"))
