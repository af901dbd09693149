"""Erasing a reader who asks for it (GDPR 17)."""

from digest.errors import NotFoundError
from digest.flows.services import Services
from digest.model.addresses import Address
from digest.store import erasure, subscribers


def erase_subscriber(services: Services, address: Address) -> None:
    """Erase the reader with that address, in whatever spelling; no import brings them back.

    Raises NotFoundError where nothing is kept under it, as after an erasure.
    """
    now = services.clock.now()
    with services.database.begin() as tx:
        found = subscribers.find_subscriber(tx, address)
        if found is None:
            raise NotFoundError("subscriber", str(address), hint="nothing is kept under that address")
        key_hash = services.links.address_hash(address.key)
        erasure.erase_subscriber(tx, found.id, key_hash=key_hash, now=now)
