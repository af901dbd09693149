"""Which other sites' pages may use the API (CORS, Fetch 3.3): those of the origins that the operator lists, no more.

Never with credentials: there are none. Each answer says that it depends on the origin, so that no cache gives one
site's to another.
"""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MAX_AGE_S = "600"


class CrossOrigin:
    """Lets pages of `origins` read answers, and answers what their browsers ask beforehand (a preflight)."""

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        origin = asked.get("origin", "")
        is_listed = origin in self._origins

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if is_listed:
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = "Retry-After"
            await send(message)

        is_preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in asked
        app = _allow_methods if is_listed and is_preflight else self._app
        await app(scope, receive, send_with_headers)


async def _allow_methods(scope: Scope, receive: Receive, send: Send) -> None:
    allowed = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": _MAX_AGE_S,
    }
    await Response(status_code=204, headers=allowed)(scope, receive, send)
