"""Signs of life: what a monitor is told, and nobody else."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from digest.flows.readers.watching import LATELY
from digest.store.sign_ups import add_sign_up
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.readers import add_reader, leaving_path

TOKEN = "a-monitor-knows-this"


def test_a_site_is_ready_when_its_database_is(web: Web) -> None:
    answer = web.client.get("/readyz")

    assert (answer.status_code, answer.text) == (200, "database: ok\nepoch: ok\n")


def test_a_site_lives_while_all_its_threads_wait_for_the_database(make_web: MakeWeb) -> None:
    web = make_web()
    reader = add_reader(web.services)
    path = leaving_path(web.services, reader)

    with ThreadPoolExecutor(12) as visitors, web.services.database.begin():
        pressed = [visitors.submit(httpx2.post, f"{web.url}{path}", timeout=30) for _ in range(12)]
        answer = web.client.get("/healthz")
        waiting = sum(not press.done() for press in pressed)

    assert (answer.status_code, answer.text, waiting) == (200, "ok\n", 12)
    assert {press.result().status_code for press in pressed} == {200}


def test_a_database_that_is_away_is_told_without_its_address(make_web: MakeWeb) -> None:
    web = make_web(DIGEST_DATABASE_URL="postgresql+psycopg://digest@127.0.0.1:1/digest")

    answer = web.client.get("/readyz")

    assert answer.status_code == 503
    assert "127.0.0.1" not in answer.text


def test_a_database_without_tables_is_not_ready(make_web: MakeWeb, tmp_path_factory: pytest.TempPathFactory) -> None:
    web = make_web(DIGEST_DATABASE_URL=f"sqlite:///{tmp_path_factory.mktemp('empty')}/digest.db")

    assert web.client.get("/readyz").status_code == 503


@pytest.mark.parametrize("authorization", ["", f"Basic {TOKEN}", "Bearer", "Bearer a-monitor-knows-that", "Bearer ü"])
def test_metrics_are_not_there_for_who_does_not_know_the_token(authorization: str, make_web: MakeWeb) -> None:
    web = make_web(DIGEST_METRICS_TOKEN=TOKEN)

    answer = web.client.get("/metrics", headers={b"Authorization": authorization.encode()})

    assert answer.status_code == 404


def test_metrics_without_a_token_set_are_for_nobody(make_web: MakeWeb) -> None:
    assert make_web().client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404


def test_metrics_count_what_stands_where(make_web: MakeWeb, database_url: str) -> None:
    web = make_web(DIGEST_METRICS_TOKEN=TOKEN, DIGEST_SIGN_UPS_USUAL="2", DIGEST_DATABASE_URL=database_url)
    now = web.clock.now()
    with web.services.database.begin() as tx:
        for number in range(4):
            add_sign_up(tx, f"{number:064}", is_mailed=number == 0, now=now - LATELY / 2)
    web.client.get("/healthz")

    metered = web.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text

    assert 'digest_sign_ups_last_hour{status="mailed"} 1.0' in metered
    assert 'digest_sign_ups_last_hour{status="unmailed"} 3.0' in metered
    assert "digest_sign_up_challenge 1.0" in metered
    assert 'digest_subscribers{status="active"} 0.0' in metered
    assert 'digest_notices{status="queued"} 0.0' in metered
    assert 'digest_deliveries_open{status="waiting"} 0.0' in metered
    assert "digest_on_hold 0.0" in metered
    assert 'digest_web_visit_seconds_count{method="GET",route="/healthz",status="200"} 1.0' in metered


def test_metrics_never_name_what_visitors_typed(make_web: MakeWeb) -> None:
    web = make_web(DIGEST_METRICS_TOKEN=TOKEN)
    web.client.get("/unsubscribe/a-token-of-a-reader")
    web.client.get("/assets/a-name-of-theirs")
    web.client.request("BREW", "/healthz")

    metered = web.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text

    assert "of-a-reader" not in metered
    assert "of-theirs" not in metered
    assert "BREW" not in metered
