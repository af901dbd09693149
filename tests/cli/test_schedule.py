"""What goes out in the days to come, as a person and a script see it."""

from tests.cli.conftest import AT, CommandLine


def test_the_slots_of_two_weeks_are_shown_with_readers_and_headlines(newsroom: CommandLine) -> None:
    newsroom.must(
        "topic", "add", "trains", "--name", "Trains", "--tag", "Trains", "--on", "monday", "--zone", "Asia/Kathmandu"
    )

    shown = newsroom("schedule", "--at", AT, "--json").json

    assert [(slot["topic"], slot["slot_at"], slot["readers"]) for slot in shown] == [
        ("trains", "2026-11-23T02:15:00Z", 0),
        ("harbour", "2026-11-29T08:00:00Z", 1),
        ("trains", "2026-11-30T02:15:00Z", 0),
        ("harbour", "2026-12-06T08:00:00Z", 1),
    ]
    assert shown[0]["local"] == "2026-11-23T08:00:00+05:45"
    assert shown[1]["closes_at"] == "2026-11-29T07:45:00Z"
    assert sorted(shown[1]["headlines"]) == ["Ferry line returns", "Harbour reopens after storm"]
    assert "Trains" in shown[0]["shortfall"]
    assert shown[3]["headlines"] == []


def test_a_person_reads_the_same_in_a_table(newsroom: CommandLine) -> None:
    shown = newsroom.must("schedule", "--at", AT, "--days", "7")

    assert "2026-11-29 08:00 UTC" in shown
    assert "Sun 29 Nov 08:00 UTC" in shown
    assert "Harbour, if it closed now:\n  Harbour reopens after storm\n" in shown or "  Ferry line returns\n" in shown


def test_no_topics_are_no_slots(digest: CommandLine) -> None:
    digest.must("init")

    assert digest.must("schedule").startswith("Nothing goes out in these days")
