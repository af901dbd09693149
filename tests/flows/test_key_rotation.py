"""Changing DIGEST_SECRET, the old one kept in DIGEST_OLD_SECRETS: old links work, and nobody comes back who is away."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.errors import InputError
from digest.flows.erasing import erase_subscriber
from digest.flows.importing import import_readers
from digest.flows.readers.choosing import find_choices
from digest.flows.readers.leaving import leave_topic
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, find_subscriber
from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.model.ids import DeliveryId, TopicId
from digest.model.subscribers import SubscriptionStatus
from tests.flows.newsroom import SLUG, open_topic
from tests.flows.reader_lists import CONFIRMED, write

OLD, NEW, LATER = "o" * 40, "n" * 40, "l" * 40
READER, ERASED = parse_address("reader@example.org"), parse_address("erased@example.org")


@pytest.fixture
def before(database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """A newsroom under the first secret, with a reader and one who was erased."""
    with closing(Signed(database_url, tmp_path, clock)) as signed:
        services = signed.by(OLD)
        open_topic(services)
        add_confirmed_subscriber(services, READER, slugs=[SLUG], name="")
        add_confirmed_subscriber(services, ERASED, slugs=[SLUG], name="")
        erase_subscriber(services, ERASED)
        yield services


@pytest.fixture
def after(before: Services, database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """The same newsroom when its secret was changed twice."""
    with closing(Signed(database_url, tmp_path, clock)) as signed:
        yield signed.by(LATER, f"{NEW} {OLD}")


class Signed:
    """Builds services over one database, under one secret or another."""

    def __init__(self, database_url: str, folder: Path, clock: FixedClock) -> None:
        self._environ = {"DIGEST_DATABASE_URL": database_url, "DIGEST_HOME": str(folder / "home")}
        self._file, self._clock = folder / "digest.toml", clock
        self._built: list[Services] = []

    def by(self, secret: str, old: str = "") -> Services:
        """Return services that sign by this secret, and believe these old ones, too."""
        environ = self._environ | {"DIGEST_SECRET": secret, "DIGEST_OLD_SECRETS": old}
        self._built.append(build_services(load_settings(environ, file=self._file), clock=self._clock))
        return self._built[-1]

    def close(self) -> None:
        for built in self._built:
            built.database.close()


def test_links_in_old_mails_go_on_working(before: Services, after: Services) -> None:
    reader = find_subscriber(before, READER)
    leaving = before.links.unsubscribe_token(reader.id, TopicId(1))
    choosing = before.links.preferences_url(reader.id).rpartition("/")[2]

    assert find_choices(after, choosing) is not None
    assert leave_topic(after, leaving, source="test") is not None

    assert dict(find_subscriber(after, READER).topics) == {SLUG: SubscriptionStatus.LEFT}


def test_bounces_of_old_mails_are_still_known(before: Services, after: Services) -> None:
    assert after.links.read_bounce_detail(before.links.bounce_detail(DeliveryId(7))) == 7


def test_what_the_new_secret_signs_is_nothing_to_one_that_forgot_it(before: Services, after: Services) -> None:
    token = after.links.unsubscribe_token(find_subscriber(after, READER).id, TopicId(1))

    assert before.links.read_token(Purpose.UNSUBSCRIBE, token) is None
    assert leave_topic(before, token, source="test") is None


def test_who_was_erased_under_an_old_secret_is_not_added_by_hand(after: Services) -> None:
    with pytest.raises(InputError, match="suppressed"):
        add_confirmed_subscriber(after, ERASED, slugs=[SLUG], name="")


def test_no_import_brings_back_who_was_erased_under_an_old_secret(after: Services, tmp_path: Path) -> None:
    path = write(tmp_path, f"{ERASED},,{SLUG},,,,{CONFIRMED}", f"new@example.org,,{SLUG},,,,{CONFIRMED}")

    report = import_readers(after, path, slugs=[], progress=lambda _: None)

    assert {outcome.value: count for outcome, count in report.outcomes.items() if count} == {
        "added": 1,
        "suppressed": 1,
    }


def test_who_is_erased_twice_under_two_secrets_is_suppressed_once(before: Services, after: Services) -> None:
    erase_subscriber(after, READER)

    for services in (before, after):
        with services.database.read() as tx:
            known = set(tx.exec_driver_sql("SELECT key_hash FROM suppression").scalars())
        assert len(known) == 2
    assert not known.isdisjoint(after.links.address_hashes(READER.key))
