"""Less, and for a while nothing: cadence and pauses, from a link to leave and from the preferences page."""

from dataclasses import dataclass
from datetime import date

from digest.flows.readers.leaving import Leaving
from digest.flows.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Eased:
    """What a press for less did: how the reader stands then. `undo_token` is empty where nothing changed."""

    leaving: Leaving
    undo_token: str


def read_less(services: Services, token: str) -> Eased | None:
    """Make a reader's mails rarer: daily to weekly, weekly to monthly. None for a token that is cut or forged."""
    raise NotImplementedError


def pause_reader(services: Services, token: str, *, weeks: int) -> Eased | None:
    """Pause the reader of an unsubscribe token for 1 to 52 weeks. Raises FieldsError ("weeks")."""
    raise NotImplementedError


def pause_until(services: Services, token: str, on: date) -> bool:
    """Pause the reader of a preferences token until that day begins in their zone; False for an unknown token.

    Raises FieldsError ("pause") for a day that is not ahead, or more than a year ahead.
    """
    raise NotImplementedError


def resume(services: Services, token: str) -> bool:
    """End the pause of the reader of a preferences token; False for an unknown token."""
    raise NotImplementedError
