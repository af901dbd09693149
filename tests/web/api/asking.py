"""The API as tests ask it: a site with topics, a form opened in time, and what every problem looks like."""

import httpx2

from digest.flows.editing import add_topic
from digest.model.topics import Visibility
from digest.store.topics import NewTopic
from tests.makers.stories import make_tags
from tests.servers.web import Web

NEWSROOM, STRANGER = "https://www.example.com", "https://evil.example"
READER = "reader@example.org"
SIGN_UPS = "/api/v1/subscriptions"
JSON = {"Content-Type": "application/json"}


def open_topics(web: Web) -> Web:
    """Add a public topic and one that is not listed; return the site."""
    harbour = NewTopic(slug="harbour", name="Harbour & Port", tags=make_tags(["Harbour", "Shipping"]))
    add_topic(web.services, harbour)
    secret = NewTopic(slug="secret", name="Secret", tags=make_tags(["Secret"]), visibility=Visibility.UNLISTED)
    add_topic(web.services, secret)
    return web


def open_form(web: Web) -> str:
    """Open a form and let its token grow old enough; return the token."""
    token: str = web.client.get("/api/v1/form").json()["token"]
    web.clock.advance(seconds=3)
    return token


def sign_up(web: Web, email: object = READER, **more: object) -> httpx2.Response:
    """Sign somebody up for the public topic, with a form of their own, unless `more` says otherwise."""
    body = {"email": email, "topics": ["harbour"], "form_token": open_form(web), **more}
    return web.client.post(SIGN_UPS, json=body)


def assert_problem(answer: httpx2.Response, status: int) -> None:
    """Check that an answer is this problem (RFC 9457), which no cache keeps."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
