"""Less, and for a while nothing: cadence and pauses, from a link to leave and from the preferences page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from digest.errors import FieldsError
from digest.flows.readers.leaving import Leaving, describe_leaving
from digest.flows.readers.undoing import Press, make_undo_token
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.subscribers import Cadence, SubscriberStatus
from digest.model.zones import zone_or_utc
from digest.store import choices, subscribers

MAX_PAUSE_WEEKS = 52
_MAX_PAUSE = timedelta(days=366)
_RARER = {Cadence.DAILY: (Cadence.WEEKLY, Press.WAS_DAILY), Cadence.WEEKLY: (Cadence.MONTHLY, Press.WAS_WEEKLY)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Eased:
    """What a press for less did: how the reader stands then. `undo_token` is empty where nothing changed."""

    leaving: Leaving
    undo_token: str


def read_less(services: Services, token: str) -> Eased | None:
    """Make a reader's mails rarer: daily to weekly, weekly to monthly. None for a token that is cut or forged."""
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    if grant is None:
        return None
    now = services.clock.now()
    undo_token = ""
    with services.database.begin() as tx:
        reader = subscribers.lock_followed(tx, grant.subscriber_id)
        if reader and reader.cadence in _RARER:
            cadence, press = _RARER[reader.cadence]
            choices.set_cadence(tx, reader.id, cadence=cadence, was=reader.cadence)
            undo_token = make_undo_token(services.links, press, reader.id, at=now)
        after = subscribers.follow_reader(tx, grant.subscriber_id)
        stands = describe_leaving(after, choices.name_topic(tx, grant.topic_id), now=now)
    return Eased(leaving=stands, undo_token=undo_token)


def pause_reader(services: Services, token: str, *, weeks: int) -> Eased | None:
    """Pause the reader of an unsubscribe token for 1 to 52 weeks. Raises FieldsError ("weeks")."""
    if not 1 <= weeks <= MAX_PAUSE_WEEKS:
        raise FieldsError({"weeks": f"a pause lasts 1 to {MAX_PAUSE_WEEKS} weeks, not {weeks}"})
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    if grant is None:
        return None
    now = services.clock.now()
    undo_token = ""
    with services.database.begin() as tx:
        reader = subscribers.lock_followed(tx, grant.subscriber_id)
        if reader and choices.keep_pause(tx, reader.id, until=now + timedelta(weeks=weeks)):
            undo_token = make_undo_token(services.links, Press.PAUSED, reader.id, at=now)
        after = subscribers.follow_reader(tx, grant.subscriber_id)
        stands = describe_leaving(after, choices.name_topic(tx, grant.topic_id), now=now)
    return Eased(leaving=stands, undo_token=undo_token)


def pause_until(services: Services, token: str, on: date) -> bool:
    """Pause the reader of a preferences token until that day begins in their zone; False for an unknown token.

    Raises FieldsError ("pause") for a day that is not ahead, or more than a year ahead.
    """
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return False
    now = services.clock.now()
    with services.database.begin() as tx:
        reader = subscribers.lock_reader(tx, grant.subscriber_id)
        if reader is None or reader.status is SubscriberStatus.ERASED:
            return False
        choices.keep_pause(tx, reader.id, until=_start_of(on, zone=reader.zone, now=now))
    return True


def _start_of(on: date, *, zone: str, now: datetime) -> datetime:
    """Return when a day begins in a zone, or in UTC where that is not known. Raises FieldsError ("pause")."""
    is_near = abs(on - now.date()) < 2 * _MAX_PAUSE  # a day at either end of all time begins before it, or after
    start = datetime.combine(on, time.min, tzinfo=zone_or_utc(zone)).astimezone(UTC) if is_near else now
    if not now < start <= now + _MAX_PAUSE:
        raise FieldsError({"pause": f"a pause ends on a day ahead, within a year; not on {on.isoformat()}"})
    return start


def resume(services: Services, token: str) -> bool:
    """End the pause of the reader of a preferences token; False for an unknown token."""
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return False
    with services.database.begin() as tx:
        reader = subscribers.lock_reader(tx, grant.subscriber_id)
        if reader is None or reader.status is SubscriberStatus.ERASED:
            return False
        active, paused = SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED
        subscribers.set_subscriber_status(tx, reader.id, status=active, was=[paused])
    return True
