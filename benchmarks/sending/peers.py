"""What the program is compared with, on the same sink: Postfix's smtp-source, a bare loop, and a task a mail."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from benchmarks.sending import plain_tasks
from benchmarks.sending.runs import Run, cpu_of, finish
from tests.servers.ports import LOOPBACK
from tests.servers.postfix import find_postfix
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer
from tests.servers.sink.started import Sink

CONNECTIONS = 8
TASK_PROCESSES = 2
LOOK_EVERY_S = 0.2


def send_by_smtp_source(smtp: Sink, *, messages: int, octets: int) -> Run:
    """Send one fixed message of so many octets over eight kept connections: a C program that keeps no ledger."""
    program = find_postfix("smtp-source")
    options = ["-d", f"-s{CONNECTIONS}", f"-l{octets}", f"-m{messages}", "-fbounces@daily.example"]
    sink_cpu_s, began = cpu_of(smtp.pid), time.perf_counter()
    with subprocess.Popen([program.path, *options, f"{LOOPBACK}:{smtp.port}"], env=program.environ) as sending:
        used = finish(sending)
    return Run(
        messages=messages,
        seconds=time.perf_counter() - began,
        cpu_s=used.cpu_s,
        sink_cpu_s=cpu_of(smtp.pid) - sink_cpu_s,
    )


def send_by_raw_loop(smtp: Sink, message: Path, *, messages: int) -> Run:
    """Send a file's message by a bare pipelined loop."""
    sink_cpu_s = cpu_of(smtp.pid)
    command = [sys.executable, "-m", "benchmarks.sending.raw_loop", str(smtp.port), str(messages), str(message)]
    spent = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return Run(**spent, sink_cpu_s=cpu_of(smtp.pid) - sink_cpu_s)


def send_by_tasks(smtp: Sink, server: PostgresServer, broker: RedisServer, *, messages: int) -> Run:
    """Send one mail a task, by two worker processes; all tasks wait in the broker before the first is begun."""
    url = server.create("plain").replace("+psycopg", "")
    environ = {
        **os.environ,
        "PLAIN_BROKER_URL": broker.url,
        "PLAIN_DATABASE_URL": url,
        "PLAIN_SMTP_PORT": str(smtp.port),
    }
    plain_tasks.app.conf.update(broker_url=broker.url)
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE TABLE reader (id bigint PRIMARY KEY, name text, email text, sent_at timestamptz)")
        database.execute(
            "INSERT INTO reader SELECT n, 'First Last ' || n, 'first.last' || n || '@example.com' "
            "FROM generate_series(1, %s) AS n",
            (messages,),
        )
        for number in range(messages):
            plain_tasks.send_mail.delay(number + 1)
        worker = ["celery", "--quiet", "-A", "benchmarks.sending.plain_tasks", "worker", "--loglevel=ERROR"]
        command = [sys.executable, "-m", *worker, f"--concurrency={TASK_PROCESSES}"]
        with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as working:
            try:
                seconds = _await_sent(database, messages, working)
            finally:
                working.terminate()
    return Run(messages=messages, seconds=seconds)


def _await_sent(database: psycopg.Connection, messages: int, worker: subprocess.Popen[bytes]) -> float:
    """Wait until each row is marked, and return the seconds from the first mark to the last."""
    query = "SELECT count(sent_at), extract(epoch FROM max(sent_at) - min(sent_at)) FROM reader"
    while worker.poll() is None:
        sent, seconds = database.execute(query).fetchone() or (0, 0)
        if sent == messages:
            return float(seconds)
        time.sleep(LOOK_EVERY_S)
    raise RuntimeError("the workers ended before they had sent all")
