"""Transactions: messages taken from an outbox, said over a line, and landed by what the relay answers (RFC 5321, 2920).

No sockets here: octets come in by `receive` and go out by the line. Where the relay offers PIPELINING, one write holds
a message's content, its final dot and the next message's envelope, so that a message costs one round trip; elsewhere
the same commands go out one by one. At most two messages are on the wire: one waits for the reply to its final dot, the
other has its envelope out. The order that all of this serves: take; hear 354; tell the outbox that the message is
leaving; write its final dot; hear the reply to that; land.
"""

from collections import deque
from collections.abc import Callable

from digest.errors import JournalError
from digest.model.messages import Fate, Step
from digest.send.smtp.endings import ConnectionLimits, Ending, EndReason, Timeouts
from digest.send.smtp.envelopes import envelope, stuffed
from digest.send.smtp.flight import Flight
from digest.send.smtp.line import Line
from digest.send.smtp.offers import Offers
from digest.send.smtp.replies import NO_REPLY, ReplyReader, Said, make_reply
from digest.send.smtp.verdicts import (
    ENVELOPE,
    STEPS,
    Ask,
    Verdict,
    all_accepted,
    is_envelope_accepted,
    judge,
    wait_s,
)
from digest.send.wire import Departure, Outbox

_FATES = {Verdict.LATER: Fate.LATER, Verdict.NEVER: Fate.NEVER}


