"""Faults: what a view raised, told to the visitor on a page in their language, and to the log without their words."""

from http import HTTPStatus

import structlog
from jinja2 import TemplateError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.errors import InputError, NotFoundError, StoreError
from digest.logs import describe_bug
from digest.web.languages import next_spoken, read_languages
from digest.web.site import Site

log = structlog.get_logger()

_AGAIN_IN_S = "30"


class Faults:
    """Answers in place of a view that failed. Nothing of what went wrong is shown."""

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:  # noqa: BLE001  # the top of a visit: who came for a page gets one
            log.error("web.failed", why=describe_bug(error))  # noqa: TRY400  # an error's own words may hold an address
            if not has_begun:
                await show_fault(self._site, Request(scope), HTTPException(500))(scope, receive, send)


def answer_fault(request: Request, error: Exception) -> Response:
    """Return the page for what a view raised on purpose: an HTTP status, or an error of ours that has one."""
    if isinstance(error, StoreError):
        log.warning("web.no_database", why=str(error))
    return show_fault(request.app.state.site, request, _as_http(error))


def show_fault(site: Site, request: Request, fault: HTTPException) -> Response:
    """Return the page for a status, in the visitor's language; plain words where the page itself cannot be made."""
    lang = next_spoken(
        request.query_params.get("lang", ""),
        *read_languages(request.headers.get("accept-language", "")),
        site.settings.lang,
    )
    status = fault.status_code
    try:
        page: Response = site.pages.private_page("fault.html", lang=lang, values={"status": status}, status=status)
    except TemplateError:
        page = PlainTextResponse(HTTPStatus(status).phrase, status)
    page.headers.update(fault.headers or {})
    return page


def _as_http(error: Exception) -> HTTPException:
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, NotFoundError):
        return HTTPException(HTTPStatus.NOT_FOUND)
    if isinstance(error, InputError):
        return HTTPException(HTTPStatus.BAD_REQUEST)
    return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": _AGAIN_IN_S})
