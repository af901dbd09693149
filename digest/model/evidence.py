"""Evidence: what a worker that is gone left behind on its host about the mails it had on the wire. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.model.ids import DeliveryId
from digest.model.mailings import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one worker's journal says.

    `intended` has the fence of each delivery whose final dot was about to be written; `outcomes` what became of those
    whose reply was read. What the ledger had recorded before need not be in either.
    `is_whole` says that what is not there did not happen: without an intent, no final dot has left. False where the
    machine restarted since, where the journal is missing or damaged: then only what is there is known.
    """

    is_whole: bool
    intended: Mapping[DeliveryId, int]
    outcomes: Mapping[DeliveryId, Outcome]
