"""The frame of every page: signs of life, assets, headers."""

from tests.web.conftest import MakeWeb


def test_a_server_that_answers_says_so(make_web: MakeWeb) -> None:
    answer = make_web().client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "server" not in answer.headers
