"""The order in which the threads of this process write to a SQLite database, which takes one writer at a time.

SQLite itself lets a second writer sleep and try again, ever longer; whoever came last then has the best chance, and
somebody waits for seconds. Between processes it is still SQLite that decides, with one thread of each at its door.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from digest.errors import StoreError


class WriterQueue:
    """Lets one thread in at a time, in the order in which they came. A thread that is in must not come again."""

    def __init__(self, *, patience_s: float) -> None:
        self._patience_s = patience_s
        self._guard = Lock()
        self._queue: list[Event] = []  # the first is set: whose turn it is

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Run the block when it is this thread's turn. Raises StoreError when that does not come."""
        mine = Event()
        try:
            self._join(mine)
            if not mine.wait(self._patience_s):
                raise StoreError(
                    f"the database is busy: others have been writing to it for {self._patience_s:g} seconds"
                )
            yield
        finally:
            self._leave(mine)

    def _join(self, mine: Event) -> None:
        with self._guard:
            self._queue.append(mine)
            self._queue[0].set()

    def _leave(self, mine: Event) -> None:
        with self._guard:
            if mine in self._queue:  # it is not where a signal came before it joined
                self._queue.remove(mine)
            if self._queue:
                self._queue[0].set()
