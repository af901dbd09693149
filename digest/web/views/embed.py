"""What article pages load: the script of the embedded form, its look, and the solver of the puzzle there may be.

They are the same for everybody and hold nothing of a reader, so that any page may read them (Fetch 3.3); which sites'
pages may use the API is another matter. An operator's own `web/assets/embed.css` gives the form another look.
"""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digest.web.keeping import keepable, kept
from digest.web.site import Site
from digest.web.visits import Visit, endpoint

_FOR_ANY_PAGE = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}


def show_embed(site: Site, _visit: Visit) -> Response:
    """Answer with the script of the embedded form."""
    return _show(site, "embed.js")


def show_look(site: Site, _visit: Visit) -> Response:
    """Answer with its style sheet."""
    return _show(site, "embed.css")


def show_solver(site: Site, _visit: Visit) -> Response:
    """Answer with the puzzle's solver, a module."""
    return _show(site, "solve.js")


def _show(site: Site, name: str) -> Response:
    asset = site.assets[name]
    return keepable(Response(asset.content, media_type=asset.media_type, headers=_FOR_ANY_PAGE))


ROUTES: list[BaseRoute] = [
    Route("/embed.js", kept(endpoint(show_embed))),
    Route("/embed.css", kept(endpoint(show_look))),
    Route("/solve.js", kept(endpoint(show_solver))),
]
