"""How far redirects are followed, and which of them are remembered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.gather.fetching.redirects import REDIRECTS, Trail

ASKED = "https://a.example/feed#latest"


def followed(*steps: tuple[int, str]) -> Trail:
    """Return the trail from ASKED through `steps`, each a status and a Location."""
    trail = Trail.begin(ASKED)
    for status, location in steps:
        trail = trail.follow(status, location, max_redirects=5)
    return trail


@pytest.mark.parametrize(
    ("steps", "permanent_url"),
    [
        ([], ASKED),
        ([(301, "https://b.example/")], "https://b.example/"),
        ([(308, "https://b.example/"), (301, "/c")], "https://b.example/c"),
        ([(302, "https://b.example/")], ASKED),
        ([(303, "https://b.example/")], ASKED),
        ([(307, "https://b.example/")], ASKED),
        ([(302, "https://b.example/"), (301, "https://c.example/")], ASKED),
        ([(301, "https://b.example/"), (302, "https://c.example/")], "https://b.example/"),
    ],
)
def test_permanent_redirects_are_remembered_up_to_the_first_temporary_one(
    steps: list[tuple[int, str]], permanent_url: str
) -> None:
    assert followed(*steps).permanent_url == permanent_url


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b?c#d", "https://a.example/b?c"),
        ("b", "https://a.example/b"),
        ("?page=2", "https://a.example/feed?page=2"),
        ("//b.example/x", "https://b.example/x"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ],
)
def test_a_relative_location_is_joined(location: str, url: str) -> None:
    assert str(followed((302, location)).url) == url


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("", "without saying where to go"),
        ("https://a.example/feed", "in a circle"),
        ("#top", "in a circle"),
        ("http://a.example/other", "from https to http"),
        ("http://[", "no host and port"),
        ("https://a.example:port/", "cannot be read"),
        ("ftp://a.example/", "cannot be fetched"),
        ("file:///etc/passwd", "cannot be fetched"),
        ("https://user@b.example/", "user name or password"),
        ("https://[fe80::1%25eth0]/", "no host and port"),
    ],
)
def test_a_redirect_that_leads_nowhere_good_ends_the_fetch(location: str, why: str) -> None:
    with pytest.raises(FetchError, match=why):
        followed((302, location))


def test_a_location_cannot_write_on_a_terminal() -> None:
    with pytest.raises(FetchError) as caught:
        followed((302, "https://\x1b[2J\u202e.example/"))

    assert str(caught.value).isprintable()


def test_five_redirects_are_followed_and_no_sixth() -> None:
    five = followed(*((302, f"/{number}") for number in range(5)))

    with pytest.raises(FetchError, match="more than 5 times"):
        five.follow(302, "/6", max_redirects=5)


def test_plain_http_may_lead_up_to_https_but_not_back() -> None:
    up = Trail.begin("http://a.example/").follow(301, "https://a.example/", max_redirects=5)

    with pytest.raises(FetchError, match="from https to http"):
        up.follow(302, "http://b.example/", max_redirects=5)


@given(st.sampled_from(sorted(REDIRECTS)), st.text())
def test_any_location_leads_on_or_is_refused_in_words(status: int, location: str) -> None:
    try:
        trail = followed((status, location))
    except FetchError:
        return

    assert trail.url.scheme == "https"
    assert len(trail.visited) == 2
