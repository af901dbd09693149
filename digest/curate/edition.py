"""An edition made of the stories chosen for it, as they are now; or a sentence that says why there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.curate.choose import Entry, choose_stories
from digest.curate.excerpt import clip
from digest.curate.publishers import publisher_of
from digest.model.editions import AlsoReported, Edition, EditionItem, EditionStatus, Period, TopicAsSent, Verdict
from digest.model.ids import StoryId
from digest.model.stories import Story
from digest.model.topics import Topic

MAX_EXCERPT_CHARS = 280
MAX_UNLINKED_LEAD_CHARS = 900
MAX_UNLINKED_CHARS = 450
MAX_PREHEADER_CHARS = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedEdition:
    """An edition that is not kept yet, with a verdict for each story; or none, and `shortfall` says why.

    Where there is none, the verdicts say which stories would have stood in it.
    """

    edition: Edition | None
    verdicts: tuple[Verdict, ...]
    shortfall: str


def curate_edition(
    topic: Topic, stories: Sequence[Story], *, period: Period, used: frozenset[StoryId], now: datetime
) -> CuratedEdition:
    """Return the topic's edition for a period, built at `now`.

    `stories` are the candidates, in any order; others among them do no harm. `used` are those that stood in an
    earlier edition of the topic, as an entry or as another report of one. There is no edition with fewer entries
    than the topic's minimum, and never an empty one.
    """
    choice = choose_stories(topic, stories, period=period, used=used)
    if len(choice.entries) < max(1, topic.min_stories):
        shortfall = _say_shortfall(topic, len(choice.entries), period=period)
        return CuratedEdition(edition=None, verdicts=choice.verdicts, shortfall=shortfall)
    items = tuple(_make_item(entry, position) for position, entry in enumerate(choice.entries, start=1))
    edition = Edition(
        id=None,
        topic_id=topic.id,
        topic=_as_sent(topic),
        period=period,
        status=EditionStatus.BUILT,
        items=items,
        preheader=_write_preheader(items),
        intro="",
        built_at=now,
    )
    return CuratedEdition(edition=edition, verdicts=choice.verdicts, shortfall="")


def _write_excerpt(story: Story, position: int) -> str:
    """Return the text below a headline: of a story without a dek, of the lead, and where no link leads on.

    A story without a link is told at greater length, since the mail is all of it that a reader can see.
    """
    if not story.canonical_url:
        return clip(story.body_text, MAX_UNLINKED_LEAD_CHARS if position == 1 else MAX_UNLINKED_CHARS)
    if story.dek and position > 1:
        return ""
    return clip(story.body_text, MAX_EXCERPT_CHARS)


def _make_item(entry: Entry, position: int) -> EditionItem:
    story = entry.story
    return EditionItem(
        story_id=story.id,
        position=position,
        reason=entry.verdict.reason,
        score=entry.verdict.score,
        title=story.title,
        dek=story.dek,
        excerpt=_write_excerpt(story, position),
        url=story.canonical_url,
        byline=story.byline,
        publisher=publisher_of(story),
        image=story.image,
        credit=story.credit,
        lang=story.lang,
        direction=story.direction,
        published_at=story.published_at,
        also_reported=tuple(_list_others(entry)),
    )


def _list_others(entry: Entry) -> Iterator[AlsoReported]:
    """Yield the best other report of each publisher that has a name and is not the entry's own."""
    named = {"", publisher_of(entry.story).casefold()}
    for other in entry.others:
        publisher = publisher_of(other)
        if publisher.casefold() not in named:
            named.add(publisher.casefold())
            yield AlsoReported(story_id=other.id, publisher=publisher, title=other.title, url=other.canonical_url)


def _as_sent(topic: Topic) -> TopicAsSent:
    return TopicAsSent(
        slug=topic.slug,
        name=topic.name,
        description=topic.description,
        lang=topic.lang,
        theme=topic.theme,
        zone=topic.schedule.zone,
    )


def _write_preheader(items: Sequence[EditionItem]) -> str:
    """Return the next two headlines, or what the lead says below its own, which the subject already shows."""
    lead, *rest = items
    headlines = [item.title for item in rest if item.title != lead.title][:2]
    return clip(" · ".join(headlines) or lead.dek or lead.excerpt, MAX_PREHEADER_CHARS)


def _say_shortfall(topic: Topic, count: int, *, period: Period) -> str:
    stories = {0: "no story", 1: "1 story"}.get(count, f"{count} stories")
    return f"{topic.name} has {stories} for {_say_days(period)}, fewer than its minimum of {max(1, topic.min_stories)}"


def _say_days(period: Period) -> str:
    """Return "22 Nov", "15 to 22 Nov", "29 Nov to 6 Dec" or, over a new year, both years; by the days of UTC."""
    start, end = period.start.date(), period.end.date()
    if start.year != end.year:
        return f"{start.day} {start:%b %Y} to {end.day} {end:%b %Y}"
    if start.month != end.month:
        return f"{start.day} {start:%b} to {end.day} {end:%b}"
    return f"{start.day} to {end.day} {end:%b}" if start != end else f"{end.day} {end:%b}"
