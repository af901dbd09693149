"""Plain wishes to leave, by mail: how many were granted lately.

Kept beside the settings, and not in buckets: behind a mail server's pipe each mail is a process of its own.
"""

from datetime import datetime, timedelta

from sqlalchemy import literal, select, update

from digest.store.bulk import insert_new
from digest.store.database import Transaction
from digest.store.tables import setting

_FULL_AT = "inbound.full_at"


def spend(tx: Transaction, *, capacity: int, period: timedelta, now: datetime) -> bool:
    """Spend one wish of `capacity`, which comes back over `period`; return whether there was one.

    Kept as the time at which all are there again, in seconds since 1970. Who spends at the same time waits.
    """
    tx.execute(insert_new(tx, setting, {"name": literal(_FULL_AT), "value": literal("0")}))
    kept: str = tx.execute(select(setting.c.value).where(setting.c.name == _FULL_AT).with_for_update()).scalar_one()
    now_s, period_s = now.timestamp(), period.total_seconds()
    full_at_s = min(max(float(kept), now_s), now_s + period_s) + period_s / capacity
    if full_at_s > now_s + period_s:
        return False
    tx.execute(update(setting).where(setting.c.name == _FULL_AT).values(value=repr(full_at_s)))
    return True
