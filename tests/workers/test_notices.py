"""Notices with real workers: a tick has them sent, each once, whatever else is sent at the time."""

from collections import Counter
from pathlib import Path

from digest.flows.editing import add_topic
from digest.store.topics import NewTopic
from tests.flows.newsroom import open_topic
from tests.flows.notices.keeping import keep_notice
from tests.journeys.conftest import DigestCommand
from tests.journeys.website import served
from tests.makers.stories import make_tags
from tests.servers.celery import Cluster
from tests.servers.sink.orders import Orders
from tests.workers.newsroom import Newsroom, await_that

READERS = [f"asked{number}@example.com" for number in range(20)]


def test_a_tick_has_notices_sent_once_by_two_workers(newsroom: Newsroom, machines: Cluster) -> None:
    open_topic(newsroom.services)
    for reader in READERS:
        keep_notice(newsroom.services, reader=reader)

    machines.start_worker("one")
    machines.start_worker("two")
    machines.start_beat()
    newsroom.await_taken(len(READERS))

    assert Counter(newsroom.taken()) == dict.fromkeys(READERS, 1)


def test_two_sites_send_notices_without_a_tick_and_beside_workers_each_once(
    newsroom: Newsroom, machines: Cluster, tmp_path: Path
) -> None:
    open_topic(newsroom.services)
    early, late = READERS[:10], READERS[10:]
    site = DigestCommand(tmp_path, machines.environ)

    with served(site, origin=""), served(site, origin=""):
        for reader in early:
            keep_notice(newsroom.services, reader=reader)
        newsroom.await_taken(len(early))
        machines.start_worker("one")
        machines.start_beat()
        for reader in late:
            keep_notice(newsroom.services, reader=reader)
        newsroom.await_taken(len(READERS))

    assert Counter(newsroom.taken()) == dict.fromkeys(READERS, 1)


def test_a_notice_waits_for_no_edition(newsroom: Newsroom, machines: Cluster) -> None:
    newsroom.relay.obey(Orders(slow_s=0.2))
    newsroom.plan(readers=2000)
    machines.start_worker("one")
    newsroom.await_taken(1)

    keep_notice(newsroom.services, reader=READERS[0])
    machines.start_beat()

    await_that(lambda: READERS[0] in newsroom.taken())
    assert len(newsroom.taken()) < 2000


def test_an_edition_waits_for_no_notice(newsroom: Newsroom, machines: Cluster) -> None:
    newsroom.relay.obey(Orders(slow_s=0.2))
    add_topic(newsroom.services, NewTopic(slug="harbour", name="Harbour", tags=make_tags(["Harbour"])))
    for number in range(300):
        keep_notice(newsroom.services, reader=f"asked{number}@example.com", slugs=["harbour"])
    worker = machines.start_worker("one")
    newsroom.await_taken(1)
    for _ in range(3):
        machines.start("call", "workers.tasks.notices").wait()
    worker.await_line("workers.tasks.notices")

    newsroom.plan(readers=1)
    machines.start("call", "workers.tasks.sweep").wait()

    await_that(lambda: "reader0@example.com" in newsroom.taken())
    assert len(newsroom.taken()) < 301
