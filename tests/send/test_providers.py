"""Provider groups: from the table, from the mail hosts that DNS names, and a domain by itself where neither says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import dns.message
import dns.resolver
import dns.rrset
import pytest

from digest.send.mx import find_mail_hosts
from digest.send.providers import Providers, group_of_hosts
from tests.servers.ports import LOOPBACK


@contextmanager
def name_server(hosts: dict[str, str]) -> Iterator[dns.resolver.Resolver]:
    """A real name server on loopback with MX records (`10 mx.example.`) for some names; give who asks it."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as listener:
        listener.bind((LOOPBACK, 0))
        answering = threading.Thread(target=_answer_all, args=(listener, hosts), daemon=True)
        answering.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [LOOPBACK], listener.getsockname()[1]
        yield resolver
        listener.sendto(b"", listener.getsockname())
        answering.join(5)


def _answer_all(listener: socket.socket, hosts: dict[str, str]) -> None:
    while True:
        octets, asker = listener.recvfrom(4096)
        if not octets:
            return
        query = dns.message.from_wire(octets)
        answer = dns.message.make_response(query)
        name = query.question[0].name
        if found := hosts.get(name.to_text(omit_final_dot=True)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "MX", *found.split(", ")))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        listener.sendto(answer.to_wire(), asker)


def test_well_known_domains_are_grouped_by_who_runs_them() -> None:
    providers = Providers()

    groups = [providers.group_of(one) for one in ("gmail.com", "googlemail.com", "hotmail.fr", "web.de", "example.com")]

    assert groups == ["google", "google", "microsoft", "united-internet", "example.com"]


def test_a_domain_set_apart_is_a_group_of_its_own() -> None:
    providers = Providers(apart=["gmail.com"])

    assert [providers.group_of(one) for one in ("gmail.com", "googlemail.com")] == ["gmail.com", "google"]


@pytest.mark.parametrize(
    ("hosts", "group"),
    [
        (["ASPMX.L.GOOGLE.COM.", "mx.example.com."], "google"),
        (["example-com.mail.protection.outlook.com."], "microsoft"),
        (["mxa-001.pphosted.com"], "proofpoint"),
        (["mx.notgoogle.com."], None),
        (["google.com.evil.example."], None),
        (["mx.example.com.", "aspmx.l.google.com."], None),
        (["."], None),
        ([], None),
    ],
)
def test_a_group_is_told_by_the_best_mail_host(hosts: list[str], group: str | None) -> None:
    assert group_of_hosts(hosts) == group


def test_mail_hosts_come_best_first() -> None:
    with name_server({"news.example": "20 backup.example., 10 aspmx.l.google.com."}) as resolver:
        hosts = find_mail_hosts("news.example", resolver=resolver)
        nobody = find_mail_hosts("nobody.example", resolver=resolver)

    assert hosts == ["aspmx.l.google.com.", "backup.example."]
    assert nobody == []


@pytest.mark.parametrize("domain", ["", "a..b", "x" * 64 + ".example"])
def test_a_domain_that_dns_cannot_say_has_no_mail_hosts(domain: str) -> None:
    assert find_mail_hosts(domain, resolver=dns.resolver.Resolver(configure=False)) == []


def test_a_look_up_blocks_nobody_and_is_made_once() -> None:
    asked: list[str] = []
    may_answer = threading.Event()

    def look_up(domain: str) -> list[str]:
        asked.append(domain)
        may_answer.wait(5)
        return ["aspmx.l.google.com."]

    with closing(Providers(look_up=look_up)) as providers:
        before = [providers.group_of("news.example") for _ in range(3)]
        providers.group_of("last.example")
        may_answer.set()
        assert providers._threads is not None
        providers._threads.shutdown(wait=True)

        after = [providers.group_of("news.example") for _ in range(3)]

    assert before == ["news.example"] * 3
    assert after == ["google"] * 3
    assert sorted(asked) == ["last.example", "news.example"]
