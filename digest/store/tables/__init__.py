"""The tables. Their names are the vocabulary; constraints hold the promises before any code does."""

from digest.store.tables.editions import edition, edition_item, edition_verdict, topic, topic_pick, topic_tag
from digest.store.tables.mailings import delivery, lease, mailing, mailing_edition
from digest.store.tables.metadata import metadata
from digest.store.tables.notices import notice, notice_topic, parting, sign_up
from digest.store.tables.settings import setting, warm_up_day
from digest.store.tables.stories import source, story, story_identity, story_revision, story_source, story_tag, tag
from digest.store.tables.subscribers import consent, subscriber, subscription, suppression

__all__ = [
    "consent",
    "delivery",
    "edition",
    "edition_item",
    "edition_verdict",
    "lease",
    "mailing",
    "mailing_edition",
    "metadata",
    "notice",
    "notice_topic",
    "parting",
    "setting",
    "sign_up",
    "source",
    "story",
    "story_identity",
    "story_revision",
    "story_source",
    "story_tag",
    "subscriber",
    "subscription",
    "suppression",
    "tag",
    "topic",
    "topic_pick",
    "topic_tag",
    "warm_up_day",
]
