"""Problems (RFC 9457): every answer of the API that is no success, with words for the reader in their language."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeGuard

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digest.errors import FieldsError, NotFoundError, StoreError
from digest.render.words import Words, words_for
from digest.web.api.shapes import Problem
from digest.web.languages import next_spoken, read_languages
from digest.web.sign_up_troubles import Trouble, wrong_fields
from digest.web.site import Site

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
_AGAIN_IN_S = 30
_WHAT_TO_DO: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON in UTF-8, or is nested too deep.",
    HTTPStatus.NOT_FOUND: "There is nothing here. What there is stands in openapi.json.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Not by this method. What can be done stands in openapi.json.",
    HTTPStatus.REQUEST_TIMEOUT: "The body took too long to come.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too long.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body must be application/json, and say so.",
}


def make_problem(
    status: int, detail: str, *, fields: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer that says so. `detail` and `fields` are sentences for a reader; no cache keeps it."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, fields=dict(fields or {}))
    no_store = {"Cache-Control": "no-store", **(headers or {})}
    return Response(problem.model_dump_json(), status, headers=no_store, media_type=MEDIA_TYPE)


def trouble_problem(trouble: Trouble) -> Response:
    """Return the problem that says what a page would say."""
    headers = {"Retry-After": str(trouble.retry_after_s)} if trouble.retry_after_s else {}
    return make_problem(trouble.status, trouble.text or trouble.title, fields=trouble.fields, headers=headers)


def fields_problem(error: FieldsError | NotFoundError, words: Words) -> Response:
    """Return the problem that names each wrong field: in the page's words, or in English for one that no page has."""
    trouble = wrong_fields(error, words)
    plain = error.problems if isinstance(error, FieldsError) else {}
    return make_problem(trouble.status, trouble.text or trouble.title, fields={**plain, **trouble.fields})


def words_of(request: Request, *asked: str) -> Words:
    """Return the words of the language asked for, by `?lang=` too, else of the browser's, else of the site."""
    site: Site = request.app.state.site
    accepted = read_languages(request.headers.get("accept-language", ""))
    return words_for(next_spoken(*asked, request.query_params.get("lang", ""), *accepted, site.settings.lang))


def add_problems(api: FastAPI) -> None:
    """Let each error of a request, and each fault of ours, be answered by a problem."""
    api.add_exception_handler(HTTPException, _answer_http)
    api.add_exception_handler(RequestValidationError, _answer_invalid)
    api.add_exception_handler(StoreError, _answer_no_database)
    api.add_exception_handler(Exception, _answer_fault)


def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = _WHAT_TO_DO.get(error.status_code, error.detail)
    return make_problem(error.status_code, detail, headers=error.headers)


def _answer_invalid(request: Request, error: Exception) -> Response:
    """Answer a request that is not of the shape in the document."""
    assert isinstance(error, RequestValidationError)
    found = [(one["loc"], str(one["msg"])) for one in error.errors()]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return make_problem(HTTPStatus.BAD_REQUEST, _WHAT_TO_DO[HTTPStatus.BAD_REQUEST])
    problems = {str(loc[1]) if len(loc) > 1 else "body": said for loc, said in found}
    lang = error.body.get("lang") if _is_object(error.body) else None
    return fields_problem(FieldsError(problems), words_of(request, lang if isinstance(lang, str) else ""))


def _is_object(body: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(body, dict)


def _answer_no_database(_request: Request, error: Exception) -> Response:
    log.warning("web.no_database", why=str(error))
    headers = {"Retry-After": str(_AGAIN_IN_S)}
    return make_problem(HTTPStatus.SERVICE_UNAVAILABLE, "Please try again in a minute.", headers=headers)


def _answer_fault(_request: Request, _error: Exception) -> Response:
    """Answer a fault of ours; whoever stands around the API logs it."""
    return make_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "That did not work here. Please try again later.")
