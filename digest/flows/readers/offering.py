"""Offering: the topics that a form to sign up lists, with what a visitor wants to know before they tick one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.flows.readers.attempts import MAX_TOPICS, could_be_slug, is_readable
from digest.flows.services import Services
from digest.model.tags import make_tag
from digest.model.topics import Schedule
from digest.render.prepare import write_edition_key
from digest.store import offers
from digest.store.offers import LastSent

_MAX_TAGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestEdition:
    """A topic's latest edition: its subject, its key in the archive's addresses, and when it went out, aware UTC."""

    title: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTopic:
    """A topic on offer. `is_preset` says that it was named, or is about the tags of the page that was read."""

    slug: str
    name: str
    description: str
    lang: str
    schedule: Schedule
    latest: LatestEdition | None
    is_preset: bool


def list_topics_offered(services: Services, *, slugs: Sequence[str], tags: Sequence[str]) -> list[OfferedTopic]:
    """Return the public topics by name, and those unlisted ones that `slugs` names; what can be none is ignored.

    The first hundred of `slugs` and of `tags` count.
    """
    named = [one for one in slugs[:MAX_TOPICS] if could_be_slug(one)]
    keys = [made.key for one in tags[:_MAX_TAGS] if is_readable(one) and (made := make_tag(one))]
    with services.database.read() as tx:
        offered = offers.list_offers(tx, slugs=named, tags=keys)
        latest = offers.find_last_sent(tx, [one.id for one in offered])
    return [
        OfferedTopic(
            slug=one.slug,
            name=one.name,
            description=one.description,
            lang=one.lang,
            schedule=one.schedule,
            latest=_latest(latest.get(one.id)),
            is_preset=one.is_about or one.slug in named,
        )
        for one in offered
    ]


def _latest(sent: LastSent | None) -> LatestEdition | None:
    if sent is None:
        return None
    return LatestEdition(title=sent.subject, key=write_edition_key(sent.closed_at), at=sent.sent_at)
