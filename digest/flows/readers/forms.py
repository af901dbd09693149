"""The form that signs a reader up: its token, which says when it was shown, and the challenge that may come with it.

A token is signed, not good at once (nobody types that fast), ends, and is good for one try: a form that is shown again
has a new one.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.flows.readers import challenges
from digest.flows.readers.watching import Traffic
from digest.flows.services import Services
from digest.links import Purpose

LEAST_AGE = timedelta(seconds=2)
LASTS = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """What a form needs before it can be posted: its token, and a challenge (in ALTCHA's JSON) while there is one."""

    token: str
    challenge: Mapping[str, object] | None


def open_form(services: Services) -> OpenForm:
    """Return a form to be shown now. Changes nothing."""
    now = services.clock.now()
    token = services.links.timed_token(Purpose.FORM, secrets.randbits(63), at=now)
    is_rush = look_at_traffic(services, now=now).is_rush
    return OpenForm(token=token, challenge=challenges.make(services.links, token) if is_rush else None)


def look_at_traffic(services: Services, *, now: datetime) -> Traffic:
    """Return how sign-ups run, and so whether a form needs its challenge solved."""
    usual = services.sign_up_rules.usual_in_ten_minutes
    return services.sign_up_watch.look(services.database, usual, now=now)


def is_fresh(services: Services, token: str, *, now: datetime) -> bool:
    """Return whether a form's token is ours, and neither too young nor too old."""
    grant = services.links.read_timed(Purpose.FORM, token)
    return grant is not None and LEAST_AGE <= now - grant.at <= LASTS


def use_up(services: Services, token: str, *, now: datetime) -> bool:
    """Let a fresh token be good no more; return whether it still was."""
    grant = services.links.read_timed(Purpose.FORM, token)
    if grant is None:
        return False
    lasts_s = LASTS.total_seconds()
    spent = services.open_buckets().spend(f"form:{grant.id}", capacity=1, period_s=lasts_s, at_s=now.timestamp())
    return spent == 0.0
