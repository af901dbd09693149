"""What programs read: a topic's feeds, and what search engines are told."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from digest.flows import browsing
from digest.flows.browsing import Sitemap
from digest.model.topics import TopicHeading
from digest.render.feeds import Feed, write_atom, write_json_feed
from digest.render.prepare import write_edition_key
from digest.render.sitemap import Location, write_sitemap, write_sitemap_index
from digest.web.keeping import keepable, kept
from digest.web.site import Site
from digest.web.views.archive import hide_unlisted, read_page_number
from digest.web.visits import Visit, endpoint

_PERSONAL_PATHS = ("/confirm/", "/address/", "/unsubscribe/", "/preferences/", "/api/")


def show_atom(site: Site, visit: Visit) -> Response:
    """Answer with a topic's editions in Atom."""
    topic, feed = _find_feed(site, visit)
    content = write_atom(feed, url=f"{feed.page_url}/feed.atom")
    answer = Response(content, media_type="application/atom+xml")
    return hide_unlisted(keepable(answer, changed_at=max(feed.changed_at, site.shelf.opened_at)), topic)


def show_json_feed(site: Site, visit: Visit) -> Response:
    """Answer with a topic's editions as a JSON Feed."""
    topic, feed = _find_feed(site, visit)
    content = write_json_feed(feed, url=f"{feed.page_url}/feed.json")
    answer = Response(content, media_type="application/feed+json")
    return hide_unlisted(keepable(answer, changed_at=max(feed.changed_at, site.shelf.opened_at)), topic)


def show_sitemap(site: Site, _visit: Visit) -> Response:
    """Answer with the sitemap, or with an index of its files where one cannot hold it."""
    count = browsing.count_sitemaps(site.services)
    if count == 1:
        return _answer_sitemap(site, number=1)
    base_url = site.services.publication.base_url
    files = [Location(f"{base_url}/sitemap-{number}.xml") for number in range(1, count + 1)]
    return keepable(Response(write_sitemap_index(files), media_type="application/xml"))


def show_sitemap_file(site: Site, visit: Visit) -> Response:
    """Answer with one file of the sitemap."""
    return _answer_sitemap(site, number=read_page_number(visit.path["number"]))


def show_robots(site: Site, _visit: Visit) -> Response:
    """Keep search engines from what is one reader's own (RFC 9309)."""
    rules = ["User-agent: *", *(f"Disallow: {site.pages.link(path)}" for path in _PERSONAL_PATHS)]
    sitemap = f"Sitemap: {site.services.publication.base_url}/sitemap.xml"
    return keepable(PlainTextResponse("\n".join([*rules, "", sitemap, ""])))


def _find_feed(site: Site, visit: Visit) -> tuple[TopicHeading, Feed]:
    found = browsing.read_feed(site.services, visit.path["slug"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _answer_sitemap(site: Site, *, number: int) -> Response:
    found = browsing.read_sitemap(site.services, number=number)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    content = write_sitemap(_locations(site.services.publication.base_url, found))
    return keepable(Response(content, media_type="application/xml"))


def _locations(base_url: str, sitemap: Sitemap) -> list[Location]:
    fixed = [f"{base_url}/subscribe", f"{base_url}/editions"] if sitemap.number == 1 else []
    topics = [f"{base_url}/editions/{slug}" for slug in sitemap.slugs]
    editions = [
        Location(f"{base_url}/editions/{one.slug}/{write_edition_key(one.closed_at)}", one.sent_at)
        for one in sitemap.editions
    ]
    return [*map(Location, fixed + topics), *editions]


ROUTES: list[BaseRoute] = [
    Route("/editions/{slug}/feed.atom", kept(endpoint(show_atom))),
    Route("/editions/{slug}/feed.json", kept(endpoint(show_json_feed))),
    Route("/sitemap.xml", kept(endpoint(show_sitemap))),
    Route("/sitemap-{number}.xml", kept(endpoint(show_sitemap_file))),
    Route("/robots.txt", kept(endpoint(show_robots))),
]
