"""An editor's say: pins and drops, tags, aliases and retractions, editions held and let go."""

import pytest

from tests.cli.conftest import AT, CommandLine


def titles(digest: CommandLine, *, topic: str = "harbour") -> list[str]:
    preview = digest("preview", topic, "--at", AT, "--json").json
    return [item["title"] for item in preview["edition"]["items"]] if preview["edition"] else []


def number_of(digest: CommandLine, title: str) -> str:
    return next(str(story["id"]) for story in digest("story", "list", "--json").json if story["title"] == title)


def test_a_pin_leads_a_drop_is_out_and_both_can_be_taken_back(newsroom: CommandLine) -> None:
    first, second = titles(newsroom)
    lead, rest = number_of(newsroom, first), number_of(newsroom, second)

    newsroom.must("story", "pin", rest, "--topic", "harbour")
    pinned = titles(newsroom)
    newsroom.must("story", "drop", lead, "--topic", "harbour")
    dropped = titles(newsroom)
    for number in (lead, rest):
        newsroom.must("story", "unpick", number, "--topic", "harbour")

    assert pinned == [second, first]
    assert dropped == [second]
    assert titles(newsroom) == [first, second]


def test_a_retracted_story_is_in_no_edition_and_explained(newsroom: CommandLine) -> None:
    number = number_of(newsroom, "Ferry line returns")

    first = newsroom.must("story", "retract", number)
    again = newsroom.must("story", "retract", number)
    explained = newsroom.must("preview", "harbour", "--at", AT, "--explain")

    assert first == f"Story {number} is retracted.\n"
    assert again == f"Story {number} was retracted already.\n"
    assert "Ferry line returns" not in titles(newsroom)
    assert any("Ferry line returns" in line and "retracted" in line for line in explained.splitlines())


def test_a_tag_and_an_alias_bring_a_story_to_a_topic(newsroom: CommandLine) -> None:
    number = number_of(newsroom, "Ferry line returns")
    newsroom.must("topic", "add", "transport", "--name", "Transport", "--tag", "Public Transport")

    before = titles(newsroom, topic="transport")
    said = newsroom.must("story", "tag", number, "Transit", "#Ferries")
    newsroom.must("topic", "alias", "transit", "Public Transport")

    assert before == []
    assert said == f"Story {number} now bears: Harbour, Transit, Ferries\n"
    assert titles(newsroom, topic="transport") == ["Ferry line returns"]


def test_a_story_without_the_topics_tag_cannot_be_pinned_and_says_what_to_do(newsroom: CommandLine) -> None:
    newsroom.must("topic", "add", "health", "--name", "Health", "--tag", "Health")

    answer = newsroom("story", "pin", "1", "--topic", "health")

    assert answer.exit_code == 1
    assert "digest story tag 1 TAG" in answer.err


def test_a_held_edition_waits_for_approval(newsroom: CommandLine) -> None:
    newsroom.must("edition", "build", "harbour", "--at", AT)
    newsroom.must("edition", "hold", "1")

    held = newsroom("send", "harbour", "--at", AT)
    newsroom.must("edition", "approve", "1")
    sent = newsroom.must("send", "harbour", "--at", AT)

    assert held.exit_code == 1
    assert "digest edition approve 1" in held.err
    assert sent.startswith("Harbour: 1 planned: 1 sent\n")


def test_a_sent_edition_is_neither_held_nor_approved(newsroom: CommandLine) -> None:
    newsroom.must("send", "harbour", "--at", AT)

    hold, approve = newsroom("edition", "hold", "1"), newsroom("edition", "approve", "1")

    assert (hold.exit_code, approve.exit_code) == (1, 1)
    assert hold.err == "Error: edition 1 is complete; only one that is not being sent yet can be held\n"
    assert approve.err == "Error: edition 1 is complete; only one that is held waits for approval\n"


def test_an_edition_built_twice_at_one_time_is_one(newsroom: CommandLine) -> None:
    first = newsroom("edition", "build", "harbour", "--at", AT, "--json").json
    second = newsroom("edition", "build", "harbour", "--at", AT, "--json").json

    assert (first["is_new"], second["is_new"]) == (True, False)
    assert first["edition"] == second["edition"]
    assert len(newsroom("edition", "list", "--json").json) == 1


def test_the_clock_is_where_it_is_put(newsroom: CommandLine) -> None:
    late = newsroom("preview", "harbour", "--at", "2026-12-24T08:00-05:00", "--json")
    built = newsroom("edition", "build", "harbour", "--at", "2026-11-22T08:00-05:00", "--json").json["edition"]

    assert late.exit_code == 1
    assert "has no story for 17 to 24 Dec" in late.json["shortfall"]
    assert (built["period_start"], built["period_end"]) == ("2026-11-15T13:00:00Z", "2026-11-22T13:00:00Z")


