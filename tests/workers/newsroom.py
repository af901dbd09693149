"""A newsroom that many machines send for: readers, a mailing planned for them, and how far it has come."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import distinct, func, select

from digest.bootstrap import build_services
from digest.clock import SystemClock
from digest.config import load_settings
from digest.flows.fencing import accept_epoch
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.model.ids import MailingId
from digest.model.mailings import MailingTotals
from digest.store import mailings, topics
from digest.store.tables import lease
from tests.flows.newsroom import SLUG, open_topic, publish_stories
from tests.makers.ledger import keep_reader
from tests.servers.sink.started import Sink, read_log

LOOK_EVERY_S = 0.05
PATIENCE_S = 60


class Newsroom:
    """Plans mailings, and looks at the ledger and at what the relay took."""

    def __init__(self, services: Services, relay: Sink, log: Path) -> None:
        self.services = services
        self.relay = relay
        self._log = log

    def plan(self, readers: int) -> MailingId:
        """Have so many readers, and plan a mailing that is due now."""
        services = self.services
        open_topic(services)
        publish_stories(services, ["Harbour reopens after storm"])
        with services.database.begin() as tx:
            topic = topics.find_topic(tx, SLUG)
            for number in range(readers):
                keep_reader(tx, topic.id, f"reader{number}@example.com")
        edition = publish_edition(services, SLUG).edition
        assert edition is not None
        return plan_edition(services, edition).id

    def let_in(self, environ: Mapping[str, str]) -> None:
        """Let a machine send that has not sent from this database before, as `digest doctor --accept-epoch` does."""
        with newsroom_on(environ, self.relay, self._log) as elsewhere:
            accept_epoch(elsewhere.services)

    def totals(self, mailing_id: MailingId) -> MailingTotals:
        """Return where the mailing stands."""
        with self.services.database.read() as tx:
            return mailings.count_deliveries(tx, mailing_id)

    def senders(self) -> int:
        """Return how many workers hold a delivery now."""
        with self.services.database.read() as tx:
            return tx.execute(select(func.count(distinct(lease.c.owner)))).scalar_one()

    def taken(self) -> list[str]:
        """Return the reader of each message that the relay took."""
        return [one.rcpt_to for one in read_log(self._log)] if self._log.exists() else []

    def await_taken(self, messages: int) -> None:
        """Wait until the relay took so many."""
        await_that(lambda: len(self.taken()) >= messages)

    def await_complete(self, mailing_id: MailingId) -> MailingTotals:
        """Wait until each of the mailing's rows is settled; return where it stands then."""
        await_that(lambda: self.totals(mailing_id).is_complete)
        return self.totals(mailing_id)


def await_that(is_so: Callable[[], bool]) -> None:
    """Wait until it is so. AssertionError when it is not so for long."""
    waited_until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < waited_until, "waited in vain"
        time.sleep(LOOK_EVERY_S)


@contextmanager
def newsroom_on(environ: Mapping[str, str], relay: Sink, log: Path) -> Iterator[Newsroom]:
    """Give a newsroom with these settings for the length of the block."""
    services = build_services(load_settings(environ, file=log.with_name("digest.toml")), clock=SystemClock())
    try:
        yield Newsroom(services, relay, log)
    finally:
        services.database.close()
