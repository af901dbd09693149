"""Nothing is sent from a database that was restored, exchanged or copied, until an operator says that it is right."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.errors import EpochError
from digest.flows.fencing import SeenEpoch, accept_epoch, advance_epoch, describe_hold, explain_mismatch, require_epoch
from digest.flows.services import Services
from digest.store.database import Database
from digest.store.epoch import StoredEpoch
from tests.makers.ledger import keep_mailing
from tests.servers.postgres import PostgresServer


def services_at(home: Path, url: str, clock: FixedClock) -> Services:
    """Services of a machine with this home, on this database."""
    environ = {"DIGEST_HOME": str(home), "DIGEST_DATABASE_URL": url}
    return build_services(load_settings(environ, file=home / "digest.toml"), clock=clock)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def here(home: Path, database_url: str, clock: FixedClock) -> Iterator[Services]:
    """This machine, on each kind of database in turn."""
    built = services_at(home, database_url, clock)
    yield built
    built.database.close()


@pytest.fixture
def second(database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """Another machine, on the same database."""
    built = services_at(tmp_path / "second", database_url, clock)
    yield built
    built.database.close()


@pytest.fixture
def dump(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """The name of a place for a dump of that database: a file, or a PostgreSQL database that nobody uses."""
    if database_url.startswith("sqlite"):
        return str(tmp_path / "dump.db")
    return f"dump_{uuid4().hex}"


def make_dump(request: pytest.FixtureRequest, services: Services, url: str, dump: str) -> None:
    """Copy the database as it is now."""
    services.database.close()
    if url.startswith("sqlite"):
        with closing(Database(url)) as database, database.begin() as tx:
            tx.exec_driver_sql("COMMIT")
            tx.exec_driver_sql(f"VACUUM INTO '{dump}'")
            tx.exec_driver_sql("BEGIN")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.create(dump, template=make_url(url).database or "")


def restore_dump(request: pytest.FixtureRequest, services: Services, url: str, dump: str) -> None:
    """Put the copy in the place of the database."""
    services.database.close()
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "")
        for leftover in path.parent.glob(f"{path.name}-*"):
            leftover.unlink()
        shutil.copy(dump, path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = make_url(url).database or ""
    server.drop(name)
    server.create(name, template=dump)
    server.drop(dump)


def run_once(services: Services) -> None:
    """Count the epoch up as a run does when it begins and when it ends."""
    advance_epoch(services)
    advance_epoch(services)


def plan(services: Services) -> None:
    with services.database.begin() as tx:
        keep_mailing(tx, ["reader@example.com"])


def seen_by(home: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((home / "epoch").read_text(encoding="utf-8"))
    return read


def test_a_database_that_never_sent_is_taken_in_without_a_word(here: Services, home: Path) -> None:
    require_epoch(here)

    assert describe_hold(here) == ""
    assert seen_by(home)["counter"] == 0
    assert (home / "epoch").stat().st_mode & 0o777 == 0o600


def test_a_database_from_before_epochs_is_taken_in_with_what_it_sent(here: Services, home: Path) -> None:
    plan(here)

    require_epoch(here)

    assert seen_by(home)["lineage"]


def test_a_run_counts_the_epoch_up_in_both_places(here: Services, home: Path) -> None:
    require_epoch(here)

    run_once(here)

    assert seen_by(home)["counter"] == 2
    require_epoch(here)


def test_a_dump_made_in_mid_send_and_restored_holds(
    request: pytest.FixtureRequest, here: Services, database_url: str, dump: str
) -> None:
    plan(here)
    advance_epoch(here)
    make_dump(request, here, database_url, dump)
    advance_epoch(here)

    restore_dump(request, here, database_url, dump)

    with pytest.raises(EpochError, match=r"restored from a backup.*digest doctor --accept-epoch"):
        require_epoch(here)
    with pytest.raises(EpochError):
        advance_epoch(here)
    assert "epoch 1, not 2" in describe_hold(here)


def test_an_accepted_epoch_is_higher_than_any_seen(
    request: pytest.FixtureRequest, here: Services, home: Path, database_url: str, dump: str
) -> None:
    plan(here)
    advance_epoch(here)
    make_dump(request, here, database_url, dump)
    run_once(here)
    restore_dump(request, here, database_url, dump)

    accepted = accept_epoch(here)

    assert accepted == 4
    assert seen_by(home)["counter"] == 4
    require_epoch(here)


def test_another_database_in_the_same_place_holds(here: Services, home: Path) -> None:
    plan(here)
    run_once(here)
    seen = seen_by(home)
    (home / "epoch").write_text(json.dumps({**seen, "lineage": "another"}), encoding="utf-8")

    with pytest.raises(EpochError, match="another database"):
        require_epoch(here)


def test_a_new_database_under_an_old_home_is_taken_in(here: Services, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "epoch").write_text(json.dumps({"lineage": "old", "counter": 7, "machine": ""}), encoding="utf-8")

    require_epoch(here)

    assert seen_by(home)["counter"] == 0


@pytest.mark.parametrize(
    ("recorded", "actual", "holds"), [("a", "a", False), ("a", "b", True), ("", "b", False), ("a", "", False)]
)
def test_a_copied_machine_holds_where_machines_have_ids(recorded: str, actual: str, holds: bool) -> None:
    stored = StoredEpoch(lineage="one", counter=1, is_used=True)
    seen = SeenEpoch(lineage="one", counter=1, machine=recorded)

    assert ("another machine's" in explain_mismatch(stored, seen, machine=actual)) is holds


def test_a_new_machine_on_a_database_that_has_sent_holds_until_accepted(here: Services, second: Services) -> None:
    plan(here)
    run_once(here)

    with pytest.raises(EpochError, match="never sent from this database"):
        require_epoch(second)
    accept_epoch(second)

    require_epoch(second)
    require_epoch(here)


def test_a_machine_keeps_up_with_what_others_counted(here: Services, second: Services, home: Path) -> None:
    require_epoch(here)
    run_once(second)

    require_epoch(here)

    assert seen_by(home)["counter"] == 2


def test_a_record_that_cannot_be_read_holds_until_accepted(here: Services, home: Path) -> None:
    plan(here)
    run_once(here)
    (home / "epoch").write_text("{", encoding="utf-8")

    with pytest.raises(EpochError, match="cannot be read"):
        require_epoch(here)
    assert "cannot be read" in describe_hold(here)
    accept_epoch(here)
    require_epoch(here)


counters = st.integers(0, 9)


@given(counters, counters)
def test_only_a_database_that_is_not_older_may_send(of_database: int, of_machine: int) -> None:
    stored = StoredEpoch(lineage="one", counter=of_database, is_used=True)
    seen = SeenEpoch(lineage="one", counter=of_machine, machine="")

    assert (explain_mismatch(stored, seen, machine="m") == "") is (of_database >= of_machine)
