"""Plain SMTP: messages handed to a relay one by one, over as few sessions as it allows. What is said: session.py."""

import ssl
from collections.abc import Iterable, Iterator

from digest.errors import RelayError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Message, Transmission
from digest.send.relay import Relay
from digest.send.session import Session, Timeouts, Verdict

_MAX_BROKEN_SESSIONS = 3


class SmtpTransport:
    """Hands messages to one relay. `tls` judges its certificate: by default the machine's authorities and the name."""

    def __init__(self, relay: Relay, *, tls: ssl.SSLContext | None = None, timeouts: Timeouts | None = None) -> None:
        self._relay = relay
        self._tls = tls
        self._timeouts = timeouts or Timeouts()
        self._session: Session | None = None
        self._broken_sessions = 0

    def transmit(self, messages: Iterable[tuple[DeliveryId, Message]]) -> Iterator[Transmission]:
        """Hand each message over; see Transport."""
        self._open_session()
        for delivery_id, message in messages:
            try:
                fate, reply = self._hand_over(message)
            except RelayError:
                yield Transmission(delivery_id=delivery_id, fate=Fate.NOT_SENT, reply=None)
                raise
            yield Transmission(delivery_id=delivery_id, fate=fate, reply=reply)

    def close(self) -> None:
        """QUIT, if a session is open."""
        if self._session is not None:
            self._session.quit()
            self._session = None

    def _hand_over(self, message: Message) -> Verdict:
        """A session that has served before and ends now says nothing of this message, which gets another one."""
        session = self._open_session()
        had_served = session.has_served
        verdict = self._try(message, session)
        if had_served and session.is_over and verdict.fate in {Fate.LATER, Fate.NOT_SENT}:
            return self._try(message, self._open_session())
        return verdict

    def _try(self, message: Message, session: Session) -> Verdict:
        try:
            return session.hand_over(message)
        finally:
            if session.is_over:
                self._session = None
                self._broken_sessions += 1
            else:
                self._broken_sessions = 0

    def _open_session(self) -> Session:
        """Return the open session or a new one, unless the relay ends them all."""
        if self._session is None:
            if self._broken_sessions >= _MAX_BROKEN_SESSIONS:
                self._broken_sessions = 0
                raise RelayError(str(self._relay), f"it ended {_MAX_BROKEN_SESSIONS} sessions one after the other")
            self._session = Session(self._relay, self._tls or ssl.create_default_context(), self._timeouts)
        return self._session
