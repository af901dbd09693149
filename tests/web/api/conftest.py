"""Sites with topics, whose API is asked."""

import pytest

from tests.servers.web import Web
from tests.web.api.asking import NEWSROOM, open_topics
from tests.web.conftest import MakeWeb


@pytest.fixture
def site(web: Web) -> Web:
    """A site on each kind of database, with a public topic and one that is not listed."""
    return open_topics(web)


@pytest.fixture
def quick(make_web: MakeWeb) -> Web:
    """The same on SQLite alone, for what never comes near a database."""
    return open_topics(make_web())


@pytest.fixture
def strict(make_web: MakeWeb, postgres_url: str) -> Web:
    """The same on PostgreSQL alone, for long tests of what a database may refuse: it refuses more than SQLite."""
    return open_topics(make_web(DIGEST_DATABASE_URL=postgres_url))


@pytest.fixture
def embedded(make_web: MakeWeb) -> Web:
    """The same, for the pages of one other origin."""
    return open_topics(make_web(DIGEST_EMBED_ORIGINS=NEWSROOM))
