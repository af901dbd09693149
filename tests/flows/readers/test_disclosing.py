"""What is kept of a reader: shown in full to who holds their link, and gone when they say so."""

import json
from datetime import date
from typing import Any

from sqlalchemy import MetaData, select

from digest.clock import FixedClock
from digest.flows.erasing import erase_reader
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.readers.choosing import WantedChoices, save_choices
from digest.flows.readers.confirming import confirm
from digest.flows.readers.disclosing import disclose
from digest.flows.readers.leaving import find_leaving, leave_topic
from digest.flows.readers.pausing import pause_until
from digest.flows.services import Services
from digest.model.addresses import parse_address
from digest.model.ids import SubscriberId
from digest.model.subscribers import SubscriberStatus, SuppressionReason
from digest.store.tables import subscriber, suppression
from tests.flows.newsroom import SLUG, open_newsroom
from tests.flows.readers.moves import NEW, ask, press
from tests.flows.readers.readership import READER, leave_token, preferences_token, suppress, take_in
from tests.flows.readers.visitors import last_confirm_token, sign


def shown(services: Services, reader: SubscriberId) -> dict[str, Any]:
    written = disclose(services, preferences_token(services, reader))
    assert written is not None
    found: dict[str, Any] = json.loads(written)
    return found


def sign_up_and_confirm(services: Services, email: str = "Ada.Lovelace@example.com") -> SubscriberId:
    """Have somebody sign up for two topics and confirm."""
    take_in(services, parse_address("other@example.com"))
    sign(services, email, "harbour", "schools")
    confirm(services, last_confirm_token(services, email), page="https://news.example/confirm", ip="")
    with services.database.read() as tx:
        found = tx.execute(select(subscriber.c.id).where(subscriber.c.email == email)).scalar_one()
    return SubscriberId(found)


def test_a_reader_sees_who_they_are_and_what_they_chose(services: Services) -> None:
    reader = sign_up_and_confirm(services)
    token = preferences_token(services, reader)
    wanted = WantedChoices(
        slugs=("harbour",), name="Ada Lovelace", lang="en", zone="Europe/London", weekday="0", hour="8",
        cadence="monthly", bundling="apart",
    )  # fmt: skip
    save_choices(services, token, wanted)
    pause_until(services, token, date(2026, 12, 24))

    found = shown(services, reader)

    assert found["profile"] == {
        "email": "Ada.Lovelace@example.com",
        "earlier_emails": [],
        "name": "Ada Lovelace",
        "lang": "en",
        "zone": "Europe/London",
        "weekday": "monday",
        "hour": 8,
        "cadence": "monthly",
        "bundling": "apart",
        "status": "paused",
        "paused_until": "2026-12-24T00:00:00+00:00",
        "on_record_since": "2026-11-22T13:00:00+00:00",
    }
    assert {one["topic"]: one["status"] for one in found["topics"]} == {"harbour": "subscribed", "schools": "left"}


def test_a_reader_sees_each_line_of_evidence_with_its_wordings_version(services: Services) -> None:
    found = shown(services, sign_up_and_confirm(services))["consent"]

    assert [(one["action"], one["topic"]) for one in found] == [
        ("asked", "harbour"),
        ("asked", "schools"),
        ("confirmed", "harbour"),
        ("confirmed", "schools"),
    ]
    assert found[0]["wording"] == "Send me mails on the topics that I ticked."
    assert found[0]["wording_version"] == found[1]["wording_version"] != found[2]["wording_version"]
    assert (found[0]["page"], found[0]["source"]) == ("https://news.example/storm", "sign-up page")
    assert found[2]["proof"].endswith("@example.com")


def test_a_reader_sees_the_mails_that_went_to_them(services: Services) -> None:
    open_newsroom(services, READER.spelling)
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    plan_edition(services, edition)
    sign(services, READER.spelling, SLUG)

    found = shown(services, SubscriberId(1))

    assert [(one["topic"], one["status"]) for one in found["deliveries"]] == [(SLUG, "queued")]
    assert [(one["kind"], one["email"], one["topics"]) for one in found["notices"]] == [
        ("known", READER.spelling, [SLUG])
    ]
    assert found["suppression"] is None


def test_a_reader_sees_why_they_get_nothing(services: Services) -> None:
    reader = take_in(services)
    suppress(services, READER, reason=SuppressionReason.COMPLAINT)

    assert shown(services, reader)["suppression"]["reason"] == "complaint"


def test_a_reader_sees_the_addresses_they_had(services: Services) -> None:
    one_reader_now = take_in(services, NEW, slugs=["schools"])
    reader = take_in(services)
    press(services, ask(services, reader))

    found = shown(services, one_reader_now)

    assert (found["profile"]["email"], found["profile"]["earlier_emails"]) == (NEW.spelling, [READER.spelling])
    assert {one["action"] for one in found["consent"]} == {"confirmed", "left"}


def test_only_a_preferences_link_shows_anything(services: Services) -> None:
    reader = take_in(services)

    assert disclose(services, leave_token(services, reader)) is None
    assert disclose(services, preferences_token(services, reader)[:-2]) is None
    assert not erase_reader(services, leave_token(services, reader))


def whole_database(services: Services) -> str:
    with services.database.read() as tx:
        kept = MetaData()
        kept.reflect(tx)
        return "\n".join(str(row) for table in kept.tables.values() for row in tx.execute(select(table))).lower()


def test_nothing_that_names_an_erased_reader_stays(services: Services) -> None:
    reader = sign_up_and_confirm(services)
    ask(services, reader, "Countess@example.org")
    before = whole_database(services)

    assert erase_reader(services, preferences_token(services, reader))

    after = whole_database(services)
    assert all(word in before for word in ("lovelace", "countess"))
    assert not any(word in after for word in ("lovelace", "countess"))


def test_what_another_reader_had_sent_to_the_address_is_erased_too(services: Services) -> None:
    other = take_in(services)
    reader = sign_up_and_confirm(services)
    ask(services, other, "Ada.Lovelace@example.com")

    erase_reader(services, preferences_token(services, reader))

    assert "lovelace" not in whole_database(services)


def test_the_addresses_a_reader_had_are_erased_with_them(services: Services) -> None:
    one_reader_now = take_in(services, NEW, slugs=["schools"])
    reader = take_in(services)
    press(services, ask(services, reader))

    erase_reader(services, preferences_token(services, one_reader_now))

    assert "@example" not in whole_database(services).replace("news@example.com", "")
    with services.database.read() as tx:
        assert set(tx.execute(select(subscriber.c.status)).scalars()) == {"erased"}
        assert len(tx.execute(select(suppression)).all()) == 2


def test_erasing_twice_is_fine_and_links_still_answer(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    token = preferences_token(services, reader)
    erase_reader(services, token)
    before = whole_database(services)
    clock.advance(days=1)

    assert erase_reader(services, token)

    assert disclose(services, token) is None
    assert leave_topic(services, leave_token(services, reader), source="one-click") is not None
    page = find_leaving(services, leave_token(services, reader))
    assert page is not None
    assert (page.standing, page.masked) == (SubscriberStatus.ERASED, "")
    assert whole_database(services) == before


def test_who_was_erased_comes_back_by_confirming_alone(services: Services, clock: FixedClock) -> None:
    reader = sign_up_and_confirm(services)
    erase_reader(services, preferences_token(services, reader))
    clock.advance(days=1)

    again = sign_up_and_confirm(services)

    assert again != reader
    assert shown(services, again)["profile"]["status"] == "active"