class Transactions:
    """The messages of one session, from when it is ready for mail to its end."""

    def __init__(
        self,
        line: Line,
        *,
        outbox: Outbox,
        offers: Offers,
        timeouts: Timeouts,
        limits: ConnectionLimits,
        on_end: Callable[[Ending], None],
    ) -> None:
        self.is_over = False
        self._line = line
        self._offers = offers
        self._timeouts = timeouts
        self._on_end = on_end
        self._served = 0
        self._reader = ReplyReader()
        self._due: deque[Ask] = deque()
        self._unsaid: deque[tuple[Ask, bytes]] = deque()
        self._flight = Flight(outbox, offers, may_take=limits.messages)
        self._is_busy = False
        self._is_draining = False
        self._needs_reset = False
        self._has_recipient = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on the wire, and a message could be."""
        return not (self._due or self._is_draining or self._is_busy or self.is_over)

    def go_on(self) -> None:
        """If idle, offer the next message, or say QUIT once no more may be taken."""
        if not self.is_idle:
            return
        self._is_busy = True
        self._flight.offered = self._flight.take()
        self._is_busy = False
        if self._flight.offered is not None:
            self._offer(self._flight.offered)
        elif self._flight.may_take <= 0 and not self.is_over:
            self._say((Ask.QUIT,), b"QUIT\r\n")
        self._wait()

    def retire(self) -> None:
        """Take nothing more; say QUIT when what is on the wire has landed."""
        self._flight.may_take = 0
        self.go_on()

    def receive(self, octets: bytes) -> None:
        """Hear what the relay says."""
        self._is_busy = True
        if not (self._reader.is_empty and self._hear_nothing_but_yes(octets)):
            self._reader.feed(octets)
            while not self.is_over and (said := self._reader.read()) is not None:
                self._hear(said)
                self._wait()
        self._is_busy = False
        self.go_on()

    def drained(self) -> None:
        """Go on with the final dot, now that the kernel has the content before it."""
        if self._is_draining and self._flight.offered is not None:
            self._is_draining = False
            if self._reader.is_empty:
                self._write_dot(self._flight.offered, b"")
            else:
                self._hear_early(NO_REPLY)
            self._wait()

    def closed(self, _: Exception | None) -> None:
        """Hear that the relay has closed the connection."""
        self._end(EndReason.RETIRED if Ask.QUIT in self._due else EndReason.CUT)

    def time_out(self) -> None:
        """Hear that the relay kept silent for too long."""
        self._end(EndReason.RETIRED if Ask.QUIT in self._due else EndReason.TIMED_OUT, if_dotted=Fate.UNKNOWN)

    def abort(self) -> None:
        """Hang up now."""
        self._end(EndReason.ABORTED, if_dotted=Fate.UNKNOWN)

    def _offer(self, departure: Departure) -> None:
        """Say a message's envelope: in one write where that is allowed, else its first command (RFC 2920 3.1)."""
        asks: tuple[Ask, ...] = ENVELOPE
        commands = envelope(departure.message, self._offers)
        if self._needs_reset:
            asks, commands = (Ask.RSET, *asks), b"RSET\r\n" + commands
        self._needs_reset = self._has_recipient = False
        if self._offers.pipelining:
            self._say(asks, commands)
        else:
            self._unsaid.extend(zip(asks, commands.splitlines(keepends=True), strict=True))
            self._say_next()

    def _say(self, asks: tuple[Ask, ...], octets: bytes) -> None:
        self._due.extend(asks)
        self._line.write(octets)

    def _say_next(self) -> None:
        if self._unsaid:
            ask, command = self._unsaid.popleft()
            self._say((ask,), command)

    def _hear_nothing_but_yes(self, octets: bytes) -> bool:
        """Hear at once what nearly always comes, and return whether it did; the long way would do the same."""
        due = len(self._due)
        if due == 4 and self._due[0] is Ask.DOT and (said := all_accepted(octets)) is not None:
            self._due.clear()
            self._heed_consent(Ask.DOT, said)
        elif due == 3 and is_envelope_accepted(octets):
            self._due.clear()
        else:
            return False
        if self._flight.offered is not None:
            self._write_content(self._flight.offered)
            self._wait()
        return True

    def _hear(self, said: Said) -> None:
        if said.code == 421:
            self._hear_421(said)
        elif not self._due:
            self._hear_early(said)
        else:
            ask = self._due.popleft()
            self._heed(judge(ask, said), ask, said)

    def _heed(self, verdict: Verdict, ask: Ask, said: Said) -> None:
        match verdict:
            case Verdict.GO_ON:
                self._heed_consent(ask, said)
            case Verdict.LATER | Verdict.NEVER:
                self._heed_refusal(_FATES[verdict], ask, said)
            case Verdict.NOT_US:
                self._flight.land_offered(Fate.NOT_SENT, said, STEPS[ask])
                self._end(EndReason.UNUSABLE, said)
            case Verdict.SENSELESS:
                if ask is Ask.DOT:
                    self._flight.land_dotted(Fate.CUT, said)
                elif ask in STEPS:
                    self._flight.land_offered(Fate.NOT_SENT, said, STEPS[ask])
                self._end(EndReason.BROKEN, said)

    def _heed_consent(self, ask: Ask, said: Said) -> None:
        match ask:
            case Ask.DOT:
                self._served += 1
                self._flight.land_dotted(Fate.TAKEN, said)
            case Ask.MAIL | Ask.RCPT | Ask.RSET:
                self._has_recipient |= ask is Ask.RCPT
                self._say_next()
            case Ask.DATA:
                self._heed_call_for_content(said)
            case Ask.QUIT:
                self._end(EndReason.RETIRED)

    def _heed_refusal(self, fate: Fate, ask: Ask, said: Said) -> None:
        """Land the message, unless an earlier refusal did so, and have its transaction cleared before the next."""
        if ask is Ask.DOT:
            self._flight.land_dotted(fate, said)
        else:
            self._needs_reset = True
            self._unsaid.clear()
            self._flight.land_offered(fate, said, STEPS[ask])

    def _heed_call_for_content(self, said: Said) -> None:
        """A relay that wants the content of a message whose recipient it refused gets a lone dot (RFC 2920 3.1)."""
        if self._flight.offered is None and self._has_recipient:
            self._end(EndReason.BROKEN, said)
        elif self._flight.offered is None:
            self._say((Ask.LONE_DOT,), b".\r\n")
        elif self._reader.is_empty:
            self._write_content(self._flight.offered)
        else:
            self._hear(self._reader.read() or NO_REPLY)

    def _hear_early(self, said: Said) -> None:
        """Hear what nothing was asked for: a verdict on a content that is not all out yet, or nonsense.

        Either way the session is over: the relay may take what is left of the content for commands.
        """
        verdict = judge(Ask.DOT, said)
        if verdict in _FATES:
            self._flight.land_offered(_FATES[verdict], said, Step.DOT)
        self._end(EndReason.BROKEN, said)

    def _hear_421(self, said: Said) -> None:
        """421 ends a session at any point (RFC 5321 3.8). One that has served well says nothing of the next message."""
        ask = self._due[0] if self._due else None
        if ask is Ask.DOT:
            self._flight.land_dotted(Fate.LATER, said)
        elif ask is None or ask in STEPS:
            self._flight.land_offered(Fate.NOT_SENT if self._served else Fate.LATER, said, STEPS[ask or Ask.DOT])
        self._end(EndReason.CLOSED_421, said)

    def _write_content(self, departure: Departure) -> None:
        """Write a message so that its final dot never waits here while the journal says that it left."""
        content = stuffed(departure.message)
        if self._offers.pipelining:
            self._flight.ahead = self._flight.take()
        if self.is_over:
            return
        if len(content) <= self._line.most_at_once:
            self._write_dot(departure, content)
            return
        self._is_draining = True
        self._line.write(content)
        if self._line.is_drained:
            self.drained()

    def _write_dot(self, departure: Departure, content: bytes) -> None:
        """Write the content, or what is left of it, the final dot, and the next envelope if there is one."""
        try:
            self._flight.leave(departure)
        except JournalError as error:
            self._end(EndReason.ABORTED, error=error)
            return
        following = self._flight.offered
        if following is None:
            self._say((Ask.DOT,), content + b".\r\n")
        else:
            self._has_recipient = False
            next_envelope = envelope(following.message, self._offers)
            self._say((Ask.DOT, *ENVELOPE), b"".join((content, b".\r\n", next_envelope)))

    def _wait(self) -> None:
        if not self.is_over:
            ask = self._due[0] if self._due else None
            self._line.wait_at_most(self._timeouts.block_s if self._is_draining else wait_s(ask, self._timeouts))

    def _end(
        self,
        reason: EndReason,
        said: Said | None = None,
        *,
        if_dotted: Fate = Fate.CUT,
        error: JournalError | None = None,
    ) -> None:
        """Hang up, and land what was on the wire."""
        if self.is_over:
            return
        self.is_over = True
        self._is_draining = False
        self._line.hang_up()
        self._flight.land_all(if_dotted=if_dotted)
        reply = make_reply(said) if said is not None else None
        self._on_end(Ending(reason=reason, served=self._served, reply=reply, error=error))
