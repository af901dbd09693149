"""Asking: whoever types an address learns nothing of it, and changes nothing that its reader decided."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, event, func, select

from digest.clock import FixedClock
from digest.errors import NotFoundError
from digest.flows.erasing import erase_subscriber
from digest.flows.readers.asking import Answer, SignedUp, sign_up
from digest.flows.readers.confirming import confirm
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber
from digest.model.addresses import parse_address
from digest.store.tables import consent, notice, notice_topic, subscriber, topic
from digest.store.tables import sign_up as sign_up_row
from tests.flows.reader_lists import leave, status_of, suppress
from tests.flows.readers.visitors import fill_in, kinds_of_notices, last_confirm_token, sign

ADA = "ada@example.com"


def stand(services: Services, standing: str) -> None:
    """Let Ada be known to the newsroom in one of the ways there are, before she is signed up."""
    if standing == "pending":
        sign(services, ADA)
    if standing in {"confirmed", "left", "erased"}:
        add_confirmed_subscriber(services, parse_address(ADA), slugs=["syrias-war"], name="Ada")
    if standing == "left":
        leave(services, ADA)
    if standing == "erased":
        erase_subscriber(services, parse_address(ADA))
    if standing == "suppressed":
        suppress(services, ADA)
    if standing == "written to often":
        for _ in range(3):
            sign(services, ADA)
            services.clock.advance(hours=1)  # type: ignore[attr-defined]  # it is a FixedClock
    services.clock.advance(hours=1)  # type: ignore[attr-defined]


STANDINGS = ["new", "pending", "confirmed", "left", "erased", "suppressed", "written to often"]


@pytest.mark.parametrize("standing", STANDINGS)
def test_the_answer_and_the_statements_are_the_same_for_everybody(newsroom: Services, standing: str) -> None:
    stand(newsroom, standing)
    sign(newsroom, "somebody@example.com")  # so that how sign-ups run is known for the next seconds
    statements: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(newsroom.database._engine, "before_cursor_execute", note)
    of_new = [sign(newsroom, "new@example.org", "syrias-war", "night-tram"), *statements]
    statements.clear()
    of_ada = [sign(newsroom, ADA, "syrias-war", "night-tram"), *statements]

    taken_back = [str(one).replace("ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT") for one in of_ada]
    assert taken_back == [str(one) for one in of_new]
    assert of_new[0] == SignedUp(Answer.ASKED)
    assert len(of_new) > 10


def test_a_new_address_is_asked_by_mail_and_stays_pending(newsroom: Services) -> None:
    sign(newsroom, ADA, "syrias-war", "night-tram")

    assert kinds_of_notices(newsroom, ADA) == ["confirm"]
    assert status_of(newsroom, ADA) == ("pending", {"night-tram": "pending", "syrias-war": "pending"})


def test_who_gets_the_topic_already_is_told_so(newsroom: Services) -> None:
    stand(newsroom, "confirmed")

    sign(newsroom, ADA)

    assert kinds_of_notices(newsroom, ADA) == ["known"]
    assert status_of(newsroom, ADA) == ("active", {"syrias-war": "subscribed"})


def test_a_topic_that_comes_to_others_is_confirmed_too(newsroom: Services) -> None:
    stand(newsroom, "confirmed")

    sign(newsroom, ADA, "syrias-war", "night-tram")

    with newsroom.database.read() as tx:
        asked = tx.execute(select(topic.c.slug).join(notice_topic, notice_topic.c.topic_id == topic.c.id)).scalars()
        assert list(asked) == ["night-tram"]
    assert kinds_of_notices(newsroom, ADA) == ["confirm"]
    assert status_of(newsroom, ADA) == ("active", {"night-tram": "pending", "syrias-war": "subscribed"})


@pytest.mark.parametrize("sign_ups", [1, 3])
def test_a_wish_that_comes_too_soon_or_too_often_joins_the_mail_that_waits(
    newsroom: Services, clock: FixedClock, sign_ups: int
) -> None:
    for _ in range(sign_ups):
        sign(newsroom, ADA)
        clock.advance(minutes=11 if sign_ups > 1 else 1)

    for _ in range(2):
        sign(newsroom, ADA, "syrias-war", "night-tram")

    confirm(newsroom, last_confirm_token(newsroom, ADA), page="", ip="")
    assert kinds_of_notices(newsroom, ADA) == ["confirm"] * sign_ups
    assert status_of(newsroom, ADA) == ("active", {"night-tram": "subscribed", "syrias-war": "subscribed"})
    with newsroom.database.read() as tx:
        asked = tx.execute(select(func.count()).where(consent.c.action == "asked")).scalar_one()
    assert asked == sign_ups + 1


def test_who_left_is_asked_and_stays_away_until_they_confirm(newsroom: Services) -> None:
    stand(newsroom, "left")

    sign(newsroom, ADA)

    assert kinds_of_notices(newsroom, ADA) == ["confirm"]
    assert status_of(newsroom, ADA)[1] == {"syrias-war": "left"}


def test_of_a_suppressed_address_nothing_new_is_kept_but_a_keyed_hash(newsroom: Services) -> None:
    stand(newsroom, "suppressed")

    sign(newsroom, ADA)

    with newsroom.database.read() as tx:
        kept = [tx.execute(select(func.count()).select_from(one)).scalar_one() for one in (subscriber, consent, notice)]
        (row,) = tx.execute(select(sign_up_row)).mappings()
    assert kept == [0, 0, 0]
    assert not row["is_mailed"]
    assert "@" not in row["key_hash"]


def test_who_was_erased_may_come_back_by_confirming(newsroom: Services) -> None:
    stand(newsroom, "erased")

    sign(newsroom, ADA)

    assert kinds_of_notices(newsroom, ADA) == ["confirm"]


def test_a_stranger_changes_neither_the_name_nor_the_language_nor_the_spelling_of_a_known_reader(
    newsroom: Services,
) -> None:
    stand(newsroom, "confirmed")

    sign_up(newsroom, replace(fill_in(newsroom, "ADA@example.com"), name="Somebody", lang="ar"))

    with newsroom.database.read() as tx:
        (row,) = tx.execute(select(subscriber)).mappings()
    assert (row["email"], row["name"], row["lang"]) == (ADA, "Ada", "")
    assert kinds_of_notices(newsroom, ADA) == ["known"]  # to the mailbox that is known, not to one that looks like it


def test_of_a_pending_reader_the_last_form_counts(newsroom: Services, clock: FixedClock) -> None:
    sign_up(newsroom, replace(fill_in(newsroom, ADA), name="Somebody rude"))
    clock.advance(minutes=11)

    sign_up(newsroom, replace(fill_in(newsroom, "Ada@example.com"), name="Ada", lang="ar"))

    with newsroom.database.read() as tx:
        (row,) = tx.execute(select(subscriber)).mappings()
    assert (row["email"], row["name"], row["lang"]) == ("Ada@example.com", "Ada", "ar")


def test_the_evidence_says_what_was_asked_where_and_when(newsroom: Services) -> None:
    sign(newsroom, ADA)

    with newsroom.database.read() as tx:
        (row,) = tx.execute(select(consent)).mappings()
    assert (row["action"], row["at"]) == ("asked", newsroom.clock.now())
    assert (row["wording"], row["source"]) == ("Send me mails on the topics that I ticked.", "sign-up page")
    assert (row["page"], row["tags"], row["ip"]) == ("https://news.example/storm", "Syria's War", "")


def test_the_visitors_ip_is_kept_only_where_the_operator_says_so(newsroom: Services) -> None:
    keeping = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, keeps_ips=True))

    sign(keeping, ADA, ip="2001:db8::7")

    with newsroom.database.read() as tx:
        assert tx.execute(select(consent.c.ip)).scalar_one() == "2001:db8::7"


@pytest.mark.parametrize("lang", ["ar", ""])
def test_the_mail_speaks_the_language_of_the_form_or_else_the_topics(newsroom: Services, lang: str) -> None:
    sign_up(newsroom, replace(fill_in(newsroom, ADA), lang=lang))

    with newsroom.database.read() as tx:
        assert tx.execute(select(notice.c.lang)).scalar_one() == (lang or "en")


def test_a_topic_that_is_not_there_names_no_other(newsroom: Services) -> None:
    with pytest.raises(NotFoundError) as refused:
        sign(newsroom, ADA, "syrias-wars")

    assert "syrias-war;" not in str(refused.value)
    assert kinds_of_notices(newsroom, ADA) == []


def test_an_address_in_another_script_is_kept_and_asked(newsroom: Services) -> None:
    sign(newsroom, "reader@b\u00fccher.example")

    assert kinds_of_notices(newsroom, "reader@xn--bcher-kva.example") == ["confirm"]
