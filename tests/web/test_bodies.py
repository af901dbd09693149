"""Bounds of a body: too long or too slow is refused, by whoever reads it; what fits comes through as it was sent."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from digest.web.frame.bodies import BoundedBodies

MAX = 100


async def say_nothing(_message: Message) -> None:
    """Take what an application answers."""


def read_body(pieces: Sequence[bytes], *, declared: int | None = None, is_whole: bool = True) -> bytes:
    """Return what an application behind the bounds reads of a body that comes in these pieces."""
    coming = iter(pieces)
    read: list[bytes] = []

    async def receive() -> Message:
        piece = next(coming, None)
        if piece is None and not is_whole:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        read.append(await Request(scope, receive).body())

    length = sum(map(len, pieces)) if declared is None else declared
    scope = {"type": "http", "method": "POST", "headers": [(b"content-length", str(length).encode())]}
    asyncio.run(BoundedBodies(application, max_octets=MAX, within_s=0.05)(scope, receive, say_nothing))
    return read[0]


@given(pieces=st.lists(st.binary(max_size=40), max_size=8))
def test_a_body_within_bounds_comes_as_it_was_sent_and_no_other_comes(pieces: list[bytes]) -> None:
    sent = b"".join(pieces)

    if len(sent) <= MAX:
        assert read_body(pieces) == sent
    else:
        with pytest.raises(HTTPException) as refused:
            read_body(pieces)
        assert refused.value.status_code == 413


def test_a_body_longer_than_it_said_is_refused() -> None:
    with pytest.raises(HTTPException) as refused:
        read_body([b"x" * 60, b"x" * 60], declared=10)

    assert refused.value.status_code == 413


def test_a_body_that_says_it_is_long_is_refused_unread() -> None:
    with pytest.raises(HTTPException) as refused:
        read_body([], declared=10**30, is_whole=False)

    assert refused.value.status_code == 413


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    with pytest.raises(HTTPException) as refused:
        read_body([b"x"], declared=2, is_whole=False)

    assert refused.value.status_code == 408
    assert refused.value.headers == {"Connection": "close"}
