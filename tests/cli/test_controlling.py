"""An operator's hand on a mailing: what each command says, what it changes, and what it ends with."""

from pathlib import Path

import pytest

from tests.cli.conftest import AT, CommandLine
from tests.cli.newsroom import write_story
from tests.servers.smtp import ScriptedSmtp

LATER = "2026-11-22T14:00Z"


@pytest.fixture
def under_way(newsroom: CommandLine, smtp: ScriptedSmtp) -> CommandLine:
    """A newsroom with mailing 1, whose only mail the relay has put off."""
    newsroom.environ["DIGEST_SMTP_URL"] = smtp.url
    smtp.reply_to("reader@example.com", "451 4.7.1 try later")
    newsroom.must("send", "harbour", "--at", AT)
    smtp.accept_everything()
    return newsroom


@pytest.fixture
def doubtful(newsroom: CommandLine, smtp: ScriptedSmtp) -> CommandLine:
    """A newsroom with mailing 1, whose only mail the relay hung up on after the final dot."""
    newsroom.environ["DIGEST_SMTP_URL"] = smtp.url
    smtp.cut_after_dot()
    newsroom.must("send", "harbour", "--at", AT)
    smtp.accept_everything()
    return newsroom


def totals(digest: CommandLine) -> dict[str, int]:
    (mailing,) = digest("verify", "--json").json
    return {name: count for name, count in mailing.items() if count and name not in {"mailing", "balanced", "planned"}}


def test_a_paused_mailing_says_so_everywhere_and_sends_nothing(under_way: CommandLine, smtp: ScriptedSmtp) -> None:
    said = under_way.must("pause", "1", "--reason", "wrong headline")
    sent = under_way.must("send", "harbour", "--at", LATER)
    due = under_way.must("send", "--due", "--at", LATER)
    status = under_way.must("status")
    (told,) = under_way("status", "--json").json["mailings"]

    assert said == "Mailing 1 is paused: wrong headline. digest resume 1 lets it go on.\n"
    assert sent == due == "Nothing to send: Harbour is paused: wrong headline; digest resume 1 lets it go on\n"
    assert "mailing 1 is paused: wrong headline" in status
    assert (told["status"], told["pause_reason"]) == ("paused", "wrong headline")
    assert smtp.inbox == []


def test_of_a_paused_mailing_verify_says_why_it_waits_and_what_ends_that(under_way: CommandLine) -> None:
    under_way.must("pause", "1", "--reason", "wrong headline")

    verified = under_way("verify")

    assert verified.exit_code == 1
    assert verified.err == "Mailing 1 is paused: wrong headline. digest resume 1 lets it go on.\n"


def test_a_resumed_mailing_goes_on(under_way: CommandLine, smtp: ScriptedSmtp) -> None:
    under_way.must("pause", "1")

    said = under_way.must("resume", "1")
    under_way.must("send", "--due", "--at", LATER)

    assert said == "Mailing 1 may go on: digest send --due\n"
    assert len(smtp.inbox) == 1
    assert under_way("resume", "1").exit_code == 1


def test_a_recalled_edition_sends_no_more_and_says_what_had_gone(under_way: CommandLine, smtp: ScriptedSmtp) -> None:
    said = under_way.must("edition", "recall", "1")
    again = under_way("edition", "recall", "1", "--json").json
    under_way.must("send", "--due", "--at", LATER)

    assert said == (
        "Edition 1 of Harbour is recalled.\n0 of 1 mails had gone out; 1 are withdrawn.\n"
        "Its page says that it was taken back, and no list, feed or sitemap has it any more.\n"
    )
    assert again["totals"]["withdrawn"] == 1
    assert smtp.inbox == []
    assert under_way("edition", "show", "1", "--json").json["status"] == "recalled"
    assert totals(under_way) == {"withdrawn": 1}


def test_an_edition_that_everybody_got_is_recalled_and_says_so(newsroom: CommandLine) -> None:
    newsroom.must("send", "harbour", "--at", AT)

    said = newsroom.must("edition", "recall", "1")

    assert "1 of 1 mails had gone out; 0 are withdrawn.\n" in said
    assert newsroom("edition", "show", "1", "--json").json["status"] == "recalled"
    assert totals(newsroom) == {"sent": 1}


