"""Who is taken in: what readers decided stands, whatever a file says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.flows.admitting import Decision, RowOutcome, decide, decide_all
from digest.flows.reader_rows import Confirmation, ReaderRow, TopicRef
from digest.model.addresses import parse_address
from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import Bundling, Cadence, SubscriberStatus, SubscriptionStatus
from digest.store.imports import Standing

WAR, TRAM = TopicRef("syrias-war", TopicId(1)), TopicRef("night-tram", TopicId(2))
FORM = Confirmation(datetime(2026, 11, 1, tzinfo=UTC), "form")
PENDING, SUBSCRIBED, LEFT = SubscriptionStatus.PENDING, SubscriptionStatus.SUBSCRIBED, SubscriptionStatus.LEFT


def make_row(
    *topics: TopicRef,
    line: int = 2,
    email: str = "reader@example.com",
    confirmation: Confirmation | None = FORM,
    status: SubscriberStatus | None = None,
) -> ReaderRow:
    address = parse_address(email)
    return ReaderRow(
        line=line,
        address=address,
        key_hashes=(f"hash of {address.key}", f"old hash of {address.key}"),
        name="",
        lang="",
        zone="",
        weekday=None,
        hour=None,
        cadence=Cadence.WEEKLY,
        bundling=Bundling.TOGETHER,
        topics=topics or (WAR,),
        confirmation=confirmation,
        status=status or (SubscriberStatus.ACTIVE if confirmation else SubscriberStatus.PENDING),
        paused_until=None,
    )


def stands(status: SubscriberStatus, topics: dict[TopicRef, SubscriptionStatus]) -> Standing:
    return Standing(SubscriberId(7), status, {topic.id: at for topic, at in topics.items()})


def admit(row: ReaderRow, standing: Standing | None, *, is_suppressed: bool = False) -> Decision:
    return decide(row, standing, is_suppressed=is_suppressed)


def test_a_confirmed_row_makes_an_active_reader() -> None:
    decision = admit(make_row(WAR, TRAM), None)

    assert decision.outcome is RowOutcome.ADDED
    assert decision.standing == Standing(None, SubscriberStatus.ACTIVE, {WAR.id: SUBSCRIBED, TRAM.id: SUBSCRIBED})
    assert decision.moved == (WAR.id, TRAM.id)


def test_a_row_without_confirmation_makes_a_pending_reader() -> None:
    decision = admit(make_row(confirmation=None), None)

    assert decision.standing == Standing(None, SubscriberStatus.PENDING, {WAR.id: PENDING})


def test_a_paused_reader_stays_paused() -> None:
    decision = admit(make_row(status=SubscriberStatus.PAUSED), None)

    assert decision.standing == Standing(None, SubscriberStatus.PAUSED, {WAR.id: SUBSCRIBED})


def test_a_suppressed_address_is_not_taken_in() -> None:
    decision = admit(make_row(), None, is_suppressed=True)

    assert (decision.outcome, decision.standing) == (RowOutcome.SUPPRESSED, None)


@pytest.mark.parametrize("status", [SubscriberStatus.SUPPRESSED, SubscriberStatus.ERASED])
def test_who_the_file_calls_suppressed_is_not_taken_in(status: SubscriberStatus) -> None:
    assert admit(make_row(status=status), None) == admit(make_row(), None, is_suppressed=True)


def test_who_the_file_says_has_left_is_not_taken_in() -> None:
    decision = admit(make_row(status=SubscriberStatus.LEFT), None)

    assert (decision.outcome, decision.standing) == (RowOutcome.HAS_UNSUBSCRIBED, None)


def test_who_left_everything_stays_away() -> None:
    gone = stands(SubscriberStatus.LEFT, {WAR: LEFT})

    decision = admit(make_row(WAR, TRAM), gone)

    assert (decision.outcome, decision.standing, decision.moved) == (RowOutcome.HAS_UNSUBSCRIBED, gone, ())


def test_a_topic_that_was_left_stays_left_and_the_row_s_other_topic_is_taken() -> None:
    decision = admit(make_row(WAR, TRAM), stands(SubscriberStatus.ACTIVE, {WAR: LEFT}))

    assert decision.outcome is RowOutcome.HAS_UNSUBSCRIBED
    assert decision.standing == stands(SubscriberStatus.ACTIVE, {WAR: LEFT, TRAM: SUBSCRIBED})
    assert decision.moved == (TRAM.id,)
    assert decision.why == "has left syrias-war; only the reader can come back"


def test_a_confirmation_confirms_a_pending_reader() -> None:
    decision = admit(make_row(), stands(SubscriberStatus.PENDING, {WAR: PENDING}))

    assert decision.outcome is RowOutcome.ALREADY_THERE
    assert decision.standing == stands(SubscriberStatus.ACTIVE, {WAR: SUBSCRIBED})
    assert decision.moved == (WAR.id,)


def test_a_confirmation_of_a_topic_that_was_left_confirms_nothing() -> None:
    pending = stands(SubscriberStatus.PENDING, {WAR: LEFT})

    assert admit(make_row(), pending).standing == pending


def test_a_row_without_confirmation_takes_nothing_back() -> None:
    active = stands(SubscriberStatus.ACTIVE, {WAR: SUBSCRIBED})

    decision = admit(make_row(WAR, TRAM, confirmation=None), active)

    assert decision.standing == stands(SubscriberStatus.ACTIVE, {WAR: SUBSCRIBED, TRAM: PENDING})
    assert decision.moved == (TRAM.id,)


def test_a_paused_reader_is_not_woken() -> None:
    decision = admit(make_row(TRAM), stands(SubscriberStatus.PAUSED, {WAR: SUBSCRIBED}))

    assert decision.standing == stands(SubscriberStatus.PAUSED, {WAR: SUBSCRIBED, TRAM: SUBSCRIBED})


def test_a_second_row_of_a_reader_adds_its_topics_and_is_already_there() -> None:
    rows = [make_row(WAR), make_row(TRAM, line=3, email="Reader@Example.com", confirmation=None)]

    found = decide_all(rows, {}, suppressed=[])

    assert [decision.outcome for decision in found.decisions] == [RowOutcome.ADDED, RowOutcome.ALREADY_THERE]
    (change,) = found.changes
    assert change.after == Standing(None, SubscriberStatus.ACTIVE, {WAR.id: SUBSCRIBED, TRAM.id: PENDING})
    assert [(one.topic_id, one.source) for one in found.evidence] == [(WAR.id, "form")]


def test_rows_that_change_nothing_leave_nothing_to_write() -> None:
    standings = {"reader@example.com": stands(SubscriberStatus.ACTIVE, {WAR: SUBSCRIBED})}

    found = decide_all([make_row(), make_row(line=3)], standings, suppressed=[])

    assert (found.changes, found.evidence) == ([], [])


@given(
    st.lists(st.tuples(st.lists(st.sampled_from([WAR, TRAM]), min_size=1, max_size=2, unique=True), st.booleans())),
    st.sampled_from(SubscriberStatus),
    st.dictionaries(st.sampled_from([WAR, TRAM]), st.sampled_from(SubscriptionStatus)),
    st.booleans(),
)
def test_no_rows_bring_back_what_was_left_or_confirm_without_evidence(
    rows: list[tuple[list[TopicRef], bool]],
    status: SubscriberStatus,
    topics: dict[TopicRef, SubscriptionStatus],
    is_suppressed: bool,
) -> None:
    before = stands(status, topics)
    made = [make_row(*wanted, line=line, confirmation=FORM if has else None) for line, (wanted, has) in enumerate(rows)]

    suppressed = {made[0].key_hashes[1]} if made and is_suppressed else set()
    found = decide_all(made, {"reader@example.com": before}, suppressed=suppressed)

    after = found.changes[0].after if found.changes else before
    confirmed = {one.topic_id for one in found.evidence}
    assert all(after.topics[topic_id] is LEFT for topic_id, at in before.topics.items() if at is LEFT)
    assert confirmed == {
        topic_id
        for topic_id, at in after.topics.items()
        if at is SUBSCRIBED and before.topics.get(topic_id) is not SUBSCRIBED
    }
    if status not in {SubscriberStatus.PENDING, SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED} or suppressed:
        assert after == before
