"""The page to sign up while the operator takes no sign-ups."""

import pytest

from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.readers import subscribed_to
from tests.web.shown import text_of
from tests.web.sign_up_forms import ADDRESS, confirm_path, mails_waiting, sign_up_at


@pytest.mark.parametrize(("lang", "title"), [("en", "Sign-ups are closed for now"), ("ar", "التسجيل مغلق حاليًا")])
def test_while_sign_ups_are_closed_the_page_says_so_and_has_no_form(make_web: MakeWeb, lang: str, title: str) -> None:
    web = make_web(DIGEST_SIGN_UPS="off")
    open_topic(web.services)
    from_article = {"email": ADDRESS, "topic": "islands", "from": "article"}

    shown = web.client.get(f"/subscribe?lang={lang}")
    filled = web.client.post(f"/subscribe?lang={lang}", data=from_article)
    sent = web.client.post(f"/subscribe?lang={lang}", data={**from_article, "form_token": "opened before"})

    for answer in (shown, filled, sent):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "3600")
        assert title in text_of(answer.text)
        assert "<form" not in answer.text
    assert mails_waiting(web.services) == []


def test_who_was_asked_before_sign_ups_were_closed_can_still_confirm(make_web: MakeWeb) -> None:
    before = make_web()
    open_topic(before.services)
    sign_up_at(before)
    path = confirm_path(before)

    closed = make_web(DIGEST_SIGN_UPS="off")
    answer = closed.client.post(path)

    assert answer.status_code == 200
    assert subscribed_to(closed.services, ADDRESS) == {"islands"}
