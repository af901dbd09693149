"""Who presses "Once a month instead" gets the next edition when the next month comes, from the relay's own view."""

from contextlib import AbstractContextManager, nullcontext

from digest.clock import FixedClock
from digest.flows.delivering import Progress
from digest.flows.readers.pausing import read_less
from digest.flows.sending import Sent, send_topic
from digest.flows.services import Services
from digest.model.addresses import parse_address
from digest.model.mailings import MailingStatus
from digest.store import subscribers
from tests.flows.newsroom import SLUG, open_newsroom, publish_stories
from tests.flows.readers.readership import leave_token
from tests.servers.smtp import ScriptedSmtp

ADA, BOB = "ada@example.com", "bob@example.com"


def no_bar(_title: str, _total: int) -> AbstractContextManager[Progress]:
    return nullcontext(lambda _count: None)


def send(services: Services) -> Sent:
    return send_topic(services, SLUG, bar=no_bar, stop=lambda: False)


def send_a_week_later(services: Services, clock: FixedClock, story: str) -> Sent:
    clock.advance(days=7)
    publish_stories(services, [story])
    return send(services)


def ask_for_less(services: Services, email: str) -> None:
    """Press the button of the page to leave that makes mail rarer."""
    with services.database.read() as tx:
        reader = subscribers.find_subscriber(tx, parse_address(email))
    assert reader is not None
    assert read_less(services, leave_token(services, reader.id, SLUG)) is not None


def test_who_asked_for_less_gets_one_a_month(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_newsroom(services, ADA, BOB)
    send(services)
    ask_for_less(services, ADA)
    smtp.inbox.clear()

    for story in ("Ferry line returns", "Tram runs at night"):
        send_a_week_later(services, clock, story)

    assert sorted(one.rcpt_to for one in smtp.inbox) == [ADA, BOB, BOB]


def test_a_mailing_that_nobody_wants_this_month_is_complete(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_newsroom(services, ADA)
    ask_for_less(services, ADA)
    send(services)

    sent = send_a_week_later(services, clock, "Ferry line returns")

    assert sent.delivered is not None
    assert (sent.delivered.totals.planned, sent.delivered.mailing.status) == (0, MailingStatus.COMPLETE)
    assert len(smtp.inbox) == 1
