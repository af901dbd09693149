"""Attacks on the reader's pages as a whole: forged links, what visitors type, where they say they come from."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from digest.flows.notices.delivering import deliver_notices
from digest.links import Links, Purpose
from digest.model.addresses import parse_address
from digest.model.ids import NoticeId, SubscriberId, TopicId
from digest.store import subscribers
from digest.store.tables import notice
from tests.journeys.website import link_to
from tests.servers.smtp import ScriptedSmtp
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.readers import add_reader, all_rows, leaving_path, subscribed_to
from tests.web.sign_up_forms import ADDRESS as SIGNED_UP
from tests.web.sign_up_forms import sign_up_at

PAGES = {
    Purpose.CONFIRM: "/confirm/{}",
    Purpose.ADDRESS: "/address/{}",
    Purpose.UNSUBSCRIBE: "/unsubscribe/{}",
    Purpose.PREFERENCES: "/preferences/{}",
}
BELOW = ("undo", "reason", "pause", "resume", "address", "erase", "leave")
FIELDS = {"wish": "everything", "sure": "yes", "pause": "2027-01-01", "address": "eve@evil.example", "reason": "OTHER"}
BREAKS = ("\r\nBcc: eve@evil.example", "\nBcc: eve@evil.example", "\x00", "\u2028Bcc: x", "=?utf-8?q?=0D=0A?=Bcc: x")


def tokens_of(links: Links, web: Web, reader: SubscriberId) -> dict[Purpose, str]:
    """Return a good token of each purpose, for this reader and what they were asked last."""
    at = web.clock.now()
    with web.services.database.read() as tx:
        asked = tx.execute(select(notice.c.id, notice.c.made_at)).first()
    notice_id, made_at = (asked.id, asked.made_at) if asked else (1, at)
    return {
        Purpose.UNSUBSCRIBE: links.unsubscribe_token(reader, TopicId(1)),
        Purpose.PREFERENCES: links.preferences_url(reader).rpartition("/")[2],
        Purpose.CONFIRM: links.confirm_url(NoticeId(notice_id), made_at=made_at).rpartition("/")[2],
        Purpose.ADDRESS: links.address_url(NoticeId(notice_id), made_at=made_at).rpartition("/")[2],
        Purpose.UNDO: links.timed_token(Purpose.UNDO, reader, at=at),
        Purpose.FORM: links.timed_token(Purpose.FORM, 1, at=at),
    }


def _cut(token: str) -> str:
    return token[:-3]


def _flipped(token: str) -> str:
    return token[:-1] + ("0" if token[-1] != "0" else "1")


def _other_reader(token: str) -> str:
    return token[:2] + f"{int(token[2:10], 16) + 1:08x}" + token[10:]


def _doubled(token: str) -> str:
    return token * 2


def _climbing(token: str) -> str:
    return "..%2f..%2fetc%2fpasswd"


@pytest.mark.parametrize("spoil", [_cut, _flipped, _other_reader, _doubled, _climbing])
def test_a_forged_or_cut_link_changes_nothing_and_says_what_to_do(
    make_web: MakeWeb, spoil: Callable[[str], str]
) -> None:
    web = make_web()
    reader = add_reader(web.services)
    tokens = tokens_of(web.services.links, web, reader.id)
    before = all_rows(web.services)

    answers = [
        web.client.request(method, path.format(spoil(tokens[purpose])), data=FIELDS if method == "POST" else None)
        for purpose, path in PAGES.items()
        for method in ("GET", "POST")
    ]

    assert all(answer.status_code < 500 for answer in answers)
    assert all("r•••@" not in answer.text for answer in answers)
    assert all("<h1" in answer.text for answer in answers if "text/html" in answer.headers["content-type"])
    assert all_rows(web.services) == before


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_of_one_purpose_is_good_for_no_other(make_web: MakeWeb, purpose: Purpose) -> None:
    web = make_web()
    reader = add_reader(web.services)
    tokens = tokens_of(web.services.links, web, reader.id)
    before = all_rows(web.services)

    for foreign in (token for of, token in tokens.items() if of is not purpose):
        path = PAGES[purpose].format(foreign)
        answers = [web.client.post(one, data=FIELDS) for one in (path, *(f"{path}/{name}" for name in BELOW))]
        assert all(answer.status_code < 500 and "r•••@" not in answer.text for answer in answers)

    assert all_rows(web.services) == before


def test_a_link_signed_by_a_secret_of_before_is_good_while_it_is_believed(make_web: MakeWeb) -> None:
    old, new = "o" * 40, "n" * 40
    before = make_web(DIGEST_SECRET=old)
    reader = add_reader(before.services)
    link = PAGES[Purpose.UNSUBSCRIBE].format(tokens_of(before.services.links, before, reader.id)[Purpose.UNSUBSCRIBE])

    rotated, forgotten = make_web(DIGEST_SECRET=new, DIGEST_OLD_SECRETS=old), make_web(DIGEST_SECRET=new)

    assert "r•••@reader.example" in rotated.client.get(link).text
    assert "r•••@" not in forgotten.client.get(link).text


def test_a_confirm_link_that_is_used_again_brings_nobody_back(web: Web, smtp: ScriptedSmtp) -> None:
    open_topic(web.services)
    sign_up_at(web)
    deliver_notices(web.services, stop=lambda: False)
    confirm = link_to(smtp.inbox[0], "confirm")
    web.client.post(confirm)
    reader = subscribed_to(web.services, SIGNED_UP)
    web.clock.advance(minutes=5)
    with web.services.database.read() as tx:
        found = subscribers.require_subscriber(tx, parse_address(SIGNED_UP))
    web.client.post(leaving_path(web.services, found), data={"List-Unsubscribe": "One-Click"})

    replayed = web.client.post(confirm)

    assert reader == {"islands"}
    assert replayed.status_code < 500
    assert subscribed_to(web.services, SIGNED_UP) == set()


@pytest.mark.parametrize("field", ["email", "name", "topic", "tags", "page", "from", "lang"])
@pytest.mark.parametrize("broken", BREAKS)
def test_nothing_typed_breaks_a_header(make_web: MakeWeb, smtp: ScriptedSmtp, field: str, broken: str) -> None:
    web = make_web()
    open_topic(web.services)

    answer = sign_up_at(web, **{field: f"rosa@reader.example{broken}" if field == "email" else f"islands{broken}"})
    deliver_notices(web.services, stop=lambda: False)

    assert answer.status_code < 500
    assert all("\r" not in f"{name}{value}" for name, value in answer.headers.items())
    assert all(b"eve@evil" not in mail.raw and mail["Bcc"] == "None" for mail in smtp.inbox)


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "/%2f%2fevil.example"])
def test_no_address_of_ours_leads_elsewhere(make_web: MakeWeb, target: str) -> None:
    web = make_web()

    answers = [
        web.client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        for path in (target, f"/{target}", f"/subscribe?next={target}", "/", "/subscribe/", "/editions/", "/api/v1")
    ]

    assert all("evil.example" not in answer.headers.get("location", "") for answer in answers)
    assert all("evil.example" not in answer.text.replace(target, "") for answer in answers)
