"""Old notices go once nothing can come of them any more; whatever may still be sent or pressed stays."""

from datetime import timedelta

from sqlalchemy import func, select, update

from digest.clock import FixedClock
from digest.flows.pruning import prune_notices
from digest.flows.readers.confirming import ConfirmStanding, confirm
from digest.flows.services import Services
from digest.model.ids import NoticeId
from digest.model.notices import NoticeStatus
from digest.store.tables import notice, notice_topic
from tests.flows.notices.keeping import keep_notice
from tests.flows.readers.visitors import last_confirm_token, sign

ADA = "ada@example.com"
MONTH = timedelta(days=30)


def keep_settled(services: Services, status: NoticeStatus) -> NoticeId:
    """Keep a notice to a reader of its own that came to this end now."""
    notice_id = keep_notice(services, reader=f"{status.value}@example.com")
    settle(services, notice_id, status)
    return notice_id


def settle(services: Services, notice_id: NoticeId, status: NoticeStatus) -> None:
    values = {"status": status.value, "due_at": None, "at": services.clock.now()}
    with services.database.begin() as tx:
        tx.execute(update(notice).where(notice.c.id == notice_id).values(values))


def kept(services: Services) -> list[NoticeId]:
    with services.database.read() as tx:
        return [NoticeId(one) for one in tx.execute(select(notice.c.id).order_by(notice.c.id)).scalars()]


def test_what_was_settled_long_ago_goes_with_its_topics(newsroom: Services, clock: FixedClock) -> None:
    ends = (NoticeStatus.SENT, NoticeStatus.REFUSED, NoticeStatus.WITHDRAWN, NoticeStatus.IN_DOUBT)
    for status in ends:
        keep_settled(newsroom, status)
    clock.advance(days=30, seconds=1)
    newest = keep_settled(newsroom, NoticeStatus.SENT)

    pruned = prune_notices(newsroom, older_than=MONTH)

    assert (pruned, kept(newsroom), prune_notices(newsroom, older_than=MONTH)) == (len(ends), [newest], 0)
    with newsroom.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(notice_topic)).scalar_one() == 1


def test_what_is_young_waits_or_is_on_the_wire_stays(newsroom: Services, clock: FixedClock) -> None:
    waiting = keep_notice(newsroom)
    on_the_wire = keep_settled(newsroom, NoticeStatus.HANDING_OVER)
    late = keep_notice(newsroom)
    clock.advance(days=31)
    settle(newsroom, late, NoticeStatus.REFUSED)
    newest = keep_settled(newsroom, NoticeStatus.SENT)

    assert prune_notices(newsroom, older_than=MONTH) == 0
    assert kept(newsroom) == [waiting, on_the_wire, late, newest]


def test_a_link_that_may_still_be_pressed_outlives_the_shortest_retention(
    newsroom: Services, clock: FixedClock
) -> None:
    sign(newsroom, ADA)
    settle(newsroom, kept(newsroom)[0], NoticeStatus.SENT)
    clock.advance(days=7)
    sign(newsroom, "bob@example.com")

    pruned = prune_notices(newsroom, older_than=timedelta(days=1))
    pressed = confirm(newsroom, last_confirm_token(newsroom, ADA), page="", ip="")

    assert (pruned, pressed.standing) == (0, ConfirmStanding.DONE)


def test_the_newest_notice_stays_so_that_no_other_gets_its_id(newsroom: Services, clock: FixedClock) -> None:
    newest = keep_settled(newsroom, NoticeStatus.SENT)
    clock.advance(days=400)

    assert prune_notices(newsroom, older_than=MONTH) == 0
    assert keep_notice(newsroom) > newest
