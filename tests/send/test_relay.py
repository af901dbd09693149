"""SMTP URLs: what they mean, and what is wrong with them, without their passwords."""

import pytest

from digest.errors import InputError
from digest.send.relay import Auth, Relay, Tls, parse_relay, parse_relays


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://relay.example", Relay(host="relay.example", port=587, tls=Tls.REQUIRED)),
        ("smtp://relay.example:25?starttls=off", Relay(host="relay.example", port=25, tls=Tls.OFF)),
        (
            "smtp://relay.example:25?starttls=opportunistic",
            Relay(host="relay.example", port=25, tls=Tls.OPPORTUNISTIC),
        ),
        ("smtps://relay.example", Relay(host="relay.example", port=465, tls=Tls.IMPLICIT)),
        (
            "smtps://me:token@relay.example?auth=xoauth2",
            Relay(host="relay.example", port=465, tls=Tls.IMPLICIT, user="me", password="token", auth=Auth.XOAUTH2),
        ),
        ("smtp://127.0.0.1:2525", Relay(host="127.0.0.1", port=2525, tls=Tls.OFF)),
        ("smtp://localhost:2525/", Relay(host="localhost", port=2525, tls=Tls.OFF)),
        ("smtp://[::1]:2525?starttls=required", Relay(host="::1", port=2525, tls=Tls.REQUIRED)),
        (
            "smtp://me%40news.example:p%2Fw%23@relay.example",
            Relay(host="relay.example", port=587, tls=Tls.REQUIRED, user="me@news.example", password="p/w#"),
        ),
        (
            "smtps://relay.example?connections=20&messages=100&seconds=60&weight=3",
            Relay(
                host="relay.example",
                port=465,
                tls=Tls.IMPLICIT,
                connections=20,
                messages=100,
                seconds=60,
                weight=3,
            ),
        ),
    ],
)
def test_a_url_names_a_relay(url: str, relay: Relay) -> None:
    assert parse_relay(url) == relay


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("relay.example:25", "must begin with smtp:// or smtps://"),
        ("http://relay.example", "must begin with smtp:// or smtps://"),
        ("smtp://", "must begin with smtp:// or smtps:// and name a host"),
        ("smtp://u:secret@", "name a host"),
        ("smtp://u:secret@relay.example:99999", "no usable host and port"),
        ("smtp://u:secret@relay.example:smtp", "no usable host and port"),
        ("smtp://u:secret@relay.example:0", "no usable host and port"),
        ("smtp://u:secret@[::1", "no usable host and port"),
        ("smtp://u:se/secret@relay.example", "no usable host and port|more than a host and a port"),
        ("smtp://u:se#secret@relay.example", "no usable host and port|more than a host and a port"),
        ("smtp://u:secret@relay.example/path", "more than a host and a port"),
        ("smtp://u:secret@relay.example?tls=on", "unknown option 'tls'"),
        ("smtp://u:secret@relay.example?starttls=maybe", "required, opportunistic or off"),
        ("smtp://u:secret@relay.example?connections=0", "connections in the SMTP URL must be a whole number from 1"),
        ("smtp://u:secret@relay.example?messages=-1", "messages in the SMTP URL"),
        ("smtp://u:secret@relay.example?seconds=1.5", "seconds in the SMTP URL"),
        ("smtp://u:secret@relay.example?weight=99999999999", "weight in the SMTP URL must be .* to 1000"),
        ("smtps://u:secret@relay.example?starttls=required", "takes no starttls"),
        ("smtp://u:secré@relay.example", "must be ASCII"),
        ("smtp://:secret@relay.example", "a password but no user"),
        ("smtp://u:secret@relay.example?auth=kerberos", "one of plain, login, cram-md5, xoauth2"),
        ("smtp://relay.example?auth=plain", "not as whom"),
    ],
)
def test_a_url_that_cannot_be_used_says_why_and_keeps_its_password(url: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong) as raised:
        parse_relay(url)

    assert "secr" not in str(raised.value)


def test_a_relay_shows_where_it_is_and_no_password() -> None:
    relay = parse_relay("smtp://user:secret@relay.example:2525")

    assert str(relay) == "relay.example:2525"
    assert "secret" not in repr(relay)
    assert str(parse_relay("smtp://[2001:db8::1]:25")) == "[2001:db8::1]:25"


def test_several_urls_name_several_relays() -> None:
    relays = parse_relays("smtp://one.example?weight=2  smtps://two.example")

    assert [(relay.host, relay.weight) for relay in relays] == [("one.example", 2), ("two.example", 1)]
    assert parse_relays(" ") == ()
