"""What readers of one newsroom ask for: requests made before they are timed, with links that the newsroom signed."""

import json
import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from benchmarks.sending.newsroom import SLUG, Newsroom
from benchmarks.visiting.visitors import get, post
from digest.links import Purpose
from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import SubscriptionStatus
from digest.store.tables import notice, subscriber, subscription

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
ONE_CLICK = "List-Unsubscribe=One-Click"


class Requests:
    """The requests of a newsroom's `readers`, by their ids."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._links, self._clock = newsroom.services.links, newsroom.services.clock
        self._database = newsroom.services.database
        with self._database.read() as tx:
            self.readers = [SubscriberId(one) for one in tx.execute(select(subscriber.c.id)).scalars()]
            self._topic = TopicId(tx.execute(select(subscription.c.topic_id).limit(1)).scalar_one())

    def preferences(self, readers: Sequence[SubscriberId]) -> list[bytes]:
        """Each looks at their own page."""
        urls = (self._links.preferences_url(one) for one in readers)
        return [get(f"/preferences/{url.rpartition('/')[2]}") for url in urls]

    def sign_ups(self, count: int) -> list[bytes]:
        """So many strangers sign up, each from a network and at a domain of their own."""
        return [self._sign_up(number) for number in range(count)]

    def _sign_up(self, number: int) -> bytes:
        opened_at = self._clock.now() - timedelta(minutes=1)
        token = self._links.timed_token(Purpose.FORM, random.getrandbits(63), at=opened_at)
        body = {"email": f"stranger@domain{number}.example.com", "topics": [SLUG], "form_token": token}
        ip = f"11.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        return post("/api/v1/subscriptions", json.dumps(body), media_type=JSON, ip=ip)

    def confirmations(self) -> list[bytes]:
        """All who were asked by mail confirm, by the links of those mails."""
        with self._database.read() as tx:
            made = tx.execute(select(notice.c.id, notice.c.made_at)).all()
        urls = (self._links.confirm_url(notice_id, made_at=made_at) for notice_id, made_at in made)
        return [post(f"/confirm/{url.rpartition('/')[2]}", "", media_type=FORM) for url in urls]

    def one_clicks(self, readers: Sequence[SubscriberId]) -> list[bytes]:
        """Each leaves, as a mail provider's server does it for them (RFC 8058)."""
        tokens = (self._links.unsubscribe_token(one, self._topic) for one in readers)
        return [post(f"/unsubscribe/{token}", ONE_CLICK, media_type=FORM) for token in tokens]

    def count_subscribed(self) -> int:
        """Return how many of the readers are subscribed."""
        query = select(func.count()).where(
            subscription.c.status == SubscriptionStatus.SUBSCRIBED.value,
            subscription.c.subscriber_id.between(min(self.readers), max(self.readers)),
        )
        with self._database.read() as tx:
            return tx.execute(query).scalar_one()
