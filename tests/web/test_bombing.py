"""A bomb of sign-ups over HTTP: strangers are written to three times a week, and every answer is the same."""

from collections import Counter
from datetime import timedelta

from digest.links import Purpose
from tests.servers.ports import LOOPBACK
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.sign_up_forms import mails_waiting

SIGN_UPS, STRANGERS, NETWORKS = 200, 5, 40


def throw(web: Web, number: int) -> tuple[int, str]:
    """Send one form for a stranger, in one of three spellings, through the proxy; return the answer."""
    opened_at = web.clock.now() - timedelta(minutes=1)
    stranger = f"stranger{number % STRANGERS}"
    form = {
        "email": f"{(stranger, stranger.upper(), f'{stranger}+{number}')[number % 3]}@example.com",
        "topic": "islands",
        "form_token": web.services.links.timed_token(Purpose.FORM, number, at=opened_at),
    }
    answer = web.client.post("/subscribe", data=form, headers={"X-Forwarded-For": f"10.0.{number % NETWORKS}.7"})
    return answer.status_code, answer.text


def test_a_bomb_over_http_sends_three_mails_to_each(make_web: MakeWeb) -> None:
    web = make_web(DIGEST_TRUSTED_PROXIES=LOOPBACK)
    open_topic(web.services)

    answers = set()
    for number in range(SIGN_UPS):
        answers.add(throw(web, number))
        web.clock.advance(minutes=40)

    mails = Counter(to.lower().partition("@")[0].partition("+")[0] for to, _, _ in mails_waiting(web.services))
    assert [status for status, _ in answers] == [200]
    assert mails == {f"stranger{number}": 3 for number in range(STRANGERS)}


def test_a_bomb_at_once_over_http_meets_the_challenge(make_web: MakeWeb) -> None:
    web = make_web(DIGEST_TRUSTED_PROXIES=LOOPBACK)
    open_topic(web.services)

    statuses: Counter[int] = Counter()
    for number in range(SIGN_UPS):
        statuses[throw(web, number)[0]] += 1
        web.clock.advance(seconds=1)

    assert statuses == {200: statuses[200], 428: SIGN_UPS - statuses[200]}
    assert statuses[200] < 40
    assert len(mails_waiting(web.services)) == STRANGERS
