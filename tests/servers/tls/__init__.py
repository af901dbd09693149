"""HTTPS for servers that a test starts: a certificate for feeds.example, signed by nobody but itself."""

import ssl
from pathlib import Path

NAME = "feeds.example"
CERTIFICATE = Path(__file__).with_name("feeds.example.pem")


def server_context() -> ssl.SSLContext:
    """Return a context that proves a server to be NAME, to those who trust CERTIFICATE."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context
