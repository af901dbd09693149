"""Sending by hand: what is said, what the exit code is, and what is left to do when the relay does not serve."""

import os
import signal
import threading

from tests.cli.conftest import AT, CommandLine
from tests.servers.ports import free_port
from tests.servers.smtp import ScriptedSmtp


def totals(digest: CommandLine) -> dict[str, int]:
    (mailing,) = digest("verify", "--json").json
    return {name: mailing[name] for name in ("planned", "sent", "refused", "queued", "deferred")}


def tell_to_end(reached: threading.Event) -> None:
    """Say SIGTERM to this process once the relay is reached."""
    if reached.wait(10):
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_relay_that_refuses_the_connection_leaves_all_queued(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    port = free_port()

    failed = newsroom("send", "harbour", "--at", AT, DIGEST_SMTP_URL=f"smtp://user:secret@127.0.0.1:{port}")
    queued = totals(newsroom)
    went_on = newsroom.must("send", "--due", "--at", AT, DIGEST_SMTP_URL=smtp.url)

    assert failed.exit_code == 1
    assert failed.err.startswith(f"Error: relay 127.0.0.1:{port}: cannot be reached: Connection refused\n")
    assert "stays queued" in failed.err
    assert "digest send --due" in failed.err
    assert "secret" not in failed.err
    assert queued == {"planned": 1, "sent": 0, "refused": 0, "queued": 1, "deferred": 0}
    assert went_on == "Harbour: 1 planned: 1 sent\n"
    assert [mail.rcpt_to for mail in smtp.inbox] == ["reader@example.com"]


def test_work_that_is_left_makes_verify_fail_and_says_what_goes_on(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    smtp.reply_to("reader@example.com", "451 4.7.1 try later")

    sent = newsroom.must("send", "harbour", "--at", AT, DIGEST_SMTP_URL=smtp.url)
    verified = newsroom("verify")

    assert sent.startswith("Harbour: 1 planned: 1 deferred\n  Next due at 2026-11-22 13:")
    assert verified.exit_code == 1
    assert "digest send --due" in verified.err


def test_a_run_that_is_told_to_end_says_that_mails_are_still_due(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    reached = smtp.stall_at("GREETING")
    operator = threading.Thread(target=tell_to_end, args=[reached])
    operator.start()

    ended = newsroom("send", "harbour", "--at", AT, DIGEST_SMTP_URL=smtp.url)
    operator.join()

    assert ended.exit_code == 0
    assert ended.out.startswith("Harbour: 1 planned: 1 queued\n  It ended with mails still due: run digest send --due.")
    assert ended.err == "It was told to end: digest send --due goes on with all that is left.\n"
    assert smtp.inbox == []


def test_a_run_that_the_brake_ends_says_that_the_mailing_is_paused(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    smtp.reply_at(".", "554 5.7.1 content rejected")

    sent = newsroom.must("send", "harbour", "--at", AT, DIGEST_SMTP_URL=smtp.url)

    assert sent.startswith("Harbour: 1 planned: 1 deferred\n  It is paused: the relay refuses it for what it is")
    assert sent.endswith("554 5.7.1 content rejected. digest resume 1 lets it go on.\n")


def test_sending_again_sends_nothing_again(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    newsroom.environ["DIGEST_SMTP_URL"] = smtp.url

    first = newsroom.must("send", "harbour", "--at", AT)
    again = newsroom.must("send", "harbour", "--at", AT)
    due = newsroom.must("send", "--due")

    assert first == "Harbour: 1 planned: 1 sent\n"
    assert again == "Harbour: sent before, nothing left to do; 1 planned: 1 sent\n"
    assert due == "Nothing is under way. digest send SLUG sends a topic's edition.\n"
    assert len(smtp.inbox) == 1


def test_too_few_stories_send_nothing_and_are_no_failure(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    newsroom.environ["DIGEST_SMTP_URL"] = smtp.url
    newsroom.must("send", "harbour", "--at", AT)

    said = newsroom.must("send", "harbour", "--at", "2026-11-29T13:00Z")
    (told,) = newsroom("send", "harbour", "--at", "2026-11-29T13:00Z", "--json").json

    assert said.startswith("Nothing to send: Harbour has no story for 22 to 29 Nov, fewer than its minimum of 1.")
    assert "Its edition 1 closed at 2026-11-22 13:00 UTC" in said
    assert told["totals"] is None
    assert told["shortfall"] in said
    assert len(smtp.inbox) == 1


def test_an_edition_waits_until_somebody_is_subscribed(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    newsroom.environ["DIGEST_SMTP_URL"] = smtp.url
    newsroom.must("topic", "add", "ferries", "--name", "Ferries", "--tag", "Harbour")
    newsroom.must("subscriber", "add", "reader@example.com", "--topic", "ferries")

    waits = newsroom.must("send", "ferries", "--at", AT)
    newsroom.must("subscriber", "add", "reader@example.com", "--topic", "ferries", "--confirmed")
    sent = newsroom.must("send", "ferries", "--at", AT)

    assert "nobody is subscribed and confirmed yet" in waits
    assert "digest subscriber add EMAIL --topic ferries --confirmed" in waits
    assert sent == "Ferries: 1 planned: 1 sent\n"


def test_a_test_copy_leaves_the_ledger_untouched(newsroom: CommandLine, smtp: ScriptedSmtp) -> None:
    newsroom.environ["DIGEST_SMTP_URL"] = smtp.url
    asking = ("send", "harbour", "--test-to", "editor@example.com", "--at", AT)

    said = newsroom.must(*asking)
    told = newsroom(*asking, "--json").json
    smtp.reply_to("editor@example.com", "550 5.1.1 no such user")
    refused = newsroom(*asking)

    assert said == "Test copy to editor@example.com: taken: 250 2.0.0 taken\n"
    assert told == {"fate": "taken", "reply": {"code": 250, "enhanced": "2.0.0", "text": "taken"}}
    assert refused.exit_code == 1
    assert [mail.rcpt_to for mail in smtp.inbox] == ["editor@example.com"] * 2
    assert newsroom("edition", "list", "--json").json == []
    assert newsroom("verify", "--json").json == []


def test_without_a_relay_mail_lands_in_the_mailbox_and_says_so(newsroom: CommandLine) -> None:
    sent = newsroom.must("send", "harbour", "--at", AT)

    home = newsroom.environ["DIGEST_HOME"]
    assert sent == f"Harbour: 1 planned: 1 sent\nNo DIGEST_SMTP_URL is set: the mails are in {home}/mailbox/new\n"
