"""Purging: who was asked by mail and never confirmed is forgotten after thirty days, and so is that they were asked."""

from datetime import timedelta

from digest.flows.services import Services
from digest.store import pending, sign_ups

KEPT = timedelta(days=30)
_BATCH = 1_000


def purge_unconfirmed(services: Services) -> int:
    """Delete the readers who did not confirm within thirty days, with their notices and evidence; return how many.

    So go topics that a confirmed reader asked for and did not confirm, and the notes of who signed up. Any number of
    processes may do so at once; a reader who confirms at this moment stays.
    """
    before = services.clock.now() - KEPT
    with services.database.begin() as tx:
        sign_ups.delete_sign_ups(tx, before=before)
        pending.delete_unconfirmed_topics(tx, before=before)
    purged = 0
    while True:
        with services.database.begin() as tx:
            ids = pending.lock_unconfirmed(tx, before=before, limit=_BATCH)
            pending.delete_readers(tx, ids)
        purged += len(ids)
        if len(ids) < _BATCH:
            return purged
