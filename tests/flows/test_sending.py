"""Sending: from a topic with stories and readers to a mailbox each, once, whatever the relay says."""

from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import pytest

from digest.clock import FixedClock
from digest.errors import InputError, RelayError
from digest.flows.delivering import Progress
from digest.flows.editing import approve_edition, hold_edition
from digest.flows.publishing import publish_edition
from digest.flows.sending import Sent, send_due, send_topic
from digest.flows.services import Services
from digest.model.addresses import parse_address
from digest.model.mailings import MailingTotals
from digest.model.subscribers import SubscriptionStatus
from digest.store import subscribers, topics
from tests.flows.newsroom import SLUG, open_newsroom, open_topic, publish_stories, subscribe
from tests.servers.smtp import ScriptedSmtp


def no_bar(_title: str, _total: int) -> AbstractContextManager[Progress]:
    return nullcontext(lambda _count: None)


def never() -> bool:
    return False


def send(services: Services) -> Sent:
    return send_topic(services, SLUG, bar=no_bar, stop=never)


def totals_of(sent: Sent) -> MailingTotals:
    assert sent.delivered is not None, sent.shortfall
    return sent.delivered.totals


def readers_of(smtp: ScriptedSmtp) -> list[str]:
    return sorted(one.rcpt_to for one in smtp.inbox)


