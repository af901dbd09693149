"""Readers who ask for a new address and press the link that goes there. What tests of moving begin with."""

from sqlalchemy import select

from digest.flows.readers.readdressing import AddressChange, ask_for_address, confirm_address
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.model.ids import SubscriberId
from digest.model.notices import NoticeKind
from digest.store.tables import notice
from tests.flows.readers.readership import preferences_token

NEW = parse_address("new@example.org")
PAGE = "https://news.example/address"


def ask(services: Services, reader: SubscriberId, typed: str = NEW.spelling) -> str:
    """Ask for a new address; return the token of the link that goes there, or nothing where none goes."""
    assert ask_for_address(services, preferences_token(services, reader), typed)
    query = select(notice).where(notice.c.kind == NoticeKind.ADDRESS_CONFIRM.value).order_by(notice.c.id.desc())
    with services.database.read() as tx:
        row = tx.execute(query.where(notice.c.email == typed)).mappings().first()
    return services.links.timed_token(Purpose.ADDRESS, row["id"], at=row["made_at"]) if row else ""


def press(services: Services, token: str) -> AddressChange:
    """Press the button of the page that a link to a new address opens."""
    return confirm_address(services, token, page=PAGE, ip="192.0.2.7")
