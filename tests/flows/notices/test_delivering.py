"""Notices on their way: each once, later where the relay says later, and never where it is not known."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from digest.clock import FixedClock
from digest.errors import RelayError
from digest.flows.notices.delivering import deliver_notices
from digest.flows.sending import send_topic
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.notices import NoticeKind, NoticeStatus
from digest.model.subscribers import SubscriberStatus
from digest.send.grammar import BULK_FIELDS
from digest.store import notices
from digest.store.tables import subscriber, suppression
from tests.flows.newsroom import SLUG, open_newsroom, open_topic, publish_stories
from tests.flows.notices.keeping import READER, deliver, find, keep_notice
from tests.flows.test_sending_due import never, no_bar
from tests.servers.smtp import ScriptedSmtp

MINUTE = timedelta(minutes=1)


def mail_to(smtp: ScriptedSmtp, address: str = READER) -> EmailMessage:
    """Return the one mail that this address got."""
    (received,) = [one for one in smtp.inbox if one.rcpt_to == address]
    return received.message


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_confirm_mail_asks_once_and_its_link_is_good(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    made = keep_notice(services)

    tried = [deliver(services), deliver(services)]

    mail = mail_to(smtp)
    (url,) = [line for line in text_of(mail).splitlines() if line.startswith("http")]
    granted = services.links.read_timed(Purpose.CONFIRM, url.rpartition("/")[2])
    assert tried == [1, 0]
    assert granted is not None
    assert (granted.id, granted.at) == (made, find(services, made).made_at)
    assert mail["Message-ID"] == f"<{services.links.notice_message_id(made, domain='example.com')}>"
    assert "Syria's War" in text_of(mail)
    assert "On November 22, somebody asked The Daily Example" in text_of(mail)
    assert "good until November 29" in text_of(mail)
    assert find(services, made).status is NoticeStatus.SENT


def test_a_confirm_mail_has_no_word_of_the_visitors_and_no_field_of_a_list(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_topic(services)
    keep_notice(services)

    deliver(services)

    assert not BULK_FIELDS & set(mail_to(smtp).keys())
    assert b"Ada" not in smtp.inbox[0].raw
    assert smtp.inbox[0].raw.count(b"reader@example.com") == 1


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind is not NoticeKind.WELCOME])
def test_each_kind_goes_out_in_the_readers_language(
    services: Services, smtp: ScriptedSmtp, kind: NoticeKind, lang: str
) -> None:
    open_topic(services)
    made = keep_notice(services, kind, lang=lang, to="new@example.com")

    deliver(services)

    assert mail_to(smtp, "new@example.com")["Content-Language"] == lang
    assert find(services, made).status is NoticeStatus.SENT


def test_a_change_of_address_tells_the_old_one_no_more_than_the_mask_of_the_new(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_topic(services)
    keep_notice(services, NoticeKind.ADDRESS_CHANGED, reader="new@example.org", to="old@example.com")

    deliver(services)

    assert "n•••@example.org" in text_of(mail_to(smtp, "old@example.com"))
    assert b"new@example.org" not in smtp.inbox[0].raw


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


def test_a_welcome_brings_the_latest_edition_to_who_has_not_had_it(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "old@example.com")
    send_topic(services, SLUG, bar=no_bar, stop=never)
    new = keep_notice(services, NoticeKind.WELCOME, reader="new@example.com")
    had = keep_notice(services, NoticeKind.WELCOME, reader="old@example.com")

    deliver(services)

    mail = mail_to(smtp, "new@example.com")
    assert mail["Subject"] == "Welcome to Syria's War"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Hello Ada," in text_of(mail)
    assert "Harbour reopens after storm" in text_of(mail)
    assert [find(services, one).status for one in (new, had)] == [NoticeStatus.SENT, NoticeStatus.WITHDRAWN]


def test_the_same_edition_welcomes_nobody_twice(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "old@example.com")
    send_topic(services, SLUG, bar=no_bar, stop=never)
    made = [keep_notice(services, NoticeKind.WELCOME, reader="new@example.com") for _ in range(2)]

    deliver(services)

    assert sorted(find(services, one).status for one in made) == [NoticeStatus.SENT, NoticeStatus.WITHDRAWN]


def test_without_a_mailed_edition_nobody_is_welcomed(services: Services, smtp: ScriptedSmtp) -> None:
    open_topic(services)
    publish_stories(services, ["Harbour reopens after storm"])
    made = keep_notice(services, NoticeKind.WELCOME)

    deliver(services)

    assert (find(services, made).status, smtp.inbox) == (NoticeStatus.WITHDRAWN, [])
