"""Network addresses in evidence go in time, the evidence stays: on both databases, however many lines there are."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import RowMapping, insert, select

from digest.clock import FixedClock
from digest.flows.pruning import prune_ips
from digest.flows.readers.confirming import confirm
from digest.flows.services import Services
from digest.store.tables import consent
from tests.flows.readers.visitors import last_confirm_token, sign

ADA, BOB = "ada@example.com", "bob@example.com"
IP = "2001:db8::7"


@pytest.fixture
def keeping(newsroom: Services) -> Services:
    """A newsroom that keeps addresses for thirty days."""
    rules = replace(newsroom.sign_up_rules, keeps_ips=True)
    return replace(newsroom, sign_up_rules=rules, ip_retention=timedelta(days=30))


def evidence(services: Services) -> list[RowMapping]:
    with services.database.read() as tx:
        return [*tx.execute(select(consent).order_by(consent.c.id)).mappings()]


def test_old_ips_are_blanked_and_all_else_of_the_evidence_stays(keeping: Services, clock: FixedClock) -> None:
    sign(keeping, ADA, ip=IP)
    confirm(keeping, last_confirm_token(keeping, ADA), page="", ip=IP)
    before = evidence(keeping)
    clock.advance(days=30, seconds=1)

    blanked = prune_ips(keeping)

    assert [row["ip"] for row in before] == [IP, IP]
    assert evidence(keeping) == [{**row, "ip": ""} for row in before]
    assert (blanked, prune_ips(keeping)) == (2, 0)


def test_ips_of_late_stay(keeping: Services, clock: FixedClock) -> None:
    sign(keeping, ADA, ip=IP)
    clock.advance(days=30)
    sign(keeping, BOB, ip=IP)

    assert prune_ips(keeping) == 0

    assert [row["ip"] for row in evidence(keeping)] == [IP, IP]


def test_more_lines_than_one_turn_takes_are_all_blanked(keeping: Services, clock: FixedClock) -> None:
    sign(keeping, ADA, ip=IP)
    (line,) = evidence(keeping)
    copy = {name: value for name, value in line.items() if name != "id"}
    with keeping.database.begin() as tx:
        tx.execute(insert(consent), [copy] * 5_000)
    clock.advance(days=31)

    assert prune_ips(keeping) == 5_001

    assert {row["ip"] for row in evidence(keeping)} == {""}
