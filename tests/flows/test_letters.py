"""Letters: each delivery's message is its reader's own, the same on every try, and nothing of it is kept."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default as modern

import pytest

from digest.flows.letters import Letters
from digest.flows.publishing import publish_edition
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.model.ids import DeliveryId, EditionId, MailingId, SubscriberId
from digest.model.mailings import ClaimedDelivery
from digest.send.dkim import Signer, read_ed25519_key
from tests.flows.newsroom import SLUG, open_newsroom
from tests.makers.keys import make_ed25519_key, pem_of

BOUNCES = parse_address("bounces@example.com")


@pytest.fixture
def edition_id(services: Services) -> EditionId:
    """An edition of a newsroom, ready to be sent."""
    open_newsroom(services)
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    assert edition.id is not None
    return edition.id


def claimed(edition_id: EditionId, *, number: int = 1) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=DeliveryId(number + 2**40),
        mailing_id=MailingId(1),
        subscriber_id=SubscriberId(number),
        fence=1,
        attempts=0,
        address=parse_address(f"reader.{number}@example.com"),
        name="Zoë",
        edition_ids=(edition_id,),
    )


def test_a_message_speaks_to_its_reader_and_lets_only_them_leave(services: Services, edition_id: EditionId) -> None:
    message = Letters(services).write(claimed(edition_id, number=7), now=services.clock.now())

    read = message_from_bytes(message.content, policy=modern)
    token = read["List-Unsubscribe"].partition(">")[0].rpartition("/")[2]
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    assert (message.envelope.rcpt_to, read["To"]) == ("reader.7@example.com", "Zoë <reader.7@example.com>")
    assert grant is not None
    assert grant.subscriber_id == 7


def test_a_delivery_has_the_same_message_on_every_try_but_for_its_date(
    services: Services, edition_id: EditionId
) -> None:
    now = services.clock.now()

    first, again = (Letters(services).write(claimed(edition_id), now=now) for _ in range(2))

    assert first == again


def test_with_a_mailbox_for_bounces_each_delivery_has_a_return_path_of_its_own(
    services: Services, edition_id: EditionId
) -> None:
    marked = replace(services, sender=replace(services.sender, bounces=BOUNCES))
    letters = Letters(marked)

    for number in (1, 2):
        message = letters.write(claimed(edition_id, number=number), now=services.clock.now())

        local, _, domain = message.envelope.mail_from.partition("@")
        assert (local[:8], domain) == ("bounces+", "example.com")
        assert services.links.read_bounce_detail(local[8:]) == number + 2**40


def test_without_one_bounces_go_where_the_sender_is(services: Services, edition_id: EditionId) -> None:
    message = Letters(services).write(claimed(edition_id), now=services.clock.now())

    assert message.envelope.mail_from == "news@example.com"


def test_messages_are_signed_where_there_is_a_key(services: Services, edition_id: EditionId) -> None:
    signer = Signer(domain="example.com", keys=(read_ed25519_key(pem_of(make_ed25519_key()), "e2026"),))

    message = Letters(replace(services, open_signer=lambda: signer)).write(
        claimed(edition_id), now=services.clock.now()
    )

    assert message.content.startswith(b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com;")
