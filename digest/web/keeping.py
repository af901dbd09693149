"""Answers that caches may keep: what tells one version from the next, and 304 for who has it (RFC 9110 8.8 and 13)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2s
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

MAX_AGE_S = 300
"""How long a cache need not ask again: an edition that is recalled is gone from everywhere after that."""

_OF_THE_BODY = frozenset({"content-length", "content-type"})

Answer = Callable[[Request], Awaitable[Response]]


def keepable(response: Response, *, changed_at: datetime | None = None) -> Response:
    """Return the response with a strong validator of its content, and when that last changed, where it is known."""
    response.headers["ETag"] = f'"{blake2s(bytes(response.body), digest_size=16).hexdigest()}"'
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    if changed_at is not None:
        response.headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    return response


def kept(answer: Answer) -> Answer:
    """Return the endpoint that says 304 instead where the visitor has what this one would answer."""

    async def answer_if_changed(request: Request) -> Response:
        response = await answer(request)
        if response.status_code != HTTPStatus.OK or not is_fresh(request.headers, response.headers):
            return response
        # All other headers go along: a cache takes them over, and a page kept would else lose its own (RFC 9111 4.3.4).
        headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_BODY}
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)

    return answer_if_changed


def is_fresh(asked: Mapping[str, str], answered: Mapping[str, str]) -> bool:
    """Return whether what was asked for is what the visitor has (RFC 9110 13.2.2); header names are in small letters.

    A tag decides where there is one, compared weakly, as caches may have made it; only else a time does.
    """
    tags = asked.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or answered.get("etag") in known
    since, changed = _read_date(asked.get("if-modified-since")), _read_date(answered.get("last-modified"))
    return since is not None and changed is not None and changed <= since


def _read_date(written: str | None) -> datetime | None:
    """Return an HTTP date, or None for what is none; one without a zone is in UTC."""
    try:
        read = parsedate_to_datetime(written or "")
    except (ValueError, OverflowError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
