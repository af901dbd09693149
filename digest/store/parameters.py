"""What the ledger's statements share: the parameters by which they know a mailing, a worker and the time."""

from datetime import datetime

from sqlalchemy import and_, bindparam

from digest.model.mailings import Mailing
from digest.store.columns import BigId, UtcDateTime
from digest.store.tables import delivery

MAILING_ID = bindparam("this_mailing", type_=BigId)
SLOT_AT = bindparam("this_slot", type_=UtcDateTime())
OWNER = bindparam("this_owner", type_=delivery.c.lease_owner.type)
NOW = bindparam("this_moment", type_=UtcDateTime())

IN_SLOT = delivery.c.slot_at == SLOT_AT
"""Lets PostgreSQL look at one partition only."""

IN_MAILING = and_(delivery.c.mailing_id == MAILING_ID, IN_SLOT)

Parameters = dict[str, int | str | datetime]


def parameters_of(of: Mailing, *, now: datetime, owner: str = "") -> Parameters:
    """Return the values of the parameters above."""
    return {"this_mailing": of.id, "this_slot": of.slot_at, "this_owner": owner, "this_moment": now}
