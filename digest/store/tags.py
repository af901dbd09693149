"""Tags: kept once by key, shown by the first seen label, with aliases resolved when a tag is written down."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from digest.model.ids import TagId
from digest.model.tags import Tag, TagKey
from digest.store.database import Transaction
from digest.store.tables import story_tag, tag, topic_tag


def ensure_tags(tx: Transaction, tags: Iterable[Tag]) -> list[TagId]:
    """Return the ids of the tags, in order and each once, adding unknown ones. An alias gives the id it stands for."""
    wanted = {one.key: one for one in tags}
    if not wanted:
        return []
    known = _find_ids(tx, wanted)
    missing = [one for key, one in wanted.items() if key not in known]
    if missing:
        insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
        rows = [{"key": one.key, "label": one.label} for one in missing]
        tx.execute(insert(tag).on_conflict_do_nothing(index_elements=["key"]), rows)
        known = _find_ids(tx, wanted)
    return list(dict.fromkeys(known[key] for key in wanted))


def _find_ids(tx: Transaction, wanted: Mapping[TagKey, Tag]) -> dict[TagKey, TagId]:
    rows = tx.execute(select(tag.c.key, tag.c.id, tag.c.alias_of).where(tag.c.key.in_(list(wanted))))
    return {TagKey(key): TagId(alias_of or own) for key, own, alias_of in rows}


def add_alias(tx: Transaction, alias: Tag, *, of: Tag) -> None:
    """Let `alias` mean `of` from now on, in stories and topics that bear it already too. Running it again is fine.

    Where `of` has been an alias of `alias` until now, the two change places.
    """
    (target,) = ensure_tags(tx, [of])
    source = _own_id(tx, alias)
    if source == target:
        target = _own_id(tx, of)
        tx.execute(update(tag).where(tag.c.id == target).values(alias_of=None))
    if source == target:
        return
    tx.execute(update(tag).where((tag.c.id == source) | (tag.c.alias_of == source)).values(alias_of=target))
    for table, owner in ((story_tag, story_tag.c.story_id), (topic_tag, topic_tag.c.topic_id)):
        bearing_both = select(owner).where(table.c.tag_id == target)
        tx.execute(table.delete().where(table.c.tag_id == source, owner.in_(bearing_both)))
        tx.execute(update(table).where(table.c.tag_id == source).values(tag_id=target))


def _own_id(tx: Transaction, one: Tag) -> TagId:
    ensure_tags(tx, [one])
    return TagId(tx.execute(select(tag.c.id).where(tag.c.key == one.key)).scalar_one())
