"""The journal under a crash: a store that was not finished, a process that is killed, a disk that is full."""

import random
import resource
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import JournalError
from digest.model.evidence import Evidence
from digest.model.ids import DeliveryId
from digest.model.messages import Reply
from digest.send.journal import BLOCK_OCTETS, Journal, open_journal, read_journal
from digest.send.slots import SLOT_OCTETS
from tests.send.journal_writer import fence_of, outcome_of

OWNER = "host-1"
SLOTS_A_BLOCK = BLOCK_OCTETS // SLOT_OCTETS


def file_of(folder: Path) -> Path:
    return folder / f"{OWNER}.journal"


@given(steps=st.lists(st.sampled_from(["intend", "conclude", "forget"]), max_size=25), seed=st.integers())
@settings(max_examples=60)
def test_a_store_torn_at_any_octet_reads_as_made_or_as_not_made(steps: list[str], seed: int) -> None:
    chance = random.Random(seed)
    waiting: dict[str, list[int]] = defaultdict(list)
    with TemporaryDirectory() as name, closing(open_journal(Path(name), OWNER)) as journal:
        for number, step in enumerate(steps, start=1):
            before = file_of(Path(name)).read_bytes()
            take_step(journal, step, number, waiting=waiting, chance=chance)
            after = file_of(Path(name)).read_bytes()
            assert_torn_reads_as_either(before, after)


def take_step(
    journal: Journal, step: str, number: int, *, waiting: dict[str, list[int]], chance: random.Random
) -> None:
    """Make one store: of a message that may have it, if there is one."""
    if step == "intend":
        journal.intend(DeliveryId(number), fence_of(number))
        waiting["conclude"].append(number)
    elif step == "conclude" and waiting["conclude"]:
        chosen = waiting["conclude"].pop(chance.randrange(len(waiting["conclude"])))
        journal.conclude(outcome_of(chosen))
        waiting["forget"].append(chosen)
    elif step == "forget" and waiting["forget"]:
        chosen = waiting["forget"].pop(chance.randrange(len(waiting["forget"])))
        journal.forget([DeliveryId(chosen)])


def assert_torn_reads_as_either(before: bytes, after: bytes) -> None:
    """Tear the store between two states of a file at each octet; of the file the first slots are enough."""
    size = 32 * SLOT_OCTETS
    changed = [at for at in range(size) if before[at] != after[at]]
    with TemporaryDirectory() as name:
        allowed = [read_octets(Path(name), whole[:size]) for whole in (before, after)]
        for at in changed:
            found = read_octets(Path(name), after[:at] + before[at:size])
            assert found.is_whole
            assert found.intended in [one.intended for one in allowed]
            assert found.outcomes in [one.outcomes for one in allowed]


def read_octets(folder: Path, octets: bytes) -> Evidence:
    file_of(folder).write_bytes(octets)
    return read_journal(folder, OWNER)


def test_a_full_disk_stops_the_next_intent_and_takes_every_outcome(tmp_path: Path) -> None:
    numbers = range(1, SLOTS_A_BLOCK)
    with largest_file(BLOCK_OCTETS), closing(open_journal(tmp_path, OWNER)) as journal:
        for number in numbers:
            journal.intend(DeliveryId(number), fence_of(number))

        with pytest.raises(JournalError, match=r"host-1\.journal: File too large"):
            journal.intend(DeliveryId(SLOTS_A_BLOCK), 1)
        for number in numbers:
            journal.conclude(outcome_of(number))

        evidence = read_journal(tmp_path, OWNER)
        assert evidence.is_whole
        assert len(evidence.outcomes) == len(evidence.intended) == len(numbers)
        journal.forget([DeliveryId(1)])
        journal.intend(DeliveryId(SLOTS_A_BLOCK), 1)


def test_a_disk_with_no_room_for_a_journal_opens_none(tmp_path: Path) -> None:
    with largest_file(BLOCK_OCTETS - 1), pytest.raises(JournalError, match="nothing is sent without a journal"):
        open_journal(tmp_path, OWNER)

    assert not file_of(tmp_path).exists()


@contextmanager
def largest_file(octets: int) -> Iterator[None]:
    """Let no file of this process grow beyond so much: to whoever writes it, a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("seed", range(12))
def test_killed_at_any_moment_a_worker_leaves_all_that_it_had_stored(tmp_path: Path, seed: int) -> None:
    done = write_until_killed(tmp_path, lines=random.Random(seed).randrange(1, 5000))

    evidence = read_journal(tmp_path, OWNER)

    assert evidence.is_whole
    certain = done["intended"] - done["forgetting"]
    assert certain <= evidence.intended.keys() <= done["intended"] | {max(done["intended"], default=0) + 1}
    assert evidence.intended == {number: fence_of(number) for number in evidence.intended}
    assert done["concluded"] - done["forgetting"] <= evidence.outcomes.keys() <= evidence.intended.keys()
    assert len(evidence.outcomes.keys() - done["concluded"]) <= 1
    assert all(outcome.reply == cut_to_fit(outcome_of(number).reply) for number, outcome in evidence.outcomes.items())


def write_until_killed(folder: Path, *, lines: int) -> dict[str, set[DeliveryId]]:
    """Let a process write a journal, kill it some time after so many lines, and return what it said it did."""
    said = folder / "said"
    program = [sys.executable, "-m", "tests.send.journal_writer", str(folder), OWNER]
    with said.open("wb") as output, subprocess.Popen(program, stdout=output) as writer:
        while said.stat().st_size < lines * len("intended 100\n"):
            assert writer.poll() is None
        writer.send_signal(signal.SIGKILL)
    done: dict[str, set[DeliveryId]] = defaultdict(set)
    for line in said.read_text().splitlines(keepends=True):
        what, _, number = line.partition(" ")
        if line.endswith("\n"):
            done[what].add(DeliveryId(int(number)))
    return done


def cut_to_fit(reply: Reply | None) -> Reply | None:
    return reply and Reply(code=reply.code, enhanced=reply.enhanced, text=reply.text[:420])
