"""Provider groups: from the table, from the mail hosts that DNS names, and a domain by itself where neither says."""

import threading
from contextlib import closing

import pytest

from digest.send.providers import Providers, group_of_hosts


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
