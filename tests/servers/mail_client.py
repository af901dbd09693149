"""A client for SMTP and LMTP that says what a test tells it to, and hears every reply: the standard one hears one."""

import socket
from contextlib import AbstractContextManager

PATIENCE_S = 10


class MailClient(AbstractContextManager["MailClient"]):
    """One connection; `say` sends a line and returns the reply's last line."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._lines = self._socket.makefile("rb")

    def __exit__(self, *_error: object) -> None:
        self._lines.close()
        self._socket.close()

    def hear(self) -> str:
        """Return the last line of the next reply; "" where the connection has ended."""
        line = self._lines.readline().decode()
        while line[3:4] == "-":
            line = self._lines.readline().decode()
        return line.strip()

    def send(self, sent: bytes) -> None:
        self._socket.sendall(sent)

    def say(self, line: str) -> str:
        """Send one line; return the reply."""
        self.send(line.encode() + b"\r\n")
        return self.hear()

    def deliver(self, mail: bytes, *recipients: str, return_path: str = "reader@example.org") -> list[str]:
        """Hand a mail over after a greeting; return what is said after the final dot, once a recipient."""
        assert self.say(f"MAIL FROM:<{return_path}>").startswith("250")
        assert all(self.say(f"RCPT TO:<{one}>").startswith("250") for one in recipients)
        assert self.say("DATA").startswith("354")
        self.send(mail + b"\r\n.\r\n")
        return [self.hear() for _ in recipients]
