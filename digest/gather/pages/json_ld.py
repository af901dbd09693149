"""What a page's JSON-LD says of its article (schema.org Article and its kin), as found in the wild.

Scripts are mended where publishers break them: comments and CDATA around them, control characters, trailing
commas. Only the fields of a story are read; other sources of the same are digest/gather/pages/metadata.py.
"""

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import urldefrag

from digest.errors import RejectedError
from digest.gather.cleaning.dates import parse_date
from digest.gather.cleaning.draft import Draft
from digest.gather.cleaning.json_values import as_list, as_number, as_object, as_text, load_json, names_in
from digest.gather.cleaning.sanitise import paragraphs_html

MAX_SCRIPT_CHARS = 1_000_000
_MAX_NODES = 2_000
_OTHER_KINDS = frozenset({"BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report", "Reportage"})
_ABOUT_OTHERS = frozenset(
    {"itemListElement", "liveBlogUpdate", "hasPart", "isPartOf", "relatedLink", "citation", "comment"}
)

_OPENING = re.compile(r"<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?")
_CLOSING = re.compile(r"(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\Z")
_CLOSING_WITHIN_CHARS = 20
_NOISE = "\ufeff \t\r\n;"
_STRING_OR_COMMA = re.compile(r'"(?>(?:[^"\\]|\\.|\\\Z)*)(?:"|\Z)|,(?=\s*[}\]])', re.DOTALL)

Node = Mapping[str, object]


def read_json_ld(scripts: Iterable[str], *, page_url: str) -> Draft | None:
    """Return what the JSON-LD scripts of a page say of its article, as they say it; None if they name no article.

    Of several articles, the one with the page's URL counts, else the first. A broken script is passed over.
    """
    found = (node for script in scripts for node in _nodes(_loaded(script)))
    nodes = list(islice(found, _MAX_NODES))
    by_id = {as_text(node.get("@id")): node for node in nodes if as_text(node.get("@id")) and len(node) > 1}
    articles = [node for node in nodes if _is_article(node)]
    if not articles:
        return None
    own = (node for node in articles if page_url and urldefrag(page_url).url in _addresses(node))
    return _draft(next(own, articles[0]), by_id)


def _loaded(script: str) -> object:
    text = script[:MAX_SCRIPT_CHARS].strip(_NOISE)
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, max(0, len(text) - _CLOSING_WITHIN_CHARS))
    text = text[opening.end() if opening else 0 : closing.start() if closing else len(text)].strip(_NOISE)
    try:
        return load_json(text)
    except RejectedError:
        pass
    try:
        return load_json(_STRING_OR_COMMA.sub(lambda found: "" if found[0] == "," else found[0], text))
    except RejectedError:
        return None


def _nodes(value: object) -> Iterator[Node]:
    """Yield the objects of a script, outer ones first, but for those about other things than the page.

    With a queue instead of recursion: how deep they are nested is the page's choice.
    """
    waiting = deque(as_list(value))
    while waiting:
        one = waiting.popleft()
        if isinstance(one, list):
            waiting.extendleft(reversed(one))
        elif node := as_object(one):
            yield node
            waiting.extend(
                inside for name, inside in node.items() if name not in _ABOUT_OTHERS and isinstance(inside, dict | list)
            )


def _is_article(node: Node) -> bool:
    kinds = (as_text(kind).rpartition("/")[2].rpartition(":")[2] for kind in as_list(node.get("@type")))
    return any(kind.endswith("Article") or kind in _OTHER_KINDS for kind in kinds)


def _addresses(node: Node) -> set[str]:
    main = as_object(node.get("mainEntityOfPage"))
    said = (node.get("url"), node.get("@id"), node.get("mainEntityOfPage"), main.get("@id"), main.get("url"))
    return {urldefrag(as_text(one)).url for one in said}


def _draft(node: Node, by_id: Mapping[str, Node]) -> Draft:
    authors = names_in(_resolved(node.get("author"), by_id), "name", "alternateName")
    draft = Draft(
        title=as_text(node.get("headline")) or as_text(node.get("name")),
        dek=as_text(node.get("description")),
        body=_as_html(as_text(node.get("articleBody"))),
        url=as_text(node.get("url")) or as_text(as_object(node.get("mainEntityOfPage")).get("@id")),
        byline=", ".join(dict.fromkeys(name for name in authors if "://" not in name)),
        publisher=next(names_in(_resolved(node.get("publisher"), by_id), "name", "legalName"), ""),
        tags=list(_tags(node)),
        lang=next(names_in(node.get("inLanguage"), "alternateName", "name"), ""),
        published=parse_date(as_text(node.get("datePublished")) or as_text(node.get("dateCreated"))),
        updated=parse_date(as_text(node.get("dateModified"))),
    )
    _add_image(draft, node, by_id)
    if as_text(node.get("isAccessibleForFree")).lower() == "false" or node.get("isAccessibleForFree") is False:
        draft.notes.append("the publisher says it is not free to read: its text may be incomplete")
    return draft


def _as_html(body: str) -> str:
    """An article's body is plain text, often with HTML's character references, a line a paragraph."""
    return paragraphs_html(re.sub(r"\n+", "\n\n", html.unescape(body)))


def _tags(node: Node) -> Iterator[str]:
    """Yield the keywords: one text with commas, a list of texts, or of objects with a name."""
    keywords = list(names_in(node.get("keywords"), "name"))
    for keyword in keywords:
        yield from keyword.split(",") if len(keywords) == 1 else [keyword]


def _add_image(draft: Draft, node: Node, by_id: Mapping[str, Node]) -> None:
    """Set the picture: of several, usually one picture in several sizes, the widest; else the first."""
    images = _resolved(node.get("image"), by_id) or _resolved(node.get("thumbnailUrl"), by_id)
    found = [(one, next(names_in(one, "url", "contentUrl", "@id"), "")) for one in images]
    found = [(one, url) for one, url in found if url]
    if not found:
        return
    image, draft.image_url = max(found, key=lambda pair: as_number(_measure(pair[0], "width")) or 0)
    said = as_object(image)
    draft.image_alt = as_text(said.get("caption")) or as_text(said.get("description"))
    credit = (
        names_in(_resolved(said.get(name), by_id), "name")
        for name in ("creditText", "creator", "author", "copyrightHolder")
    )
    draft.image_credit = next((name for names in credit for name in names), "") or as_text(said.get("copyrightNotice"))
    draft.image_width = as_number(_measure(image, "width"))
    draft.image_height = as_number(_measure(image, "height"))


def _measure(image: object, side: str) -> object:
    """A size is a number, or an object with one (schema.org QuantitativeValue, Distance)."""
    size = as_object(image).get(side)
    measured = as_object(size)
    return measured.get("value", measured.get("name")) if measured else size


def _resolved(value: object, by_id: Mapping[str, Node]) -> list[object]:
    """Return the values with each bare reference, an object with nothing but an @id, replaced by what it names."""
    return [
        by_id.get(as_text(as_object(one).get("@id")), one) if len(as_object(one)) == 1 else one
        for one in as_list(value)
    ]