def test_everybody_subscribed_gets_the_edition_once(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_newsroom(services, "a@example.com", "b@example.com", "c@example.com")

    first = send(services)
    again = send(services)
    clock.advance(minutes=1)
    later = send(services)

    assert readers_of(smtp) == ["a@example.com", "b@example.com", "c@example.com"]
    assert totals_of(first).sent == 3
    assert totals_of(again) == totals_of(first)
    assert [one.delivered.tried for one in (first, again) if one.delivered] == [3, 0]
    assert later.delivered is None
    assert "Syria's War" in later.shortfall


def test_the_mail_holds_the_stories_and_one_readers_own_links(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")

    send(services)

    one, other = smtp.inbox
    text = one.message.get_body(("plain",))
    assert text is not None
    assert "Harbour reopens after storm" in text.get_content()
    assert one["List-Unsubscribe"] != other["List-Unsubscribe"]
    assert one["Message-ID"] != other["Message-ID"]


def test_a_reader_the_relay_puts_off_is_tried_again_when_due(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    smtp.reply_to("a@example.com", "451 4.7.1 try later")

    first = send(services)
    smtp.accept_everything()
    too_early = send_due(services, bar=no_bar, stop=never)
    clock.advance(minutes=30)
    (in_time,) = send_due(services, bar=no_bar, stop=never)

    assert (totals_of(first).sent, totals_of(first).deferred) == (1, 1)
    assert first.delivered is not None
    assert first.delivered.next_due_at == clock.now()
    assert totals_of(too_early[0]).deferred == 1
    assert totals_of(in_time).sent == 2
    assert totals_of(in_time).is_complete


def test_a_deferred_mail_keeps_its_message_id(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_newsroom(services, "a@example.com")
    smtp.reply_at(".", "451 4.3.0 try later")
    send(services)
    smtp.accept_everything()
    clock.advance(minutes=30)

    send_due(services, bar=no_bar, stop=never)

    assert len({one["Message-ID"] for one in smtp.inbox}) == 1


def test_a_reader_the_relay_refuses_is_counted_and_kept_with_its_reply(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com", "gone@example.com")
    smtp.reply_to("gone@example.com", "550 5.1.1 no such user")

    sent = send(services)

    assert (totals_of(sent).sent, totals_of(sent).refused) == (1, 1)
    assert totals_of(sent).is_complete


def test_a_mail_whose_fate_is_unknown_is_in_doubt_and_not_sent_again(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com")
    smtp.cut_after_dot()

    sent = send(services)
    smtp.accept_everything()
    again = send_due(services, bar=no_bar, stop=never)

    assert totals_of(sent).in_doubt == 1
    assert again == []
    assert len(smtp.inbox) == 1


def test_a_relay_that_only_cuts_before_the_dot_ends_the_run_and_loses_nothing(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    smtp.cut_before_dot()

    with pytest.raises(RelayError):
        send(services)
    smtp.accept_everything()
    clock.advance(minutes=1)
    (sent,) = send_due(services, bar=no_bar, stop=never)

    assert readers_of(smtp) == ["a@example.com", "b@example.com"]
    assert totals_of(sent).sent == 2


def test_a_relay_that_is_not_there_leaves_every_row_queued(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    smtp.reply_at("GREETING", "554 5.3.2 not today")

    with pytest.raises(RelayError):
        send(services)
    smtp.accept_everything()
    sent = send(services)

    assert totals_of(sent).sent == 2


def test_a_reader_who_leaves_meanwhile_gets_nothing(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com", "leaver@example.com")
    smtp.reply_to("leaver@example.com", "451 4.7.1 try later")
    send(services)
    smtp.accept_everything()
    leave(services, "leaver@example.com")

    (sent,) = send_due(services, bar=no_bar, stop=never)

    assert totals_of(sent).deferred == 1


def leave(services: Services, email: str) -> None:
    now = services.clock.now()
    with services.database.begin() as tx:
        found = subscribers.require_subscriber(tx, parse_address(email))
        topic = topics.find_topic(tx, SLUG)
        subscribers.set_subscription(tx, found.id, topic.id, status=SubscriptionStatus.LEFT, now=now)


def test_a_reader_who_left_is_withdrawn_when_due(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_newsroom(services, "a@example.com", "leaver@example.com")
    smtp.reply_to("leaver@example.com", "451 4.7.1 try later")
    send(services)
    smtp.accept_everything()
    leave(services, "leaver@example.com")
    clock.advance(minutes=30)

    (sent,) = send_due(services, bar=no_bar, stop=never)

    assert totals_of(sent).withdrawn == 1
    assert readers_of(smtp) == ["a@example.com"]


def test_a_story_is_in_one_edition_of_a_topic(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_newsroom(services, "a@example.com")
    send(services)
    clock.advance(days=7)
    publish_stories(services, ["Ferry line returns"])

    second = publish_edition(services, SLUG)

    assert second.edition is not None
    assert [item.title for item in second.edition.items] == ["Ferry line returns"]
    assert second.edition.period.start == clock.now() - timedelta(days=7)


def test_too_few_stories_make_no_edition_and_say_so(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services, min_stories=3)
    publish_stories(services, ["Harbour reopens after storm"])
    subscribe(services, "a@example.com")

    sent = send(services)

    assert sent.delivered is None
    assert "minimum of 3" in sent.shortfall
    assert smtp.inbox == []


def test_an_edition_held_by_an_editor_is_not_sent_until_approved(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com")
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    assert edition.id is not None
    hold_edition(services, edition.id)

    with pytest.raises(InputError, match="is held"):
        send(services)
    approve_edition(services, edition.id)
    sent = send(services)

    assert totals_of(sent).sent == 1


def test_an_address_only_smtputf8_can_carry_is_refused_alone(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com", "dörte@example.com")

    sent = send(services)

    assert (totals_of(sent).sent, totals_of(sent).refused) == (1, 1)


def test_an_interrupted_run_gives_back_what_it_held(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")

    def interrupt(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_topic(services, SLUG, bar=lambda _title, _total: nullcontext(interrupt), stop=never)
    (resumed,) = send_due(services, bar=no_bar, stop=never)

    assert totals_of(resumed).sent == 2
    assert readers_of(smtp) == ["a@example.com", "b@example.com"]


def test_a_run_that_is_told_to_stop_ends_in_good_order(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, *(f"reader{number}@example.com" for number in range(60)))

    stopped = send_topic(services, SLUG, bar=no_bar, stop=lambda: len(smtp.inbox) > 0)
    (resumed,) = send_due(services, bar=no_bar, stop=never)

    assert stopped.delivered is not None
    assert 0 < stopped.delivered.totals.sent == stopped.delivered.tried < 60
    assert (stopped.delivered.totals.in_doubt, stopped.delivered.held) == (0, 0)
    assert totals_of(resumed).sent == 60
    assert len(readers_of(smtp)) == len(set(readers_of(smtp))) == 60
