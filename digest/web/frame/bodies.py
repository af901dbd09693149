"""Bounds of a request's body: how long, and for how long it may take to come. Whoever reads it meets them."""

import asyncio
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_OCTETS = 64 * 1024
BODY_WITHIN_S = 10.0
_HANG_UP = {"Connection": "close"}
"""What is left of a body that is refused, nobody reads."""


class BoundedBodies:
    """Raises 413 where a body is longer than `max_octets`, and 408 where it is not whole `within_s` after its head."""

    def __init__(self, app: ASGIApp, *, max_octets: int = MAX_BODY_OCTETS, within_s: float = BODY_WITHIN_S) -> None:
        self._app = app
        self._max_octets = max_octets
        self._within_s = within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        bounded = self._bounded(scope, receive) if scope["type"] == "http" else receive
        await self._app(scope, bounded, send)

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        declared = Headers(scope=scope).get("content-length", "0")
        ends_at_s = asyncio.get_running_loop().time() + self._within_s
        left, is_whole = self._max_octets, False

        async def receive_within_bounds() -> Message:
            nonlocal left, is_whole
            if is_whole:
                return await receive()
            if declared.isdigit() and int(declared) > self._max_octets:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=_HANG_UP)
            message = await _receive_by(ends_at_s, receive)
            left -= len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if left < 0:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=_HANG_UP)
            return message

        return receive_within_bounds


async def _receive_by(ends_at_s: float, receive: Receive) -> Message:
    try:
        async with asyncio.timeout_at(ends_at_s):
            return await receive()
    except TimeoutError as error:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=_HANG_UP) from error
