"""Settings: from environment, files and digest.toml; every problem at once, by the name an operator sets."""

from datetime import date
from pathlib import Path

import pytest

from digest.config import load_settings
from digest.errors import SettingsError
from digest.send.paces import Pace

ENOUGH = "0123456789abcdef0123456789abcdef"


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load_settings({}, file=tmp_path / "digest.toml")

    assert settings.home == Path("var")
    assert settings.smtp_url.get_secret_value() == ""


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "digest.toml"
    file.write_text('base_url = "https://file.example"\nfrom = "File <file@example.com>"\n')

    settings = load_settings({"DIGEST_BASE_URL": "https://env.example/"}, file=file)

    assert settings.base_url == "https://env.example"
    assert settings.sender is not None
    assert settings.sender.address.spelling == "file@example.com"


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{ENOUGH}\n")

    settings = load_settings({"DIGEST_SECRET_FILE": str(tmp_path / "secret")}, file=tmp_path / "digest.toml")

    assert settings.secret.get_secret_value() == ENOUGH


def test_every_problem_is_told_at_once_and_by_name(tmp_path: Path) -> None:
    file = tmp_path / "digest.toml"
    file.write_text('colour = "red"\nlog_level = "LOUD"\n')
    environ = {
        "DIGEST_FROM": "nobody",
        "DIGEST_BASE_URL": "ftp://x",
        "DIGEST_SECRET": "short",
        "DIGEST_ALLOW_NETWORKS": "10.0.0.0/8, moon",
        "DIGEST_SMTP_URL_FILE": str(tmp_path / "missing"),
        "DIGEST_BROKER_URL": "amqp://localhost",
        "DIGEST_TEMPLATES": str(tmp_path / "missing"),
        "DIGEST_REPLY_TO": "a@example.com, b@example.com",
    }

    with pytest.raises(SettingsError) as refused:
        load_settings(environ, file=file)

    said = "\n".join(refused.value.problems)
    wrong = ("FROM", "BASE_URL", "SECRET", "ALLOW_NETWORKS", "SMTP_URL_FILE", "BROKER_URL", "TEMPLATES", "REPLY_TO")
    for name in wrong:
        assert f"DIGEST_{name}" in said
    assert '"colour"' in said
    assert "digest.toml: log_level" in said


def test_an_error_shows_no_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({"DIGEST_SECRET": "hunter2"}, file=tmp_path / "digest.toml")

    assert "hunter2" not in str(refused.value)


def test_settings_do_not_print_secrets(tmp_path: Path) -> None:
    environ = {"DIGEST_SECRET": ENOUGH, "DIGEST_SMTP_URL": "smtp://user:hunter2@relay.example"}

    settings = load_settings(environ, file=tmp_path / "digest.toml")

    assert ENOUGH not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "digest.toml"
    file.write_text("base_url = https://x\n")

    with pytest.raises(SettingsError, match=r"digest\.toml cannot be read"):
        load_settings({}, file=file)


def test_an_empty_setting_is_one_left_out(tmp_path: Path) -> None:
    assert load_settings({"DIGEST_BASE_URL": ""}, file=tmp_path / "x").base_url == "http://localhost:8000"


def test_paces_and_a_warm_up_are_read_as_they_are_written(tmp_path: Path) -> None:
    environ = {
        "DIGEST_RATE": "600/m",
        "DIGEST_PACE": "google=20/s:4 example.com=5/s",
        "DIGEST_MX_LOOKUP": "off",
        "DIGEST_WARM_UP": "50 100 500",
        "DIGEST_WARM_UP_FROM": "2026-11-22",
    }

    settings = load_settings(environ, file=tmp_path / "digest.toml")

    assert settings.rate == 10
    assert settings.pace == {"google": Pace(rate_per_s=20, at_once=4), "example.com": Pace(rate_per_s=5)}
    assert settings.mx_lookup is False
    assert (settings.warm_up, settings.warm_up_from) == ((50, 100, 500), date(2026, 11, 22))


def test_what_is_wrong_with_a_pace_is_told_by_name(tmp_path: Path) -> None:
    environ = {"DIGEST_RATE": "fast", "DIGEST_PACE": "gogle=5/s", "DIGEST_WARM_UP": "50 100", "DIGEST_MX_LOOKUP": "x"}

    with pytest.raises(SettingsError) as refused:
        load_settings(environ, file=tmp_path / "digest.toml")

    said = "\n".join(refused.value.problems)
    assert 'DIGEST_RATE: "fast" is no rate' in said
    assert 'DIGEST_PACE: "gogle" is neither a domain nor a provider; did you mean "google"?' in said
    assert "DIGEST_WARM_UP: needs DIGEST_WARM_UP_FROM" in said
    assert "DIGEST_MX_LOOKUP: " in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DIGEST_BOUNCES", "b" * 24 + "@example.com"),
        ("DIGEST_BOUNCES", "dörte@example.com"),
        ("DIGEST_DKIM_RSA_SELECTOR", "x; d=evil.example"),
        ("DIGEST_DKIM_ED25519_SELECTOR", "-x"),
        ("DIGEST_DKIM_DOMAIN", "Example.com"),
    ],
)
def test_what_cannot_stand_in_a_return_path_or_a_signature_is_named(variable: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"{variable}: must be"):
        load_settings({variable: value}, file=tmp_path / "digest.toml")


def test_keys_to_sign_with_are_never_shown(tmp_path: Path) -> None:
    settings = load_settings({"DIGEST_DKIM_RSA_KEY": ENOUGH, "DIGEST_DKIM_ED25519_KEY": ENOUGH}, file=tmp_path / "x")

    assert ENOUGH not in repr(settings)


def test_origins_are_kept_as_browsers_write_them(tmp_path: Path) -> None:
    environ = {
        "DIGEST_EMBED_ORIGINS": "https://WWW.Example.com/, http://localhost:3000 https://b\u00fccher.example:443"
    }

    settings = load_settings(environ, file=tmp_path / "digest.toml")

    assert settings.embed_origins == (
        "https://www.example.com",
        "http://localhost:3000",
        "https://xn--bcher-kva.example",
    )


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "https://*.example.com", "www.example.com", "https://example.com/path", "https://u@h.example"],
)
def test_what_is_no_origin_is_refused(origin: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DIGEST_EMBED_ORIGINS"):
        load_settings({"DIGEST_EMBED_ORIGINS": origin}, file=tmp_path / "digest.toml")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "10.0.0.0/8, moon"),
        ("LANG", "english"),
        ("OLD_SECRETS", f"{ENOUGH} hunter2"),
        ("METRICS_TOKEN", "hunter2"),
        ("SIGN_UPS_USUAL", "0"),
        ("KEEP_IPS", "perhaps"),
        ("IP_RETENTION_DAYS", "0"),
        ("SIGN_UPS", "perhaps"),
    ],
)
def test_what_the_web_cannot_use_is_named_and_not_shown(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"DIGEST_{name}") as refused:
        load_settings({f"DIGEST_{name}": value}, file=tmp_path / "digest.toml")

    assert "hunter2" not in str(refused.value)
