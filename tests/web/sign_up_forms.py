"""Filling in the sign-up page's form as a browser without scripts does, and what brings its challenge about."""

import re

import httpx2
from sqlalchemy import select

from digest.flows.services import Services
from digest.links import Purpose
from digest.store import sign_ups
from digest.store.tables import consent, notice
from tests.servers.web import Web
from tests.web.shown import fields_of

ADDRESS = "ada@reader.example"


def fill_in(page: str, /, **typed: str | list[str]) -> dict[str, list[str]]:
    """Return what a browser sends of the page's form, with these fields typed over; noscript's own fields too."""
    sent: dict[str, list[str]] = {}
    for one in fields_of(page):
        is_off = one.get("type") == "checkbox" and "checked" not in one
        if one["tag"] == "input" and "name" in one and not is_off:
            sent.setdefault(one["name"], []).append(one.get("value", ""))
    return sent | {name: [value] if isinstance(value, str) else value for name, value in typed.items()}


def sign_up_at(web: Web, path: str = "/subscribe?topic=islands", /, **typed: str | list[str]) -> httpx2.Response:
    """Open the page at this path, read it for a minute, type, and press the button."""
    page = web.client.get(path).text
    web.clock.advance(minutes=1)
    return web.client.post(_action_of(page), data=fill_in(page, **{"email": ADDRESS, **typed}))


def confirm_path(web: Web) -> str:
    """Return the path of the link in the last mail that waits to go out."""
    with web.services.database.read() as tx:
        row = tx.execute(select(notice.c.id, notice.c.made_at).order_by(notice.c.id.desc()).limit(1)).one()
    return "/confirm/" + web.services.links.timed_token(Purpose.CONFIRM, row.id, at=row.made_at)


def start_rush(services: Services, sign_ups_lately: int = 40) -> None:
    """Let sign-ups run far above what is usual."""
    now = services.clock.now()
    with services.database.begin() as tx:
        for number in range(sign_ups_lately):
            sign_ups.add_sign_up(tx, f"{number:064}", is_mailed=False, now=now)


def mails_waiting(services: Services) -> list[tuple[str, str, str]]:
    """Return to whom mails wait to go out, in which language, and what kind of mail they are."""
    with services.database.read() as tx:
        rows = tx.execute(select(notice.c.email, notice.c.lang, notice.c.kind).order_by(notice.c.id))
        return [(email, lang, kind) for email, lang, kind in rows]


def evidence(services: Services) -> list[dict[str, str]]:
    """Return what was kept of who asked for what: the wording, the page, its tags, and by which form."""
    kept = select(consent.c.wording, consent.c.page, consent.c.tags, consent.c.source).order_by(consent.c.id)
    with services.database.read() as tx:
        return [{str(name): str(value) for name, value in row.items()} for row in tx.execute(kept).mappings()]


def _action_of(page: str) -> str:
    found = re.search(r'<form method="post" action="([^"&]*)"', page)
    assert found is not None
    return found[1]
