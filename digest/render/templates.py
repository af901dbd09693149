"""Templates: found folder by folder, an operator's own before the shipped ones, and rendered by Jinja2 in its sandbox.

Templates get prepared texts only (digest/render/prepare.py): no objects, no queries, no arithmetic. A name that is not
there is an error. What an HTML template prints is escaped, what a text template prints is not.
The sandbox stops neither long loops nor huge strings, so an operator's templates are rendered by
`digest.render.bounded.BoundedTemplates`.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from digest.errors import RenderError
from digest.render.wrapping import wrapped

NOTHING_READY: Mapping[str, str] = {}
_INDENTATION = re.compile(r"\s*\n\s*")


class Renderer(Protocol):
    """Makes texts of templates and values."""

    def render(self, name: str, values: Mapping[str, object], *, markup: Mapping[str, str] = NOTHING_READY) -> str:
        """Return what a template makes of the values, or raise RenderError naming it.

        `markup` holds more values by name: HTML that templates made already. HTML comes without indentation, blank
        lines and white space around it, which only make a mail larger.
        """
        ...


class Templates:
    """The templates of some folders, the first folder that has a file giving it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            autoescape=_is_html,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.filters["wrapped"] = wrapped

    def render(self, name: str, values: Mapping[str, object], *, markup: Mapping[str, str] = NOTHING_READY) -> str:
        """Return what a template makes of the values; see `Renderer`."""
        ready = {key: Markup(html) for key, html in markup.items()}  # noqa: S704 - templates escaped what is in it
        try:
            rendered = self._environment.get_template(name).render({**values, **ready})
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise RenderError(f"template {name}: {type(error).__name__}: {error}") from error
        return _INDENTATION.sub("\n", rendered).strip() if _is_html(name) else rendered


def has_templates(folder: Path, *, theme: str) -> bool:
    """Return whether a folder has any of the templates that a theme is made of."""
    mails = (folder / "email" / name for name in (theme, f"_{theme}", "_base"))
    return any(path.is_file() for mail in mails if mail.is_dir() for path in mail.iterdir())


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html")
