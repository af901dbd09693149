"""What tests of the archive read off its pages."""

from lxml import html

from tests.servers.web import Web


def read_page(web: Web, path: str, **headers: str) -> html.HtmlElement:
    """Return a page that is there."""
    answer = web.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def links_of(page: html.HtmlElement, rel: str) -> list[str]:
    """Return where the links in its head lead that have this relation."""
    return [str(link.get("href")) for link in page.iter("link") if link.get("rel") == rel]
