"""Transports: what a flow needs of one, and which one the settings mean."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from digest.model.ids import DeliveryId
from digest.model.messages import Message, Transmission
from digest.send.maildir import MaildirTransport
from digest.send.plain import SmtpTransport
from digest.send.relay import parse_relay


class Transport(Protocol):
    """Somewhere to hand messages over."""

    def transmit(self, messages: Iterable[tuple[DeliveryId, Message]]) -> Iterator[Transmission]:
        """Yield one Transmission for each message taken, in any order; take the next only when ready for it.

        Raises RelayError when the relay cannot be used at all: either before a message was taken, or after each that
        was taken has been reported.
        """
        ...

    def close(self) -> None:
        """End what is open, politely. A closed transport may be used again."""
        ...


def open_transport(url: str, *, maildir: Path) -> Transport:
    """Return the transport for an SMTP URL, or for the empty one a Maildir; raise InputError if the URL is wrong.

    Nothing is connected or written yet.
    """
    return SmtpTransport(parse_relay(url)) if url else MaildirTransport(maildir)
