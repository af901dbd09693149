"""Runs of `digest send --due` as an operator would start it, timed by the ledger's own times."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from benchmarks.sending.newsroom import PROGRAM, Newsroom
from benchmarks.sending.runs import Run, cpu_of, finish
from digest.model.mailings import Mailing
from digest.store.mailings import count_deliveries
from digest.store.tables import lease, mailing
from tests.servers.sink.started import Sink

LOOK_EVERY_S = 0.01


def send_due(
    newsroom: Newsroom, planned: Mailing, smtp: Sink, *, workers: int = 1, settings: Mapping[str, str] | None = None
) -> Run:
    """Send a planned mailing to the sink by so many worker processes at once, and check that the ledger is settled."""
    environ = {**os.environ, **newsroom.environ, "DIGEST_SMTP_URL": smtp.url, **(settings or {})}
    sink_cpu_s = cpu_of(smtp.pid)
    started = [start(environ) for _ in range(workers)]
    first_claim_at = await_first_claim(newsroom, started)
    starting_cpu_s = sum(cpu_of(each.pid) for each in started)
    finished = [finish(each) for each in started]
    with newsroom.services.database.read() as tx:
        totals = count_deliveries(tx, planned.id)
        completed_at = tx.execute(select(mailing.c.completed_at).where(mailing.c.id == planned.id)).scalar_one()
    assert totals.is_complete, totals
    return Run(
        messages=totals.sent,
        seconds=(completed_at - first_claim_at).total_seconds(),
        cpu_s=sum(each.cpu_s for each in finished) - starting_cpu_s,
        peak_mib=max(each.peak_mib for each in finished),
        sink_cpu_s=cpu_of(smtp.pid) - sink_cpu_s,
    )


def start(environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([PROGRAM, "send", "--due"], env=environ, stdout=subprocess.DEVNULL)


def await_first_claim(newsroom: Newsroom, workers: Sequence[subprocess.Popen[bytes]]) -> datetime:
    """Wait until a worker holds a lease, and return when that was, a hundredth of a second later at most."""
    while True:
        with newsroom.services.database.read() as tx:
            if tx.execute(select(lease.c.owner).limit(1)).first():
                return newsroom.services.clock.now()
        if all(each.poll() is not None for each in workers):
            raise RuntimeError("digest send ended before it claimed anything")
        time.sleep(LOOK_EVERY_S)
