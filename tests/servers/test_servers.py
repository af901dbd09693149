"""The servers that tests stand on are real, apart from one another, and gone afterwards."""

import socket
import sys

import psycopg
import pytest
from redis import Redis

from digest.store.database import Database
from tests.servers.ports import LOOPBACK
from tests.servers.postgres import PostgresServer
from tests.servers.programs import running
from tests.servers.redis import RedisServer, redis


def test_redis_gives_back_what_was_put_in(redis_server: RedisServer) -> None:
    with Redis.from_url(redis_server.url) as client:
        client.set("topic", "syrias-war")

        found = client.get("topic")

    assert found == b"syrias-war"


def test_a_server_is_gone_after_its_block() -> None:
    with redis() as server:
        port = int(server.url.rpartition(":")[2].partition("/")[0])

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, port), timeout=1)


def test_a_server_that_cannot_start_says_why() -> None:
    dying = [sys.executable, "-c", "print('the disk is full')"]

    with pytest.raises(RuntimeError, match="the disk is full"), running(dying):
        pass


def test_each_database_is_a_copy_of_its_own(postgres_server: PostgresServer) -> None:
    template_url = postgres_server.create("first").replace("+psycopg", "")
    with psycopg.connect(template_url) as connection:
        connection.execute("CREATE TABLE story (title text)")

    copy_url = postgres_server.create("second", template="first").replace("+psycopg", "")
    with psycopg.connect(copy_url) as connection:
        connection.execute("INSERT INTO story VALUES ('only in the copy')")

    with psycopg.connect(template_url) as connection:
        assert connection.execute("SELECT count(*) FROM story").fetchone() == (0,)
    postgres_server.drop("first")
    postgres_server.drop("second")


def test_a_test_gets_a_migrated_database(database: Database) -> None:
    with database.read() as tx:
        revisions = tx.exec_driver_sql("SELECT version_num FROM alembic_version").all()

    assert len(revisions) == 1
