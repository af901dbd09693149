"""When two stories are near-equal: one headline told by two publishers, or one text under two headlines.

The thresholds are tuned to keep a series apart (daily weather, live updates, match reports), where headline and
text look alike and are not the same news. docs/ranking.md says the rule for editors. Finding the pairs worth
comparing among thousands is the business of groups.py.
"""

import zlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache

from digest.curate.publishers import is_same_publisher, publisher_of
from digest.curate.score import told_at
from digest.curate.words import has_digit, split_words
from digest.model.stories import Story

MIN_HEADLINE_WORDS = 4
MIN_HEADLINE_LETTERS = 10
MIN_HEADLINE_SHARE = 2 / 3
SAME_HEADLINE_WITHIN = timedelta(hours=48)
SHINGLE_WORDS = 6
MIN_TEXT_WORDS = 25
MIN_LENGTH_RATIO = 1 / 3
MIN_COPIED = 0.8
MIN_NUMBERS_KEPT = 2 / 3
MIN_COPIED_IN_SERIES = 0.9
MAX_TEXT_CHARS = 4_000
MAX_TEXT_WORDS = 500
_SKETCH_SIZE = 24
Shingle = tuple[int, ...]
"""A few words in a row, each as its CRC-32: the same on every machine, unlike `hash` of a string."""


@dataclass(frozen=True)
class Fingerprint:
    """What of a story is compared: its headline's words, and the words and numbers of its text's beginning."""

    story: Story
    headline: tuple[str, ...]
    text: tuple[int, ...]
    numbers: frozenset[str]

    @cached_property
    def shingles(self) -> frozenset[Shingle]:
        """Every run of six words in the text."""
        return frozenset(zip(*(self.text[offset:] for offset in range(SHINGLE_WORDS)), strict=False))

    @cached_property
    def sketch(self) -> frozenset[Shingle]:
        """A few runs of words, chosen so that near-equal stories have at least one in common (min-wise sampling)."""
        words = self.text[: 1 - SHINGLE_WORDS]
        first_at = dict(zip(reversed(words), reversed(range(len(words))), strict=True))
        starts = [first_at[word] for word in sorted(first_at)[:_SKETCH_SIZE]]
        codes = [_code(word) for word in self.headline]
        runs = [tuple(codes[at : at + MIN_HEADLINE_WORDS]) for at in range(len(codes) - MIN_HEADLINE_WORDS + 1)]
        return frozenset(runs + [self.text[at : at + SHINGLE_WORDS] for at in starts])


def take_fingerprint(story: Story) -> Fingerprint:
    """Return what of a story is compared. Its text is the body, or the dek where there is no body."""
    words = split_words((story.body_text or story.dek)[:MAX_TEXT_CHARS])[:MAX_TEXT_WORDS]
    return Fingerprint(
        story=story,
        headline=tuple(split_words(story.title)),
        text=tuple(map(_code, words)),
        numbers=frozenset(filter(has_digit, set(words))),
    )


def find_likeness(one: Fingerprint, other: Fingerprint) -> str:
    """Return in what two stories are near-equal, in words for a person, or an empty string when they are not.

    Symmetric, and not transitive: of three stories the first and last may be different news.
    """
    if _is_same_headline(one, other):
        return "another publisher has the same headline within 48 hours"
    if _is_same_text(one, other):
        return "the text is the same"
    return ""


def _is_same_headline(one: Fingerprint, other: Fingerprint) -> bool:
    shorter, longer = sorted((one.headline, other.headline), key=len)
    if len(shorter) < MIN_HEADLINE_WORDS or sum(map(len, shorter)) < MIN_HEADLINE_LETTERS:
        return False
    if not _is_headline_within(shorter, longer):
        return False
    apart = abs(told_at(one.story) - told_at(other.story))
    return apart <= SAME_HEADLINE_WITHIN and _are_two_publishers(one.story, other.story)


def _is_headline_within(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Return whether the longer headline is the shorter with a few words before or after it, and no number there."""
    if len(shorter) < MIN_HEADLINE_SHARE * len(longer):
        return False
    for at in range(len(longer) - len(shorter) + 1):
        if longer[at : at + len(shorter)] == shorter:
            return not any(map(has_digit, longer[:at] + longer[at + len(shorter) :]))
    return False


def _are_two_publishers(one: Story, other: Story) -> bool:
    return bool(publisher_of(one) and publisher_of(other)) and not is_same_publisher(one, other)


def _is_same_text(one: Fingerprint, other: Fingerprint) -> bool:
    shorter, longer = sorted((len(one.text), len(other.text)))
    if shorter < max(MIN_TEXT_WORDS, MIN_LENGTH_RATIO * longer):
        return False
    if _differ_in_number_only(one, other) and is_same_publisher(one.story, other.story):
        return False
    return _is_unchanged(one, other) if _may_be_series(one, other) else _is_copied(one, other)


def _is_copied(one: Fingerprint, other: Fingerprint) -> bool:
    """Return whether one text stands in the other, but for some edits. Numbers are what a template changes."""
    numbers = min(len(one.numbers), len(other.numbers))
    if len(one.numbers & other.numbers) < MIN_NUMBERS_KEPT * numbers:
        return False
    shingles = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) >= MIN_COPIED * shingles


def _is_unchanged(one: Fingerprint, other: Fingerprint) -> bool:
    """Return whether two texts are the same both ways, to the last number."""
    if one.numbers != other.numbers:
        return False
    return len(one.shingles & other.shingles) >= MIN_COPIED_IN_SERIES * len(one.shingles | other.shingles)


def _may_be_series(one: Fingerprint, other: Fingerprint) -> bool:
    """Return whether two headlines look like two of a series: one publisher and alike, or unlike in their numbers."""
    if is_same_publisher(one.story, other.story):
        words, others = set(one.headline), set(other.headline)
        return 2 * len(words & others) >= max(len(words), len(others))
    numbers, others_numbers = _numbers(one.headline), _numbers(other.headline)
    return not (numbers <= others_numbers or others_numbers <= numbers)


def _differ_in_number_only(one: Fingerprint, other: Fingerprint) -> bool:
    words, others = ([word for word in each.headline if not has_digit(word)] for each in (one, other))
    return words == others and one.headline != other.headline


def _numbers(words: tuple[str, ...]) -> set[str]:
    return set(filter(has_digit, words))


# News repeats its words: nine look-ups of ten are answered from here, and the words of all stories share their codes.
@lru_cache(maxsize=32_768)
def _code(word: str) -> int:
    return zlib.crc32(word.encode())
