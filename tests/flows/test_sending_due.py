"""Sending what is due: no mailing holds up another, and none goes on at a relay that takes nothing from us."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import TypeAdapter
from sqlalchemy import update

from digest.errors import PreflightError, UnusableRelayError
from digest.flows.controlling import resume_mailing
from digest.flows.delivering import Progress
from digest.flows.sending import send_due, send_topic
from digest.flows.services import Services
from digest.model.editions import EditionItem, EditionStatus
from digest.model.mailings import Mailing, MailingStatus
from digest.store import editions, mailings, topics
from digest.store.tables import edition_item
from tests.flows.newsroom import SLUG, open_newsroom
from tests.makers.ledger import keep_edition
from tests.servers.smtp import ScriptedSmtp


def no_bar(_title: str, _total: int) -> AbstractContextManager[Progress]:
    return nullcontext(lambda _count: None)


def never() -> bool:
    return False


def plan_one_more(services: Services, *, days: int) -> Mailing:
    """Plan the mailing of a further edition of the topic, of a period that ends so many days from now."""
    now = services.clock.now()
    with services.database.begin() as tx:
        kept = keep_edition(tx, topics.find_topic(tx, SLUG).id, end=now + timedelta(days=days))
        assert kept.id is not None
        editions.move_edition(tx, kept.id, to=EditionStatus.SENDING)
        return mailings.plan_mailing(tx, kept.id, slot_at=now, now=now)


def spoil(services: Services, of: Mailing) -> None:
    """Have a mailing's edition link to what is no web page."""
    with services.database.begin() as tx:
        items = editions.find_edition(tx, of.edition_ids[0]).items
        spoiled = TypeAdapter(EditionItem).dump_python(replace(items[0], url="javascript:alert(1)"), mode="json")
        its_items = edition_item.c.edition_id == of.edition_ids[0]
        tx.execute(update(edition_item).where(its_items).values(snapshot=spoiled))


def test_a_mailing_that_must_not_go_out_holds_up_no_other(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "a@example.com")
    spoiled, sound = (plan_one_more(services, days=days) for days in (0, 7))
    spoil(services, spoiled)

    with pytest.raises(PreflightError, match="must not be sent"):
        send_due(services, bar=no_bar, stop=never)

    assert [one.rcpt_to for one in smtp.inbox] == ["a@example.com"]
    assert [status_of(services, one) for one in (spoiled, sound)] == [MailingStatus.OPEN, MailingStatus.COMPLETE]


def status_of(services: Services, of: Mailing) -> MailingStatus:
    with services.database.read() as tx:
        return mailings.require_mailing(tx, of.id).status


def test_a_relay_that_takes_no_mail_from_us_pauses_the_mailing_until_it_is_resumed(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    smtp.reply_at("MAIL", "550 5.7.1 <news@example.com> may not send here")

    with pytest.raises(UnusableRelayError, match="takes no mail from us") as raised:
        send_topic(services, SLUG, bar=no_bar, stop=never)
    tried = smtp.sessions
    (paused,) = send_due(services, bar=no_bar, stop=never)
    tried_since = smtp.sessions - tried
    smtp.accept_everything()
    (mailing,) = under_way(services)
    resume_mailing(services, mailing.id)
    (sent,) = send_due(services, bar=no_bar, stop=never)

    assert f"digest resume {mailing.id}" in raised.value.__notes__[0]
    assert mailing.pause_reason == str(raised.value)
    assert "news@example.com" not in mailing.pause_reason
    assert mailing.pause_reason in paused.shortfall
    assert tried_since == 0
    assert sent.delivered is not None
    assert sent.delivered.totals.sent == 2


def under_way(services: Services) -> list[Mailing]:
    with services.database.read() as tx:
        return mailings.list_under_way(tx)
