"""A disk that is full, under the journal or under SQLite: nothing leaves that could not be written down."""

from tests.faults import troubles
from tests.faults.conftest import OpenWorld


def test_with_no_room_for_a_journal_nothing_is_sent_and_it_is_said_why(
    open_on: OpenWorld, lasting_postgres_url: str
) -> None:
    world = open_on(lasting_postgres_url, readers=50)

    worker = world.nursery.start("1000000", "send", "--due", environ=world.environ, module="tests.faults.cramped")
    status = world.nursery.wait(worker)

    assert status == 1
    assert "nothing is sent without a journal" in world.nursery.output.read_text()
    assert not world.judge.copies()
    assert world.finish().statuses == {"sent": 50}


def test_a_full_disk_costs_nothing(open_on: OpenWorld, lasting_url: str) -> None:
    world = open_on(lasting_url, readers=500)

    account = world.suffer([troubles.fill_the_disk], blows=2)

    assert account.is_clean, account
    assert not account.resent, account
    assert len(account.in_doubt) <= world.kills * world.connections
