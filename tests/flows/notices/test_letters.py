"""Letters: what each mail about a subscription tells, to whom, and what it must not tell."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from digest.flows.sending import send_topic
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.notices import NoticeKind, NoticeStatus
from digest.send.dkim import Signer, read_ed25519_key
from digest.send.grammar import BULK_FIELDS
from digest.store.tables import subscriber
from tests.flows.newsroom import SLUG, open_newsroom, open_topic, publish_stories
from tests.flows.notices.keeping import READER, deliver, find, keep_notice
from tests.flows.test_sending_due import never, no_bar
from tests.makers.keys import make_ed25519_key, pem_of
from tests.servers.smtp import ScriptedSmtp


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
    message_id = services.links.notice_message_id(made, made_at=granted.at, domain="example.com")
    assert mail["Message-ID"] == f"<{message_id}>"
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


def test_notices_are_signed_where_keys_are_set(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "old@example.com")
    send_topic(services, SLUG, bar=no_bar, stop=never)
    signer = Signer(domain="example.com", keys=(read_ed25519_key(pem_of(make_ed25519_key()), "e2026"),))
    for kind, reader in ((NoticeKind.CONFIRM, "a@example.com"), (NoticeKind.WELCOME, "b@example.com")):
        keep_notice(services, kind, reader=reader)

    deliver(replace(services, open_signer=lambda: signer))

    assert [one.raw.startswith(b"DKIM-Signature: ") for one in smtp.inbox] == [False, True, True]


def test_a_reader_who_became_one_with_another_is_told_of_that_ones_address(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_topic(services)
    keep_notice(services, NoticeKind.ADDRESS_CHANGED, reader="old@example.com")
    there = find(services, keep_notice(services, NoticeKind.KNOWN, reader="new@example.org")).subscriber_id
    with services.database.begin() as tx:
        tx.execute(update(subscriber).where(subscriber.c.email == "old@example.com").values(moved_to_id=there))

    deliver(services)

    assert "They go to n•••@example.org" in text_of(mail_to(smtp, "old@example.com")).replace("\n", " ")


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
