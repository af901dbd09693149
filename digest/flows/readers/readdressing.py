"""A new address: confirmed at the new one, told to the old one."""

from dataclasses import dataclass
from enum import StrEnum

from digest.flows.services import Services


class ChangeStanding(StrEnum):
    """Where a link to a new address stands.

    open     it can be pressed
    done     it was pressed, and the subscription is at that address
    ended    it is older than a week, or another one was asked for since
    unknown  cut, forged, or the reader left or was erased since
    """

    OPEN = "open"
    DONE = "done"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """What the page of such a link shows; only the standing where it is unknown. `masked` is the new address."""

    standing: ChangeStanding
    masked: str = ""
    lang: str = ""


def ask_for_address(services: Services, token: str, typed: str) -> bool:
    """Ask at a new address whether the reader of a preferences token may move there; False for an unknown token.

    The answer is the same whatever stands at that address. Raises FieldsError ("address") for what is none.
    """
    raise NotImplementedError


def find_address_change(services: Services, token: str) -> AddressChange:
    """Return what the page of a link to a new address shows. Reads only."""
    raise NotImplementedError


def confirm_address(services: Services, token: str, *, page: str, ip: str) -> AddressChange:
    """Move the reader to the new address. Where that has a reader already, the topics move to that one.

    Pressing it again says `done` and changes nothing. `page` and `ip` go into the evidence.
    """
    raise NotImplementedError
