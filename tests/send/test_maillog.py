"""A relay's log is believed where it shows that the relay took a mail, and nowhere else."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import InputError
from digest.send.maillog import Logged, Taken, open_maillog, read_maillog

OURS = "0a1b2c@mail.daily.example"
SHORT, LONG = "4F9D195432C", "4bYcXp2kq7z9Zw"
STAMPS = ["Nov 22 13:00:01", "Nov  2 13:00:01", "2026-11-22T13:00:01.123456+00:00", "2026-11-22T13:00:01Z"]


def written(*said: str, queue_id: str = SHORT, stamp: str = STAMPS[0]) -> list[bytes]:
    """Lines of one mail's log, each `daemon: words`."""
    parted = [one.split(": ", 1) for one in said]
    return [f"{stamp} relay postfix/{daemon}[42]: {queue_id}: {words}\n".encode() for daemon, words in parted]


BEGUN = f"cleanup: message-id=<{OURS}>"
QUEUED = "qmgr: from=<b@daily.example>, size=41000, nrcpt=1 (queue active)"
SENT = (
    "smtp: to=<reader@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1.1, delays=0.04/0/0.6/0.46, "
    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 8BDCA22DA71)"
)
BOUNCED = (
    "smtp: to=<reader@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1.1, delays=0.04/0/0.6/0.46, "
    "dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 <reader@example.com>: "
    "Recipient address rejected (in reply to RCPT TO command))"
)
DEFERRED = (
    "smtp: to=<reader@example.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, "
    "status=deferred (connect to mx.example.com[192.0.2.1]:25: Connection timed out)"
)
EXPIRED = "qmgr: from=<b@daily.example>, status=expired, returned to sender"
REMOVED = "qmgr: removed"


OF_POSTFIX_3_7 = """\
Nov 22 22:02:28 relay postfix/smtpd[21082]: connect from localhost[127.0.0.1]
Nov 22 22:02:28 relay postfix/smtpd[21082]: 4jXjjc51M9z1Tgqd: client=localhost[127.0.0.1]
Nov 22 22:02:28 relay postfix/cleanup[21084]: 4jXjjc51M9z1Tgqd: message-id=<cut@digest.example>
Nov 22 22:02:29 relay postfix/smtpd[21082]: lost connection after DATA (90071 bytes) from localhost[127.0.0.1]
Nov 22 22:02:29 relay postfix/smtpd[21082]: disconnect from localhost[127.0.0.1] helo=1 mail=1 rcpt=1 data=0/1
Nov 22 22:02:29 relay postfix/smtpd[21082]: connect from localhost[127.0.0.1]
Nov 22 22:02:29 relay postfix/smtpd[21082]: 4jXjjd1T5kz1Tgqd: client=localhost[127.0.0.1]
Nov 22 22:02:29 relay postfix/cleanup[21084]: 4jXjjd1T5kz1Tgqd: message-id=<whole@digest.example>
Nov 22 22:02:29 relay postfix/qmgr[21077]: 4jXjjd1T5kz1Tgqd: from=<a@relay.example>, size=90282, nrcpt=1 (queue active)
Nov 22 22:02:29 relay postfix/smtpd[21082]: disconnect from localhost[127.0.0.1] helo=1 mail=1 rcpt=1 data=1 quit=1
Nov 22 22:02:29 relay postfix/discard[21086]: 4jXjjd1T5kz1Tgqd: to=<b@relay.example>, relay=none, delay=0.02, \
delays=0.01/0.02/0/0, dsn=2.0.0, status=sent (relay.example)
Nov 22 22:02:29 relay postfix/qmgr[21077]: 4jXjjd1T5kz1Tgqd: removed
"""
"""What Postfix 3.7.11 wrote of two mails: one whose connection broke before its final dot, and one that it took."""


def found_in(lines: list[bytes]) -> Logged | None:
    return read_maillog(lines, {OURS}).logged.get(OURS)


@pytest.mark.parametrize("stamp", STAMPS)
@pytest.mark.parametrize("queue_id", [SHORT, LONG])
def test_a_delivered_mail_is_sent_in_the_words_of_the_log(stamp: str, queue_id: str) -> None:
    logged = found_in(written(BEGUN, QUEUED, SENT, REMOVED, queue_id=queue_id, stamp=stamp))

    assert logged is not None
    assert logged.taken is Taken.SENT
    assert (logged.reply.code, logged.reply.enhanced) == (250, "2.0.0")
    assert logged.reply.text == "Ok: queued as 8BDCA22DA71"


def test_a_bounced_mail_is_bounced_in_the_words_of_the_last_server() -> None:
    logged = found_in(written(BEGUN, QUEUED, DEFERRED, BOUNCED, REMOVED))

    assert logged is not None
    assert logged.taken is Taken.BOUNCED
    assert (logged.reply.code, logged.reply.enhanced) == (550, "5.1.1")
    assert logged.reply.text.startswith("<reader@example.com>: Recipient address rejected")


