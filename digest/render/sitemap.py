"""Sitemaps: what search engines are told of, as sitemaps.org has it (0.9)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Location(NamedTuple):
    """An absolute address, and when it last changed, aware UTC, where that is known."""

    url: str
    changed_at: datetime | None = None


def write_sitemap(pages: Iterable[Location]) -> bytes:
    """Return a sitemap of these pages; 50,000 at most may stand in one."""
    return _write("urlset", "url", pages)


def write_sitemap_index(files: Iterable[Location]) -> bytes:
    """Return an index of sitemaps."""
    return _write("sitemapindex", "sitemap", files)


def _write(root_name: str, name: str, locations: Iterable[Location]) -> bytes:
    root = ET.Element(root_name, {"xmlns": _NAMESPACE})
    for location in locations:
        element = ET.SubElement(root, name)
        ET.SubElement(element, "loc").text = location.url
        if location.changed_at:
            ET.SubElement(element, "lastmod").text = location.changed_at.isoformat(timespec="seconds")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
