"""Links: a token grants one purpose to one reader, and nothing made elsewhere grants anything."""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.links import BOUNCE_DETAIL_CHARS, Grant, Links, Purpose, TimedGrant
from digest.model.addresses import parse_address
from digest.model.ids import DeliveryId, MailingId, NoticeId, SubscriberId, TopicId

SECRET, OLD_SECRET = b"s" * 32, b"o" * 32
LINKS = Links([SECRET], base_url="https://news.example/")
IDS = st.integers(min_value=0, max_value=2**32 - 1)
DELIVERIES = st.integers(min_value=0, max_value=2**63 - 1)


@given(IDS, IDS)
def test_a_token_says_whose_it_is_and_which_topic(subscriber: int, topic: int) -> None:
    token = LINKS.unsubscribe_token(SubscriberId(subscriber), TopicId(topic))

    assert LINKS.read_token(Purpose.UNSUBSCRIBE, token) == Grant(
        subscriber_id=SubscriberId(subscriber), topic_id=TopicId(topic)
    )


@given(IDS, IDS)
def test_a_token_is_its_body_and_signature_in_hexadecimal(subscriber: int, topic: int) -> None:
    token = LINKS.unsubscribe_token(SubscriberId(subscriber), TopicId(topic))

    body = struct.pack(">BLL", derived("key-id")[0], subscriber, topic)
    tag = hashlib.blake2s(body, key=derived("unsubscribe"), digest_size=16).digest()
    assert token == (body + tag).hex()


def derived(label: str, secret: bytes = SECRET) -> bytes:
    return hmac.digest(secret, b"digest.v1." + label.encode(), hashlib.sha256)


@given(st.text(max_size=60))
def test_made_up_tokens_grant_nothing(token: str) -> None:
    assert LINKS.read_token(Purpose.UNSUBSCRIBE, token) is None


@given(st.data())
def test_a_token_changed_in_one_place_grants_nothing(data: st.DataObject) -> None:
    token = LINKS.unsubscribe_token(SubscriberId(7), TopicId(3))
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("0123456789abcdefg ").filter(lambda char: char != token[place]))

    assert LINKS.read_token(Purpose.UNSUBSCRIBE, token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("length", range(50))
def test_a_cut_token_grants_nothing(length: int) -> None:
    token = LINKS.unsubscribe_token(SubscriberId(7), TopicId(3))

    assert LINKS.read_token(Purpose.UNSUBSCRIBE, token[:length]) is None


@pytest.mark.parametrize("stretched", ["{} ", " {}", "{}00", "00{}", "0x{}"])
def test_a_token_with_something_beside_it_grants_nothing(stretched: str) -> None:
    token = LINKS.unsubscribe_token(SubscriberId(7), TopicId(3))

    assert LINKS.read_token(Purpose.UNSUBSCRIBE, stretched.format(token)) is None


def test_a_token_is_good_for_one_purpose_only() -> None:
    token = LINKS.unsubscribe_token(SubscriberId(7), TopicId(0))

    assert LINKS.read_token(Purpose.PREFERENCES, token) is None


def test_a_token_survives_capitals() -> None:
    token = LINKS.unsubscribe_token(SubscriberId(7), TopicId(3)).upper()

    assert LINKS.read_token(Purpose.UNSUBSCRIBE, token) is not None


def test_an_old_secret_in_the_ring_is_still_believed() -> None:
    token = Links([OLD_SECRET], base_url="https://x.example").unsubscribe_token(SubscriberId(7), TopicId(3))
    rotated = Links([SECRET, OLD_SECRET], base_url="https://x.example")

    assert rotated.read_token(Purpose.UNSUBSCRIBE, token) is not None
    assert LINKS.read_token(Purpose.UNSUBSCRIBE, token) is None


def test_secrets_that_share_a_key_id_are_both_believed() -> None:
    twin = next(one for one in made_up_secrets() if derived("key-id", one)[0] == derived("key-id", SECRET)[0])
    token = Links([twin], base_url="https://x.example").unsubscribe_token(SubscriberId(7), TopicId(3))

    for ring in ([SECRET, twin], [twin, SECRET], [OLD_SECRET, SECRET, twin]):
        rotated = Links(ring, base_url="https://x.example")
        assert rotated.read_token(Purpose.UNSUBSCRIBE, token) is not None
        assert rotated.read_token(Purpose.UNSUBSCRIBE, LINKS.unsubscribe_token(SubscriberId(7), TopicId(3))) is not None
    assert LINKS.read_token(Purpose.UNSUBSCRIBE, token) is None


def made_up_secrets() -> Iterator[bytes]:
    return (f"made-up secret {number:06}".encode() for number in count())


def test_an_address_is_known_by_its_hash_under_every_secret_of_the_ring() -> None:
    before = Links([OLD_SECRET], base_url="https://x.example")
    rotated = Links([SECRET, OLD_SECRET], base_url="https://x.example")

    assert rotated.address_hashes("a@b.example") == (
        LINKS.address_hash("a@b.example"),
        before.address_hash("a@b.example"),
    )
    assert rotated.address_hash("a@b.example") == LINKS.address_hash("a@b.example")


def test_a_mail_has_the_same_id_on_every_try_and_its_own() -> None:
    ids = {
        LINKS.message_id(MailingId(mailing), SubscriberId(reader), domain="example.com")
        for mailing in range(5)
        for reader in range(5)
        for _ in range(2)
    }

    assert len(ids) == 25


def test_the_address_that_leaves_fits_into_smtp_limits() -> None:
    token = LINKS.unsubscribe_token(SubscriberId(2**32 - 1), TopicId(2**32 - 1))
    address = LINKS.unsubscribe_mailbox(token, parse_address("unsubscribe@example.com"))

    assert len(address.partition("@")[0]) <= 64
    assert parse_address(address).spelling == address


@given(DELIVERIES)
def test_a_bounce_detail_says_which_delivery_in_capitals_too(delivery: int) -> None:
    detail = LINKS.bounce_detail(DeliveryId(delivery))

    assert LINKS.read_bounce_detail(detail) == LINKS.read_bounce_detail(detail.upper()) == delivery


@given(DELIVERIES)
def test_the_return_path_fits_into_smtp_limits(delivery: int) -> None:
    mailbox = parse_address("b" * (63 - BOUNCE_DETAIL_CHARS) + "@example.com")

    address = LINKS.bounce_address(DeliveryId(delivery), mailbox)

    assert len(address.partition("@")[0]) == 64
    assert parse_address(address).spelling == address


@given(st.text(max_size=40) | st.text("0123456789abcdef", min_size=40, max_size=40))
def test_a_made_up_bounce_detail_is_nobodys(detail: str) -> None:
    assert LINKS.read_bounce_detail(detail) is None


@given(DELIVERIES, st.integers(0, 39), st.sampled_from("0123456789abcdefg "))
def test_a_bounce_detail_changed_in_one_place_is_nobodys(delivery: int, place: int, other: str) -> None:
    detail = LINKS.bounce_detail(DeliveryId(delivery))
    changed = detail[:place] + other + detail[place + 1 :]

    assert LINKS.read_bounce_detail(changed) == (delivery if changed == detail else None)


def test_a_bounce_of_a_mail_signed_with_an_old_secret_is_still_known() -> None:
    detail = Links([OLD_SECRET], base_url="https://x.example").bounce_detail(DeliveryId(7))
    rotated = Links([SECRET, OLD_SECRET], base_url="https://x.example")

    assert rotated.read_bounce_detail(detail) == 7
    assert LINKS.read_bounce_detail(detail) is None


def test_a_link_marks_no_bounce_and_a_bounce_opens_no_link() -> None:
    token = LINKS.unsubscribe_token(SubscriberId(7), TopicId(3))
    detail = LINKS.bounce_detail(DeliveryId(7))

    assert LINKS.read_bounce_detail(token) is None
    assert LINKS.read_token(Purpose.UNSUBSCRIBE, detail) is None


def test_urls_begin_with_the_public_address() -> None:
    assert LINKS.unsubscribe_url("abc") == "https://news.example/unsubscribe/abc"


def test_a_short_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="16 octets"):
        Links([b"short"], base_url="https://news.example")


