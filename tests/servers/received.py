"""What a scripted relay keeps of each message that it took."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Received:
    """One message as it came. `raw` has the stuffed dots taken off again."""

    mail_from: str
    mail_options: str
    rcpt_to: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """The message as the standard library reads it."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def __getitem__(self, field: str) -> str:
        return str(self.message[field])
