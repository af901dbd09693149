"""Mails in doubt are settled by evidence, then by policy after a wait, then by hand; never sent again blindly."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from digest.errors import InputError
from digest.flows.services import Services
from digest.flows.settling import (
    HOLD,
    WAIT_FOR_EVIDENCE,
    Settled,
    assume_sent,
    most_careful,
    resend_doubtful,
    settle_doubts,
    settle_from_maillog,
)
from digest.model.editions import EditionStatus
from digest.model.mailings import DeliveryStatus, Doubt, DoubtPolicy, Mailing, MailingStatus
from digest.store import doubts, editions, mailings, topics
from digest.store.tables import delivery, mailing
from tests.makers.ledger import NOW, keep_mailing
from tests.makers.rows import delivery_ids, put, put_in_doubt, statuses

SECOND = timedelta(seconds=1)
READERS = ["a@example.com", "b@example.com", "c@example.com"]


@pytest.fixture
def doubtful(services: Services) -> Mailing:
    """A complete mailing of three: one sent, one where we broke off, one where the relay did."""
    with services.database.begin() as tx:
        planned = keep_mailing(tx, READERS)
        sent, we_ended, relay_cut = delivery_ids(tx, planned)
        put(tx, sent, status=DeliveryStatus.SENT)
        put_in_doubt(tx, we_ended, doubt=Doubt.WE_ENDED)
        put_in_doubt(tx, relay_cut, doubt=Doubt.RELAY_CUT)
        mailings.complete_mailing(tx, planned.id, now=NOW)
        return mailings.require_mailing(tx, planned.id)


def settle_after(services: Services, waited: timedelta, *, policy: DoubtPolicy | None = None) -> Settled:
    with services.database.begin() as tx:
        if policy is not None:
            changes = topics.TopicChanges(doubt_policy=policy)
            topics.change_topic(tx, topics.find_topic(tx, "syrias-war").id, changes)
        return settle_doubts(tx, None, now=NOW + waited)


def standing(services: Services, of: Mailing) -> list[str]:
    with services.database.read() as tx:
        return statuses(tx, of)


def status_of(services: Services, of: Mailing) -> tuple[MailingStatus, EditionStatus]:
    with services.database.read() as tx:
        edition = editions.find_edition(tx, of.edition_ids[0])
        return mailings.require_mailing(tx, of.id).status, edition.status


def test_before_evidence_had_its_time_nothing_is_settled(services: Services, doubtful: Mailing) -> None:
    settled = settle_after(services, WAIT_FOR_EVIDENCE - SECOND, policy=DoubtPolicy.RESEND)

    assert settled == Settled(resent=0, presumed=0)
    assert standing(services, doubtful) == ["sent", "in_doubt", "in_doubt"]


def test_what_the_relay_cut_is_sent_again_once(services: Services, doubtful: Mailing) -> None:
    first = settle_after(services, WAIT_FOR_EVIDENCE)
    with services.database.begin() as tx:
        put_in_doubt(tx, delivery_ids(tx, doubtful)[2], doubt=Doubt.RELAY_CUT, resends=1)
    second = settle_after(services, HOLD - SECOND)

    assert (first, second) == (Settled(resent=1, presumed=0), Settled(resent=0, presumed=0))


def test_what_is_sent_again_is_due_now_and_opens_the_mailing(services: Services, doubtful: Mailing) -> None:
    before = status_of(services, doubtful)

    settle_after(services, WAIT_FOR_EVIDENCE)

    assert before == (MailingStatus.COMPLETE, EditionStatus.COMPLETE)
    assert status_of(services, doubtful) == (MailingStatus.OPEN, EditionStatus.SENDING)
    assert standing(services, doubtful) == ["sent", "in_doubt", "queued"]
    with services.database.read() as tx:
        row = tx.execute(select(delivery).where(delivery.c.due_at.is_not(None))).mappings().one()
        completed_at = tx.execute(select(mailing.c.completed_at)).scalar_one()
    assert (row["due_at"], row["resends"], row["attempts"]) == (NOW + WAIT_FOR_EVIDENCE, 1, 0)
    assert completed_at is None


def test_where_we_broke_off_a_mail_is_held_for_a_day_and_presumed_sent(services: Services, doubtful: Mailing) -> None:
    settle_after(services, WAIT_FOR_EVIDENCE)
    early = settle_after(services, HOLD - SECOND)
    late = settle_after(services, HOLD)

    assert (early.presumed, late.presumed) == (0, 1)
    assert standing(services, doubtful) == ["sent", "presumed sent", "queued"]
    with services.database.read() as tx:
        totals = mailings.count_deliveries(tx, doubtful.id)
    assert (totals.sent, totals.presumed_sent, totals.in_doubt, totals.is_balanced) == (1, 1, 0, True)


def test_what_was_cut_twice_is_presumed_sent_after_a_day(services: Services, doubtful: Mailing) -> None:
    with services.database.begin() as tx:
        put_in_doubt(tx, delivery_ids(tx, doubtful)[2], doubt=Doubt.RELAY_CUT, resends=1)

    settle_after(services, HOLD)

    assert standing(services, doubtful) == ["sent", "presumed sent", "presumed sent"]
    assert status_of(services, doubtful) == (MailingStatus.COMPLETE, EditionStatus.COMPLETE)


def test_a_topic_may_have_all_sent_again_once(services: Services, doubtful: Mailing) -> None:
    settled = settle_after(services, WAIT_FOR_EVIDENCE, policy=DoubtPolicy.RESEND)

    assert settled.resent == 2


def test_a_topic_may_have_nothing_sent_again(services: Services, doubtful: Mailing) -> None:
    early = settle_after(services, HOLD - SECOND, policy=DoubtPolicy.NEVER)
    late = settle_after(services, HOLD)

    assert early == Settled(resent=0, presumed=0)
    assert late == Settled(resent=0, presumed=2)


def test_nothing_of_a_recalled_mailing_is_sent_again(services: Services, doubtful: Mailing) -> None:
    with services.database.begin() as tx:
        tx.execute(mailing.update().values(recalled_at=NOW))

    early = settle_after(services, HOLD - SECOND, policy=DoubtPolicy.RESEND)

    assert early.resent == 0
    with pytest.raises(InputError, match="was recalled"):
        resend_doubtful(services, doubtful.id)


def test_settling_again_changes_nothing(services: Services, doubtful: Mailing) -> None:
    settle_after(services, HOLD)
    before = standing(services, doubtful)

    assert settle_after(services, HOLD) == Settled(resent=0, presumed=0)
    assert standing(services, doubtful) == before


@pytest.mark.parametrize(
    ("policies", "wins"),
    [
        (list(DoubtPolicy), DoubtPolicy.NEVER),
        ([DoubtPolicy.RESEND, DoubtPolicy.BY_CAUSE], DoubtPolicy.BY_CAUSE),
        ([DoubtPolicy.RESEND], DoubtPolicy.RESEND),
        ([], DoubtPolicy.BY_CAUSE),
    ],
)
def test_of_several_topics_the_most_careful_policy_wins(policies: list[DoubtPolicy], wins: DoubtPolicy) -> None:
    assert most_careful(policies) is wins


def test_by_hand_all_in_doubt_are_sent_once_more_even_again(services: Services, doubtful: Mailing) -> None:
    with services.database.begin() as tx:
        put_in_doubt(tx, delivery_ids(tx, doubtful)[2], doubt=Doubt.RELAY_CUT, resends=1)

    resent = resend_doubtful(services, doubtful.id)

    assert resent == 2
    assert standing(services, doubtful) == ["sent", "queued", "queued"]
    assert resend_doubtful(services, doubtful.id) == 0


def test_by_hand_all_in_doubt_are_presumed_sent(services: Services, doubtful: Mailing) -> None:
    assert assume_sent(services, doubtful.id) == 2

    assert standing(services, doubtful) == ["sent", "presumed sent", "presumed sent"]
    assert status_of(services, doubtful) == (MailingStatus.COMPLETE, EditionStatus.COMPLETE)


def log_lines(services: Services, of: Mailing, *said: str) -> Iterator[str]:
    """Lines of a relay's log on each delivery in doubt, in order: what was said of it, and nothing for ''."""
    with services.database.read() as tx:
        rows = doubts.list_doubtful(tx, of)
    for number, (row, words) in enumerate(zip(rows, said, strict=True)):
        message_id = services.links.message_id(of.id, row.subscriber_id, domain=services.sender.message_id_domain)
        if words:
            head = "2026-11-22T13:00:01Z relay postfix"
            yield f"{head}/cleanup[1]: ABC{number}: message-id=<{message_id}>\n"
            yield f"{head}/smtp[2]: ABC{number}: to=<x@example.com>, relay=mx, delay=1, {words}\n"


