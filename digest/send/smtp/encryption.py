"""Encryption: TLS between us and a relay, octets in and octets out (RFC 8446, RFC 3207). No sockets here.

By our own hand rather than asyncio's, so that every octet said in the clear is accounted for before TLS begins
(CVE-2011-0411), and so that what the kernel has not taken yet is known.
"""

import ssl

_ACCEPTABLE = frozenset({"TLSv1.2", "TLSv1.3"})
_CHUNK_OCTETS = 1 << 16


class Encryption:
    """One end of a TLS connection to a host whose certificate `context` judges."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def shake_hands(self, octets: bytes) -> bool:
        """Take what the relay sent, and return whether the handshake is done; `unsent` is to be sent either way.

        Raises SSLError for a certificate that is not trusted, and for anything older than TLS 1.2 (RFC 8996).
        """
        self._incoming.write(octets)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        if self._tls.version() not in _ACCEPTABLE:
            raise ssl.SSLError(f"{self._tls.version()} is too old")
        return True

    def unsent(self) -> bytes:
        """Return what is to be sent now."""
        return self._outgoing.read()

    def seal(self, octets: bytes) -> bytes:
        """Return octets as they may be sent."""
        self._tls.write(octets)
        return self._outgoing.read()

    def open(self, octets: bytes) -> bytes:
        """Return what the relay said in the octets that it sent. Raises SSLError if they were tampered with."""
        self._incoming.write(octets)
        heard = bytearray()
        try:
            while piece := self._tls.read(_CHUNK_OCTETS):
                heard += piece
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            pass
        return bytes(heard)
