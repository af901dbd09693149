"""Many machines: whatever becomes of workers, of beat and of Redis, each reader gets the mailing once."""

from collections import Counter

import pytest

from digest.model.ids import MailingId
from tests.servers.celery import Cluster
from tests.servers.sink.orders import Orders
from tests.workers.conftest import Broker
from tests.workers.newsroom import Newsroom, await_that

SLOWLY = Orders(slow_s=0.05)
UNTIL_ANOTHER_JOINS = Orders(slow_s=0.25)
AT_FULL_SPEED = Orders()
DRAINS_WITHIN_S = 10


def assert_each_got_it_once(newsroom: Newsroom, mailing_id: MailingId, readers: int) -> None:
    totals = newsroom.await_complete(mailing_id)
    assert totals.sent == totals.planned == readers
    assert Counter(newsroom.taken()) == {f"reader{number}@example.com": 1 for number in range(readers)}


def test_a_tick_has_a_mailing_sent_and_two_beats_do_no_harm(newsroom: Newsroom, machines: Cluster) -> None:
    machines.start_worker("one")
    machines.start_worker("two")
    mailing_id = newsroom.plan(readers=60)

    machines.start_beat()
    machines.start_beat()

    assert_each_got_it_once(newsroom, mailing_id, 60)


def test_a_worker_that_is_started_later_joins_in(
    newsroom: Newsroom, machines: Cluster, machines_elsewhere: Cluster
) -> None:
    newsroom.relay.obey(UNTIL_ANOTHER_JOINS)
    mailing_id = newsroom.plan(readers=300)
    machines.start_worker("early")
    newsroom.await_taken(1)

    newsroom.let_in(machines_elsewhere.environ)
    machines_elsewhere.start_worker("late")
    await_that(lambda: newsroom.senders() == 2)
    newsroom.relay.obey(AT_FULL_SPEED)

    assert_each_got_it_once(newsroom, mailing_id, 300)


def test_losing_redis_in_mid_send_loses_nothing(newsroom: Newsroom, machines: Cluster, broker: Broker) -> None:
    newsroom.relay.obey(UNTIL_ANOTHER_JOINS)
    mailing_id = newsroom.plan(readers=300)
    worker = machines.start_worker("early")
    newsroom.await_taken(1)

    broker.stop()
    newsroom.await_taken(len(newsroom.taken()) + 5)
    broker.start()
    machines.start_worker("late")
    await_that(lambda: newsroom.senders() == 2)
    newsroom.relay.obey(AT_FULL_SPEED)

    assert_each_got_it_once(newsroom, mailing_id, 300)
    await_that(lambda: worker.text.count("Connected to redis://") == 2)


def test_a_mailing_waits_for_redis_and_for_workers(newsroom: Newsroom, machines: Cluster, broker: Broker) -> None:
    worker = machines.start_worker("one")
    broker.stop()
    mailing_id = newsroom.plan(readers=20)

    broker.start()
    machines.start_beat()
    await_that(lambda: worker.text.count("Connected to redis://") == 2)

    assert_each_got_it_once(newsroom, mailing_id, 20)


def test_a_killed_worker_leaves_rows_that_add_up(newsroom: Newsroom, machines: Cluster) -> None:
    newsroom.relay.obey(SLOWLY)
    mailing_id = newsroom.plan(readers=200)
    killed = machines.start_worker("killed")
    newsroom.await_taken(20)

    killed.kill()
    newsroom.relay.obey(AT_FULL_SPEED)
    machines.start_worker("next")
    totals = newsroom.await_complete(mailing_id)

    assert totals.sent + totals.in_doubt == totals.planned == 200
    assert max(Counter(newsroom.taken()).values()) == 1
    assert totals.in_doubt <= newsroom.relay.stop().sessions


def test_sigterm_drains_with_nothing_in_doubt(newsroom: Newsroom, machines: Cluster) -> None:
    newsroom.relay.obey(SLOWLY)
    mailing_id = newsroom.plan(readers=200)
    worker = machines.start_worker("stopped")
    newsroom.await_taken(20)

    code = worker.terminate(within_s=DRAINS_WITHIN_S)
    left = newsroom.totals(mailing_id)

    assert code == 0
    assert left.sent == len(newsroom.taken()) < 200
    assert left.queued == 200 - left.sent
    assert newsroom.senders() == 0
    newsroom.relay.obey(AT_FULL_SPEED)
    machines.start_worker("next")
    assert_each_got_it_once(newsroom, mailing_id, 200)


@pytest.mark.parametrize(
    ("program", "name", "value", "sentence"),
    [
        (
            "worker",
            "DIGEST_BROKER_URL",
            "",
            "Error: DIGEST_BROKER_URL is not set: workers need the Redis that they share",
        ),
        (
            "beat",
            "DIGEST_BROKER_URL",
            "",
            "Error: DIGEST_BROKER_URL is not set: workers need the Redis that they share",
        ),
        ("worker", "DIGEST_FROM", "nobody", "Error: DIGEST_FROM: "),
        ("worker", "DIGEST_HOME", "/proc/home", "Error: DIGEST_HOME: the folder /proc/home cannot be made"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_with_a_sentence(
    machines: Cluster, program: str, name: str, value: str, sentence: str
) -> None:
    machines.environ[name] = value

    ended = machines.start(program)

    assert ended.wait() == 1
    assert sentence in ended.text
    assert "Traceback" not in ended.text
