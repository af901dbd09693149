"""Mail that asks to leave: what our own mails offer works, from any mail program, and nobody is answered."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from email.message import EmailMessage
from functools import partial

import pytest
from sqlalchemy import update

from digest.clock import FixedClock
from digest.errors import TooOftenError
from digest.flows.inbound import Taken, take_mail
from digest.flows.sending import send_topic
from digest.flows.services import Services
from digest.flows.subscribing import find_subscriber
from digest.model.addresses import parse_address
from digest.model.ids import TopicId
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.tables import subscriber
from tests.flows.newsroom import SLUG, open_newsroom, subscribe
from tests.servers.smtp import ScriptedSmtp

READER, OTHER = "reader@example.org", "other@example.org"


@pytest.fixture
def mailto(services: Services, smtp: ScriptedSmtp) -> str:
    """The address to leave by, of the mail that READER got; OTHER got one, too."""
    open_newsroom(services, READER, OTHER)
    send_topic(services, SLUG, bar=lambda _title, _total: nullcontext(lambda _count: None), stop=lambda: False)
    got = next(one for one in smtp.inbox if one.rcpt_to == READER)
    found = re.search(r"<mailto:([^?>]+)", got["List-Unsubscribe"])
    assert found
    smtp.inbox.clear()
    return found[1]


def write_mail(to: str, *, sender: str = READER, subject: str = "", **more: str) -> bytes:
    mail = EmailMessage()
    mail["Return-Path"] = f"<{more.pop('return_path', sender)}>"
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Thank you.")
    return mail.as_bytes()


def statuses(services: Services, *readers: str) -> list[str]:
    found = [find_subscriber(services, parse_address(one)) for one in readers]
    return [dict(one.topics)[SLUG].value for one in found]


def test_a_mail_to_the_address_in_list_unsubscribe_leaves_that_topic(
    services: Services, smtp: ScriptedSmtp, mailto: str
) -> None:
    taken = take_mail(services, write_mail(mailto))
    again = take_mail(services, write_mail(mailto))

    assert [taken, again] == [Taken.LEFT_TOPICS] * 2
    assert statuses(services, READER, OTHER) == [SubscriptionStatus.LEFT, SubscriptionStatus.SUBSCRIBED]
    assert smtp.inbox == []


def test_the_signed_address_works_for_a_program_and_from_any_mailbox(services: Services, mailto: str) -> None:
    mail = write_mail("undisclosed:;", sender="robot@provider.example", Auto_Submitted="auto-generated")

    taken = take_mail(services, mail, recipients=[mailto.upper()], return_path="")

    assert taken is Taken.LEFT_TOPICS
    assert statuses(services, READER, OTHER) == [SubscriptionStatus.LEFT, SubscriptionStatus.SUBSCRIBED]


@pytest.mark.parametrize("subject", ["Unsubscribe", "إلغاء الاشتراك"])
def test_plain_words_leave_everything_their_author_gets(services: Services, mailto: str, subject: str) -> None:
    taken = take_mail(services, write_mail("unsubscribe@example.com", sender=READER.upper(), subject=subject))

    assert taken is Taken.LEFT_EVERYTHING
    assert find_subscriber(services, parse_address(READER)).status is SubscriberStatus.LEFT
    assert statuses(services, OTHER) == [SubscriptionStatus.SUBSCRIBED]


def test_an_address_that_was_cut_still_leaves_by_plain_words(services: Services, mailto: str) -> None:
    cut = mailto.partition("@")[0][:-3]

    taken = take_mail(services, write_mail(f"{cut}@example.com", subject="unsubscribe"))

    assert taken is Taken.LEFT_EVERYTHING


@pytest.mark.parametrize(
    ("subject", "sender", "more"),
    [
        ("unsubscribe", "stranger@example.org", {}),
        ("Out of office", READER, {}),
        ("unsubscribe", READER, {"Auto_Submitted": "auto-replied"}),
        ("unsubscribe", READER, {"Precedence": "bulk"}),
        ("unsubscribe", READER, {"return_path": ""}),
        ("unsubscribe", READER, {"return_path": "forger@example.net"}),
        ("unsubscribe", READER, {"Authentication_Results": "mx.example.com; dmarc=fail header.from=example.org"}),
        ("unsubscribe", READER, {"Received_SPF": "fail (mx.example.com)"}),
    ],
)
def test_anything_else_changes_nothing(
    services: Services, mailto: str, subject: str, sender: str, more: dict[str, str]
) -> None:
    taken = take_mail(services, write_mail("unsubscribe@example.com", sender=sender, subject=subject, **more))

    assert taken is Taken.IGNORED
    assert statuses(services, READER, OTHER) == [SubscriptionStatus.SUBSCRIBED] * 2


def test_a_forged_signed_address_changes_nothing(services: Services, mailto: str) -> None:
    local, _, domain = mailto.partition("@")
    forged = f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}"

    assert take_mail(services, write_mail(forged)) is Taken.IGNORED
    assert statuses(services, READER, OTHER) == [SubscriptionStatus.SUBSCRIBED] * 2


def test_one_mail_may_be_sent_to_several_signed_addresses(services: Services, mailto: str) -> None:
    other = find_subscriber(services, parse_address(OTHER))
    token = services.links.unsubscribe_token(other.id, TopicId(1))

    taken = take_mail(services, write_mail(f"{mailto}, unsubscribe+{token}@example.com"))

    assert taken is Taken.LEFT_TOPICS
    assert statuses(services, READER, OTHER) == [SubscriptionStatus.LEFT] * 2


def test_what_the_named_mail_server_found_is_heard(services: Services, mailto: str) -> None:
    findings = (
        b"Authentication-Results: gate.example.com; spf=pass\nAuthentication-Results: mx.example.com; dmarc=fail\n"
    )
    mail = findings + write_mail("unsubscribe@example.com", subject="unsubscribe")

    by_its_name = take_mail(replace(services, authserv_id="mx.example.com"), mail)

    assert by_its_name is Taken.IGNORED
    assert take_mail(services, mail) is Taken.LEFT_EVERYTHING


def test_a_plain_mail_from_an_address_left_behind_speaks_for_nobody_elsewhere(services: Services, mailto: str) -> None:
    reader, other = (find_subscriber(services, parse_address(one)).id for one in (READER, OTHER))
    with services.database.begin() as tx:
        tx.execute(update(subscriber).where(subscriber.c.id == reader).values(moved_to_id=other))

    take_mail(services, write_mail("unsubscribe@example.com", subject="unsubscribe"))

    assert statuses(services, OTHER) == [SubscriptionStatus.SUBSCRIBED]


def ask_plainly(services: Services, reader: str) -> Taken | None:
    """Bring a plain mail of a reader; None where it is to be kept and brought again."""
    try:
        return take_mail(services, write_mail("unsubscribe@example.com", sender=reader, subject="unsubscribe"))
    except TooOftenError:
        return None


def test_plain_words_empty_no_list(services: Services, mailto: str, clock: FixedClock) -> None:
    readers = [f"reader{number}@example.org" for number in range(25)]
    subscribe(services, *readers)

    taken = [ask_plainly(services, one) for one in readers]
    clock.advance(seconds=30)
    again = [ask_plainly(services, one) for one in readers[20:]]

    assert taken == [Taken.LEFT_EVERYTHING] * 20 + [None] * 5
    assert again == [Taken.LEFT_EVERYTHING] + [None] * 4
    left, kept = [SubscriptionStatus.LEFT], [SubscriptionStatus.SUBSCRIBED]
    assert statuses(services, *readers) == left * 21 + kept * 4


def test_mails_that_come_at_once_share_one_budget(postgres_services: Services) -> None:
    readers = [f"reader{number}@example.org" for number in range(30)]
    open_newsroom(postgres_services, *readers)

    with ThreadPoolExecutor(8) as several:
        taken = list(several.map(partial(ask_plainly, postgres_services), readers))

    assert Counter(taken) == {Taken.LEFT_EVERYTHING: 20, None: 10}


def test_who_left_already_and_who_is_a_stranger_take_nothing_from_others(services: Services, mailto: str) -> None:
    for _ in range(25):
        ask_plainly(services, READER)
        ask_plainly(services, "stranger@example.org")

    assert ask_plainly(services, OTHER) is Taken.LEFT_EVERYTHING


def test_a_signed_address_is_heard_however_often_plain_words_came(services: Services, mailto: str) -> None:
    readers = [f"reader{number}@example.org" for number in range(21)]
    subscribe(services, *readers)

    assert [ask_plainly(services, one) for one in readers][-1] is None
    assert take_mail(services, write_mail(mailto)) is Taken.LEFT_TOPICS
