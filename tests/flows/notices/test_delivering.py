"""Notices on their way: each once, later where the relay says later, and never where it is not known."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from digest.cli.standing import show_standing
from digest.clock import FixedClock
from digest.errors import EpochError, RelayError
from digest.flows.maintaining import describe_standing
from digest.flows.notices.delivering import deliver_notices
from digest.flows.services import Services
from digest.model.notices import NoticeKind, NoticeStatus
from digest.model.subscribers import SubscriberStatus
from digest.store import notices
from digest.store.tables import subscriber, suppression
from tests.flows.newsroom import open_topic
from tests.flows.notices.keeping import READER, deliver, find, keep_notice
from tests.servers.smtp import ScriptedSmtp

MINUTE = timedelta(minutes=1)


def test_what_the_relay_puts_off_goes_soon_again_and_for_a_day(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_topic(services)
    made = keep_notice(services)
    smtp.reply_to(READER, "451 4.7.1 try later")

    waited = []
    while (due_at := find(services, made).due_at) is not None:
        waited.append(due_at - find(services, made).made_at)
        clock.advance(seconds=(due_at - clock.now()).total_seconds())
        assert deliver(services) == 1

    assert [one // MINUTE for one in waited[:4]] == [0, 1, 6, 21]
    assert timedelta(hours=20) < waited[-1] < timedelta(days=1)
    assert find(services, made).status is NoticeStatus.REFUSED
    assert smtp.inbox == []


def test_what_was_put_off_goes_once_it_is_taken(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_topic(services)
    keep_notice(services)
    smtp.reply_at(".", "452 4.3.1 no room")
    deliver(services)
    smtp.accept_everything()

    early = deliver(services)
    clock.advance(minutes=1)
    deliver(services)

    assert (early, len(smtp.inbox)) == (0, 1)


def test_an_address_that_does_not_exist_is_suppressed(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    made = keep_notice(services)
    smtp.reply_to(READER, "550 5.1.1 no such user")

    deliver(services)

    with services.database.read() as tx:
        status = tx.execute(select(subscriber.c.status)).scalar_one()
        reason = tx.execute(select(suppression.c.reason)).scalar_one()
    assert (find(services, made).status, status, reason) == (NoticeStatus.REFUSED, "suppressed", "hard bounce")


def test_a_new_address_that_does_not_exist_leaves_the_reader_as_they_are(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_topic(services)
    made = keep_notice(services, NoticeKind.ADDRESS_CONFIRM, to="new@example.com")
    smtp.reply_to("new@example.com", "550 5.1.1 no such user")

    deliver(services)

    with services.database.read() as tx:
        status = tx.execute(select(subscriber.c.status)).scalar_one()
    assert (find(services, made).status, status) == (NoticeStatus.REFUSED, SubscriberStatus.ACTIVE)


def test_a_refusal_that_is_our_fault_blames_no_reader_and_is_tried_again(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_topic(services)
    made = keep_notice(services)
    smtp.reply_at(".", "550 5.7.1 blocked by policy")

    deliver(services)

    with services.database.read() as tx:
        assert tx.execute(select(subscriber.c.status)).scalar_one() == SubscriberStatus.PENDING
    assert find(services, made).status is NoticeStatus.QUEUED


def test_a_relay_that_is_away_leaves_all_queued(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    made = [keep_notice(services, reader=f"reader{number}@example.com") for number in range(12)]
    smtp.reply_at("GREETING", "421 4.3.2 not now")

    with pytest.raises(RelayError):
        deliver(services)
    smtp.accept_everything()

    assert [(find(services, one).status, find(services, one).attempts) for one in made] == [
        (NoticeStatus.QUEUED, 0)
    ] * 12
    assert deliver(services) == 12


def test_a_session_that_is_lost_before_the_dot_costs_a_minute_and_no_attempt(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_topic(services)
    made = keep_notice(services)
    smtp.cut_before_dot()

    deliver(services)
    smtp.accept_everything()
    early = deliver(services)
    clock.advance(minutes=1)
    deliver(services)

    assert (early, len(smtp.inbox)) == (0, 1)
    assert (find(services, made).status, find(services, made).attempts) == (NoticeStatus.SENT, 1)


def test_a_notice_whose_link_is_over_is_withdrawn(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_topic(services)
    made = keep_notice(services)

    clock.advance(days=7)
    deliver(services)

    assert (find(services, made).status, smtp.inbox) == (NoticeStatus.WITHDRAWN, [])


def test_nothing_goes_out_of_a_database_that_this_machine_did_not_send_from(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_topic(services)
    keep_notice(services)
    deliver(services)
    made = keep_notice(services)
    seen = json.loads((services.home / "epoch").read_text(encoding="utf-8"))
    (services.home / "epoch").write_text(json.dumps({**seen, "counter": seen["counter"] + 1}), encoding="utf-8")

    with pytest.raises(EpochError, match="restored from a backup"):
        deliver(services)

    assert (find(services, made).status, len(smtp.inbox)) == (NoticeStatus.QUEUED, 1)


def test_a_reply_that_never_came_is_a_doubt_and_not_sent_again(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_topic(services)
    made = keep_notice(services)
    smtp.cut_after_dot()

    deliver(services)
    smtp.accept_everything()
    clock.advance(days=2)

    assert find(services, made).status is NoticeStatus.IN_DOUBT
    assert deliver(services) == 0
    assert len(smtp.inbox) == 1


def test_a_mark_is_a_doubt_after_a_quarter_of_an_hour(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_topic(services)
    made = keep_notice(services)
    with services.database.begin() as tx:
        notices.claim_due(tx, now=clock.now(), limit=1, hashes_of=lambda _: ())

    clock.advance(minutes=14)
    before = (deliver(services), find(services, made).status)
    clock.advance(minutes=2)
    deliver(services)

    assert before == (0, NoticeStatus.HANDING_OVER)
    assert find(services, made).status is NoticeStatus.IN_DOUBT
    assert smtp.inbox == []


def test_a_reader_who_is_suppressed_meanwhile_gets_nothing(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    made = keep_notice(services)
    with services.database.begin() as tx:
        tx.execute(update(subscriber).values(status=SubscriberStatus.SUPPRESSED.value))

    assert deliver(services) == 0
    assert find(services, made).status is NoticeStatus.WITHDRAWN
    assert smtp.inbox == []


def test_a_stop_leaves_the_rest_queued(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    made = keep_notice(services)

    assert deliver_notices(services, stop=lambda: True) == 0
    assert find(services, made).status is NoticeStatus.QUEUED


def test_a_domain_that_takes_no_mail_is_not_tried_where_that_is_asked(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    rules = replace(services.sign_up_rules, checks_mx=True)
    asking = replace(services, sign_up_rules=rules, takes_mail=lambda domain: domain == "example.com")
    taken, refused = (keep_notice(services, reader=reader) for reader in (READER, "reader@nomail.example"))

    deliver(asking)

    assert [find(services, one).status for one in (taken, refused)] == [NoticeStatus.SENT, NoticeStatus.REFUSED]
    assert [one.rcpt_to for one in smtp.inbox] == [READER]


def test_one_connection_carries_many(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    for number in range(40):
        keep_notice(services, reader=f"reader{number}@example.com")

    assert deliver(services) == 40
    assert len({one.rcpt_to for one in smtp.inbox}) == 40
    assert smtp.sessions <= 8


def test_an_address_that_needs_smtputf8_is_refused_where_the_relay_has_none_and_counted(
    services: Services, smtp: ScriptedSmtp, capsys: pytest.CaptureFixture[str]
) -> None:
    open_topic(services)
    made = keep_notice(services, reader="dörte@example.org")

    deliver(services)

    show_standing(describe_standing(services))
    assert find(services, made).status is NoticeStatus.REFUSED
    assert "Notices      1 refused" in capsys.readouterr().out.splitlines()
    assert smtp.inbox == []
