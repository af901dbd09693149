"""The API as an application of its own, to be mounted: its document, its endpoints, and what stands around them."""

from http import HTTPStatus
from importlib.metadata import version

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware

from digest.web.api import endpoints, shapes
from digest.web.api.cross_origin import CrossOrigin
from digest.web.api.problems import MEDIA_TYPE, add_problems
from digest.web.site import Site

PATH = "/api/v1"
_ABOUT = """
Everything that a form to sign up needs. `GET /topics` says what there is, `GET /form` opens a form, `POST
/subscriptions` sends it: two seconds after it was opened at least, and with its challenge solved, if it came with one.
The reader then gets a mail that asks them to confirm.

Every answer that is no success is a problem (RFC 9457), with words that can be shown to the reader.
Pages of other sites may use this from a browser if the newsroom lists their origins.
"""


_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON.",
    HTTPStatus.REQUEST_TIMEOUT: "The body came too slowly.",
    HTTPStatus.CONFLICT: "The form's token is too young, too old, used or not ours: open a form again.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body has more than 64 KiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not said to be JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Fields are missing or wrong; `fields` says which.",
    HTTPStatus.PRECONDITION_REQUIRED: "A challenge has to be solved: open a form again.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many sign-ups; `Retry-After` says for how long, in seconds.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault of ours.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Sign-ups are closed, or the database is away; `Retry-After` says for how long.",
}


def _say(*statuses: HTTPStatus) -> dict[int | str, dict[str, object]]:
    """Return these problems for the document."""
    schema = shapes.Problem.model_json_schema()
    return {
        int(status): {"description": _PROBLEMS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in (*statuses, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
    }


def make_api(site: Site) -> FastAPI:
    """Return the ASGI application over a site. Its document is at /openapi.json; it has no pages."""
    publication = site.services.publication
    api = FastAPI(
        title=f"{publication.name}: sign-ups",
        description=_ABOUT.strip(),
        version=version("digest-newsroom"),
        servers=[{"url": publication.base_url + PATH}],
        root_path_in_servers=False,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(CrossOrigin, origins=site.settings.embed_origins)],
    )
    api.state.site = site
    _add_endpoints(api)
    add_problems(api)
    return api


def _add_endpoints(api: FastAPI) -> None:
    unprocessable = HTTPStatus.UNPROCESSABLE_ENTITY
    api.get("/topics", response_model=shapes.TopicsOnOffer, responses=_say(unprocessable))(endpoints.list_topics)
    api.get("/form", response_model=shapes.OpenedForm, responses=_say())(endpoints.open_one)
    api.post(
        "/subscriptions",
        status_code=HTTPStatus.ACCEPTED,
        response_model=shapes.Asked,
        dependencies=[Depends(endpoints.require_json)],
        responses=_say(*_PROBLEMS),
    )(endpoints.ask_for_topics)
