"""Groups of near-equal stories among thousands, without comparing each with each."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from digest.curate.similar import Fingerprint, Shingle, find_likeness, take_fingerprint
from digest.model.ids import StoryId
from digest.model.stories import Story

MAX_HEADS_PER_SHINGLE = 32


class Twin(NamedTuple):
    """The story that heads a group, and in what another is near-equal to it."""

    head: Story
    likeness: str


def find_twins(ranked: Iterable[Story], *, apart: AbstractSet[StoryId]) -> Mapping[StoryId, Twin]:
    """Return for each story that is near-equal to a better-ranked one that one, the head of its group.

    `ranked` is best first. A story joins the first head it is near-equal to, and is compared with heads alone, so
    that no chain of small differences ties different news together. Stories in `apart` are always heads.
    """
    heads = _Heads()
    twins: dict[StoryId, Twin] = {}
    for story in ranked:
        fingerprint = take_fingerprint(story)
        twin = None if story.id in apart else heads.find_twin(fingerprint)
        if twin:
            twins[story.id] = twin
        else:
            heads.add(fingerprint)
    return twins


class _Heads:
    """The heads so far, found by the runs of words they share with a story.

    Heads are different news. So a run of words that many of them bear is house style ("sign up for our weekly
    newsletter") and tells nothing; without this limit it would make every story a candidate for every other.
    """

    def __init__(self) -> None:
        self._heads: list[Fingerprint] = []
        self._places: dict[Shingle, list[int]] = {}

    def add(self, head: Fingerprint) -> None:
        for shingle in head.sketch:
            places = self._places.setdefault(shingle, [])
            if len(places) < MAX_HEADS_PER_SHINGLE:
                places.append(len(self._heads))
        self._heads.append(head)

    def find_twin(self, story: Fingerprint) -> Twin | None:
        for head in self._candidates(story):
            likeness = find_likeness(head, story)
            if likeness:
                return Twin(head.story, likeness)
        return None

    def _candidates(self, story: Fingerprint) -> Iterator[Fingerprint]:
        places: set[int] = set()
        for shingle in story.sketch:
            found = self._places.get(shingle, ())
            if len(found) < MAX_HEADS_PER_SHINGLE:
                places.update(found)
        return (self._heads[place] for place in sorted(places))
