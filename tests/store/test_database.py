"""Transactions: whole or not at all, one moment for a reader, writers in turn, and errors in words of our own."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from digest.errors import StoreError
from digest.store import epoch, stories
from digest.store.database import MAX_CONNECTIONS, Database, sqlite_url
from tests.makers.parsed import make_parsed

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(database: Database, database_url: str) -> None:
    with closing(Database(database_url)) as other, database.read() as tx:
        before = stories.count_stories(tx)[0]
        with other.begin() as writing:
            stories.save_story(writing, make_parsed(), source_id=None, now=NOW)

        after = stories.count_stories(tx)[0]

    assert (before, after) == (0, 0)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with suppress(KeyboardInterrupt), database.begin() as tx:
        stories.save_story(tx, make_parsed(), source_id=None, now=NOW)
        raise KeyboardInterrupt

    with database.read() as tx:
        assert stories.count_stories(tx)[0] == 0


def test_more_writers_than_connections_all_come_to_write(database: Database, database_url: str) -> None:
    writes = 4 * MAX_CONNECTIONS
    with database.begin() as tx:
        epoch.begin_lineage(tx, "ours")

    with closing(Database(database_url)) as other, ThreadPoolExecutor(2 * MAX_CONNECTIONS) as pool:
        counts = list(pool.map(advance_counter, [database, other] * (writes // 2)))

    assert len(set(counts)) == writes


def test_a_database_without_tables_says_what_to_run(tmp_path: Path) -> None:
    with (
        closing(Database(sqlite_url(tmp_path / "empty.db"))) as empty,
        pytest.raises(StoreError, match="digest init"),
        empty.read() as tx,
    ):
        stories.count_stories(tx)


def test_a_naive_time_is_not_stored(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(StatementError, match="must be aware"), database.begin() as tx:
        stories.save_story(tx, make_parsed(), source_id=None, now=naive)


def advance_counter(database: Database) -> int:
    with database.begin() as tx:
        return epoch.advance_counter(tx)
