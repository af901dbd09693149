"""Who writes next to a SQLite database: whoever came first, whatever became of those before."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from digest.errors import StoreError
from digest.store.writers import WriterQueue
from tests.faults.waiting import wait_until

THREADS = 8


def test_writers_are_let_in_as_they_came() -> None:
    queue, came = WriterQueue(patience_s=30), list[int]()

    with ThreadPoolExecutor(THREADS) as pool, queue.turn():
        for number in range(THREADS):
            pool.submit(take_turn, queue, came, number)
            wait_until(lambda: len(queue._queue) == number + 2, timeout_s=30, what="a writer")  # noqa: B023

    assert came == list(range(THREADS))


def test_a_writer_that_fails_lets_the_next_one_in() -> None:
    queue, came = WriterQueue(patience_s=30), list[int]()

    with suppress(KeyboardInterrupt), queue.turn():
        raise KeyboardInterrupt
    take_turn(queue, came, 1)

    assert came == [1]


def test_a_writer_that_waited_for_too_long_is_told_so_and_holds_nobody_up() -> None:
    queue, came = WriterQueue(patience_s=0.01), list[int]()

    with ThreadPoolExecutor(1) as pool, queue.turn():
        failure = pool.submit(take_turn, queue, came, 1).exception()
    take_turn(queue, came, 2)

    assert isinstance(failure, StoreError)
    assert came == [2]


def take_turn(queue: WriterQueue, came: list[int], number: int) -> None:
    with queue.turn():
        came.append(number)
