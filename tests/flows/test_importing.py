"""Importing: counted to the last row, evidence for every consent, and the same end however often it runs."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.errors import InputError, NotFoundError
from digest.flows.admitting import RowOutcome
from digest.flows.importing import MAX_REMARKS, import_readers
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, find_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus
from digest.store.tables import consent
from tests.flows.reader_lists import (
    CONFIRMED,
    everything,
    run,
    status_of,
    write,
)


def test_each_row_is_counted_once_and_no_unsubscribe_is_turned_back(newsroom: Services, mixed: Path) -> None:
    report = run(newsroom, mixed)

    assert report.outcomes == {
        RowOutcome.ADDED: 2,
        RowOutcome.ALREADY_THERE: 2,
        RowOutcome.HAS_UNSUBSCRIBED: 1,
        RowOutcome.SUPPRESSED: 1,
        RowOutcome.INVALID: 1,
    }
    assert (report.rows, report.pending, report.joined) == (7, 1, 3)
    assert [(one.line, one.outcome) for one in report.remarks] == [
        (5, RowOutcome.HAS_UNSUBSCRIBED),
        (6, RowOutcome.SUPPRESSED),
        (7, RowOutcome.INVALID),
    ]
    active, pending = SubscriberStatus.ACTIVE, SubscriberStatus.PENDING
    assert status_of(newsroom, "new@example.com") == (active, {"night-tram": "subscribed", "syrias-war": "subscribed"})
    assert status_of(newsroom, "pending@example.com") == (pending, {"syrias-war": "pending"})
    assert status_of(newsroom, "there@example.com") == (active, {"night-tram": "pending", "syrias-war": "subscribed"})
    assert status_of(newsroom, "left@example.com") == (active, {"night-tram": "subscribed", "syrias-war": "left"})
    with pytest.raises(NotFoundError):
        status_of(newsroom, "bounced@example.com")


def test_a_reader_is_kept_as_the_row_says(newsroom: Services, mixed: Path) -> None:
    run(newsroom, mixed)

    found = find_subscriber(newsroom, parse_address("new@example.com"))

    assert (found.name, found.lang, found.zone, found.hour) == ("Ada", "en", "America/New_York", 8)


def test_a_confirmed_row_leaves_evidence_and_a_pending_one_none(newsroom: Services, tmp_path: Path) -> None:
    path = write(tmp_path, f"a@example.com,,syrias-war,,,,{CONFIRMED}", "b@example.com,,syrias-war")

    run(newsroom, path)

    with newsroom.database.read() as tx:
        (line,) = tx.execute(select(consent)).mappings()
    assert (line["action"], line["wording"]) == ("confirmed", "imported from readers.csv")
    assert (line["source"], line["at"]) == ("sign-up form", datetime(2026, 11, 1, 8, tzinfo=UTC))


def test_a_file_whose_name_is_no_text_can_be_imported(newsroom: Services, tmp_path: Path) -> None:
    path = write(tmp_path, f"a@example.com,,syrias-war,,,,{CONFIRMED}").rename(tmp_path / os.fsdecode(b"\xff.csv"))

    run(newsroom, path)

    with newsroom.database.read() as tx:
        assert tx.execute(select(consent.c.wording)).scalar_one() == "imported from \ufffd.csv"


def test_a_second_import_changes_nothing(newsroom: Services, mixed: Path) -> None:
    run(newsroom, mixed)
    before = everything(newsroom)

    again = run(newsroom, mixed)

    assert everything(newsroom) == before
    assert (again.outcomes[RowOutcome.ADDED], again.outcomes[RowOutcome.ALREADY_THERE], again.joined) == (0, 4, 0)


def test_an_import_that_was_cut_off_can_be_run_again(newsroom: Services, tmp_path: Path) -> None:
    path = write(tmp_path, *(f"reader{number}@example.com,,syrias-war,,,,{CONFIRMED}" for number in range(6000)))

    def cut_off(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_readers(newsroom, path, slugs=[], progress=cut_off)
    report = run(newsroom, path)

    assert (report.outcomes[RowOutcome.ALREADY_THERE], report.outcomes[RowOutcome.ADDED]) == (5000, 1000)
    assert len(everything(newsroom)) == 3 * 6000


def test_rows_without_topics_get_those_given_for_them(newsroom: Services, tmp_path: Path) -> None:
    path = write(tmp_path, f"a@example.com,{CONFIRMED}", head="email,confirmed_at,consent_source\n")

    run(newsroom, path, "syrias-war", "night-tram")

    topics_of = {"night-tram": "subscribed", "syrias-war": "subscribed"}
    assert status_of(newsroom, "a@example.com") == (SubscriberStatus.ACTIVE, topics_of)


def test_a_file_without_topics_needs_one_to_be_given(newsroom: Services, tmp_path: Path) -> None:
    with pytest.raises(InputError, match='no column "topics"; say what the readers get with --topic SLUG'):
        run(newsroom, write(tmp_path, "a@example.com", head="email\n"))


def test_a_topic_given_for_rows_must_be_there(newsroom: Services, mixed: Path) -> None:
    with pytest.raises(NotFoundError, match='did you mean "syrias-war"'):
        run(newsroom, mixed, "syria-war")


def test_what_a_reader_chose_is_not_written_over(newsroom: Services, tmp_path: Path) -> None:
    add_confirmed_subscriber(newsroom, parse_address("a@example.com"), slugs=["syrias-war"], name="Ada")

    run(newsroom, write(tmp_path, "a@example.com,Eve,syrias-war,ar,UTC,3"))

    found = find_subscriber(newsroom, parse_address("a@example.com"))
    assert (found.name, found.lang, found.hour) == ("Ada", "", None)


def test_remarks_are_kept_up_to_a_number_and_counted_beyond_it(newsroom: Services, tmp_path: Path) -> None:
    report = run(newsroom, write(tmp_path, *["nobody"] * (MAX_REMARKS + 5)))

    assert (len(report.remarks), report.remarked) == (MAX_REMARKS, MAX_REMARKS + 5)
