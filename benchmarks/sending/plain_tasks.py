"""A newsletter as it is usually sent from Celery: one task a mail, and all of the mail made in it.

Each task reads its reader, renders with Jinja2, inlines with premailer, builds the message with the standard library,
hands it over with smtplib, and marks its row. `benchmarks.sending.peers` starts the workers.
"""

import logging
import os
import smtplib
from functools import cache

import psycopg
from celery import Celery

from benchmarks.message import PlainWay, make_address
from digest.clock import SystemClock
from digest.model.messages import Mailbox, ReaderValues, Recipient

app = Celery("plain", broker=os.environ.get("PLAIN_BROKER_URL", ""))
app.conf.update(task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1)


@cache
def way() -> PlainWay:
    """Return the templates, compiled once in each worker process."""
    logging.getLogger("CSSUTILS").setLevel(logging.CRITICAL)
    return PlainWay()


@cache
def database() -> psycopg.Connection:
    """Return this worker process's connection."""
    return psycopg.connect(os.environ["PLAIN_DATABASE_URL"], autocommit=True)


@app.task
def send_mail(reader_id: int) -> None:
    """Send one reader's mail."""
    row = (
        database().execute("SELECT name, email FROM reader WHERE id = %s AND sent_at IS NULL", (reader_id,)).fetchone()
    )
    if row is None:
        return
    message = way().write(make_recipient(reader_id, *row))
    with smtplib.SMTP("127.0.0.1", int(os.environ["PLAIN_SMTP_PORT"])) as smtp:
        smtp.sendmail("bounces@daily.example", [row[1]], message)
    database().execute("UPDATE reader SET sent_at = now() WHERE id = %s", (reader_id,))


def make_recipient(reader_id: int, name: str, email: str) -> Recipient:
    """Return what makes the mail this reader's own."""
    token = f"{reader_id:038x}"
    return Recipient(
        mailbox=Mailbox(name=name, address=make_address(email)),
        values=ReaderValues(
            salutation=f"Dear {name},",
            address=email,
            unsubscribe_url=f"https://news.example/leave/{token}",
            preferences_url=f"https://news.example/choose/{token}",
        ),
        message_id=f"{reader_id}.{token}@daily.example",
        unsubscribe_mailto=f"leave+{token}@daily.example",
        date=SystemClock().now(),
    )