SENT = "dsn=2.0.0, status=sent (250 2.0.0 taken)"
BOUNCED = "dsn=5.1.1, status=bounced (host mx said: 550 5.1.1 nobody here (in reply to RCPT TO command))"


def test_a_relays_log_settles_what_it_tells_of(services: Services, doubtful: Mailing, tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_text("".join(log_lines(services, doubtful, SENT, BOUNCED)), encoding="utf-8")

    found = settle_from_maillog(services, doubtful.id, path)

    assert (found.sent, found.refused, found.not_found) == (1, 1, 0)
    assert standing(services, doubtful) == ["sent", "sent", "refused"]
    with services.database.read() as tx:
        said = tx.execute(select(delivery.c.reply_text).where(delivery.c.status == "refused")).scalar_one()
    assert said.startswith("nobody here")


def test_what_a_log_does_not_tell_of_stays_in_doubt(services: Services, doubtful: Mailing, tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_text("".join(log_lines(services, doubtful, SENT, "")), encoding="utf-8")

    found = settle_from_maillog(services, doubtful.id, path)
    again = settle_from_maillog(services, doubtful.id, path)

    assert (found.sent, found.refused, found.not_found) == (1, 0, 1)
    assert (again.sent, again.refused, again.not_found) == (0, 0, 1)
    assert found.log.first == "2026-11-22T13:00:01Z"
    assert standing(services, doubtful) == ["sent", "sent", "in_doubt"]


def test_evidence_changes_no_row_that_was_queued_again(services: Services, doubtful: Mailing, tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_text("".join(log_lines(services, doubtful, SENT, SENT)), encoding="utf-8")
    resend_doubtful(services, doubtful.id)

    found = settle_from_maillog(services, doubtful.id, path)

    assert (found.sent, found.not_found) == (0, 0)
    assert standing(services, doubtful) == ["sent", "queued", "queued"]


def test_a_mailing_is_not_closed_over_mails_that_are_queued_again_meanwhile(postgres_services: Services) -> None:
    services = postgres_services
    with services.database.begin() as tx:
        planned = keep_mailing(tx, READERS)
        put_in_doubt(tx, *delivery_ids(tx, planned), doubt=Doubt.RELAY_CUT)

    def close() -> bool:
        with services.database.begin() as tx:
            return mailings.complete_mailing(tx, planned.id, now=NOW)

    with ThreadPoolExecutor(1) as thread:
        with services.database.begin() as tx:
            resent = doubts.resend_all(tx, planned, now=NOW)
            closing = thread.submit(close)
            wait_for_a_waiter(services)
        was_closed = closing.result(timeout=10)

    assert resent == 3
    assert not was_closed
    assert status_of(services, planned)[0] is MailingStatus.OPEN


def wait_for_a_waiter(services: Services) -> None:
    """Return once some session of the database waits for a lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(1000):
        with services.database.read() as tx:
            if tx.execute(waiting).scalar_one():
                return
    raise AssertionError("nobody waits for a lock")
