"""Rehearsing an import, and importing beside others: the same counts, and nobody waits or is lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from digest.errors import InputError
from digest.flows.admitting import RowOutcome
from digest.flows.importing import rehearse_import
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, find_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus
from digest.store import subscribers
from digest.store.subscribers import NewSubscriber
from tests.flows.reader_lists import (
    CONFIRMED,
    everything,
    open_topics,
    rehearse,
    run,
    status_of,
    write,
)
from tests.makers.ledger import NOW


def test_a_rehearsal_counts_what_the_import_counts_and_writes_nothing(newsroom: Services, mixed: Path) -> None:
    before = everything(newsroom)

    rehearsed = rehearse(newsroom, mixed)

    assert everything(newsroom) == before
    assert rehearse(newsroom, mixed) == rehearsed == run(newsroom, mixed)


def test_a_rehearsal_knows_the_readers_of_earlier_batches(newsroom: Services, tmp_path: Path) -> None:
    readers = [f"reader{number}@example.com,,syrias-war" for number in range(6000)]
    path = write(tmp_path, *readers, *(row.replace("syrias-war", f"night-tram,,,,{CONFIRMED}") for row in readers[:50]))

    rehearsed = rehearse(newsroom, path)

    assert (rehearsed.outcomes[RowOutcome.ADDED], rehearsed.outcomes[RowOutcome.ALREADY_THERE]) == (6000, 50)
    assert rehearsed == run(newsroom, path)


def test_a_rehearsal_that_fails_leaves_the_next_one_free(newsroom: Services, mixed: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        rehearse(newsroom, tmp_path / "nowhere.csv")

    assert rehearse(newsroom, mixed).rows == 7


def test_a_rehearsal_lets_others_write(newsroom: Services, mixed: Path) -> None:
    reader = parse_address("meanwhile@example.com")

    def add(_: int) -> None:
        add_confirmed_subscriber(newsroom, reader, slugs=["syrias-war"], name="")

    rehearse_import(newsroom, mixed, slugs=[], progress=add)

    assert find_subscriber(newsroom, reader).status is SubscriberStatus.ACTIVE


def test_who_signs_up_while_an_import_runs_is_already_there(postgres_services: Services, tmp_path: Path) -> None:
    newsroom = open_topics(postgres_services)
    path = write(tmp_path, f"a@example.com,,syrias-war,,,,{CONFIRMED}", f"b@example.com,,syrias-war,,,,{CONFIRMED}")
    address = parse_address("a@example.com")
    key_hash = newsroom.links.address_hash(address.key)
    new = NewSubscriber(address=address, key_hash=key_hash, status=SubscriberStatus.PENDING)

    with ThreadPoolExecutor(1) as pool:
        with newsroom.database.begin() as tx:
            subscribers.add_subscriber(tx, new, now=NOW)
            running = pool.submit(run, newsroom, path)
            _wait_until_somebody_waits(newsroom)
        report = running.result()

    assert (report.outcomes[RowOutcome.ADDED], report.outcomes[RowOutcome.ALREADY_THERE]) == (1, 1)
    assert status_of(newsroom, "a@example.com") == (SubscriberStatus.ACTIVE, {"syrias-war": "subscribed"})


def _wait_until_somebody_waits(services: Services) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(100_000):
        with services.database.read() as tx:
            if tx.execute(waiting).scalar_one():
                return
    raise AssertionError("the import never came to wait")