def test_a_timed_token_says_its_row_and_moment_to_its_own_purpose_alone() -> None:
    at = datetime(2026, 11, 22, 13, 0, 0, 123456, tzinfo=UTC)

    token = LINKS.timed_token(Purpose.UNDO, 2**40, at=at, topic_id=TopicId(7))

    assert LINKS.read_timed(Purpose.UNDO, token) == TimedGrant(id=2**40, topic_id=TopicId(7), at=at)
    assert LINKS.read_timed(Purpose.CONFIRM, token) is None
    assert LINKS.read_token(Purpose.UNDO, token) is None


@pytest.mark.parametrize("cut", [1, 2, 32, 73])
def test_a_cut_timed_token_says_nothing(cut: int) -> None:
    token = LINKS.timed_token(Purpose.FORM, 1, at=datetime(2026, 11, 22, 13, tzinfo=UTC))

    assert LINKS.read_timed(Purpose.FORM, token[:-cut]) is None


def test_a_notice_has_a_message_id_of_its_own_that_no_edition_has() -> None:
    made_at = datetime(2026, 11, 22, 13, tzinfo=UTC)
    first, second, again = (
        LINKS.notice_message_id(NoticeId(one), made_at=made_at, domain="news.example") for one in (1, 2, 1)
    )
    of_edition = LINKS.message_id(MailingId(1), SubscriberId(1), domain="news.example")

    assert len({first, second, of_edition}) == 3
    assert again == first
    assert first.endswith("@news.example")


def test_a_notice_whose_id_was_given_out_before_has_a_message_id_of_its_own() -> None:
    made = datetime(2026, 11, 22, 13, tzinfo=UTC)

    of_each = {
        LINKS.notice_message_id(NoticeId(1), made_at=at, domain="news.example")
        for at in (made, made + timedelta(microseconds=1))
    }

    assert len(of_each) == 2


def test_a_link_proves_the_mail_that_bore_it_also_after_a_new_secret() -> None:
    made = datetime(2026, 11, 22, 13, tzinfo=UTC)
    old, new = b"o" * 40, b"n" * 40
    before, after = (Links(ring, base_url="https://news.example") for ring in ([old], [new, old]))
    token = before.timed_token(Purpose.CONFIRM, 7, at=made)

    proof = after.proven_message_id(Purpose.CONFIRM, token, domain="news.example")

    assert proof == before.notice_message_id(NoticeId(7), made_at=made, domain="news.example")