def test_an_edition_says_of_each_story_why(newsroom: CommandLine) -> None:
    newsroom.must("edition", "build", "harbour", "--at", AT)

    shown = newsroom.must("edition", "show", "1")

    assert "Harbour, 2026-11-15 13:00 UTC to 2026-11-22 13:00 UTC: built" in shown
    assert shown.count("Ferry line returns") == 2
    assert "ranked" in shown
    assert "points: freshness" in shown


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("preview harbor", 'no topic "harbor"; did you mean "harbour"?'),
        ("send harbor", 'no topic "harbor"; did you mean "harbour"?'),
        ("edition build harbor", 'no topic "harbor"; did you mean "harbour"?'),
        ("edition list --topic harbor", 'no topic "harbor"; did you mean "harbour"?'),
        ("subscriber add a@example.com --topic harbor", 'no topic "harbor"; did you mean "harbour"?'),
        ("story drop 1 --topic harbor", 'no topic "harbor"; did you mean "harbour"?'),
        ("story show 99", "digest story list shows them"),
        ("edition show 99", "digest edition list shows them"),
        ("verify 99", "digest status shows them"),
        ("subscriber show a@example.com", "digest subscriber add takes them in"),
        ("topic add harbour --name Harbour --tag Port", "digest topic show harbour"),
        ("topic add port --name Port --tag Port --min 5 --max 2", "minimum"),
        ("topic add port --name Port --tag Port --exclude-tag PORT", 'cannot be about "port" and exclude it'),
        ("source remove nowhere", "digest source list shows them"),
        ("preview harbour --at 2026-11-22T13:00Z --html gone/edition.html", "gone/edition.html cannot be written"),
    ],
)
def test_what_is_not_there_or_cannot_be_ends_with_1_and_a_hint(newsroom: CommandLine, command: str, says: str) -> None:
    answer = newsroom(*command.split())

    assert answer.exit_code == 1
    assert says in answer.err
    assert answer.err.startswith("Error: ")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("topic add Harbour --name H --tag t", "like syrias-war"),
        ("topic add port --name Port", "--tag"),
        ("topic add port --tag Port", "--name"),
        ("topic add port --name Port --tag Port --on fry", "write monday, tuesday"),
        ("topic add port --name Port --tag Port --at 25:00", "write it as 08:00"),
        ("topic add port --name Port --tag Port --zone Europe/Berln", 'did you mean "Europe/Berlin"?'),
        ("topic add port --name Port --tag Port --lang xx-yy", "en, ar or pt-BR"),
        ("topic add port --name Port --tag Port --theme loud", "'classic', 'compact'"),
        ("topic add port --name \x1b --tag Port", "no mail can show"),
        ("topic add port --name \u00a0 --tag Port", "it is empty"),
        ("story list --tag ###", "nothing in it to match"),
        ("story list --limit 0", "x>=1"),
        ("story show 99999999999999999999", "not in the range"),
        ("edition show three", "not a valid integer"),
        ("subscriber add reader --topic harbour", "not a mail address"),
        ("preview harbour --at yesterday", "2026-11-22T08:00Z"),
        ("send", "name a topic to send, or say --due"),
        ("send harbour --due", "name a topic to send, or say --due"),
        ("send --due --test-to me@example.com", "--test-to goes with a topic"),
        ("source add . --weight 11", "0.1<=x<=10"),
    ],
)
def test_a_bad_argument_ends_with_2_and_says_how_to_write_it(digest: CommandLine, command: str, says: str) -> None:
    answer = digest(*command.split(" "))

    assert answer.exit_code == 2
    assert says in " ".join(answer.err.split())


def test_themes_and_weekdays_are_written_small_and_may_be_short(digest: CommandLine) -> None:
    digest.must("init")

    added = digest.must(*"topic add port --name Port --tag Port --theme compact --on thu".split())

    assert added.startswith("Added Port: Thursdays at 08:00, UTC.\n")
    assert digest("topic", "show", "port", "--json").json["theme"] == "compact"


def test_a_topic_says_what_becomes_of_mails_in_doubt(digest: CommandLine) -> None:
    digest.must("init")
    digest.must("topic", "add", "port", "--name", "Port", "--tag", "Port")
    digest.must("topic", "add", "ferry", "--name", "Ferry", "--tag", "Ferry", "--in-doubt", "resend")
    at_first = [digest("topic", "show", slug, "--json").json["in_doubt"] for slug in ("port", "ferry")]

    digest.must("topic", "edit", "port", "--in-doubt", "never")

    assert at_first == ["by-cause", "resend"]
    assert digest("topic", "show", "port", "--json").json["in_doubt"] == "never"


def test_a_topic_is_listed_and_welcomes_as_it_is_told(digest: CommandLine) -> None:
    digest.must("init")
    digest.must("topic", "add", "port", "--name", "Port", "--tag", "Port")
    digest.must("topic", "add", "ferry", "--name", "Ferry", "--tag", "Ferry", "--unlisted", "--welcome")

    said = digest.must("topic", "edit", "port", "--unlisted", "--welcome")
    digest.must("topic", "edit", "ferry", "--listed")

    shown = {slug: digest("topic", "show", slug, "--json").json for slug in ("port", "ferry")}
    assert {slug: (one["visibility"], one["welcome"], one["in_doubt"]) for slug, one in shown.items()} == {
        "port": ("unlisted", True, "by-cause"),
        "ferry": ("public", True, "by-cause"),
    }
    assert "Port is unlisted. Readers who confirm get its latest edition at once." in said


def test_an_edit_of_nothing_ends_with_2(digest: CommandLine) -> None:
    digest.must("init")
    digest.must("topic", "add", "port", "--name", "Port", "--tag", "Port")

    edited = digest("topic", "edit", "port")

    assert edited.exit_code == 2
    assert "say what to change" in edited.err


def test_the_list_of_topics_says_which_are_unlisted_and_welcome(newsroom: CommandLine) -> None:
    newsroom.must("topic", "add", "secret", "--name", "Secret", "--tag", "secret", "--unlisted", "--welcome")

    rows = newsroom.must("topic", "list").splitlines()

    shown = {row.split()[0]: row.split()[-2:] for row in rows}
    assert shown["topic"] == ["visibility", "welcome"]
    assert shown["harbour"] == ["public", "no"]
    assert shown["secret"] == ["unlisted", "yes"]
