"""The connection to SQLite or PostgreSQL: engines, transactions, and errors in words of our own."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeftError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from digest.errors import StoreError
from digest.store.writers import WriterQueue

Transaction = Connection
"""An open transaction. What store's functions take first; only flows open and end one."""

MAX_CONNECTIONS = 12
"""What one process opens at most, and keeps open once it needed them. Eight such processes fit into the hundred that
PostgreSQL takes unless it is told otherwise; a process with one thread opens one."""

_BUSY_TIMEOUT_S = 30
_GIVE_UP_ON_SILENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
}
"""A server whose host is gone is given up within some ten seconds, not after the kernel's quarter of an hour."""


class Database:
    """A database at a URL. Nothing is opened before the first transaction.

    On SQLite a write transaction begins IMMEDIATE, so that two writers queue and neither fails half-way; threads of
    one process are let in as they came. The journal is a write-ahead log and each commit is synced. Raises StoreError
    where the library raises its own.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = _make_engine(url)
        self._writers = WriterQueue(patience_s=_BUSY_TIMEOUT_S)

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def shown_url(self) -> str:
        """The URL without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Open a transaction that may write; commit at the end, roll back on an error."""
        with self._turn_to_write(), self._transaction("BEGIN IMMEDIATE" if self.is_sqlite else "") as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a transaction that only reads, and sees one moment of the database."""
        one_moment = "BEGIN" if self.is_sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        with self._transaction(one_moment) as tx:
            yield tx

    def _turn_to_write(self) -> AbstractContextManager[None]:
        return self._writers.turn() if self.is_sqlite else nullcontext()

    @contextmanager
    def _transaction(self, opening: str) -> Iterator[Transaction]:
        try:
            with self._engine.connect() as connection, connection.begin():
                if opening:
                    connection.exec_driver_sql(opening)
                yield connection
        except DBAPIError as error:
            raise StoreError(self._explain(error)) from error
        except NoConnectionLeftError as error:
            raise StoreError(f"the database {self.shown_url} cannot be used: every connection is taken") from error

    def _explain(self, error: DBAPIError) -> str:
        said = str(error.orig).strip().splitlines()[0]
        if "no such table" in said or "does not exist" in said:
            return f"the database {self.shown_url} is not set up ({said}); run: digest init"
        return f"the database {self.shown_url} cannot be used: {said}"

    def close(self) -> None:
        self._engine.dispose()


def _make_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError("DIGEST_DATABASE_URL is not a database URL; try sqlite:////path/to/digest.db") from error
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = create_engine(
        parsed,
        poolclass=QueuePool,
        pool_size=MAX_CONNECTIONS,
        max_overflow=0,
        pool_timeout=_BUSY_TIMEOUT_S,
        pool_pre_ping=not is_sqlite,
        connect_args={"timeout": _BUSY_TIMEOUT_S} if is_sqlite else _GIVE_UP_ON_SILENCE,
    )
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_TIMEOUT_S * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def sqlite_url(path: Path) -> str:
    """Return the URL of a SQLite file; the path may be relative to the working folder."""
    return f"sqlite:///{path.resolve()}"
