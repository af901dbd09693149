"""MX look-ups: whether a domain takes mail, as a real name server says."""

import dns.resolver
import pytest

from digest.send.mx import find_mail_hosts, takes_mail
from tests.servers.names import name_server

ZONE = {
    "news.example": {"MX": "20 backup.example., 10 aspmx.l.google.com."},
    "null.example": {"MX": "0 .", "A": "192.0.2.1"},
    "old.example": {"A": "192.0.2.1"},
    "new.example": {"AAAA": "2001:db8::1"},
    "text.example": {"TXT": '"no mail"'},
}


def test_mail_hosts_come_best_first() -> None:
    with name_server(ZONE) as resolver:
        hosts = find_mail_hosts("news.example", resolver=resolver)
        nobody = find_mail_hosts("nobody.example", resolver=resolver)

    assert hosts == ["aspmx.l.google.com.", "backup.example."]
    assert nobody == []


@pytest.mark.parametrize("domain", ["", "a..b", "x" * 64 + ".example"])
def test_a_domain_that_dns_cannot_say_has_no_mail_hosts(domain: str) -> None:
    assert find_mail_hosts(domain, resolver=dns.resolver.Resolver(configure=False)) == []


@pytest.mark.parametrize(
    ("domain", "is_taken"),
    [
        ("news.example", True),
        ("null.example", False),
        ("old.example", True),
        ("new.example", True),
        ("text.example", False),
        ("nobody.example", False),
        ("broken.example", True),
    ],
)
def test_a_domain_takes_mail_by_its_mx_or_its_own_address(domain: str, *, is_taken: bool) -> None:
    with name_server(ZONE) as resolver:
        assert takes_mail(domain, resolver=resolver) is is_taken
