"""Tags as an article page names them: in several values, or in one with commas between, as `keywords` has them."""

from collections.abc import Iterable

from digest.render.prepare import one_line

MAX_TAGS = 30
MAX_TAG_CHARS = 120


def split_tags(values: Iterable[str]) -> tuple[str, ...]:
    """Return each tag once, at most 30 of 120 characters: values as they are, for "Washington, D.C." is one tag, then
    what stands between their commas. What cannot be seen is left out.
    """
    whole = [one_line(value) for value in values]
    named = [*whole, *(part.strip() for value in whole if "," in value for part in value.split(","))]
    return tuple(tag for tag in dict.fromkeys(named) if 0 < len(tag) <= MAX_TAG_CHARS)[:MAX_TAGS]
