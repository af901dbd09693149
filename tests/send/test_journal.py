"""The journal: what a worker that is gone had on the wire can be read, to the last store it lived to make."""

import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.evidence import Evidence
from digest.model.ids import DeliveryId
from digest.model.mailings import DeliveryStatus, Doubt, Outcome
from digest.model.messages import Reply
from digest.send.journal import BLOCK_OCTETS, Journal, open_journal, read_journal, remove_journal
from digest.send.slots import SLOT_OCTETS

OWNER = "host-1"
SLOTS_A_BLOCK = BLOCK_OCTETS // SLOT_OCTETS
NOTHING = Evidence(is_whole=False, intended={}, outcomes={})
IDS = st.integers(1, 2**63 - 1)


def make_outcome(number: int, *, fence: int = 1, status: DeliveryStatus = DeliveryStatus.SENT) -> Outcome:
    reply = Reply(code=250, enhanced="2.0.0", text="queued")
    return Outcome(delivery_id=DeliveryId(number), fence=fence, status=status, reply=reply)


def file_of(folder: Path) -> Path:
    return folder / f"{OWNER}.journal"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(open_journal(tmp_path, OWNER)) as opened:
        yield opened


def test_an_intent_is_read_with_its_fence(journal: Journal, tmp_path: Path) -> None:
    journal.intend(DeliveryId(5), 9)

    assert read_journal(tmp_path, OWNER) == Evidence(is_whole=True, intended={DeliveryId(5): 9}, outcomes={})


def test_an_outcome_is_read_beside_its_intent(journal: Journal, tmp_path: Path) -> None:
    journal.intend(DeliveryId(5), 1)
    journal.conclude(make_outcome(5))

    assert read_journal(tmp_path, OWNER).outcomes == {DeliveryId(5): make_outcome(5)}


def test_what_the_ledger_has_is_not_said_again(journal: Journal, tmp_path: Path) -> None:
    for number in (5, 6):
        journal.intend(DeliveryId(number), 1)
        journal.conclude(make_outcome(number))

    journal.forget([DeliveryId(5), DeliveryId(77)])

    assert read_journal(tmp_path, OWNER).outcomes == {DeliveryId(6): make_outcome(6)}


def test_the_outcome_of_an_earlier_try_is_not_taken_for_that_of_the_next(journal: Journal, tmp_path: Path) -> None:
    journal.intend(DeliveryId(5), 1)
    journal.conclude(make_outcome(5, status=DeliveryStatus.QUEUED))

    journal.intend(DeliveryId(5), 1)

    assert read_journal(tmp_path, OWNER) == Evidence(is_whole=True, intended={DeliveryId(5): 1}, outcomes={})


def test_an_outcome_before_any_intent_is_not_kept(journal: Journal, tmp_path: Path) -> None:
    journal.conclude(make_outcome(5, status=DeliveryStatus.REFUSED))

    assert read_journal(tmp_path, OWNER) == Evidence(is_whole=True, intended={}, outcomes={})


def test_a_steady_send_takes_no_more_room_while_one_message_hangs(journal: Journal, tmp_path: Path) -> None:
    journal.intend(DeliveryId(1), 1)

    for first in range(2, 30_000, 1000):
        for number in range(first, first + 1000):
            journal.intend(DeliveryId(number), 1)
            journal.conclude(make_outcome(number))
        journal.forget(map(DeliveryId, range(first, first + 1000)))

    assert file_of(tmp_path).stat().st_size == BLOCK_OCTETS
    assert read_journal(tmp_path, OWNER).intended == {DeliveryId(1): 1}


def test_more_messages_than_a_block_has_room_for_are_all_kept(journal: Journal, tmp_path: Path) -> None:
    numbers = range(1, 2 * SLOTS_A_BLOCK)

    for number in numbers:
        journal.intend(DeliveryId(number), 1)
        journal.conclude(make_outcome(number))

    evidence = read_journal(tmp_path, OWNER)
    assert evidence.is_whole
    assert evidence.outcomes == {DeliveryId(number): make_outcome(number) for number in numbers}


def test_only_its_owner_may_read_a_journal(journal: Journal, tmp_path: Path) -> None:
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600


def test_a_settled_journal_is_removed_when_it_is_closed(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path, OWNER)) as journal:
        journal.intend(DeliveryId(5), 1)
        journal.forget([DeliveryId(5)])

    assert not file_of(tmp_path).exists()


