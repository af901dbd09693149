"""Files and folders on this machine: which are read, and each by what its name ends in.

What a fetched URL is, is decided otherwise, by its bytes: digest/gather/documents.py.
"""

import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from digest.errors import RejectedError
from digest.gather.cleaning.draft import Draft, finish
from digest.gather.cleaning.encoding import decoded
from digest.gather.cleaning.json_values import load_json
from digest.gather.documents import refuse_binary
from digest.gather.exports.json_stories import read_json_stories
from digest.gather.exports.markdown import read_markdown
from digest.gather.exports.text_export import read_export
from digest.gather.feeds.json_feed import is_json_feed, read_json_feed
from digest.gather.feeds.xml_feed import parse_feed
from digest.gather.pages.page import parse_page
from digest.model.sources import ParsedDocument

MAX_FILE_BYTES = 15_000_000
_ONE_STORY: dict[str, Callable[[str], Draft]] = {
    ".txt": read_export,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_FEEDS = frozenset({".xml", ".rss", ".atom", ".rdf"})
_READ = (*_ONE_STORY, *sorted(_PAGES), ".json", *sorted(_FEEDS))


def parse_file(name: str, content: bytes, *, now: datetime) -> ParsedDocument:
    """Return the stories of a file, read by what its `name` ends in. Raises RejectedError, saying what is wrong.

    An article export is .txt; Markdown .md, .markdown; a page .html, .htm, .xhtml; stories or a JSON Feed .json;
    a feed .xml, .rss, .atom, .rdf.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in _READ:
        raise RejectedError(f"{_called(suffix)} are not read; give one that ends in {', '.join(_READ)}")
    refuse_binary(content)
    if suffix in _PAGES:
        return parse_page(content, url="", content_type="", now=now)
    if suffix in _FEEDS:
        return parse_feed(content, url=name, content_type="", now=now)
    if suffix == ".json":
        return _parse_json(content, name=name, now=now)
    draft = _ONE_STORY[suffix](decoded(content, content_type=""))
    return ParsedDocument(stories=(finish(draft, base_url=draft.url, source=name, now=now),))


def find_files(folder: Path) -> Iterator[Path]:
    """Yield the files under a folder that can be read here, in order of their paths.

    Hidden ones are passed over, and links to anything outside of the folder. Links to folders are not followed.
    """
    root = folder.resolve()
    for inside, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(inside, name)
            if not name.startswith(".") and path.suffix.lower() in _READ and _is_within(path, root):
                yield path


def read_file(path: Path) -> bytes:
    """Return the bytes of a file. Raises RejectedError when it cannot be read, is no plain file, or too large."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise RejectedError("it is no plain file; give a file or a folder of files")
        if found.st_size > MAX_FILE_BYTES:
            raise RejectedError(f"it has {found.st_size:,} bytes; at most {MAX_FILE_BYTES:,} are read")
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES)
    except OSError as error:
        raise RejectedError(f"it cannot be read: {error.strerror or error}; check its name and permissions") from error


def _parse_json(content: bytes, *, name: str, now: datetime) -> ParsedDocument:
    found = load_json(decoded(content, content_type=""))
    if is_json_feed(found):
        return read_json_feed(found, url=name, now=now)
    return read_json_stories(found, name=name, now=now)


def _is_within(path: Path, root: Path) -> bool:
    target = path.resolve()
    return target.is_file() and target.is_relative_to(root)


def _called(suffix: str) -> str:
    return f"{suffix} files" if suffix else "files without an ending"
