"""Which stories make an edition, in which order, and why each of the others does not.

The first of these that fits a story is its reason: retracted, excluded tag, dropped, in an earlier edition, pinned,
outside the period, near-equal to a better one, over the maximum, ranked. docs/ranking.md says it for editors.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from digest.curate.groups import Twin, find_twins
from digest.curate.score import Score, score_story
from digest.model.editions import Period, Reason, Verdict
from digest.model.ids import StoryId
from digest.model.stories import Story
from digest.model.topics import Topic


class Entry(NamedTuple):
    """A story that stands in the edition, and the near-equal ones it stands for, best first."""

    story: Story
    verdict: Verdict
    others: tuple[Story, ...]


class Choice(NamedTuple):
    """The entries in their order, and a verdict for each story: entries first, then the others by score and id."""

    entries: tuple[Entry, ...]
    verdicts: tuple[Verdict, ...]


class _Scored(NamedTuple):
    story: Story
    score: Score

    def judge(self, reason: Reason, detail: str, *, same_as: StoryId | None = None) -> Verdict:
        return Verdict(
            story_id=self.story.id,
            title=self.story.title,
            reason=reason,
            score=self.score.total,
            detail=detail,
            same_as=same_as,
        )


def choose_stories(topic: Topic, stories: Iterable[Story], *, period: Period, used: frozenset[StoryId]) -> Choice:
    """Return the topic's entries for a period, at most its maximum, and why each story is in or out.

    Stories that bear no tag of the topic are passed over. `used` are the stories of its earlier editions; those of
    them that are among `stories` also keep out what is near-equal to them. The order of `stories` is of no account.
    """
    unique = sorted({story.id: story for story in stories}.values(), key=lambda story: story.id)
    scored = [
        _Scored(story, score_story(story, topic_tags=topic.tags, closes_at=period.end))
        for story in unique
        if any(tag.key in topic.tags for tag in story.tags)
    ]
    barred = {one.story.id: bar for one in scored if (bar := _find_bar(one, topic, period=period, used=used))}
    ranked = sorted((one for one in scored if one.story.id not in barred), key=_rank_in(topic))
    earlier = [story for story in unique if story.id in used]
    twins = find_twins([*earlier, *(one.story for one in ranked)], apart=used | frozenset(topic.pinned))
    doubles = [_judge_double(one, twins[one.story.id], used=used) for one in ranked if one.story.id in twins]
    heads = _judge_heads([one for one in ranked if one.story.id not in twins], topic)
    entries = [verdict for verdict in heads if verdict.reason.is_in]
    others = [verdict for verdict in (*heads, *doubles, *barred.values()) if not verdict.reason.is_in]
    return Choice(
        entries=tuple(_fill_entry(verdict, ranked, twins) for verdict in entries),
        verdicts=(*entries, *sorted(others, key=lambda verdict: (-verdict.score, verdict.story_id))),
    )


def _find_bar(one: _Scored, topic: Topic, *, period: Period, used: frozenset[StoryId]) -> Verdict | None:
    """Return the verdict that keeps a story out on its own account, or None."""
    story = one.story
    excluded = [tag.label for tag in story.tags if tag.key in topic.excluded_tags]
    if story.retracted_at:
        return one.judge(Reason.RETRACTED, f"retracted {_utc(story.retracted_at)}")
    if excluded:
        return one.judge(Reason.EXCLUDED_TAG, "bears " + ", ".join(f'"{label}"' for label in excluded))
    if story.id in topic.dropped:
        return one.judge(Reason.DROPPED, "an editor dropped it")
    if story.id in used:
        return one.judge(Reason.IN_EARLIER_EDITION, f"{topic.name} has had it")
    return None if story.id in topic.pinned else _find_bar_in_time(one, period)


def _find_bar_in_time(one: _Scored, period: Period) -> Verdict | None:
    counts = f"counts {_utc(one.story.counts_at)}"
    if one.story.counts_at < period.start:
        return one.judge(Reason.BEFORE_PERIOD, f"{counts}; the period starts {_utc(period.start)}")
    if one.story.counts_at >= period.end:
        return one.judge(Reason.AFTER_PERIOD, f"{counts}; the period ends {_utc(period.end)}")
    return None


def _rank_in(topic: Topic) -> Callable[[_Scored], tuple[int, float, StoryId]]:
    places = {story_id: place for place, story_id in enumerate(dict.fromkeys(topic.pinned))}
    return lambda one: (places.get(one.story.id, len(places)), -one.score.total, one.story.id)


def _judge_double(one: _Scored, twin: Twin, *, used: frozenset[StoryId]) -> Verdict:
    detail = f'{twin.likeness}: story {twin.head.id}, "{twin.head.title}"'
    if twin.head.id in used:
        return one.judge(Reason.IN_EARLIER_EDITION, f"near-equal to one that was; {detail}", same_as=twin.head.id)
    return one.judge(Reason.SAME_AS, detail, same_as=twin.head.id)


def _judge_heads(heads: Sequence[_Scored], topic: Topic) -> list[Verdict]:
    """Return verdicts in the order of `heads`, which is by rank."""
    verdicts = []
    for place, one in enumerate(heads, start=1):
        if place > topic.max_stories:
            detail = f"number {place} of {len(heads)}, and the topic takes {topic.max_stories}; {one.score}"
            verdicts.append(one.judge(Reason.OVER_MAX, detail))
        elif one.story.id in topic.pinned:
            verdicts.append(one.judge(Reason.PINNED, f"an editor pinned it; {one.score}"))
        else:
            verdicts.append(one.judge(Reason.RANKED, str(one.score)))
    return verdicts


def _fill_entry(verdict: Verdict, ranked: Sequence[_Scored], twins: Mapping[StoryId, Twin]) -> Entry:
    story = next(one.story for one in ranked if one.story.id == verdict.story_id)
    doubles = (one.story for one in ranked if one.story.id in twins)
    return Entry(story, verdict, tuple(double for double in doubles if twins[double.id].head.id == story.id))


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
