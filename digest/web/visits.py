"""A visit: what a view may know of a request, bounded and cleaned, and how a view becomes an endpoint.

Nothing else of a request is passed on: no cookie (one-click comes without, RFC 8058 3.2), no Host (links come from the
settings), no user agent to guess by.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digest.web.languages import read_languages
from digest.web.proxies import find_visitor

if TYPE_CHECKING:
    from digest.web.site import Site

MAX_FIELDS = 200
MAX_FIELD_OCTETS = 16 * 1024
MAX_REFERRER_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request. `fields` are a form's, urlencoded or multipart; files, and bodies that are no form, give none.

    `languages` are the visitor's, best first, with the site's own last; `ip` is theirs, through our own proxies;
    `bearer` is the token of an Authorization header (RFC 6750 2.1), "" without one.
    """

    method: str
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    fields: Mapping[str, Sequence[str]]
    languages: tuple[str, ...]
    ip: str
    referrer: str
    bearer: str = ""

    def one(self, name: str) -> str:
        """Return a form field's first value, "" where it is absent."""
        return next(iter(self.fields.get(name, ())), "")

    def asked(self, name: str) -> str:
        """Return a query parameter's first value, "" where it is absent."""
        return next(iter(self.query.get(name, ())), "")


View = Callable[["Site", Visit], Response]


def endpoint(view: View) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that reads a visit and answers it by this view, in a thread."""

    @wraps(view)
    async def answer(request: Request) -> Response:
        site: Site = request.app.state.site
        return await run_in_threadpool(view, site, await read_visit(request, site))

    return answer


async def read_visit(request: Request, site: "Site") -> Visit:
    """Return what views may know of a request."""
    query = _grouped(request.query_params.multi_items())
    asked = tuple(query.get("lang", ()))[:1]
    accepted = read_languages(request.headers.get("accept-language", ""))
    return Visit(
        method=request.method,
        path={name: _cleaned(str(value)) for name, value in request.path_params.items()},
        query=query,
        fields=await _read_fields(request),
        languages=(*asked, *accepted, site.settings.lang),
        ip=find_visitor(
            request.client.host if request.client else "",
            forwarded=request.headers.getlist("x-forwarded-for"),
            trusted=site.settings.trusted_proxies,
        ),
        referrer=_cleaned(request.headers.get("referer", ""))[:MAX_REFERRER_CHARS],
        bearer=_read_bearer(request.headers.get("authorization", "")),
    )


async def _read_fields(request: Request) -> Mapping[str, Sequence[str]]:
    """Return the form's fields; a body that is no form has none, since who leaves by one is not turned away.

    Raises HTTPException for one that is too long or too slow.
    """
    if request.method != "POST":
        return {}
    try:
        form = await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_OCTETS)
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        return {}
    return _grouped((name, value) for name, value in form.multi_items() if isinstance(value, str))


def _read_bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(_cleaned(value))
    return grouped


def _cleaned(value: str) -> str:
    """Return the text without NULs, which PostgreSQL takes in no text, and without halves of a character."""
    return value.replace("\0", "").encode(errors="replace").decode()
