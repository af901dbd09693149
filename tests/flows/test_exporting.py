"""Exporting: what goes out as CSV comes back in as it was, and nobody comes back with more than they had."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import update

from digest.clock import FixedClock
from digest.errors import NotFoundError
from digest.flows.admitting import RowOutcome
from digest.flows.erasing import erase_subscriber
from digest.flows.exporting import export_readers
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, add_pending_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus
from digest.store import choices
from digest.store.tables import consent, subscriber, subscription
from tests.flows.reader_lists import CONFIRMED, everything, leave, run, suppress, write


def export(services: Services, *statuses: SubscriberStatus, slug: str | None = None) -> str:
    file = StringIO()
    export_readers(services, file, slug=slug, statuses=statuses)
    return file.getvalue()


def rows(exported: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(StringIO(exported)))


def emails(exported: str) -> list[str]:
    return [row["email"] for row in rows(exported)]


def forget_everybody(services: Services) -> None:
    with services.database.begin() as tx:
        for table in (consent, subscription, subscriber):
            tx.execute(table.delete())


def test_an_export_is_what_an_import_reads(newsroom: Services, mixed: Path) -> None:
    run(newsroom, mixed)

    (row,) = [row for row in rows(export(newsroom)) if row["email"] == "new@example.com"]

    assert row == {
        "email": "new@example.com",
        "name": "Ada",
        "topics": "night-tram;syrias-war",
        "lang": "en",
        "zone": "America/New_York",
        "hour": "8",
        "confirmed_at": "2026-11-01T08:00:00Z",
        "consent_source": "sign-up form",
        "status": "active",
        "paused_until": "",
        "weekday": "",
        "cadence": "weekly",
        "bundling": "together",
    }


def test_an_import_of_an_export_makes_the_same_readers(newsroom: Services, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f'=ada@example.com,"=HYPERLINK(""http://evil.example"")",syrias-war,en,UTC,0,{CONFIRMED}',
        "'-bo@example.com,''=1,night-tram;syrias-war,,,,2026-11-02T08:00:00.123456Z,@form",
        f"cy@example.com,O'Brien,night-tram,,,,{CONFIRMED}",
        "cy@example.com,,syrias-war",
        "di@example.com,ديانا,night-tram,ar,,23",
    )
    run(newsroom, path)
    kept, exported = everything(newsroom), export(newsroom)
    forget_everybody(newsroom)

    path.write_text(exported, encoding="utf-8")
    report = run(newsroom, path)

    assert (report.rows, report.outcomes[RowOutcome.INVALID]) == (5, 0)
    assert everything(newsroom) == kept
    assert export(newsroom) == exported


def test_no_cell_of_an_export_begins_as_a_formula_does(newsroom: Services, tmp_path: Path) -> None:
    run(newsroom, write(tmp_path, "+ada@example.com,=1+1,syrias-war,,,,2026-11-01T08:00:00Z, ＝form"))

    (_, line) = export(newsroom).splitlines()

    assert line == "'+ada@example.com,'=1+1,syrias-war,,,,2026-11-01T08:00:00Z,'＝form,active,,,weekly,together"


def test_what_was_left_is_in_no_export(newsroom: Services, mixed: Path) -> None:
    (row,) = [row for row in rows(export(newsroom)) if row["email"] == "left@example.com"]

    assert (row["topics"], row["confirmed_at"]) == ("", "")


def test_topics_that_are_not_confirmed_stand_in_a_row_without_evidence(newsroom: Services, tmp_path: Path) -> None:
    run(newsroom, write(tmp_path, f"a@example.com,,syrias-war,,,,{CONFIRMED}", "a@example.com,,night-tram"))

    found = [(row["topics"], row["consent_source"]) for row in rows(export(newsroom))]

    assert found == [("night-tram", ""), ("syrias-war", "sign-up form")]


def test_who_must_get_nothing_is_marked_and_an_import_keeps_them_out(newsroom: Services, tmp_path: Path) -> None:
    path = write(
        tmp_path, *(f"{name}@example.com,,syrias-war,,,,{CONFIRMED}" for name in ("gone", "bounced", "paused"))
    )
    run(newsroom, path)
    suppress(newsroom, "bounced@example.com")
    for name, status in (("gone", SubscriberStatus.LEFT), ("paused", SubscriberStatus.PAUSED)):
        with newsroom.database.begin() as tx:
            move = update(subscriber).where(subscriber.c.email_key == f"{name}@example.com")
            tx.execute(move.values(status=status.value))
    exported = export(newsroom)
    forget_everybody(newsroom)

    path.write_text(exported, encoding="utf-8")
    report = run(newsroom, path)

    assert [row["status"] for row in rows(exported)] == ["left", "suppressed", "paused"]
    assert (report.outcomes[RowOutcome.HAS_UNSUBSCRIBED], report.outcomes[RowOutcome.SUPPRESSED]) == (1, 1)
    assert [row["status"] for row in rows(export(newsroom))] == ["paused"]


def test_readers_of_one_topic_come_with_it_alone(newsroom: Services, mixed: Path) -> None:
    run(newsroom, mixed)

    found = [(row["email"], row["topics"]) for row in rows(export(newsroom, slug="night-tram"))]

    assert sorted(found) == [(f"{name}@example.com", "night-tram") for name in ("left", "new", "there")]


def test_a_topic_that_is_not_there_is_named(newsroom: Services) -> None:
    with pytest.raises(NotFoundError, match='did you mean "syrias-war"'):
        export(newsroom, slug="syria-war")


def test_readers_of_some_statuses_are_chosen(newsroom: Services) -> None:
    add_confirmed_subscriber(newsroom, parse_address("a@example.com"), slugs=["syrias-war"], name="")
    add_pending_subscriber(newsroom, parse_address("b@example.com"), slugs=["syrias-war"], name="")
    add_confirmed_subscriber(newsroom, parse_address("c@example.com"), slugs=["syrias-war"], name="")
    suppress(newsroom, "c@example.com")

    assert emails(export(newsroom, SubscriberStatus.ACTIVE)) == ["a@example.com"]
    assert emails(export(newsroom, SubscriberStatus.PENDING, SubscriberStatus.SUPPRESSED)) == [
        "b@example.com",
        "c@example.com",
    ]


def test_who_was_erased_is_in_no_export(newsroom: Services) -> None:
    add_confirmed_subscriber(newsroom, parse_address("a@example.com"), slugs=["syrias-war"], name="")
    erase_subscriber(newsroom, parse_address("a@example.com"))

    assert emails(export(newsroom)) == []


def test_an_export_goes_on_over_its_pages(newsroom: Services, tmp_path: Path) -> None:
    run(newsroom, write(tmp_path, *(f"reader{number}@example.com,,syrias-war" for number in range(2001))))
    leave(newsroom, "reader0@example.com")

    assert len(set(emails(export(newsroom)))) == 2001
    assert len(emails(export(newsroom, slug="syrias-war"))) == 2000


def test_what_readers_chose_and_how_long_they_pause_comes_back(newsroom: Services, tmp_path: Path) -> None:
    """A topic that is not confirmed has a row of its own, which stands first here."""
    head = "email,topics,confirmed_at,consent_source,paused_until,weekday,cadence,bundling\n"
    until = "2026-12-24T08:00:00Z"
    path = write(
        tmp_path,
        f"ada@example.com,syrias-war,{CONFIRMED},{until},sunday,monthly,apart",
        f"ada@example.com,night-tram,,,{until},sunday,monthly,apart",
        f"bo@example.com,syrias-war,{CONFIRMED},,monday,daily,",
        head=head,
    )
    run(newsroom, path)
    kept, exported = everything(newsroom), export(newsroom)
    forget_everybody(newsroom)

    path.write_text(exported, encoding="utf-8")
    run(newsroom, path)

    assert [(row["topics"], row["status"], row["paused_until"]) for row in rows(exported)] == [
        ("night-tram", "paused", until),
        ("syrias-war", "paused", until),
        ("syrias-war", "active", ""),
    ]
    assert everything(newsroom) == kept


def test_who_is_pending_here_and_paused_in_the_file_pauses_as_long_as_it_says(
    newsroom: Services, tmp_path: Path
) -> None:
    add_pending_subscriber(newsroom, parse_address("ada@example.com"), slugs=["syrias-war"], name="")
    until = "2026-12-24T08:00:00Z"
    head = "email,topics,confirmed_at,consent_source,status,paused_until\n"

    run(newsroom, write(tmp_path, f"ada@example.com,syrias-war,{CONFIRMED},paused,{until}", head=head))

    assert [(row["status"], row["paused_until"]) for row in rows(export(newsroom))] == [("paused", until)]


def test_a_pause_without_an_end_stays_one(newsroom: Services, tmp_path: Path) -> None:
    head = "email,topics,confirmed_at,consent_source,status\n"

    run(newsroom, write(tmp_path, f"ada@example.com,syrias-war,{CONFIRMED},paused", head=head))

    assert [(row["status"], row["paused_until"]) for row in rows(export(newsroom))] == [("paused", "")]


def test_a_pause_that_is_over_is_handed_out_as_none(newsroom: Services, clock: FixedClock) -> None:
    reader = add_confirmed_subscriber(newsroom, parse_address("a@example.com"), slugs=["syrias-war"], name="")
    with newsroom.database.begin() as tx:
        choices.keep_pause(tx, reader.id, until=clock.now() + timedelta(days=1))
    before = export(newsroom, SubscriberStatus.PAUSED)
    clock.advance(days=1)

    assert emails(before) == emails(export(newsroom, SubscriberStatus.ACTIVE)) == ["a@example.com"]
    assert emails(export(newsroom, SubscriberStatus.PAUSED)) == []
