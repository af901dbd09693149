"""Waiting for something that another process does, for no longer than is sensible."""

import time
from collections.abc import Callable, Iterator

POLL_S = 0.02


def seconds_left(timeout_s: float, *, what: str) -> Iterator[float]:
    """Yield the seconds left until a deadline, then raise TimeoutError naming what was waited for."""
    deadline = time.monotonic() + timeout_s
    while (left := deadline - time.monotonic()) > 0:
        yield left
    raise TimeoutError(f"waited {timeout_s:g} s for {what}")


def wait_until(is_so: Callable[[], bool], *, timeout_s: float, what: str) -> None:
    """Ask again and again until something is so. Raises TimeoutError."""
    for _ in seconds_left(timeout_s, what=what):
        if is_so():
            return
        time.sleep(POLL_S)