def test_a_mail_that_the_relay_gave_up_is_bounced() -> None:
    logged = found_in(written(BEGUN, QUEUED, DEFERRED, EXPIRED, REMOVED))

    assert logged is not None
    assert logged.taken is Taken.BOUNCED
    assert logged.reply.enhanced == "5.4.7"


@pytest.mark.parametrize("said", [[QUEUED], [QUEUED, DEFERRED]], ids=["queued", "deferred"])
def test_a_mail_in_the_relays_queue_was_taken(said: list[str]) -> None:
    logged = found_in(written(BEGUN, *said))

    assert logged is not None
    assert logged.taken is Taken.SENT


def test_a_mail_whose_content_only_began_to_come_in_was_not_taken() -> None:
    lost = ["cleanup: milter-reject: END-OF-MESSAGE from unknown[192.0.2.9]: 5.7.1 Spam; from=<b@daily.example>"]

    assert found_in(written(BEGUN)) is None
    assert found_in(written(BEGUN, *lost)) is None


def test_of_two_mails_that_a_postfix_named_it_took_the_one_whose_dot_it_saw() -> None:
    lines = OF_POSTFIX_3_7.encode().splitlines(keepends=True)

    log = read_maillog(lines, {"cut@digest.example", "whole@digest.example"})

    assert {message_id: one.taken for message_id, one in log.logged.items()} == {"whole@digest.example": Taken.SENT}


def test_a_delivery_to_a_local_mailbox_is_sent() -> None:
    local = "local: to=<reader@relay.example>, relay=local, delay=0.1, dsn=2.0.0, status=sent (delivered to mailbox)"

    logged = found_in(written(BEGUN, QUEUED, local))

    assert logged is not None
    assert (logged.taken, logged.reply.code, logged.reply.text) == (Taken.SENT, 250, "delivered to mailbox")


def test_a_queue_id_that_is_used_again_speaks_of_another_mail() -> None:
    other = "cleanup: message-id=<somebody@else.example>"

    after_removal = written(BEGUN, QUEUED, REMOVED, other, QUEUED, BOUNCED)
    without_removal = written(BEGUN, other, QUEUED, BOUNCED)

    logged = found_in(after_removal)
    assert logged is not None
    assert logged.taken is Taken.SENT
    assert found_in(without_removal) is None


def test_a_mail_with_two_queue_ids_is_what_the_log_says_last() -> None:
    to_filter = written(BEGUN, QUEUED, SENT, REMOVED)
    from_filter = written(BEGUN, QUEUED, BOUNCED, REMOVED, queue_id=LONG)

    logged = found_in(to_filter + from_filter)

    assert logged is not None
    assert logged.taken is Taken.BOUNCED


def test_mails_of_others_are_passed_over() -> None:
    others = [line.replace(OURS.encode(), b"x@else.example") for line in written(BEGUN, QUEUED, SENT)]

    log = read_maillog(others, {OURS})

    assert log.logged == {}
    assert log.lines == 3


def test_a_log_says_which_time_it_spans() -> None:
    first, last = written(BEGUN, stamp=STAMPS[0]), written(QUEUED, stamp=STAMPS[2])

    log = read_maillog([b"kernel panic\n", *first, *last, b"cut in the mid"], {OURS})

    assert (log.lines, log.first, log.last) == (2, STAMPS[0], STAMPS[2])


def test_what_a_log_says_is_kept_short_and_printable() -> None:
    hostile = BOUNCED.replace("Recipient", "\x1b[2J" + "x" * 9_000)

    logged = found_in(written(BEGUN, QUEUED, hostile))

    assert logged is not None
    assert len(logged.reply.text) <= 500
    assert logged.reply.text.isprintable()


@given(st.lists(st.sampled_from(written(BEGUN, QUEUED, SENT, DEFERRED, REMOVED)) | st.binary(max_size=80), max_size=30))
@settings(max_examples=100)
def test_any_lines_are_read_without_an_error(lines: list[bytes]) -> None:
    log = read_maillog(lines, {OURS})

    assert set(log.logged) <= {OURS}


def test_a_packed_log_is_read_as_a_plain_one(tmp_path: Path) -> None:
    plain, packed = tmp_path / "mail.log", tmp_path / "mail.log.2.gz"
    content = b"".join(written(BEGUN, QUEUED, SENT))
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))

    with open_maillog(plain) as of_plain, open_maillog(packed) as of_packed:
        read = [read_maillog(lines, {OURS}) for lines in (of_plain, of_packed)]

    assert read[0] == read[1]
    assert read[0].lines == 3


def test_a_line_without_an_end_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_bytes(b"x" * 100_000)

    with open_maillog(path) as lines:
        longest = max(map(len, lines))

    assert longest <= 16 * 1024


@pytest.mark.parametrize("content", [None, b"no gzip", gzip.compress(b"x" * 9_000)[:-9]], ids=["none", "plain", "cut"])
def test_a_log_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mail.log.gz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError, match=r"mail\.log\.gz cannot be read"), open_maillog(path) as lines:
        list(lines)
