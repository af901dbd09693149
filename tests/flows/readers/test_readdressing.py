"""A new address: only its own reader can take it, the old one is told, and every old link goes on working."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.clock import FixedClock
from digest.errors import FieldsError, NotFoundError
from digest.flows.erasing import erase_subscriber
from digest.flows.importing import import_readers
from digest.flows.readers.choosing import find_choices
from digest.flows.readers.leaving import leave_everything, leave_topic
from digest.flows.readers.readdressing import (
    ADDRESSES_A_WEEK,
    AddressChange,
    ChangeStanding,
    ask_for_address,
    find_address_change,
)
from digest.flows.readers.undoing import undo_leaving
from digest.flows.services import Services
from digest.flows.subscribing import find_subscriber
from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus, SuppressionReason
from digest.store.tables import consent, notice, suppression
from tests.flows.readers.moves import NEW, PAGE, ask, press
from tests.flows.readers.readership import (
    READER,
    TOPICS,
    evidence,
    leave_token,
    preferences_token,
    stands,
    status_of,
    suppress,
    take_in,
)
from tests.flows.readers.visitors import kinds_of_notices


def test_a_reader_moves_and_the_old_address_is_told(services: Services) -> None:
    reader = take_in(services)
    token = ask(services, reader)

    seen = find_address_change(services, token)
    moved = press(services, token)

    assert (seen.standing, moved.standing) == (ChangeStanding.OPEN, ChangeStanding.DONE)
    assert seen.masked == moved.masked == "n•••@example.org"
    assert find_subscriber(services, NEW).id == reader
    assert set(stands(services, NEW).values()) == {"subscribed"}
    assert kinds_of_notices(services, NEW.spelling) == ["address_confirm"]
    assert kinds_of_notices(services, READER.spelling) == ["address_changed"]
    with pytest.raises(NotFoundError):
        find_subscriber(services, READER)


def test_asking_alone_moves_nobody(services: Services) -> None:
    reader = take_in(services)

    find_address_change(services, ask(services, reader))

    assert find_subscriber(services, READER).id == reader
    assert kinds_of_notices(services, READER.spelling) == []


def test_the_evidence_says_where_and_by_which_mail(services: Services) -> None:
    reader = take_in(services)
    press(services, ask(services, reader))

    with services.database.read() as tx:
        rows = tx.execute(select(consent).order_by(consent.c.id)).mappings().all()[2:]
        ((asked, made_at),) = tx.execute(
            select(notice.c.id, notice.c.made_at).where(notice.c.kind == "address_confirm")
        )

    proof = services.links.notice_message_id(asked, made_at=made_at, domain=services.sender.message_id_domain)
    assert evidence(services, reader)[2:] == [("confirmed", slug, "link to a new address") for slug in TOPICS[:2]]
    assert {(row["page"], row["proof"], row["ip"]) for row in rows} == {(PAGE, proof, "")}


def test_the_ip_is_kept_only_where_the_operator_says_so(services: Services) -> None:
    keeping = replace(services, sign_up_rules=replace(services.sign_up_rules, keeps_ips=True))
    press(keeping, ask(keeping, take_in(keeping)))

    with services.database.read() as tx:
        assert set(tx.execute(select(consent.c.ip)).scalars()) == {"", "192.0.2.7"}


def test_pressing_again_says_done_and_changes_nothing(services: Services) -> None:
    reader = take_in(services)
    token = ask(services, reader)
    press(services, token)
    before = evidence(services, reader)

    again = press(services, token)

    assert again.standing is ChangeStanding.DONE
    assert evidence(services, reader) == before
    assert kinds_of_notices(services, READER.spelling) == ["address_changed"]


def test_every_link_in_old_mails_goes_on_working(services: Services) -> None:
    reader = take_in(services)
    links = leave_token(services, reader), preferences_token(services, reader)
    press(services, ask(services, reader))

    page = find_choices(services, links[1])
    left = leave_topic(services, links[0], source="one-click")

    assert page is not None
    assert left is not None
    assert page.masked == left.masked == "n•••@example.org"
    assert stands(services, NEW)["harbour"] == "left"


def test_a_link_ends_after_a_week(services: Services, clock: FixedClock) -> None:
    token = ask(services, take_in(services))
    clock.advance(days=7, seconds=1)

    assert press(services, token).standing is ChangeStanding.ENDED
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_a_second_wish_ends_the_first(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    first = ask(services, reader, "stranger@example.org")
    clock.advance(minutes=1)
    second = ask(services, reader)

    assert press(services, first).standing is ChangeStanding.ENDED
    assert press(services, second).standing is ChangeStanding.DONE


def test_an_old_link_does_not_bring_a_reader_back_to_an_address_they_left(
    services: Services, clock: FixedClock
) -> None:
    reader = take_in(services)
    there = ask(services, reader)
    press(services, there)
    clock.advance(minutes=20)
    press(services, ask(services, reader, READER.spelling))

    assert press(services, there).standing is ChangeStanding.ENDED
    assert find_subscriber(services, READER).id == reader


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.ADDRESS])
def test_a_link_of_another_purpose_moves_nobody(services: Services, purpose: Purpose) -> None:
    ask(services, take_in(services))
    with services.database.read() as tx:
        row = tx.execute(select(notice)).mappings().one()
    token = services.links.timed_token(purpose, row["id"], at=row["made_at"])

    assert press(services, token) == AddressChange(standing=ChangeStanding.UNKNOWN)
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_a_link_whose_row_was_taken_anew_moves_nobody(services: Services, clock: FixedClock) -> None:
    ask(services, take_in(services))
    with services.database.read() as tx:
        notice_id = tx.execute(select(notice.c.id)).scalar_one()
    clock.advance(seconds=-1)
    token = services.links.timed_token(Purpose.ADDRESS, notice_id, at=clock.now())

    assert press(services, token).standing is ChangeStanding.UNKNOWN


def test_who_left_or_was_erased_since_does_not_move(services: Services) -> None:
    reader = take_in(services)
    token = ask(services, reader)
    left = leave_everything(services, leave_token(services, reader), source="page")
    assert left is not None

    assert press(services, token).standing is ChangeStanding.UNKNOWN
    undo_leaving(services, left.undo_token)
    erase_subscriber(services, READER)
    assert press(services, token) == AddressChange(standing=ChangeStanding.UNKNOWN)


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "a@example.org\nBcc: x@example.org", '"a b"@example.org'])
def test_what_is_no_address_is_refused_by_name(services: Services, typed: str) -> None:
    token = preferences_token(services, take_in(services))

    with pytest.raises(FieldsError) as wrong:
        ask_for_address(services, token, typed)

    assert set(wrong.value.problems) == {"address"}


def test_only_a_preferences_link_asks_for_an_address(services: Services) -> None:
    reader = take_in(services)

    assert not ask_for_address(services, leave_token(services, reader), NEW.spelling)
    assert not ask_for_address(services, "00", NEW.spelling)
    assert kinds_of_notices(services, NEW.spelling) == []


def test_their_own_address_is_no_new_one(services: Services) -> None:
    reader = take_in(services)

    assert ask(services, reader, "READER@Example.com") == ""


@pytest.mark.parametrize("reason", [one for one in SuppressionReason if one is not SuppressionReason.ERASED])
def test_a_suppressed_address_gets_the_same_answer_and_no_mail(services: Services, reason: SuppressionReason) -> None:
    suppress(services, NEW, reason=reason)

    assert ask(services, take_in(services)) == ""


def test_an_address_suppressed_since_is_not_moved_to(services: Services) -> None:
    token = ask(services, take_in(services))
    suppress(services, NEW)

    assert press(services, token).standing is ChangeStanding.ENDED


def test_an_address_that_was_erased_can_be_taken_by_its_reader(services: Services) -> None:
    suppress(services, NEW, reason=SuppressionReason.ERASED)

    assert press(services, ask(services, take_in(services))).standing is ChangeStanding.DONE

    with services.database.read() as tx:
        kept = set(tx.execute(select(suppression.c.key_hash)).scalars())
    assert kept == {services.links.address_hash(READER.key)}


def test_one_address_gets_no_more_mails_than_a_form_may_send(services: Services, clock: FixedClock) -> None:
    readers = [take_in(services, parse_address(f"reader{number}@example.com")) for number in range(5)]

    for reader in readers:
        clock.advance(minutes=11)
        ask(services, reader)

    assert kinds_of_notices(services, NEW.spelling) == ["address_confirm"] * 3


def test_one_reader_writes_to_no_more_than_a_few_addresses_a_week(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)

    asked = [bool(ask(services, reader, f"stranger{number}@example.org")) for number in range(6)]
    clock.advance(days=7)

    assert asked == [True] * ADDRESSES_A_WEEK + [False] * 3
    assert ask(services, reader)


def test_no_import_brings_a_reader_back_to_the_old_address(services: Services, tmp_path: Path) -> None:
    press(services, ask(services, take_in(services)))
    old_list = tmp_path / "readers.csv"
    old_list.write_text("email,topics,confirmed_at,consent_source\nreader@example.com,harbour,2026-11-01,form\n")

    import_readers(services, old_list, slugs=(), progress=lambda _: None)

    with pytest.raises(NotFoundError):
        find_subscriber(services, READER)
