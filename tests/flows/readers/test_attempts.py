"""What a form says is bounded, of one line, and refused field by field."""

from dataclasses import replace

import pytest

from digest.errors import FieldsError
from digest.flows.readers.attempts import Attempt, SignUpSource, could_be_slug, read_attempt
from digest.flows.services import SignUpRules

RULES = SignUpRules(
    are_open=True,
    refuses_roles=False,
    refuses_disposable=False,
    checks_mx=False,
    keeps_ips=False,
    usual_in_ten_minutes=30,
)
ADA = Attempt(
    email=" Ada@Example.com ",
    slugs=("syrias-war", "night-tram", "syrias-war"),
    name="Ada  Lovelace",
    lang="ar",
    form_token="",
    honeypot="",
    solution="",
    page="https://news.example/storm",
    tags=("Syria's War", "Storms"),
    source=SignUpSource.PAGE,
    wording="Send me mails.",
    ip="192.0.2.1",
)
CONTROLS = ["a\nBcc: x@example.net", "a\x00", "a\x7f", "a\x85b", "\u202egnp.exe", "\ud800"]


def test_a_form_is_read() -> None:
    asked = read_attempt(ADA, RULES)

    assert (asked.address.spelling, asked.address.key) == ("Ada@example.com", "ada@example.com")
    assert (asked.slugs, asked.name, asked.lang) == (("syrias-war", "night-tram"), "Ada Lovelace", "ar")
    assert (asked.page, asked.tags) == ("https://news.example/storm", "Syria's War, Storms")


@pytest.mark.parametrize("hostile", CONTROLS)
@pytest.mark.parametrize("field", ["email", "page", "tags", "lang", "slugs"])
def test_a_field_with_control_characters_is_refused_by_name(field: str, hostile: str) -> None:
    values = {"email": f"ada{hostile}@example.com", "tags": (hostile,), "slugs": (hostile,)}

    with pytest.raises(FieldsError) as refused:
        read_attempt(replace(ADA, **{field: values.get(field, hostile)}), RULES)  # type: ignore[arg-type]

    assert set(refused.value.problems) == {"topics" if field == "slugs" else field}


def test_white_space_in_a_name_becomes_a_space_and_other_control_characters_are_refused() -> None:
    asked = read_attempt(replace(ADA, name="Ada\r\nBcc: x@example.net"), RULES)

    assert asked.name == "Ada Bcc: x@example.net"
    with pytest.raises(FieldsError, match="control characters"):
        read_attempt(replace(ADA, name="Ada\x00"), RULES)


@pytest.mark.parametrize("page", ["javascript:alert(1)", "data:text/html,x", "android-app://org.example", "//x", ""])
def test_what_is_no_web_page_is_not_kept_as_one(page: str) -> None:
    assert read_attempt(replace(ADA, page=page), RULES).page == ""


def test_what_a_form_says_is_cut_to_size() -> None:
    tags = tuple("x" * 500 for _ in range(500))

    asked = read_attempt(replace(ADA, page="https://news.example/" + "y" * 9000, tags=tags), RULES)

    assert (len(asked.page), len(asked.tags)) == (500, 30 * 120 + 29 * 2)


def test_each_wrong_field_is_named() -> None:
    with pytest.raises(FieldsError) as refused:
        read_attempt(replace(ADA, email="nobody", slugs=(), name="\x00"), RULES)

    assert set(refused.value.problems) == {"email", "topics", "name"}


@pytest.mark.parametrize("email", ["a%b@example.com", "a!b@example.com", '"a b"@example.com', "a@[192.0.2.1]", "a@b"])
def test_addresses_with_a_route_in_them_are_refused(email: str) -> None:
    with pytest.raises(FieldsError):
        read_attempt(replace(ADA, email=email), RULES)


@pytest.mark.parametrize(
    ("rule", "email"),
    [
        ("refuses_roles", "Info@example.com"),
        ("refuses_roles", "webmaster+x@example.com"),
        ("refuses_disposable", "me@mailinator.com"),
        ("refuses_disposable", "me@deep.below.mailinator.com"),
    ],
)
def test_addresses_of_roles_and_for_short_use_can_be_refused(rule: str, email: str) -> None:
    attempt = replace(ADA, email=email)

    with pytest.raises(FieldsError) as refused:
        read_attempt(attempt, replace(RULES, **{rule: True}))

    assert set(refused.value.problems) == {"email"}
    assert read_attempt(attempt, RULES).address.key == email.lower()


def test_only_what_could_be_a_slug_reaches_the_database() -> None:
    assert could_be_slug("syrias-war-2")
    assert not any(map(could_be_slug, ["", "Syria", "a b", "a\x00", "\ud800", "a\n", "x" * 61, "\u0661"]))
