"""Erasing a reader who asks for it, of the newsroom or by a link from a mail (GDPR 17)."""

from datetime import datetime

from digest.errors import NotFoundError
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import Address
from digest.model.ids import SubscriberId
from digest.model.subscribers import SubscriberStatus
from digest.store import erasure, own_rows, subscribers
from digest.store.database import Transaction


def erase_subscriber(services: Services, address: Address) -> None:
    """Erase the reader with that address, in whatever spelling; no import brings them back.

    Raises NotFoundError where nothing is kept under it, as after an erasure.
    """
    now = services.clock.now()
    with services.database.begin() as tx:
        found = subscribers.find_subscriber(tx, address)
        if found is None:
            raise NotFoundError("subscriber", str(address), hint="nothing is kept under that address")
        _erase(tx, services, found.id, now=now)


def erase_reader(services: Services, token: str) -> bool:
    """Erase the reader of a preferences token for good; False for a token that is cut or forged. Twice is fine."""
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return False
    now = services.clock.now()
    with services.database.begin() as tx:
        reader = subscribers.find_reader(tx, grant.subscriber_id)
        if reader and reader.status is not SubscriberStatus.ERASED:
            _erase(tx, services, reader.id, now=now)
    return True


def _erase(tx: Transaction, services: Services, subscriber_id: SubscriberId, *, now: datetime) -> None:
    """Erase a reader, and all that is kept of them under addresses that they had before.

    That mail was asked for to these addresses stays for thirty days, as a keyed hash: or else whoever erases and asks
    in turn would be written to without a limit.
    """
    subscribers.lock_readers(tx, [one.id for one in own_rows.list_addresses(tx, subscriber_id)])
    for one in own_rows.list_addresses(tx, subscriber_id):
        key_hashes = services.links.address_hashes(one.address.key)
        erasure.erase_subscriber(tx, one.id, one.address, key_hashes=key_hashes, now=now)