def test_a_journal_that_is_not_settled_stays_until_it_is_removed(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path, OWNER)) as journal:
        journal.intend(DeliveryId(5), 1)

    assert read_journal(tmp_path, OWNER).intended == {DeliveryId(5): 1}
    remove_journal(tmp_path, OWNER)
    remove_journal(tmp_path, OWNER)
    assert read_journal(tmp_path, OWNER) == NOTHING


def test_without_a_journal_nothing_is_known(tmp_path: Path) -> None:
    assert read_journal(tmp_path, OWNER) == NOTHING


def test_a_journal_of_another_format_is_not_read(tmp_path: Path) -> None:
    file_of(tmp_path).write_bytes(b"digest journal 2\n" + bytes(BLOCK_OCTETS))

    assert read_journal(tmp_path, OWNER) == NOTHING


@pytest.mark.parametrize("boot_id", [b"6d1f7a3c-0000-4000-8000-000000000000\n", bytes(37)], ids=["another", "none"])
def test_after_a_restart_of_the_machine_only_what_is_there_is_known(tmp_path: Path, boot_id: bytes) -> None:
    with closing(open_journal(tmp_path, OWNER)) as journal:
        journal.intend(DeliveryId(5), 1)
        journal.conclude(make_outcome(5))
    first_line, _, rest = file_of(tmp_path).read_bytes().partition(b"\n")

    file_of(tmp_path).write_bytes(first_line + b"\n" + boot_id + rest[37:])

    evidence = read_journal(tmp_path, OWNER)
    assert not evidence.is_whole
    assert evidence.outcomes == {DeliveryId(5): make_outcome(5)}


def test_what_no_single_store_can_have_torn_is_not_whole(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path, OWNER)) as journal:
        for number in (1, 2, 3):
            journal.intend(DeliveryId(number), 1)
    octets = bytearray(file_of(tmp_path).read_bytes())

    for slot in (1, 2):
        octets[slot * SLOT_OCTETS] ^= 0xFF
    file_of(tmp_path).write_bytes(octets)

    assert read_journal(tmp_path, OWNER) == Evidence(is_whole=False, intended={DeliveryId(3): 1}, outcomes={})


def test_a_file_cut_inside_a_slot_is_read_up_to_there(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path, OWNER)) as journal:
        journal.intend(DeliveryId(1), 1)
    octets = file_of(tmp_path).read_bytes()

    for length in range(3 * SLOT_OCTETS):
        file_of(tmp_path).write_bytes(octets[:length])
        found = read_journal(tmp_path, OWNER).intended
        assert found == ({DeliveryId(1): 1} if length >= 2 * SLOT_OCTETS else {})


REPLIES = st.builds(
    Reply,
    code=st.integers(200, 599),
    enhanced=st.from_regex(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})?", fullmatch=True),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
)
OUTCOMES = st.builds(
    Outcome,
    delivery_id=IDS.map(DeliveryId),
    fence=IDS,
    status=st.sampled_from(DeliveryStatus),
    reply=st.none() | REPLIES,
    due_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    doubt=st.none() | st.sampled_from(Doubt),
)


@given(outcome=OUTCOMES)
@settings(max_examples=150)
def test_an_outcome_comes_back_with_all_it_said_save_the_end_of_a_long_text(outcome: Outcome) -> None:
    with TemporaryDirectory() as name, closing(open_journal(Path(name), OWNER)) as journal:
        journal.intend(outcome.delivery_id, outcome.fence)
        journal.conclude(outcome)
        found = read_journal(Path(name), OWNER).outcomes[outcome.delivery_id]

    assert (found.fence, found.status) == (outcome.fence, outcome.status)
    assert (found.due_at, found.doubt) == (outcome.due_at, outcome.doubt)
    if outcome.reply is None or found.reply is None:
        assert found.reply is outcome.reply
    else:
        assert (found.reply.code, found.reply.enhanced) == (outcome.reply.code, outcome.reply.enhanced)
        assert outcome.reply.text.startswith(found.reply.text)
        assert found.reply.text == outcome.reply.text or len(found.reply.text.encode()) > 350


def test_reading_twice_says_the_same(journal: Journal, tmp_path: Path) -> None:
    journal.intend(DeliveryId(5), 1)
    journal.conclude(make_outcome(5))

    assert read_journal(tmp_path, OWNER) == read_journal(tmp_path, OWNER)
