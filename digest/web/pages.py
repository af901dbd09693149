"""Pages: templates of `templates/web`, an operator's own first, rendered with a language's words.

Templates are an operator's, as trusted as their settings; what they print is escaped, and a name that is not there is
an error. They get what a view hands them, and besides: `say` and `count` (a phrase in the page's language), `page`
(`lang`, `dir`), `publication` (`name`, `postal_lines`), `languages` (the name of each, in itself), `link` (an address
of ours) and `asset` (one of an asset).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.responses import HTMLResponse

from digest.model.messages import Publication
from digest.render.words import words_for
from digest.web.assets import Asset
from digest.web.languages import spoken_languages

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""Headers of what is one visitor's own: no cache keeps it, no search engine finds it."""


class Pages:
    """Makes pages. `publication` is whose they are, and where: links know its `base_url`, never a Host header."""

    def __init__(self, folders: Sequence[Path], *, publication: Publication, assets: Mapping[str, Asset]) -> None:
        self._root = urlsplit(publication.base_url).path
        self._assets = assets
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals["link"] = self.link
        self._environment.globals["asset"] = self.asset
        self._environment.globals["languages"] = {
            lang: words_for(lang).locale.get_display_name() for lang in spoken_languages()
        }
        self._environment.globals["publication"] = {
            "name": publication.name,
            "postal_lines": [line.strip() for line in publication.postal_address.splitlines() if line.strip()],
        }

    def page(self, name: str, *, lang: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """Return a public page, made of `templates/web/<name>`."""
        return HTMLResponse(self.render(name, lang=lang, values=values), status, {"Vary": "Accept-Language"})

    def fresh_page(self, name: str, *, lang: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """Return a public page that nobody keeps, since something in it, as a form's token, ends; it may be found."""
        page = self.page(name, lang=lang, values=values, status=status)
        page.headers["Cache-Control"] = "no-store"
        return page

    def private_page(self, name: str, *, lang: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """Return a page that is one visitor's own: nobody keeps or indexes it."""
        return HTMLResponse(self.render(name, lang=lang, values=values), status, PRIVATE)

    def render(self, name: str, *, lang: str, values: Mapping[str, object]) -> str:
        """Return the HTML that `templates/web/<name>` makes of the values, in this language."""
        words = words_for(lang)
        spoken = {"say": words.say, "count": words.count, "page": {"lang": lang, "dir": words.direction.value}}
        return self._environment.get_template(f"web/{name}").render({**spoken, **values})

    def link(self, path: str) -> str:
        """Return where one of our paths is on this origin: below the path of the `base_url`, where it has one."""
        return self._root + path

    def asset(self, name: str) -> str:
        """Return the address of an asset; it changes with what is in it, so that caches may keep it for good."""
        return self.link(f"/assets/{name}?v={self._assets[name].fingerprint}")
