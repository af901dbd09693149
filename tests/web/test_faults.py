"""Faults: what a visitor is told when we fail, and what of it the log may know."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.web.conftest import MakeWeb

NO_DATABASE = "postgresql+psycopg://digest@127.0.0.1:1/digest"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An operator's own folder of page templates."""
    (tmp_path / "own" / "web").mkdir(parents=True)
    return tmp_path / "own"


def test_a_database_that_is_away_is_our_trouble_and_passes(make_web: MakeWeb) -> None:
    answer = make_web(DIGEST_DATABASE_URL=NO_DATABASE).client.get("/subscribe")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "Nothing was changed." in answer.text
    assert "127.0.0.1:1" not in answer.text


def test_a_view_that_breaks_is_told_to_visitors_without_a_word_of_why(own: Path, make_web: MakeWeb) -> None:
    (own / "web" / "subscribe.html").write_text("{{ a_secret }}")
    web = make_web(DIGEST_TEMPLATES=str(own))

    with capture_logs() as logs:
        answer = web.client.get("/subscribe", headers={"Accept-Language": "ar"})

    assert answer.status_code == 500
    assert "حدث خطأ لدينا" in answer.text
    assert "a_secret" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    (failed,) = [line for line in logs if line["event"] == "web.failed"]
    assert failed["why"].startswith("UndefinedError in ")
    assert "is undefined" not in failed["why"]


def test_where_even_the_page_of_a_fault_is_broken_there_are_plain_words(own: Path, make_web: MakeWeb) -> None:
    (own / "web" / "base.html").write_text("{{ a_mistake }}")

    answer = make_web(DIGEST_TEMPLATES=str(own)).client.get("/no-such-page")

    assert (answer.status_code, answer.text) == (404, "Not Found")


def test_the_server_goes_on_after_a_fault(own: Path, make_web: MakeWeb) -> None:
    (own / "web" / "subscribe.html").write_text("{{ a_mistake }}")
    client = make_web(DIGEST_TEMPLATES=str(own)).client

    statuses = [client.get(path).status_code for path in ("/subscribe", "/healthz", "/subscribe", "/editions")]

    assert statuses == [500, 200, 500, 200]


def test_a_body_that_is_too_long_is_told_so(make_web: MakeWeb) -> None:
    answer = make_web().client.post("/subscribe", data={"name": "x" * 70_000})

    assert answer.status_code == 413
    assert "shorten what you wrote" in answer.text
