"""DKIM: a verifier that is not ours finds every signature valid, and none once anything it covers has changed."""

import re

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import InputError
from digest.model.messages import CompiledText, Mailbox, Slot
from digest.send.dkim import OVERSIGNED, Signer, read_ed25519_key, read_rsa_key
from digest.send.gate import check_message
from digest.send.mime import build_skeleton
from tests.makers.keys import make_ed25519_key, make_rsa_key, pem_of, record_of
from tests.makers.mail import make_address, make_compiled, make_recipient, make_sender
from tests.send.texts import SAFE_CHARACTERS, safe_lines

RSA, ED25519 = read_rsa_key(pem_of(make_rsa_key()), "r2026"), read_ed25519_key(pem_of(make_ed25519_key()), "e2026")
BOTH = Signer(domain="daily.example", keys=(RSA, ED25519))
RECORDS = {
    b"r2026._domainkey.daily.example.": record_of(make_rsa_key()),
    b"e2026._domainkey.daily.example.": record_of(make_ed25519_key()),
}
SIGNED = build_skeleton(make_compiled(), sender=make_sender(), signer=BOTH).message_for(make_recipient()).content

bodies: st.SearchStrategy[CompiledText] = st.lists(
    st.sampled_from(Slot)
    | st.text(SAFE_CHARACTERS | st.sampled_from("\n\t ."), max_size=80)
    | st.sampled_from(["  \n\n", "\t\t", " \n", "a  b", "\n\n\n", "é" * 60 + " " * 60]),
    max_size=6,
).map(tuple)


def verdicts(content: bytes) -> list[bool]:
    """What dkimpy says of the RSA signature and of the Ed25519 one."""
    verifier = dkim.DKIM(content)
    return [_is_valid(verifier, place) for place in range(2)]


def _is_valid(verifier: dkim.DKIM, place: int) -> bool:
    try:
        return bool(verifier.verify(idx=place, dnsfunc=lambda name, timeout=5: RECORDS[name]))
    except dkim.DKIMException:
        return False


def tags(content: bytes, place: int = 0) -> dict[str, str]:
    """The tags of a signature, without the white space in their values."""
    folded = content.split(b"DKIM-Signature: ")[place + 1].partition(b"\r\nFrom: ")[0].decode()
    return {
        name.strip(): re.sub(r"\s", "", value) for name, _, value in (tag.partition("=") for tag in folded.split(";"))
    }


@settings(max_examples=60)
@given(st.lists(bodies, min_size=1, max_size=3), safe_lines, safe_lines, safe_lines)
def test_both_signatures_of_any_mail_verify(
    texts: list[CompiledText], name: str, salutation: str, subject: str
) -> None:
    editions = [make_compiled(subject=f"x{subject}"[:200], text=text, html=text[::-1]) for text in texts]
    reader = make_recipient(name=name, salutation=salutation)

    message = build_skeleton(*editions, sender=make_sender(), signer=BOTH).message_for(reader)

    check_message(message)
    assert verdicts(message.content) == [True, True]


def test_a_mail_with_a_place_for_answers_verifies() -> None:
    sender = make_sender(name="The Daily,  Inc.", reply_to=Mailbox(name="", address=make_address("desk@daily.example")))

    message = build_skeleton(make_compiled(), sender=sender, signer=BOTH).message_for(make_recipient())

    assert verdicts(message.content) == [True, True]


@pytest.mark.parametrize("field", OVERSIGNED)
def test_a_field_added_by_another_breaks_the_signatures(field: str) -> None:
    added = f"{field}: <https://evil.example/>\r\n".encode()

    assert verdicts(SIGNED.replace(b"From: ", added + b"From: ", 1)) == [False, False]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Three stories.", b"Four stories."),
        (b"reader@example.com", b"someone@example.com"),
        (b"https://daily.example/leave", b"https://evil.example/leave"),
        (b"List-Post: NO", b"List-Post: YES"),
        (b"One-Click", b"Two-Click"),
        (b"--\r\n", b"--\r\nmore\r\n"),
    ],
)
def test_what_is_changed_on_its_way_breaks_the_signatures(old: bytes, new: bytes) -> None:
    assert old in SIGNED

    assert verdicts(SIGNED.replace(old, new)) == [False, False]


def test_a_signature_says_who_when_and_what_and_covers_the_body_to_its_end() -> None:
    said = tags(SIGNED)

    assert set(said) == {"v", "a", "c", "d", "s", "h", "t", "bh", "b"}
    assert (said["a"], said["c"], said["d"], said["s"]) == ("rsa-sha256", "relaxed/relaxed", "daily.example", "r2026")
    assert said["t"] == "1795352400"
    assert tags(SIGNED, 1)["a"] == "ed25519-sha256"


def test_what_unsubscribing_needs_is_covered_and_more_than_once() -> None:
    covered = tags(SIGNED)["h"].split(":")

    assert {name: covered.count(name) for name in OVERSIGNED} == dict.fromkeys(OVERSIGNED, 2) | {"Reply-To": 1}
    assert {"Message-ID", "MIME-Version", "List-Id", "List-Archive", "List-Post", "Feedback-ID"} <= set(covered)


def test_signatures_stand_first_in_lines_that_every_relay_takes() -> None:
    head = SIGNED.partition(b"\r\n\r\n")[0]

    assert head.startswith(b"DKIM-Signature: v=1;")
    assert max(map(len, head.split(b"\r\n"))) <= 78


def test_without_a_key_nothing_is_signed() -> None:
    message = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient())

    assert b"DKIM-Signature" not in message.content


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        ("", "is not a private key in PEM form"),
        ("-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----", "is not a private key in PEM form"),
        (pem_of(make_rsa_key(), passphrase=b"hunter2"), "without a passphrase"),
        (pem_of(make_rsa_key(1024)), "is not an RSA key of 2048 to 4096 bits"),
        (pem_of(make_ed25519_key()), "is not an RSA key"),
    ],
)
def test_what_is_no_key_to_sign_with_is_told_without_its_contents(pem: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        read_rsa_key(pem, "r2026")

    assert "hunter2" not in str(refused.value)


def test_an_rsa_key_is_no_ed25519_key() -> None:
    with pytest.raises(InputError, match="is not an Ed25519 key"):
        read_ed25519_key(pem_of(make_rsa_key()), "e2026")


def test_a_signer_shows_no_key() -> None:
    assert repr(BOTH).count("selector=") == 2
    assert "sign=" not in repr(BOTH)
