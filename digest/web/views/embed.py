"""The scripts that article pages load: the embedded form, and the puzzle's solver that it asks for when it needs it.

They are the same for everybody and hold nothing of a reader. The solver is a module, which another origin may only load
where the answer allows it (Fetch, "CORS protocol"); what the API allows is another matter.
"""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.web.site import Site
from digest.web.visits import Visit, endpoint

_HEADERS = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}


def show_embed(site: Site, _visit: Visit) -> Response:
    """Answer with the script of the embedded form."""
    return _script(site, "embed.js")


def show_solver(site: Site, _visit: Visit) -> Response:
    """Answer with the solver, which any page may import."""
    answer = _script(site, "solve.js")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _script(site: Site, name: str) -> Response:
    asset = site.assets[name]
    headers = {**_HEADERS, "ETag": f'"{asset.fingerprint}"'}
    return Response(asset.content, media_type=asset.media_type, headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/embed.js", endpoint(show_embed)),
    Route("/solve.js", endpoint(show_solver)),
]
