"""The front door, and what pages are dressed in: style sheets, scripts and pictures."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from digest.web.site import Site
from digest.web.visits import Visit, endpoint

_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"
_ICON = "icon.svg"
"""What a browser gets that asks for the site's icon where no page named one."""


def open_door(site: Site, _visit: Visit) -> Response:
    """Lead to the sign-up page."""
    return RedirectResponse(site.pages.link("/subscribe"), HTTPStatus.SEE_OTHER)


def show_asset(site: Site, visit: Visit) -> Response:
    """Answer with a style sheet, script or picture."""
    asset = site.assets.get(visit.path.get("name", _ICON))
    if asset is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    kept = _FOR_GOOD if visit.asked("v") == asset.fingerprint else _FOR_AN_HOUR
    headers = {"Cache-Control": kept, "ETag": f'"{asset.fingerprint}"', "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(asset.content, media_type=asset.media_type, headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/", endpoint(open_door)),
    Route("/assets/{name}", endpoint(show_asset)),
    Route("/favicon.ico", endpoint(show_asset)),
]
