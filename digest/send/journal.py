"""The journal of what is on the wire: kept on a worker's own host, before each final dot and after its reply.

A message has one slot of a file that is mapped into memory, from its intent until the ledger has its outcome; then the
slot is used again. A store into the mapping needs no system call and outlives `kill -9`, since the page is the kernel's
by then. It does not outlive a power cut, so the file says under which boot of the machine it was written.
Disk room is taken ahead: a full disk is found before anything leaves, and an outcome always has its place.

What a slot looks like is in digest/send/slots.py; what the evidence means for the ledger is not decided here.
"""

import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from digest.errors import JournalError
from digest.model.evidence import Evidence
from digest.model.ids import DeliveryId
from digest.model.mailings import Outcome
from digest.send.slots import (
    FREE,
    OUTCOME_AT,
    SLOT_OCTETS,
    TornError,
    pack_intent,
    pack_outcome,
    read_intent,
    read_outcome,
)

BLOCK_OCTETS = 1 << 20
"""What a journal grows by: the room of 2,048 messages."""

_FORMAT = b"digest journal 1\n"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_FREE_OCTETS = len(FREE)
_INTENT_OCTETS = len(pack_intent(DeliveryId(0), 0))


class _Slot(NamedTuple):
    block: mmap.mmap
    at: int


class Journal:
    """One worker's journal, held open for writing. `open_journal` makes it.

    `forget` may be called from another thread than `intend` and `conclude`.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._blocks: list[mmap.mmap] = []
        self._free: list[_Slot] = []
        self._taken: dict[DeliveryId, _Slot] = {}
        self._grow()
        block, _ = self._free.pop()
        block[: len(_head())] = _head()

    def intend(self, delivery_id: DeliveryId, fence: int) -> None:
        """Keep that this delivery's final dot is written next. Raises JournalError: then it must not be."""
        if delivery_id in self._taken:
            self.forget([delivery_id])
        if not self._free:
            self._grow()
        slot = self._free.pop()
        block, at = slot
        block[at : at + _INTENT_OCTETS] = pack_intent(delivery_id, fence)
        self._taken[delivery_id] = slot

    def conclude(self, outcome: Outcome) -> None:
        """Keep what became of a delivery. One that had no intent is not kept: without it, nothing has left."""
        slot = self._taken.get(outcome.delivery_id)
        if slot:
            record = pack_outcome(outcome)
            start = slot.at + OUTCOME_AT
            slot.block[start : start + len(record)] = record

    def forget(self, delivery_ids: Iterable[DeliveryId]) -> None:
        """Free the slots of deliveries whose outcome the ledger has. One that has none here is no fault."""
        for delivery_id in delivery_ids:
            if slot := self._taken.pop(delivery_id, None):
                block, at = slot
                block[at : at + _FREE_OCTETS] = FREE
                self._free.append(slot)

    def close(self) -> None:
        """End writing. The file goes too if all is forgotten; else it stays, for whoever takes over."""
        for block in self._blocks:
            block.close()
        os.close(self._descriptor)
        if not self._taken:
            self._path.unlink(missing_ok=True)

    def _grow(self) -> None:
        size = len(self._blocks) * BLOCK_OCTETS
        try:
            os.posix_fallocate(self._descriptor, size, BLOCK_OCTETS)
            block = mmap.mmap(self._descriptor, BLOCK_OCTETS, offset=size)
        except OSError as error:
            raise _cannot(self._path, error) from error
        self._blocks.append(block)
        self._free += [_Slot(block, at) for at in reversed(range(0, BLOCK_OCTETS, SLOT_OCTETS))]


def open_journal(folder: Path, owner: str) -> Journal:
    """Make a worker's journal in this host's folder. Raises JournalError, e.g. where the disk is full."""
    path = _path(folder, owner)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _cannot(path, error) from error
    try:
        return Journal(path, descriptor)
    except JournalError:
        os.close(descriptor)
        path.unlink()
        raise


def read_journal(folder: Path, owner: str) -> Evidence:
    """Return what the journal of a worker that is gone says; reading changes nothing. Not whole where there is none."""
    try:
        octets = _path(folder, owner).read_bytes()
    except OSError:
        octets = b""
    slots = [octets[at : at + SLOT_OCTETS] for at in range(0, len(octets) - SLOT_OCTETS + 1, SLOT_OCTETS)]
    if not slots or not slots[0].startswith(_FORMAT):
        return Evidence(is_whole=False, intended={}, outcomes={})
    head = _head()
    is_of_this_boot = head != _FORMAT and slots[0].startswith(head)
    return _read_slots(slots[1:], is_of_this_boot=is_of_this_boot)


def remove_journal(folder: Path, owner: str) -> None:
    """Remove the journal of a worker that is gone, once the ledger has what it says."""
    _path(folder, owner).unlink(missing_ok=True)


def _read_slots(slots: Iterable[bytes], *, is_of_this_boot: bool) -> Evidence:
    """Read each slot by itself. One may be torn, that of the last store; a worker's two threads make no two at once."""
    intended: dict[DeliveryId, int] = {}
    outcomes: dict[DeliveryId, Outcome] = {}
    torn = 0
    for slot in slots:
        try:
            intent = read_intent(slot)
        except TornError:
            torn += 1
            continue
        if intent:
            intended[intent.delivery_id] = intent.fence
            if outcome := read_outcome(slot, intent):
                outcomes[intent.delivery_id] = outcome
    return Evidence(is_whole=is_of_this_boot and torn <= 1, intended=intended, outcomes=outcomes)


def _head() -> bytes:
    """Return what a journal of this boot begins with; the machine's boot is left out where it has no name for it."""
    try:
        return _FORMAT + _BOOT_ID.read_bytes()
    except OSError:
        return _FORMAT


def _path(folder: Path, owner: str) -> Path:
    return folder / f"{owner}.journal"


def _cannot(path: Path, error: OSError) -> JournalError:
    return JournalError(f"{path}: {error.strerror}; nothing is sent without a journal: see to the disk of DIGEST_HOME")
