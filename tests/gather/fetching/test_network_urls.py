"""Which URLs can be asked at all, and the one form they are read to."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.gather.fetching.network import readable_url

# None of these is a URL that can be asked at all.
UNREADABLE = [
    "",
    "feed",
    "//example.com/feed",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "javascript:alert(1)",
    "http:/127.0.0.1",
    "http:///127.0.0.1",
    " http://127.0.0.1/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.0.0.1/",
    "http://ⓛocalhost/",
    "http://local\u00adhost/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%00.example.com/",
    "http://127.0.0.1%2f.example.com/",
    "http://exam ple.com/",
    "http://example.com\r\nHost: 127.0.0.1/",
    "http://example.com\t/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1%25lo]/",
    "http://[::ffff:127.0.0.1%25lo]/",
    "http://[::1",
    "http://[v1.fe80]/",
    "http://user@127.0.0.1/",
    "http://user:password@example.com/",
    "http://example.com@127.0.0.1/",
    "http://example.com\\@127.0.0.1/",
    "http://127.0.0.1@example.com/",
    "http://.example.com/",
    "http://example..com/",
    "http://example.com../",
    "http://./",
    "http://" + "a" * 64 + ".example/",
    "http://" + "a." * 127 + "example/",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:-1/",
    "http://example.com:80:80/",
    "http://example.com/\ud800",
    "http://example.com/" + "a" * 4_000,
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_plain_web_address_is_not_asked(text: str) -> None:
    with pytest.raises(FetchError):
        readable_url(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("HTTP://Example.COM:80", "http://example.com"),
        ("https://example.com.:443/a?b#c", "https://example.com/a?b"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("http://[2606:4700::1]:8080/", "http://[2606:4700::1]:8080/"),
        ("http://a_b.example/", "http://a_b.example/"),
    ],
)
def test_an_address_is_read_to_one_form(text: str, read: str) -> None:
    assert str(readable_url(text)) == read


@given(st.one_of(st.text(), st.text().map("http://".__add__), st.text().map("https://a.example/".__add__)))
@example("http://[")
@example("http://\x00")
@example("http://xn--/")
def test_any_text_is_read_to_its_one_form_or_refused(text: str) -> None:
    try:
        url = readable_url(text)
    except FetchError:
        return

    assert readable_url(str(url)) == url
