"""The sample newsroom as a web server on loopback: feeds, article pages and pictures, and files in a folder.

It speaks HTTP/1.1 as a newsroom's site does: ETag and If-None-Match (RFC 9110 8.8.3, 13.1.2), gzip, HEAD, 404. What
it serves is what had been published by the time its clock shows, so moving the clock a week on publishes a week.

It stands in for two sites of the .example domain, which no resolver knows. Their names must be kept: a page that
comes from 127.0.0.1 would not be believed when it says whose it is. So it brings a resolver of its own.
"""

import gzip
import hashlib
import socket
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import NamedTuple, Self

from digest.clock import Clock
from digest.demo.exports import write_exports
from digest.demo.feeds import atom_feed, json_feed, rdf_feed, rss_feed
from digest.demo.masthead import COURIER, NORTHSHORE_WIRE, PICTURES, Outlet, Section
from digest.demo.pages import article_page, article_template
from digest.demo.stories import Stories, load_stories, stories_out


class Feed(NamedTuple):
    """A feed: whose it is, the content type it is served with, and what writes it."""

    section: Section
    content_type: str
    write: Callable[[Section, Stories], bytes]


FEEDS = {
    "/feeds/harbour.xml": Feed(Section.HARBOUR, "application/rss+xml", rss_feed),
    "/feeds/city-hall.xml": Feed(Section.CITY_HALL, "text/xml", rss_feed),
    "/feeds/climate.atom": Feed(Section.CLIMATE, "application/atom+xml", atom_feed),
    "/feeds/schools.json": Feed(Section.SCHOOLS, "application/feed+json", json_feed),
    "/feeds/arabic.xml": Feed(Section.ARABIC, "application/rss+xml", rss_feed),
    "/rss.rdf": Feed(Section.WIRE, "application/rdf+xml", rdf_feed),
}
"""The feeds by their paths. Health has pages only."""
LOOPBACK = IPv4Address("127.0.0.1")
_IDLE_TIMEOUT_S = 10


class Body(NamedTuple):
    """What stands at a path."""

    content_type: str
    content: bytes


class Newsroom:
    """The sample newsroom; as a context manager, its server runs.

    `anchored_at` (aware) is when its two weeks end; `clock` tells what is out.
    """

    def __init__(self, clock: Clock, *, anchored_at: datetime) -> None:
        self._clock = clock
        self._stories = load_stories(anchored_at=anchored_at)
        self._template = article_template()
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self.body_at)
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    @property
    def port(self) -> int:
        """Return the running server's port on 127.0.0.1."""
        if not self._server:
            raise RuntimeError("the newsroom has a port only while it is open (with Newsroom(...) as newsroom)")
        return self._server.server_port

    def resolve(self, host: str, port: int) -> tuple[IPv4Address, ...]:
        """Return where a host of the newsroom or the wire is: here. Any other name is unknown (socket.gaierror)."""
        if host not in {COURIER.host, NORTHSHORE_WIRE.host}:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is not the sample newsroom's")
        return (LOOPBACK,)

    @property
    def stories(self) -> Stories:
        """Return the stories that are out, newest first."""
        return stories_out(self._stories, self._clock.now())

    def feed_urls(self) -> tuple[str, ...]:
        """Return the feeds' addresses, under their own names: to be asked for by way of `resolve`."""
        return tuple(self._url(feed.section.outlet, path) for path, feed in FEEDS.items())

    def page_urls(self) -> tuple[str, ...]:
        """Return the pages to gather that are out: those of the section without a feed, and those with other tags."""
        wanted = [one for one in self.stories if one.section is Section.HEALTH or one.page_tags != one.tags]
        return tuple(self._url(one.section.outlet, f"/news/{one.slug}") for one in wanted if one.is_in_feed)

    def sources(self, folder: Path) -> tuple[str, ...]:
        """Return all there is to gather: feeds, pages, and the folder that `write_folder` was given."""
        return (*self.feed_urls(), *self.page_urls(), str(folder))

    def write_folder(self, folder: Path) -> tuple[Path, ...]:
        """Write the stories that are out and exported as files into the folder; return the files' paths."""
        return write_exports(self.stories, folder, template=self._template)

    def body_at(self, path: str) -> Body | None:
        """Return what stands at a path of the site now, None for nothing."""
        if path in FEEDS:
            return self._feed(path)
        folder, _, name = path.rpartition("/")
        match folder:
            case "/news":
                return self._page(name)
            case "/pictures":
                return _picture(name)
            case _:
                return None

    def _url(self, outlet: Outlet, path: str) -> str:
        return f"http://{outlet.host}:{self.port}{path}"

    def _feed(self, path: str) -> Body:
        feed = FEEDS[path]
        stories = tuple(one for one in self.stories if one.section is feed.section and one.is_in_feed)
        return Body(feed.content_type, feed.write(feed.section, stories))

    def _page(self, slug: str) -> Body | None:
        story = next((one for one in self.stories if one.slug == slug), None)
        return Body("text/html; charset=utf-8", article_page(self._template, story)) if story else None


def _picture(name: str) -> Body | None:
    kinds = {".jpg": "image/jpeg", ".png": "image/png"}
    found = next((path for path in PICTURES.iterdir() if path.name == name), None)
    return Body(kinds[found.suffix], found.read_bytes()) if found else None


class _Server(ThreadingHTTPServer):
    """The web server, on a free port of loopback from the start, answering once it is started."""

    daemon_threads = True

    def __init__(self, find: Callable[[str], Body | None]) -> None:
        super().__init__((str(LOOPBACK), 0), _Connection)
        self.find = find
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Connection(BaseHTTPRequestHandler):
    """One connection. The names of its methods are the library's."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_TIMEOUT_S

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """Keep quiet: what is gathered is reported by who gathers."""

    def _answer(self) -> None:
        body = self.server.find(self.path.partition("?")[0])
        if not body:
            self._send(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b"There is nothing here.\n")
            return
        is_packed = "gzip" in self.headers.get("Accept-Encoding", "") and not body.content_type.startswith("image/")
        etag = '"{}{}"'.format(hashlib.sha256(body.content).hexdigest()[:24], "-gzip" if is_packed else "")
        headers = {"ETag": etag, "Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
        if etag in self.headers.get("If-None-Match", ""):
            self._send(HTTPStatus.NOT_MODIFIED, headers, None)
            return
        headers |= {"Content-Type": body.content_type} | ({"Content-Encoding": "gzip"} if is_packed else {})
        self._send(HTTPStatus.OK, headers, gzip.compress(body.content, mtime=0) if is_packed else body.content)

    def _send(self, status: HTTPStatus, headers: dict[str, str], content: bytes | None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if content is not None:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if content is not None and self.command != "HEAD":
            self.wfile.write(content)
