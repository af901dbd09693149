"""Markdown files with front matter: YAML between two lines of `---`, then CommonMark.

The fields of the front matter are those of story_fields.py. HTML inside the Markdown is shown as text.
"""

import re
from collections.abc import Mapping

import yaml
from markdown_it import MarkdownIt

from digest.errors import RejectedError
from digest.gather.cleaning.draft import Draft
from digest.gather.cleaning.json_values import as_object
from digest.gather.exports.story_fields import draft_of

MAX_MARKDOWN_CHARS = 300_000
MAX_FRONT_MATTER_CHARS = 20_000
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:(.*?)\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"\s*#[ \t]+(\S.*)")


class _PlainLoader(yaml.BaseLoader):
    """YAML without aliases, which a bomb is made of, and without guesses: `no` is Norwegian, not false."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem="aliases (*name) are not read here; write the value out")
        return super().compose_node(parent, index)


def read_markdown(text: str) -> Draft:
    """Return the story of a Markdown file. Without a title in the front matter, it is the first `#` heading.

    Raises RejectedError when it is too large or the front matter cannot be read.
    """
    if len(text) > MAX_MARKDOWN_CHARS:
        raise RejectedError(f"it has {len(text):,} characters; at most {MAX_MARKDOWN_CHARS:,} are read as one story")
    text = text.replace("\r\n", "\n").lstrip("\ufeff")
    fields, markdown = _split(text)
    draft = draft_of(fields)
    heading = _HEADING.match(markdown)
    headline = heading[1].rstrip(" \t#") if heading else ""
    if heading and draft.title in {"", headline}:
        draft.title = headline
        markdown = markdown[heading.end() :]
    draft.body = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(markdown)
    return draft


def _split(text: str) -> tuple[Mapping[str, object], str]:
    """Return the fields of the front matter, and the Markdown after it."""
    if not re.match(r"---[ \t]*\n", text):
        return {}, text
    front = _FRONT_MATTER.match(text)
    if not front:
        raise RejectedError("its front matter, opened by --- on line 1, is never closed; put --- on a line after it")
    return _fields(front[1] or ""), text[front.end() :]


def _fields(front_matter: str) -> Mapping[str, object]:
    if len(front_matter) > MAX_FRONT_MATTER_CHARS:
        raise RejectedError(f"its front matter has more than {MAX_FRONT_MATTER_CHARS:,} characters")
    try:
        found: object = yaml.load(front_matter, Loader=_PlainLoader)  # noqa: S506 - makes only texts, lists and mappings
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 2}: " if error.problem_mark else ""
        raise RejectedError(f"its front matter is no YAML that is read: {where}{error.problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise RejectedError(f"its front matter is no YAML that is read: {str(error) or 'nested too deep'}") from error
    if found and not isinstance(found, dict):
        raise RejectedError("its front matter names no fields; write them as `title: ...`, one a line")
    return as_object(found)
