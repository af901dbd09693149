"""Erasing: nothing that names the reader stays, the ledger still adds up, and no import brings them back."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, update

from digest.errors import NotFoundError
from digest.flows.admitting import RowOutcome
from digest.flows.erasing import erase_subscriber
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, find_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus, SuppressionReason
from digest.store import mailings
from digest.store.claims import claim_due, mark_handing_over
from digest.store.tables import delivery, subscriber, suppression
from tests.flows.reader_lists import CONFIRMED, run, suppress, write
from tests.makers.ledger import NOW, keep_mailing

LATER = NOW + timedelta(minutes=15)

EMAIL = "Ada.Lovelace@example.com"
ADA = parse_address(EMAIL)


def take_in(services: Services, folder: Path) -> None:
    source = "form filled in by Ada.Lovelace@example.com"
    row = f"{EMAIL},Ada Lovelace,syrias-war,en,Europe/London,8,2026-11-01T08:00Z,{source}"
    run(services, write(folder, row))


def whole_database(services: Services) -> str:
    """Return every cell of every table as one text."""
    with services.database.read() as tx:
        kept = MetaData()
        kept.reflect(tx)
        return "\n".join(str(row) for table in kept.tables.values() for row in tx.execute(select(table)))


def test_nothing_that_names_the_reader_stays(newsroom: Services, tmp_path: Path) -> None:
    take_in(newsroom, tmp_path)
    before = whole_database(newsroom)

    erase_subscriber(newsroom, parse_address("ada.lovelace@EXAMPLE.com"))

    after = whole_database(newsroom)
    assert all(word in before.lower() for word in ("lovelace", "london"))
    assert not any(word in after.lower() for word in ("ada", "lovelace", "london"))


def test_the_row_keeps_its_id_and_says_that_it_was_erased(newsroom: Services, tmp_path: Path) -> None:
    take_in(newsroom, tmp_path)
    kept = find_subscriber(newsroom, ADA)

    erase_subscriber(newsroom, ADA)

    with newsroom.database.read() as tx:
        (row,) = tx.execute(select(subscriber)).mappings()
    assert (row["id"], row["status"]) == (kept.id, SubscriberStatus.ERASED.value)
    assert (row["email"], row["email_key"], row["key_hash"]) == ("", None, None)


def test_who_was_erased_is_not_found_and_cannot_be_erased_again(newsroom: Services, tmp_path: Path) -> None:
    take_in(newsroom, tmp_path)
    erase_subscriber(newsroom, ADA)

    with pytest.raises(NotFoundError):
        find_subscriber(newsroom, ADA)
    with pytest.raises(NotFoundError, match="nothing is kept under that address"):
        erase_subscriber(newsroom, ADA)


def test_two_readers_can_be_erased(newsroom: Services, tmp_path: Path) -> None:
    run(newsroom, write(tmp_path, "a@example.com,,syrias-war", "b@example.com,,syrias-war"))

    for email in ("a@example.com", "b@example.com"):
        erase_subscriber(newsroom, parse_address(email))

    with newsroom.database.read() as tx:
        assert len(tx.execute(select(suppression)).all()) == 2


def test_no_import_brings_them_back(newsroom: Services, tmp_path: Path) -> None:
    take_in(newsroom, tmp_path)
    erase_subscriber(newsroom, ADA)

    report = run(newsroom, write(tmp_path, f"ada.lovelace@example.com,,syrias-war,,,,{CONFIRMED}"))

    assert report.outcomes[RowOutcome.SUPPRESSED] == report.rows == 1
    with pytest.raises(NotFoundError):
        find_subscriber(newsroom, ADA)


def test_an_erasure_takes_no_bounce_back(newsroom: Services, tmp_path: Path) -> None:
    take_in(newsroom, tmp_path)
    suppress(newsroom, ADA.key)

    erase_subscriber(newsroom, ADA)

    with newsroom.database.read() as tx:
        assert tx.execute(select(suppression.c.reason)).scalar_one() == SuppressionReason.HARD_BOUNCE.value


def test_a_delivery_that_waits_is_withdrawn_and_the_mailing_adds_up(services: Services) -> None:
    with services.database.begin() as tx:
        mailing = keep_mailing(tx, [EMAIL, "other@example.com"])
    erase_subscriber(services, ADA)

    with services.database.begin() as tx:
        claimed = claim_due(tx, mailing, owner="one", now=NOW, lease_until=LATER, limit=9).claimed
        totals = mailings.count_deliveries(tx, mailing.id)

    assert [one.address.spelling for one in claimed] == ["other@example.com"]
    assert (totals.planned, totals.withdrawn, totals.is_balanced) == (2, 1, True)


def test_a_delivery_under_way_is_not_handed_over(services: Services) -> None:
    with services.database.begin() as tx:
        mailing = keep_mailing(tx, [EMAIL])
        (claimed,) = claim_due(tx, mailing, owner="one", now=NOW, lease_until=LATER, limit=9).claimed
    erase_subscriber(services, ADA)

    with services.database.begin() as tx:
        assert not mark_handing_over(tx, mailing, [claimed], owner="one", now=NOW).may_go
        assert mailings.count_deliveries(tx, mailing.id).withdrawn == 1


def test_what_a_relay_said_goes_where_it_may_quote_the_address(services: Services) -> None:
    with services.database.begin() as tx:
        mailing = keep_mailing(tx, [EMAIL])
        said = f"<{EMAIL}>: user unknown"
        tx.execute(update(delivery).values(reply_code=550, reply_text=said))
    erase_subscriber(services, ADA)

    with services.database.read() as tx:
        row = tx.execute(select(delivery).where(delivery.c.mailing_id == mailing.id)).mappings().one()
    assert (row["reply_code"], row["reply_text"]) == (550, None)


def test_others_are_left_alone(newsroom: Services, tmp_path: Path) -> None:
    take_in(newsroom, tmp_path)
    other = add_confirmed_subscriber(newsroom, parse_address("other@example.com"), slugs=["syrias-war"], name="Bo")

    erase_subscriber(newsroom, ADA)

    assert find_subscriber(newsroom, other.address) == other
