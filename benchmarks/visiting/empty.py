"""The same framework and server with nothing to do: `python -m benchmarks.visiting.empty PORT` answers 200 to `/`."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.servers.ports import LOOPBACK


async def _answer(_request: Request) -> Response:
    return PlainTextResponse("")


def main() -> None:
    """Serve until the process is ended."""
    app = Starlette(routes=[Route("/", _answer)])
    uvicorn.run(app, host=LOOPBACK, port=int(sys.argv[1]), http="h11", access_log=False, log_level="error")


if __name__ == "__main__":
    main()
