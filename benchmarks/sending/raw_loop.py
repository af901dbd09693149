"""The raw limit: one message written again and again by a bare loop over pipelined sessions, and nothing else done.

`python -m benchmarks.sending.raw_loop PORT COUNT FILE` sends the mail in the file COUNT times over eight connections
and prints messages, seconds and processor time as JSON. No ledger, no personal part, no journal, no check of a reply
beyond its place in the dialogue.
"""

import json
import select
import socket
import sys
import time
from pathlib import Path

from tests.servers.ports import LOOPBACK

CONNECTIONS = 8
ENVELOPE = b"MAIL FROM:<bounces@daily.example>\r\nRCPT TO:<reader@example.com>\r\nDATA\r\n"
GO_AHEAD = b"354 go ahead\r\n"


def main() -> None:
    """Send, and print what it took."""
    port, count, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    message = path.read_bytes().replace(b"\r\n.", b"\r\n..") + b".\r\n" + ENVELOPE
    sessions = {one.fileno(): one for one in (open_session(port) for _ in range(CONNECTIONS))}
    began, began_cpu = time.perf_counter(), time.process_time()
    send_all(sessions, message, count=count)
    spent = {"seconds": time.perf_counter() - began, "cpu_s": time.process_time() - began_cpu}
    print(json.dumps({"messages": count, **spent}))


def open_session(port: int) -> socket.socket:
    """Return a session that has said its first envelope."""
    session = socket.create_connection((LOOPBACK, port))
    session.recv(4096)
    session.sendall(b"EHLO raw.example\r\n")
    session.recv(4096)
    session.sendall(ENVELOPE)
    session.settimeout(0)
    return session


def send_all(sessions: dict[int, socket.socket], message: bytes, *, count: int) -> None:
    """Write the message, its dot and the next envelope at once, each time a session says to go ahead."""
    events = select.epoll()
    for fileno in sessions:
        events.register(fileno, select.EPOLLIN)
    unsent: dict[int, memoryview] = {}
    started, going = 0, len(sessions)
    while going:
        for fileno, event in events.poll():
            session = sessions[fileno]
            if event & select.EPOLLOUT:
                rest = unsent.pop(fileno)
            elif not session.recv(4096).endswith(GO_AHEAD):
                continue
            elif started < count:
                started += 1
                rest = memoryview(message)
            else:
                events.unregister(fileno)
                going -= 1
                continue
            if left := rest[session.send(rest) :]:
                unsent[fileno] = left
            events.modify(fileno, select.EPOLLOUT if left else select.EPOLLIN)


if __name__ == "__main__":
    main()
