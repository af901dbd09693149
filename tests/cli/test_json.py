"""What scripts rely on: each showing command writes JSON, with these keys."""

import pytest

from tests.cli.conftest import AT, CommandLine

STORY = {"id", "title", "dek", "url", "byline", "tags", "lang", "published_at", "first_seen_at", "retracted_at"}
TOPIC = {"slug", "name", "tags", "excluded_tags", "min", "max", "on", "at", "zone", "theme", "status"}
EDITION = {"id", "topic", "status", "period_start", "period_end"}
TOTALS = {
    "mailing",
    "planned",
    "sent",
    "presumed_sent",
    "refused",
    "withdrawn",
    "queued",
    "deferred",
    "in_doubt",
    "balanced",
}
STATUS = {"at", "database", "stories", "sources", "topics", "subscribers", "mailings", "notices"}
LISTS = {
    "gather stories": {"source", "new", "updated", "unchanged", "rejected", "notes", "error"},
    "source list": {"url", "kind", "health", "failures", "last_error", "next_poll_at"},
    "story list": STORY,
    "topic list": TOPIC,
    "edition list": EDITION | {"stories", "subject"},
    "send --due": {"title", "shortfall", "next_due_at", "totals"},
    "verify": TOTALS,
    "verify 1": TOTALS,
}
OBJECTS = {
    "source check stories": {"title", "stories", "rejected", "error"},
    "story show 1": STORY | {"body_text"},
    "topic show harbour": TOPIC,
    "subscriber show reader@example.com": {"email", "status", "topics"},
    "edition show 1": EDITION | {"items", "verdicts"},
    "status": STATUS,
}


@pytest.fixture
def sending(newsroom: CommandLine) -> CommandLine:
    """A newsroom with a source, and a mailing that still has work left."""
    newsroom.must("source", "add", "stories")
    answer = newsroom("send", "harbour", "--at", AT, DIGEST_SMTP_URL="smtp://127.0.0.1:1")
    assert answer.exit_code == 1
    return newsroom


def test_every_list_is_json(sending: CommandLine) -> None:
    for command, keys in LISTS.items():
        answer = sending(*command.split(), "--json")

        assert isinstance(answer.json, list), command
        assert answer.json, command
        assert keys <= answer.json[0].keys(), command


def test_every_showing_command_is_json(sending: CommandLine) -> None:
    for command, keys in OBJECTS.items():
        answer = sending(*command.split(), "--json")

        assert answer.exit_code == 0, command
        assert keys <= answer.json.keys(), command


def test_a_preview_and_a_built_edition_are_json(newsroom: CommandLine) -> None:
    preview = newsroom("preview", "harbour", "--at", AT, "--html", "edition.html", "--json").json
    built = newsroom("edition", "build", "harbour", "--at", AT, "--json").json

    assert preview["written"] == ["edition.html"]
    assert preview["edition"]["id"] is None
    assert built["edition"]["id"] == 1
    assert built["edition"]["items"] == preview["edition"]["items"]
    assert [verdict["in"] for verdict in built["verdicts"]] == [True, True]


def test_a_subscriber_has_a_status_and_topics(newsroom: CommandLine) -> None:
    newsroom.must("subscriber", "add", "later@example.com", "--topic", "harbour")

    reader = newsroom("subscriber", "show", "READER@example.com", "--json").json
    later = newsroom("subscriber", "show", "later@example.com", "--json").json

    assert (reader["status"], reader["topics"]) == ("active", {"harbour": "subscribed"})
    assert (later["status"], later["topics"]) == ("pending", {"harbour": "pending"})


def test_where_there_is_nothing_lists_are_empty(digest: CommandLine) -> None:
    digest.must("init")

    for command in ("gather", "source list", "story list", "topic list", "edition list", "send --due", "verify"):
        assert digest(*command.split(), "--json").json == [], command
