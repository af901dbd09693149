"""One SMTP session of a sink (RFC 5321, with pipelining as in RFC 2920), made for speed.

A message ends at CRLF.CRLF and nowhere else, wherever the borders of what was received fall. All commands that came
together are answered together, after the messages among them were counted and written to the log.
"""

import asyncio
import re
from collections import deque
from typing import cast

from tests.servers.sink.house import House
from tests.servers.sink.orders import is_among

BUFFER_OCTETS = 512 * 1024
MAX_HEADER_OCTETS = 16 * 1024
END = re.compile(rb"\r\n\.\r\n")  # twice as fast as bytes.find; this search is most of what a sink does
END_OCTETS = 5
MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>\s]*)>", re.IGNORECASE | re.MULTILINE)
GREETING = b"220 sink.example ESMTP\r\n"
EXTENSIONS = b"sink.example PIPELINING 8BITMIME ENHANCEDSTATUSCODES SIZE".split()
HELLO = b"".join(b"250-%b\r\n" % each for each in EXTENSIONS[:-1]) + b"250 %b\r\n" % EXTENSIONS[-1]
SIMPLE_REPLIES = {
    b"EHLO": HELLO,
    b"HELO": b"250 sink.example\r\n",
    b"RSET": b"250 2.0.0 forgotten\r\n",
    b"NOOP": b"250 2.0.0 yes\r\n",
    b"QUIT": b"221 2.0.0 bye\r\n",
}
TAKEN = b"250 2.0.0 taken\r\n"


class Session(asyncio.BufferedProtocol):
    """One session. What was received and not yet used stands in `_octets` from `_at` to `_filled`.

    In a body, `_at` is at the CRLF of its DATA, since that may be the first half of its end.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._octets = bytearray(BUFFER_OCTETS)
        self._view = memoryview(self._octets)
        self._at = self._filled = self._searched = 0
        self._in_body = self._is_over = False
        self._mail_from = b""
        self._rcpt_to: list[bytes] = []
        self._message_id = b""
        self._taken = 0
        self._replies: list[bytes] = []
        self._log_lines: list[bytes] = []
        self._late: deque[bytes] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._house.sessions += 1
        self._replies.append(GREETING)
        self._answer()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._house.octets += nbytes
        self._filled += nbytes
        if self._is_over or self._house.orders.hang:
            self._is_over = True
            self._filled = 0
            return
        while self._read_body() if self._in_body else self._read_command():
            pass
        self._make_room()
        self._answer()

    def _read_command(self) -> bool:
        """Answer the next command; return whether to go on."""
        end = self._octets.find(b"\r\n", self._at, self._filled)
        if end < 0:
            return False
        line = bytes(self._view[self._at : end])
        self._at = end + 2
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._on_mail(line)
        elif verb == b"RCPT":
            self._on_rcpt(line)
        elif verb == b"DATA":
            self._open_body()
        else:
            self._forget_envelope()
            self._replies.append(SIMPLE_REPLIES.get(verb, b"500 5.5.1 what?\r\n"))
            self._is_over = verb == b"QUIT"
        return not self._is_over

    def _on_mail(self, line: bytes) -> None:
        if 0 < self._house.orders.session_length <= self._taken:
            self._end_with(b"421 4.3.2 enough for one session\r\n")
            return
        self._forget_envelope()
        self._mail_from = line
        self._replies.append(b"250 2.1.0 sender ok\r\n")

    def _on_rcpt(self, line: bytes) -> None:
        orders = self._house.orders
        if not self._mail_from:
            self._replies.append(b"503 5.5.1 MAIL first\r\n")
        elif orders.never and is_among(_address(line), orders.never):
            self._replies.append(b"550 5.1.1 no such mailbox\r\n")
        elif self._house.happens(orders.later):
            self._replies.append(b"451 4.7.1 try later\r\n")
        else:
            self._rcpt_to.append(line)
            self._replies.append(b"250 2.1.5 recipient ok\r\n")

    def _open_body(self) -> None:
        if not self._rcpt_to:
            self._replies.append(b"554 5.5.1 no valid recipients\r\n")
        elif self._house.happens(self._house.orders.cut_before_dot):
            self._is_over = True
        else:
            self._replies.append(b"354 go ahead\r\n")
            self._in_body = True
            self._message_id = b""
            self._at -= len(b"\r\n")
            self._searched = self._at

    def _read_body(self) -> bool:
        """Take a message whose end is there; return whether to go on."""
        if self._house.happens(self._house.orders.cut_in_body):
            self._is_over = True
            return False
        found = END.search(self._octets, self._searched, self._filled)
        if found is None:
            self._searched = max(self._at, self._filled - END_OCTETS + 1)
            return False
        self._find_message_id(found.end())
        self._at, self._in_body = found.end(), False
        self._take()
        return not self._is_over

    def _find_message_id(self, end: int) -> None:
        if self._house.log is not None and not self._message_id:
            found = MESSAGE_ID.search(self._octets, self._at, min(end, self._at + MAX_HEADER_OCTETS))
            self._message_id = found[1] if found else b"-"

    def _take(self) -> None:
        self._taken += 1
        self._house.messages += 1
        if self._house.log is not None:
            rcpt_to = b",".join(map(_address, self._rcpt_to))
            self._log_lines.append(b"%b %b %b\n" % (self._message_id, _address(self._mail_from) or b"<>", rcpt_to))
        self._forget_envelope()
        if self._house.happens(self._house.orders.cut_after_dot):
            self._is_over = True
        elif self._house.happens(self._house.orders.cut_in_reply):
            self._end_with(TAKEN[: len(TAKEN) // 2])
        else:
            self._replies.append(TAKEN)

    def _forget_envelope(self) -> None:
        self._mail_from = b""
        self._rcpt_to = []

    def _end_with(self, reply: bytes) -> None:
        self._replies.append(reply)
        self._is_over = True

    def _make_room(self) -> None:
        """Move what is left to the front; of a body that fills the buffer, only what may begin its end."""
        if self._filled - self._at == BUFFER_OCTETS:
            self._find_message_id(self._filled)
            self._at = self._searched
        if self._at:
            left = self._filled - self._at
            self._octets[:left] = self._octets[self._at : self._filled]
            self._searched -= self._at
            self._at, self._filled = 0, left

    def _answer(self) -> None:
        """Log what was taken and answer, both in one call; hang up where the session is over."""
        self._house.note(self._log_lines)
        self._late.append(b"".join(self._replies))
        self._log_lines.clear()
        self._replies.clear()
        if delay_s := self._house.delay_s:
            asyncio.get_running_loop().call_later(delay_s, self._release)
        else:
            self._release()

    def _release(self) -> None:
        """Send the oldest answer that waits: in order also where the delay was changed meanwhile."""
        replies = self._late.popleft()
        if replies and not self._transport.is_closing():
            self._transport.write(replies)
        if self._is_over and not self._late:
            self._transport.close()


def _address(line: bytes) -> bytes:
    """Return the address in a MAIL or RCPT command."""
    return line[line.find(b"<") + 1 : line.find(b">")]
