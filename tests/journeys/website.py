"""A newsroom's web part as the real command serves it, and an article page of another site that carries its form."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Timer

from tests.journeys.conftest import DigestCommand
from tests.servers.http import HttpServer
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.received import Received
from tests.servers.smtp import ScriptedSmtp

PATIENCE_S = 20


@contextmanager
def served(digest: DigestCommand, *, origin: str) -> Iterator[DigestCommand]:
    """Run `digest web` until the block ends, in good order; yield the command with the settings that it has.

    `origin` is the site whose pages may carry the form. Links lead to where the server listens.
    """
    port = free_port()
    own = {"DIGEST_BASE_URL": f"http://{LOOPBACK}:{port}", "DIGEST_EMBED_ORIGINS": origin}
    command = replace(digest, environ={**digest.environ, **own})
    with command.start("web", "--port", str(port)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Listening on "), process.communicate()
        try:
            yield command
        finally:
            process.send_signal(signal.SIGTERM)
            killing = Timer(PATIENCE_S, process.kill)
            killing.start()
            _, err = process.communicate()
            killing.cancel()
    assert (process.returncode, "Traceback" in err) == (0, False), err


def publish_article(site: HttpServer, digest: DigestCommand, *, snippets: str, lang: str, tag: str) -> str:
    """Serve an article, cached for ever and under a strict content policy, with these snippets; return its URL."""
    news = digest.environ["DIGEST_BASE_URL"]
    policy = f"default-src 'none'; img-src data:; script-src {news}; connect-src {news}; form-action {news}"
    page = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Ferry</title>'
        f'<link rel="icon" href="data:,"><meta property="article:tag" content="{tag}"></head>'
        f"<body><main><h1>Ferry</h1>{snippets}</main></body></html>"
    )
    headers = [
        ("Content-Type", "text/html"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "max-age=31536000"),
    ]
    site.answer("/article", headers=headers, body=page.encode())
    return site.url("/article")


def next_mail(smtp: ScriptedSmtp, *, after: int) -> Received:
    """Return the mail that comes after so many others, which a process of its own sends soon."""
    deadline = time.monotonic() + PATIENCE_S
    while len(smtp.inbox) <= after:
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.05)
    return smtp.inbox[after]


def links_of(mail: Received) -> list[str]:
    """Return each address that either part of a mail names, and its header fields."""
    parts = [str(part.get_content()) for part in mail.message.walk() if part.get_content_maintype() == "text"]
    parts += [str(value) for value in mail.message.values()]
    found = [link for part in parts for link in re.findall(r"https?://[^\s\"'<>]+", part)]
    return list(dict.fromkeys(link.replace("&amp;", "&") for link in found))


def link_to(mail: Received, path: str) -> str:
    """Return the mail's one link to a part of the site."""
    (link,) = {link for link in links_of(mail) if f"/{path}/" in link}
    return link
