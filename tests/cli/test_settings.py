"""Settings that cannot be used, databases that cannot be reached: named, with the next step and without a traceback."""

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, CommandLine
from tests.servers.ports import free_port

PASSWORD = "open-sesame"


def assert_one_line(answer: Answer, *, exit_code: int, says: str) -> None:
    assert answer.exit_code == exit_code
    assert answer.out == ""
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert PASSWORD not in answer.err


def test_every_bad_setting_is_named_at_once(digest: CommandLine) -> None:
    bad = {
        "DIGEST_ALLOW_NETWORKS": "everywhere",
        "DIGEST_BASE_URL": "news.example.com",
        "DIGEST_DATABASE_URL": f"mysql://digest:{PASSWORD}@db.example.com/digest",
        "DIGEST_FROM": "nobody",
        "DIGEST_LOG_LEVEL": "loud",
        "DIGEST_SECRET": PASSWORD,
        "DIGEST_SMTP_URL": f"http://digest:{PASSWORD}@relay.example.com",
    }

    answer = digest("status", **bad)

    assert answer.exit_code == 2
    assert {line.split(": ")[1] for line in answer.err.splitlines()} == set(bad)
    assert PASSWORD not in answer.err


def test_what_real_mail_lacks_is_named_before_a_period_is_closed(newsroom: CommandLine) -> None:
    answer = newsroom("send", "harbour", DIGEST_SMTP_URL="smtp://relay.example.com")

    assert answer.exit_code == 2
    for name in ("DIGEST_FROM", "DIGEST_POSTAL_ADDRESS", "DIGEST_BASE_URL"):
        assert name in answer.err
    assert newsroom("edition", "list", "--json").json == []


def test_a_database_that_is_not_set_up_says_how(digest: CommandLine) -> None:
    assert_one_line(digest("topic", "list"), exit_code=1, says="digest init")


def test_a_postgresql_that_is_not_there_is_named_without_its_password(digest: CommandLine) -> None:
    place = f"127.0.0.1:{free_port()}/digest"

    answer = digest("status", DIGEST_DATABASE_URL=f"postgresql+psycopg://digest:{PASSWORD}@{place}")

    assert_one_line(answer, exit_code=1, says=place)


@pytest.mark.parametrize("url", ["sqlite://digest.db", "sqlite:///", "postgres://db.example.com/digest", "digest.db"])
def test_a_database_url_that_makes_no_sense_is_told_so(digest: CommandLine, url: str) -> None:
    assert_one_line(digest("status", DIGEST_DATABASE_URL=url), exit_code=2, says="DIGEST_DATABASE_URL: must be like")


def test_a_database_url_with_a_word_for_a_port_is_told_so(digest: CommandLine) -> None:
    url = f"postgresql+psycopg://digest:{PASSWORD}@db.example.com:port/digest"

    assert_one_line(digest("status", DIGEST_DATABASE_URL=url), exit_code=1, says="DIGEST_DATABASE_URL")


def test_a_file_that_is_no_database_is_left_alone(digest: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "home" / "digest.db"
    path.parent.mkdir()
    path.write_bytes(b"somebody's notes, and not a database at all\n" * 20)
    before = path.read_bytes()

    answer = digest("init")

    assert_one_line(answer, exit_code=1, says=str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("home", ["/proc", "/dev/null/digest"])
def test_a_home_that_cannot_be_written_is_a_bad_setting(digest: CommandLine, home: str) -> None:
    assert_one_line(digest("status", DIGEST_HOME=home), exit_code=2, says="DIGEST_HOME")


def test_the_secret_is_made_once_and_kept_to_its_owner(digest: CommandLine, tmp_path: Path) -> None:
    digest.must("init")
    secret = tmp_path / "home" / "secret"
    made = secret.read_bytes()

    digest.must("status")

    assert secret.read_bytes() == made
    assert len(made) >= 43
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert {path.name for path in secret.parent.iterdir()} == {"secret", "digest.db", "epoch", "epoch.lock"}
