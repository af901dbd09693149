"""Bootstrap: what is made at first start, and what must be set before real mail goes out."""

import stat
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.errors import SettingsError
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.model.ids import SubscriberId, TopicId
from digest.send.maildir import MaildirWire
from tests.makers.keys import make_ed25519_key, make_rsa_key, pem_of

REAL = {
    "DIGEST_SMTP_URL": "smtp://user:hunter2@relay.example:587",
    "DIGEST_FROM": "The Daily Example <news@example.com>",
    "DIGEST_POSTAL_ADDRESS": "1 Example Street",
    "DIGEST_BASE_URL": "https://news.example",
}


def build(home: Path, clock: FixedClock, **environ: str) -> Services:
    settings = load_settings({"DIGEST_HOME": str(home), **environ}, file=Path("no-such-folder/digest.toml"))
    return build_services(settings, clock=clock)


def test_the_first_start_makes_a_home_and_a_secret_for_the_owner_alone(tmp_path: Path, clock: FixedClock) -> None:
    build(tmp_path / "home", clock)

    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "home" / "secret").stat().st_mode) == 0o600
    assert len((tmp_path / "home" / "secret").read_bytes()) >= 32


def test_links_are_the_same_after_a_restart(tmp_path: Path, clock: FixedClock) -> None:
    tokens = {build(tmp_path, clock).links.unsubscribe_token(SubscriberId(1), TopicId(1)) for _ in range(3)}

    assert len(tokens) == 1


def test_two_homes_have_two_secrets(tmp_path: Path, clock: FixedClock) -> None:
    tokens = {
        build(tmp_path / name, clock).links.unsubscribe_token(SubscriberId(1), TopicId(1)) for name in ("one", "two")
    }

    assert len(tokens) == 2


def test_without_a_relay_mail_lands_in_the_local_mailbox(tmp_path: Path, clock: FixedClock) -> None:
    assert isinstance(build(tmp_path, clock).open_wire(), MaildirWire)


@pytest.mark.parametrize("missing", ["DIGEST_FROM", "DIGEST_POSTAL_ADDRESS", "DIGEST_BASE_URL"])
def test_real_mail_needs_a_name_an_address_and_https(missing: str, tmp_path: Path, clock: FixedClock) -> None:
    services = build(tmp_path, clock, **{name: value for name, value in REAL.items() if name != missing})

    with pytest.raises(SettingsError, match=missing):
        services.open_wire()


def test_a_real_relay_opens_when_all_is_set(tmp_path: Path, clock: FixedClock) -> None:
    assert "hunter2" not in repr(build(tmp_path, clock, **REAL).open_wire())


def test_a_relay_that_is_no_url_is_named_without_its_password(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(SettingsError) as refused:
        build(tmp_path, clock, DIGEST_SMTP_URL="http://user:hunter2@relay.example")

    assert "hunter2" not in str(refused.value)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SettingsError, match="DIGEST_HOME"):
        build(tmp_path / "file" / "home", clock)


def test_settings_without_a_database_use_sqlite_in_the_home(tmp_path: Path, clock: FixedClock) -> None:
    assert build(tmp_path, clock).database.shown_url == f"sqlite:///{tmp_path / 'digest.db'}"


def test_a_databases_password_is_not_shown(tmp_path: Path, clock: FixedClock) -> None:
    url = "postgresql+psycopg://digest:hunter2@db.example/digest"

    assert "hunter2" not in build(tmp_path, clock, DIGEST_DATABASE_URL=url).database.shown_url


def test_bounces_come_to_their_mailbox_or_else_to_the_sender(tmp_path: Path, clock: FixedClock) -> None:
    without = build(tmp_path, clock, DIGEST_FROM="news@example.com").sender
    given = build(tmp_path, clock, DIGEST_FROM="news@example.com", DIGEST_BOUNCES="bounces@b.example.com").sender

    assert (without.return_path.spelling, without.bounces) == ("news@example.com", None)
    assert given.bounces == given.return_path == parse_address("bounces@b.example.com")


def test_mail_is_signed_by_every_key_that_is_set(tmp_path: Path, clock: FixedClock) -> None:
    key = tmp_path / "key.pem"
    key.write_text(pem_of(make_ed25519_key()))

    signer = build(
        tmp_path,
        clock,
        DIGEST_FROM="news@lists.example.com",
        DIGEST_DKIM_DOMAIN="example.com",
        DIGEST_DKIM_RSA_SELECTOR="r2026",
        DIGEST_DKIM_RSA_KEY=pem_of(make_rsa_key()),
        DIGEST_DKIM_ED25519_SELECTOR="e2026",
        DIGEST_DKIM_ED25519_KEY_FILE=str(key),
    ).open_signer()

    assert signer is not None
    assert signer.domain == "example.com"
    assert [(one.algorithm, one.selector) for one in signer.keys] == [
        ("rsa-sha256", "r2026"),
        ("ed25519-sha256", "e2026"),
    ]


def test_without_a_key_nobody_signs(tmp_path: Path, clock: FixedClock) -> None:
    assert build(tmp_path, clock, DIGEST_FROM="news@example.com").open_signer() is None


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"DIGEST_DKIM_RSA_KEY": "hunter2", "DIGEST_DKIM_RSA_SELECTOR": "x"}, "DIGEST_DKIM_RSA_KEY: is not a private"),
        ({"DIGEST_DKIM_RSA_KEY": pem_of(make_rsa_key())}, "DIGEST_DKIM_RSA_SELECTOR and .* go together"),
        ({"DIGEST_DKIM_ED25519_SELECTOR": "x"}, "DIGEST_DKIM_ED25519_SELECTOR and .* go together"),
        ({"DIGEST_DKIM_DOMAIN": "example.com"}, "DIGEST_DKIM_DOMAIN: no key is set"),
        ({"DIGEST_DKIM_DOMAIN": "com"}, "DIGEST_DKIM_DOMAIN: com is not the domain of DIGEST_FROM"),
        ({"DIGEST_DKIM_DOMAIN": "ample.com"}, "DIGEST_DKIM_DOMAIN: ample.com is not the domain of DIGEST_FROM"),
    ],
)
def test_a_signer_that_cannot_sign_is_named_without_its_key(
    environ: dict[str, str], problem: str, tmp_path: Path, clock: FixedClock
) -> None:
    services = build(tmp_path, clock, DIGEST_FROM="news@example.com", **environ)

    with pytest.raises(SettingsError, match=problem) as refused:
        services.open_signer()

    assert "hunter2" not in str(refused.value)


def test_links_of_an_old_secret_are_believed_and_made_no_more(tmp_path: Path, clock: FixedClock) -> None:
    old, new = "old-" * 8, "new-" * 8
    before = build(tmp_path, clock, DIGEST_SECRET=old).links.unsubscribe_token(SubscriberId(1), TopicId(1))

    links = build(tmp_path, clock, DIGEST_SECRET=new, DIGEST_OLD_SECRETS=f"{'older-' * 6} {old}").links

    assert links.read_token(Purpose.UNSUBSCRIBE, before) is not None
    assert links.unsubscribe_token(SubscriberId(1), TopicId(1)) != before


def test_buckets_are_opened_once_a_process(tmp_path: Path, clock: FixedClock) -> None:
    services = build(tmp_path, clock)

    assert services.open_buckets() is services.open_buckets()
