"""The foot of a plain-text article export: related tags and the station's furniture, after the last prose."""

from digest.gather.exports.lines import Line, LineKind, read_tags
from digest.gather.exports.signatures import ends_sentence

_MAX_LOOSE_WORDS = 12
_MAX_LONE_TAG_WORDS = 3
_MARKS = frozenset({LineKind.FURNITURE, LineKind.RELATED, LineKind.TAGS})


def split_foot(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """Return the lines above the foot, and the tags.

    Tags stand under "Related News" (or "Topics" and the like), once or repeated; where there is no such heading,
    they are the first list of short names within the foot. A heading with its tags may also stand amid the body.
    """
    lines, tags = _take_headed_tags(lines, foot_at=_foot_starts_at(lines))
    foot_at = _foot_starts_at(lines)
    foot = lines[foot_at:]
    above = lines[max(0, foot_at - 1) : foot_at] if foot else []
    tags = tags or _loose_tags([line for line in foot if line.kind is LineKind.TEXT], above=above)
    end = next((at for at in range(foot_at, 0, -1) if not tags or read_tags(lines[at - 1].text) != tags), 0)
    return lines[:end] + [line for line in foot if line.kind in {LineKind.BYLINE, LineKind.TIME}], tags


def _loose_tags(lines: list[Line], *, above: list[Line]) -> list[str]:
    """Return the tags of the first list among lines without a heading, or directly `above` them; else of the first
    that is a short name."""
    found = [read_tags(line.text) for line in lines]
    lists = (tags for tags in (*found, *(read_tags(line.text) for line in above)) if len(tags) > 1)
    names = (tags for tags in found if tags and len(tags[0].split()) <= _MAX_LONE_TAG_WORDS)
    return next(lists, None) or next(names, [])


def _foot_starts_at(lines: list[Line]) -> int:
    """Return the index of the first furniture that no prose follows."""
    at = len(lines)
    foot_at = at
    while at and not _is_prose(lines[at - 1]):
        at -= 1
        if lines[at].kind in _MARKS:
            foot_at = at
    return foot_at


def _is_prose(line: Line) -> bool:
    if line.kind is LineKind.BULLET:
        return True
    is_loose = len(line.text.split()) <= _MAX_LOOSE_WORDS and not ends_sentence(line.text)
    return line.kind is LineKind.TEXT and not is_loose and not read_tags(line.text)


def _take_headed_tags(lines: list[Line], *, foot_at: int) -> tuple[list[Line], list[str]]:
    """Return the lines without headings of tags and what stands under them, and the tags of all headings.

    In the foot a heading may have a tag a line; amid the body, where a subhead could follow, only a list counts.
    """
    kept: list[Line] = []
    tags: dict[str, None] = {}
    is_headed = False
    for at, line in enumerate(lines):
        found: list[str] = []
        if line.kind is LineKind.TAGS:
            found = read_tags(line.said)
        elif is_headed and line.kind not in _MARKS and (at > foot_at or _is_list(line)):
            found = read_tags(line.text)
        is_headed = bool(found) or line.kind is LineKind.RELATED
        tags.update(dict.fromkeys(found))
        if line.kind in _MARKS or not found:
            kept.append(line)
    return kept, list(tags)


def _is_list(line: Line) -> bool:
    return len(read_tags(line.text)) > 1
