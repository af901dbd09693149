"""Disclosing: all that is kept of a reader, shown to them in full by a link from a mail (GDPR 15 and 20)."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import Address
from digest.model.subscribers import Subscriber, SubscriberStatus
from digest.store import own_rows, subscribers
from digest.store.database import Transaction
from digest.store.own_rows import OwnDelivery, OwnEvidence, OwnNotice, OwnSuppression, OwnTopic


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who a reader is, and how they want their mails."""

    email: str
    earlier_emails: tuple[str, ...]
    name: str
    lang: str
    zone: str
    weekday: str | None
    hour: int | None
    cadence: str
    bundling: str
    status: str
    paused_until: datetime | None
    on_record_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """All that is kept of one reader. `suppression` says why their address gets nothing, where it does not."""

    profile: Profile
    topics: tuple[OwnTopic, ...]
    consent: tuple[OwnEvidence, ...]
    notices: tuple[OwnNotice, ...]
    deliveries: tuple[OwnDelivery, ...]
    suppression: OwnSuppression | None

    def as_json(self) -> str:
        """Return it as JSON for people and programs: names as they are, times as RFC 3339 in UTC."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, default=datetime.isoformat)


def disclose(services: Services, token: str) -> str | None:
    """Return all that is kept of the reader of a preferences token, as JSON; None for an unknown token, or erased."""
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return None
    with services.database.read() as tx:
        reader = subscribers.find_reader(tx, grant.subscriber_id)
        if reader is None or reader.status is SubscriberStatus.ERASED:
            return None
        return _collect(tx, services, reader).as_json()


def list_evidence(services: Services, address: Address) -> list[OwnEvidence]:
    """Return what proves the consent of the reader with that address, the oldest first. Raises NotFoundError."""
    with services.database.read() as tx:
        found = subscribers.require_subscriber(tx, address)
        return own_rows.list_evidence(tx, [one.id for one in own_rows.list_addresses(tx, found.id)])


def _collect(tx: Transaction, services: Services, reader: Subscriber) -> Disclosure:
    """Return all that is kept of a reader, also under addresses that they had before."""
    known = own_rows.list_addresses(tx, reader.id)
    ids = [one.id for one in known]
    key_hashes = services.links.address_hashes(reader.address.key)
    return Disclosure(
        profile=Profile(
            email=reader.address.spelling,
            earlier_emails=tuple(one.address.spelling for one in known[1:]),
            name=reader.name,
            lang=reader.lang,
            zone=reader.zone,
            weekday=None if reader.weekday is None else reader.weekday.name.lower(),
            hour=reader.hour,
            cadence=reader.cadence.value,
            bundling=reader.bundling.value,
            status=reader.standing_at(services.clock.now()).value,
            paused_until=reader.paused_until,
            on_record_since=min(one.added_at for one in known),
        ),
        topics=tuple(own_rows.list_topics(tx, ids)),
        consent=tuple(own_rows.list_evidence(tx, ids)),
        notices=tuple(own_rows.list_notices(tx, ids)),
        deliveries=tuple(own_rows.list_deliveries(tx, ids)),
        suppression=own_rows.find_suppression(tx, key_hashes),
    )
