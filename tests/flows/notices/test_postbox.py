"""The postbox: few are out at once, and nothing leaves on a mark that is too old."""

from datetime import UTC, datetime

import pytest

from digest.errors import JournalError
from digest.flows.notices.postbox import AT_ONCE, Postbox, Posted
from digest.model.ids import DeliveryId, NoticeId, SubscriberId
from digest.model.messages import Fate, Transmission
from digest.model.notices import Notice, NoticeKind, NoticeStatus
from tests.makers.ledger import TAKEN
from tests.makers.mail import make_address, make_message

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


class Stopwatch:
    """A time in seconds that a test sets, and how often the postbox roused whoever waits."""

    def __init__(self) -> None:
        self.at_s = 0.0
        self.roused = 0

    def now_s(self) -> float:
        return self.at_s

    def rouse(self) -> None:
        self.roused += 1


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def postbox(watch: Stopwatch) -> Postbox:
    return Postbox(time_s=watch.now_s, rouse=watch.rouse)


def make_posted(number: int = 1, *, until_s: float = 240) -> Posted:
    notice = Notice(
        id=NoticeId(number),
        kind=NoticeKind.CONFIRM,
        subscriber_id=SubscriberId(1),
        address=make_address(),
        lang="en",
        topic_ids=(),
        status=NoticeStatus.HANDING_OVER,
        made_at=NOW,
        due_at=None,
        attempts=0,
        used_at=None,
    )
    return Posted(notice, make_message(), until_s)


def land(postbox: Postbox, number: int) -> None:
    postbox.landed(Transmission(DeliveryId(number), Fate.TAKEN, TAKEN))


def test_there_is_room_for_one_and_for_each_that_landed_one_more(postbox: Postbox) -> None:
    rooms = [postbox.room]
    for number in range(1, 12):
        postbox.post([make_posted(number)])
        postbox.take()
        land(postbox, number)
        postbox.collect()
        rooms.append(postbox.room)

    assert rooms == [1, 2, 3, 4, 5, 6, 7, AT_ONCE, AT_ONCE, AT_ONCE, AT_ONCE, AT_ONCE]


def test_what_waits_what_is_on_the_wire_and_what_landed_take_room(postbox: Postbox, watch: Stopwatch) -> None:
    postbox.post([make_posted()])
    waiting = postbox.room
    postbox.take()
    on_wire = postbox.room
    land(postbox, 1)
    landed = postbox.room

    assert (waiting, on_wire, landed) == (0, 0, 1)
    assert (postbox.is_empty, watch.roused) == (False, 1)
    assert [one.id for one, _ in postbox.collect()] == [1]
    assert postbox.is_empty


def test_a_dot_is_not_written_on_a_mark_that_is_too_old(postbox: Postbox, watch: Stopwatch) -> None:
    postbox.post([make_posted(until_s=240)])
    postbox.take()

    watch.at_s = 240
    postbox.leaving(DeliveryId(1))
    watch.at_s = 241

    with pytest.raises(JournalError, match="marked too long ago"):
        postbox.leaving(DeliveryId(1))


def test_what_no_wire_took_is_given_back(postbox: Postbox) -> None:
    postbox.post([make_posted(1), make_posted(2)])
    departure = postbox.take()

    assert departure is not None
    assert departure.delivery_id == 1
    assert [one.id for one in postbox.take_back()] == [2]
    assert postbox.take() is None
