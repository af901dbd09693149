"""Rows: what each cell may say, and a sentence for what it may not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import InputError
from digest.flows.reader_file import Column, RawRow
from digest.flows.reader_rows import Confirmation, ReaderRow, RowReader, TopicRef
from digest.model.ids import TopicId
from digest.model.subscribers import Bundling, Cadence, SubscriberStatus
from digest.model.topics import Weekday

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
WAR, TRAM = TopicRef("syrias-war", TopicId(1)), TopicRef("night-tram", TopicId(2))
CONFIRMED = {"confirmed_at": "2026-11-01T08:00Z", "consent_source": "form"}


def make_reader(*defaults: TopicRef) -> RowReader:
    return RowReader(
        columns={column: place for place, column in enumerate(Column)},
        width=len(Column),
        topics={topic.slug: topic for topic in (WAR, TRAM)},
        default_topics=defaults,
        address_hashes=lambda key: (f"hash of {key}",),
        now=NOW,
    )


def read(**cells: str) -> ReaderRow:
    """Read a row that is good but for what is named."""
    written = {"email": "reader@example.com", "topics": "syrias-war", **cells}
    return make_reader().read(RawRow(2, [written.get(column.value, "") for column in Column]))


def test_a_whole_row_is_read() -> None:
    row = read(
        email=" Reader@Example.com ",
        name=" Ada   Lovelace",
        topics="night-tram; Syrias-War;",
        lang="pt_BR",
        zone="America/New_York",
        weekday="Sunday",
        hour="08",
        cadence="monthly",
        bundling="apart",
        **CONFIRMED,
    )

    assert (row.address.spelling, row.key_hashes) == ("Reader@example.com", ("hash of reader@example.com",))
    assert (row.name, row.topics) == ("Ada Lovelace", (TRAM, WAR))
    assert (row.lang, row.zone, row.weekday, row.hour) == ("pt-BR", "America/New_York", Weekday.SUNDAY, 8)
    assert (row.cadence, row.bundling) == (Cadence.MONTHLY, Bundling.APART)
    assert row.confirmation == Confirmation(datetime(2026, 11, 1, 8, tzinfo=UTC), "form")
    assert row.status is SubscriberStatus.ACTIVE


@pytest.mark.parametrize("cells", [{}, {"confirmed_at": "2026-11-01"}, {"consent_source": "form"}])
def test_without_time_and_source_nobody_counts_as_confirmed(cells: dict[str, str]) -> None:
    row = read(**cells)

    assert (row.confirmation, row.status) == (None, SubscriberStatus.PENDING)


def test_who_the_file_calls_pending_is_pending_whatever_else_it_says() -> None:
    row = read(status="Pending", **CONFIRMED)

    assert (row.confirmation, row.status) == (None, SubscriberStatus.PENDING)


def test_what_a_row_does_not_choose_is_as_for_anybody() -> None:
    row = read()

    assert (row.weekday, row.hour, row.cadence, row.bundling) == (None, None, Cadence.WEEKLY, Bundling.TOGETHER)


@pytest.mark.parametrize("status", ["", "active", "paused"])
def test_nobody_who_pauses_until_a_time_to_come_counts_as_active(status: str) -> None:
    row = read(status=status, paused_until="2026-12-24", **CONFIRMED)

    assert (row.status, row.paused_until) == (SubscriberStatus.PAUSED, datetime(2026, 12, 24, tzinfo=UTC))


@pytest.mark.parametrize("status", ["active", "paused"])
def test_a_pause_that_is_over_is_none(status: str) -> None:
    row = read(status=status, paused_until="2026-11-22T13:00Z", **CONFIRMED)

    assert (row.status, row.paused_until) == (SubscriberStatus.ACTIVE, None)


@pytest.mark.parametrize("status", ["pending", "left", "suppressed", "erased"])
def test_a_pause_makes_nobody_more_than_they_are(status: str) -> None:
    row = read(status=status, paused_until="2026-12-24", **CONFIRMED)

    assert (row.status, row.paused_until) == (SubscriberStatus(status), None)


@pytest.mark.parametrize("status", ["active", "paused", "left", "suppressed", "erased"])
def test_a_status_is_kept_as_the_file_has_it(status: str) -> None:
    assert read(status=status, **CONFIRMED).status == SubscriberStatus(status)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-01T08:00:00", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("2026-11-01 08:00:00.5+02:00", datetime(2026, 11, 1, 6, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-22T13:00Z", NOW),
    ],
)
def test_a_time_without_a_zone_is_utc(written: str, at: datetime) -> None:
    confirmation = read(confirmed_at=written, consent_source="form").confirmation

    assert confirmation is not None
    assert (confirmation.at, confirmation.at.utcoffset()) == (at, timedelta(0))


def test_a_row_without_topics_gets_those_given_for_such_rows() -> None:
    row = make_reader(TRAM).read(RawRow(2, ["reader@example.com"]))

    assert row.topics == (TRAM,)


def test_a_row_may_leave_out_cells_at_its_end_and_have_empty_ones_beyond_it() -> None:
    reader = make_reader()

    short = reader.read(RawRow(2, ["reader@example.com", "Ada", "syrias-war"]))
    long = reader.read(RawRow(3, ["reader@example.com", "Ada", "syrias-war", *[""] * 20]))

    assert (short.name, short.hour) == (long.name, long.hour) == ("Ada", None)


@pytest.mark.parametrize(
    ("column", "written", "why"),
    [
        ("email", "", "is not a mail address"),
        ("email", "reader%x@example.com", "holds a character that an address here may not have"),
        ("topics", "", "names no topic"),
        ("topics", "syria-war", 'no topic "syria-war"; did you mean "syrias-war"?'),
        ("topics", "syrias-war;gardening", 'no topic "gardening"'),
        ("name", "Ada\x1b[31m", "control characters"),
        ("name", "Ada\u202e", "control characters"),
        ("name", "x" * 201, "name is longer than 200 characters"),
        ("name", "Ad\0a", "NUL"),
        ("name", "Ad\ufffda", "was lost"),
        ("lang", "klingon", 'lang "klingon" is no language'),
        ("lang", "../../etc/passwd", "is no language"),
        ("zone", "Mars/Olympus", 'zone "Mars/Olympus" is no IANA time zone'),
        ("zone", "../UTC", "is no IANA time zone"),
        ("hour", "24", 'hour "24" is no hour'),
        ("hour", "-1", "is no hour"),
        ("hour", "٨", "is no hour"),
        ("hour", "8:00", "is no hour"),
        ("weekday", "0", 'weekday "0" is none of monday, tuesday,'),
        ("cadence", "hourly", 'cadence "hourly" is none of daily, weekly, monthly'),
        ("bundling", "yes", 'bundling "yes" is none of together, apart'),
        ("paused_until", "Christmas", 'paused_until "Christmas" is no time'),
        ("confirmed_at", "yesterday", 'confirmed_at "yesterday" is no time'),
        ("confirmed_at", "2026-11-22T13:00:01Z", "is in the future"),
        ("confirmed_at", "1970-01-01T00:00:00Z", "before there was anything to confirm"),
        ("confirmed_at", "0001-01-01T00:00+14:00", "is no time"),
        ("consent_source", "x" * 1001, "consent_source is longer"),
        ("status", "cleaned", 'status "cleaned" is none of'),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(column: str, written: str, why: str) -> None:
    with pytest.raises(InputError) as refused:
        read(**{column: written})

    assert why in str(refused.value)


def test_a_row_with_more_cells_than_the_header_is_not_guessed_at() -> None:
    with pytest.raises(InputError, match="has 14 cells, and the header has 13"):
        make_reader(WAR).read(RawRow(2, ["reader@example.com", *["x"] * 13]))


def test_names_keep_their_joiners_and_direction_marks() -> None:
    assert read(name="مى\u200cخواهم\u200f").name == "مى\u200cخواهم\u200f"


@given(st.lists(st.text(max_size=12), max_size=len(Column) + 1))
@settings(max_examples=200)
def test_any_row_is_read_or_turned_away_with_a_sentence(cells: list[str]) -> None:
    try:
        row = make_reader(WAR).read(RawRow(2, cells))
    except InputError as error:
        assert str(error)  # noqa: PT017  # either is well
    else:
        assert row.topics
