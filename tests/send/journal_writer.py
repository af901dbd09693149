"""A process that writes a journal until it is killed: `python -m tests.send.journal_writer FOLDER OWNER`.

Says on its output what it does, a line each: an intent, conclusion when it is made (`intended`, `concluded`), a
forgetting before (`forgetting`). The output is a file, whose pages outlive the process as the journal's do.
"""

import os
import sys
from itertools import count
from pathlib import Path

from digest.model.ids import DeliveryId
from digest.model.mailings import DeliveryStatus, Outcome
from digest.model.messages import Reply
from digest.send.journal import open_journal

GROUP = 40


def main() -> None:
    journal = open_journal(Path(sys.argv[1]), sys.argv[2])
    for first in count(1, GROUP):
        group = range(first, first + GROUP)
        for number in group:
            journal.intend(DeliveryId(number), fence_of(number))
            say("intended", number)
        for number in group[::2]:
            journal.conclude(outcome_of(number))
            say("concluded", number)
        for number in group[:-1]:
            say("forgetting", number)
            journal.forget([DeliveryId(number)])


def fence_of(number: int) -> int:
    return number * 7


def outcome_of(number: int) -> Outcome:
    return Outcome(
        delivery_id=DeliveryId(number),
        fence=fence_of(number),
        status=DeliveryStatus.SENT,
        reply=Reply(code=250, enhanced="2.0.0", text=f"queued as {number} " + "x" * (number % 400)),
    )


def say(what: str, number: int) -> None:
    os.write(1, f"{what} {number}\n".encode())


if __name__ == "__main__":
    main()
