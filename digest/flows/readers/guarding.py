"""Guarding the form against those who write to strangers through it: the token, the trap, the challenge, the budgets.

In this order, from what costs us nothing to what costs somebody else something. None of it depends on whose address it
is; that limit is in `mail_limit`.
"""

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import structlog

from digest.flows.readers import budgets, challenges, forms
from digest.flows.readers.attempts import Attempt
from digest.flows.services import Services

log = structlog.get_logger()

NO_SCRIPT = "no-script"
"""What stands for a solution in the form of a browser without JavaScript."""

CLOSED_FOR = timedelta(hours=1)
"""When it is worth another look whether sign-ups are open again: nobody said until when they are closed."""


class Answer(StrEnum):
    """What somebody who sent a form is told.

    asked       a mail is on its way, if one should be
    stale form  the form was sent too fast, is too old, forged or used: show it again, filled
    challenge   show it again, with a challenge to solve
    later       too many sign-ups: try again later
    closed      the operator takes no sign-ups for now
    """

    ASKED = "asked"
    STALE_FORM = "stale form"
    CHALLENGE = "challenge"
    LATER = "later"
    CLOSED = "closed"


class SignedUp(NamedTuple):
    """The answer; with `later` and `closed`, in how many seconds it is worth another try."""

    answer: Answer
    retry_after_s: int = 0


def turn_away(services: Services, attempt: Attempt, *, now: datetime) -> SignedUp | None:
    """Return the answer to a form that is not worth reading, or None for one that is. Uses nothing up."""
    if not services.sign_up_rules.are_open:
        return _refuse(Answer.CLOSED, why="closed", retry_after_s=CLOSED_FOR // timedelta(seconds=1))
    if not forms.is_fresh(services, attempt.form_token, now=now):
        return _refuse(Answer.STALE_FORM, why="form")
    if attempt.honeypot:
        return _refuse(Answer.ASKED, why="honeypot")
    return None


def hold_back(services: Services, attempt: Attempt, *, domain: str, now: datetime) -> SignedUp | None:
    """Return the answer to a form that comes at a bad time, or None for one that may go on.

    Its token is used up, and its challenge looked at, ahead of what it shares with others, so that no form that is sent
    again and again, solved once or never, spends that; and behind the household's own budget, so that used tokens
    cannot pile up.
    """
    traffic = forms.look_at_traffic(services, now=now)
    usual = services.sign_up_rules.usual_in_ten_minutes
    own, *shared = budgets.network_budgets(attempt.ip, usual_in_ten_minutes=usual)
    if wait_s := budgets.spend(services, [own], now=now):
        return _refuse_for(wait_s)
    if not forms.use_up(services, attempt.form_token, now=now):
        return _refuse(Answer.STALE_FORM, why="form used")
    if traffic.is_rush and attempt.solution == NO_SCRIPT:
        shared = [*budgets.scriptless_budgets(attempt.ip), *shared]
    elif traffic.is_rush and not challenges.is_solved(services.links, attempt.form_token, solution=attempt.solution):
        return _refuse(Answer.CHALLENGE, why="challenge")
    wait_s = budgets.spend(services, shared, now=now) or budgets.spend_shared(
        services, domain, ip=attempt.ip, normal_in_ten_minutes=traffic.is_normal_to, now=now
    )
    return _refuse_for(wait_s) if wait_s else None


def _refuse_for(wait_s: float) -> SignedUp:
    return _refuse(Answer.LATER, why="budget", retry_after_s=math.ceil(wait_s))


def _refuse(answer: Answer, *, why: str, retry_after_s: int = 0) -> SignedUp:
    log.info("sign_up.refused", answer=answer.value, why=why)
    return SignedUp(answer, retry_after_s)
