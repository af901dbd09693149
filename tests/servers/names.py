"""A real name server on loopback, with the records that a test gives it."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from tests.servers.ports import LOOPBACK

Zone = Mapping[str, Mapping[str, str]]
"""By name, then by type (`MX`, `A`): records with ", " between them. A name without a type that is asked has none."""


@contextmanager
def name_server(zone: Zone) -> Iterator[dns.resolver.Resolver]:
    """Serve a zone for the length of the block; give who asks it. What is not in the zone does not exist (NXDOMAIN).

    The name `broken.example` is answered with SERVFAIL.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as listener:
        listener.bind((LOOPBACK, 0))
        answering = threading.Thread(target=_answer_all, args=(listener, zone), daemon=True)
        answering.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [LOOPBACK], listener.getsockname()[1]
        yield resolver
        listener.sendto(b"", listener.getsockname())
        answering.join(5)


def _answer_all(listener: socket.socket, zone: Zone) -> None:
    while True:
        octets, asker = listener.recvfrom(4096)
        if not octets:
            return
        listener.sendto(_answer(dns.message.from_wire(octets), zone).to_wire(), asker)


def _answer(query: dns.message.Message, zone: Zone) -> dns.message.Message:
    answer = dns.message.make_response(query)
    asked = query.question[0]
    name = asked.name.to_text(omit_final_dot=True)
    kind = dns.rdatatype.to_text(asked.rdtype)
    if name == "broken.example":
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif name not in zone:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif found := zone[name].get(kind):
        answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *found.split(", ")))
    return answer