def test_by_itself_a_mail_that_the_relay_cut_is_sent_again_once(doubtful: CommandLine, smtp: ScriptedSmtp) -> None:
    in_doubt = totals(doubtful)

    doubtful.must("send", "--due", "--at", LATER)

    assert in_doubt == {"in_doubt": 1}
    assert totals(doubtful) == {"sent": 1}
    first, second = (mail.message["Message-ID"] for mail in smtp.inbox)
    assert first == second


def test_by_hand_doubts_are_sent_again(doubtful: CommandLine) -> None:
    said = doubtful.must("settle", "1", "--resend")

    assert said == "Mailing 1: 1 in doubt are queued once more; digest send --due sends them.\n"
    assert totals(doubtful) == {"queued": 1}


def test_by_hand_doubts_are_presumed_sent(doubtful: CommandLine) -> None:
    told = doubtful("settle", "1", "--assume-sent", "--json").json

    assert told == {"mailing": 1, "presumed_sent": 1}
    assert totals(doubtful) == {"presumed_sent": 1}


def test_a_log_that_tells_of_none_leaves_them_in_doubt(doubtful: CommandLine, tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    log.write_text("Nov 22 13:00:01 relay postfix/qmgr[7]: ABC: removed\n", encoding="utf-8")

    said = doubtful.must("settle", "1", "--from-maillog", str(log))
    told = doubtful("settle", "1", "--from-maillog", str(log), "--json").json

    assert said.startswith("Mailing 1: by the log, 0 sent, 0 refused, 1 not found.\nIt spans Nov 22 13:00:01 to")
    assert (told["not_found"], told["log"]["lines"]) == (1, 1)
    assert totals(doubtful) == {"in_doubt": 1}


def test_a_file_that_is_no_log_is_said_to_be_none(doubtful: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing\n", encoding="utf-8")

    assert "holds no line of a Postfix" in doubtful.must("settle", "1", "--from-maillog", str(tmp_path / "notes.txt"))


@pytest.mark.parametrize("options", [[], ["--resend", "--assume-sent"]], ids=["none", "two"])
def test_one_way_to_settle_must_be_named(newsroom: CommandLine, options: list[str]) -> None:
    answer = newsroom("settle", "1", *options)

    assert answer.exit_code == 2
    assert "one of --resend, --assume-sent and --from-maillog" in " ".join(answer.err.split())


def test_a_pruned_mailing_still_adds_up_and_says_that_it_is_pruned(digest: CommandLine, tmp_path: Path) -> None:
    story = write_story(tmp_path / "stories", "Harbour reopens after storm")
    story.write_text(story.read_text(encoding="utf-8").replace("2026-11-20", "2021-11-19"), encoding="utf-8")
    digest.must("init")
    digest.must("gather", "stories", "--at", "2021-11-21T12:00Z")
    digest.must("topic", "add", "harbour", "--name", "Harbour", "--tag", "Harbour")
    digest.must("subscriber", "add", "reader@example.com", "--topic", "harbour", "--confirmed")
    digest.must("send", "harbour", "--at", "2021-11-21T13:00Z")

    kept = digest("prune", "--json", "--older-than", "36500").json
    said = digest.must("prune")
    verified = digest.must("verify")

    assert kept == {
        "older_than_days": 36500,
        "pruned_mailings": 0,
        "pruned_notices": 0,
        "purged_readers": 0,
        "blanked_ips": 0,
    }
    assert said.splitlines() == [
        "Pruned 1 mailings older than 365 days; their totals are kept.",
        "Deleted 0 mails around subscriptions that were settled before that.",
        "Deleted 0 readers who were asked and did not confirm within 30 days.",
        "Blanked 0 network addresses in evidence older than 90 days.",
    ]
    assert "* pruned: the rows are gone" in verified
    assert totals(digest) == {"sent": 1, "pruned": True}
