"""HTML from outside, made safe to show, to read as text, or to stand in one line.

nh3 is the boundary: nothing reaches a reader that it did not write. What stands before it is there for cost (nh3 is
quadratic in nesting: size and depth are capped first) and for sense (a `div` is a paragraph, a lazy image is an
image, a one-pixel image is a tracker). Taking HTML apart is markup.py; what a URL may be, identity.py.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import nh3

from digest.errors import RejectedError
from digest.gather.cleaning.identity import absolute_url
from digest.gather.cleaning.markup import (
    BLOCKS,
    VOID,
    TagToken,
    has_markup,
    resolved,
    tokens,
    without_unseen_characters,
)
from digest.model.stories import Image

MAX_HTML_CHARS = 500_000
MAX_DEPTH = 200
MAX_LINE_CHARS = 300
MIN_PIXELS = 100
"""A smaller picture is an icon."""
_MAX_LINE_MARKUP_CHARS = 20_000

_KEPT = {name: name for name in "a b blockquote br code em figcaption figure i img li ol p pre strong ul".split()}
_KEPT |= {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4", "dd": "p", "dt": "p"}
_CLOSED_BY_THE_NEXT = frozenset({"a", "br", "dd", "dt", "img", "li", "p", "tbody", "tfoot", "thead", "tr"})
_NESTING = (_KEPT.keys() | BLOCKS) - VOID - _CLOSED_BY_THE_NEXT
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}}
_MAIL_LINK = re.compile(r"mailto:[^\s?&:<>\"']+", re.IGNORECASE)
_LAZY_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-orig-src")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)", re.IGNORECASE
)
_EMPTY = re.compile(r"<(p|li|ul|ol|blockquote|figure|figcaption|h3|h4|a|b|i|em|strong|pre)(?: [^<>]*)?>\s*</\1>")
_NO_PICTURE = re.compile(r"\.svgz?(?:[?#]|$)|/emoji/|/smilies/|gravatar\.com/|/feedburner/|feedsportal", re.IGNORECASE)
_BARE_IMAGE = re.compile(r'<img(?! src="| [^<>]* src=")[^<>]*>')
_ESCAPED_TWICE = re.compile(
    r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-zA-Z]{2,8}\d?);|</[a-zA-Z][a-zA-Z0-9]*\s*>|<br\s*/?>"
)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_PARAGRAPH_BREAK = re.compile(r"\n[ \t\r]*\n\s*")


def sanitise_html(html: str, *, base_url: str) -> str:
    """Return HTML of a few harmless elements, with absolute http(s) and mailto URLs, safe to show to anybody.

    Relative URLs are resolved against `base_url`. Styles, classes, tracking pixels and all that runs, loads or
    submits anything are gone. Raises RejectedError for more than MAX_HTML_CHARS or deeper than MAX_DEPTH.
    """
    if len(html) > MAX_HTML_CHARS:
        raise RejectedError(f"its HTML has {len(html):,} characters; at most {MAX_HTML_CHARS:,} are read")
    clean = nh3.clean(
        _plain_markup(without_unseen_characters(html)),
        tags=set(_KEPT.values()) - {""},
        attributes=_ATTRIBUTES,
        attribute_filter=lambda _tag, name, value: _kept_value(name, value, base_url=base_url),
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return _without_empty(without_unseen_characters(clean)).strip()


def plain_text(html: str) -> str:
    """Return what HTML says, as text: a blank line between paragraphs, references resolved, no captions of images.

    Safe and linear on any input; what it returns is text and must be escaped like any other.
    """
    paragraphs = _PARAGRAPH_BREAK.split(without_unseen_characters(resolved("".join(_said(html)))))
    return "\n\n".join(filter(None, (_lines(paragraph) for paragraph in paragraphs)))


def first_image(clean_html: str) -> Image | None:
    """Return the first picture of sanitised HTML that can head a story: no icon, smiley, portrait or drawing."""
    for tag in tokens(clean_html) if "<img " in clean_html else ():
        if isinstance(tag, TagToken) and tag.name == "img" and "src" in tag.attributes:
            named = tag.attributes
            width, height = (int(named[side]) if side in named else None for side in ("width", "height"))
            if min(width or MIN_PIXELS, height or MIN_PIXELS) >= MIN_PIXELS and not _NO_PICTURE.search(named["src"]):
                return Image(url=named["src"], alt=one_line(named.get("alt", "")), width=width, height=height)
    return None


def paragraphs_html(text: str) -> str:
    """Return plain text as HTML: one `p` a paragraph (a blank line ends one). What looks like a tag is shown."""
    paragraphs = (html.escape(" ".join(one.split()), quote=False) for one in _PARAGRAPH_BREAK.split(text))
    return "".join(f"<p>{one}</p>" for one in paragraphs if one)


def one_line(html_or_text: str, *, max_chars: int = MAX_LINE_CHARS) -> str:
    """Return HTML or text as one line of plain text of at most `max_chars`, cut at a word with an ellipsis.

    Markup that was escaped twice, a common mistake in titles, is read as the markup it was meant to be.
    """
    return shortened(_line(html_or_text), max_chars=max_chars)


def fits_one_line(html_or_text: str) -> bool:
    """Return whether `one_line`, with its usual limit, leaves nothing out."""
    return len(html_or_text) <= _MAX_LINE_MARKUP_CHARS and len(_line(html_or_text)) <= MAX_LINE_CHARS


def shortened(line: str, *, max_chars: int) -> str:
    """Return a line of at most `max_chars`, cut at the end of a word where there is one near, with an ellipsis."""
    if len(line) <= max_chars:
        return line
    cut = line[: max_chars - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > max_chars // 2 else cut).rstrip(" ,;:-\u2013\u2014") + "\u2026"


def _plain_markup(markup: str) -> str:
    """Return the same HTML with nothing in it but text and the elements that are kept, not nested too deep."""
    open_by_name: Counter[str] = Counter()
    out: list[str] = []
    for token in tokens(markup):
        if not isinstance(token, TagToken):
            out.append(token.replace("<", "&lt;"))
            continue
        out.append(_kept_tag(token))
        name = token.name
        # XML writers mean `<div/>` to end there; HTML opens it. It is not kept, so that only the meaning counts.
        if name in _NESTING and (name in _KEPT or not token.raw_attributes.endswith("/")):
            open_by_name[name] = max(0, open_by_name[name] + (-1 if token.is_end else 1))
            if open_by_name.total() > MAX_DEPTH:
                raise RejectedError(f"its HTML is nested more than {MAX_DEPTH} deep")
    return "".join(out)


def _kept_tag(token: TagToken) -> str:
    name = _KEPT.get(token.name, "p" if token.name in BLOCKS else "")
    if not name:
        return " " if token.name in {"td", "th"} else ""
    if token.is_end:
        return "" if token.name in VOID else f"</{name}>"
    if name == "img":
        return _image_tag(token.attributes)
    if name == "a":
        href = token.attributes.get("href", "")
        return f'<a href="{html.escape(href)}">' if href else "<a>"
    return f"<{name}>"


def _image_tag(attributes: Mapping[str, str]) -> str:
    source = attributes.get("src", "")
    if not source or source.lstrip()[:5].lower() == "data:":
        source = next((attributes[name] for name in _LAZY_SOURCES if attributes.get(name)), "")
    sizes = {name: attributes[name].strip() for name in ("width", "height") if name in attributes}
    if (
        not source
        or _HIDDEN.search(attributes.get("style", ""))
        or any(re.match(r"[012](?:px)?$", size) for size in sizes.values())
    ):
        return ""
    kept = {"src": source, "alt": attributes.get("alt", "")}
    kept |= {name: size for name, size in sizes.items() if re.fullmatch(r"\d{1,4}", size)}
    return "<img " + " ".join(f'{name}="{html.escape(value)}"' for name, value in kept.items()) + ">"


def _kept_value(name: str, value: str, *, base_url: str) -> str | None:
    if name not in {"href", "src"}:
        return value
    if name == "href" and (address := _MAIL_LINK.match(value)):
        return address.group()
    return absolute_url(value, base_url=base_url) or None


def _without_empty(clean: str) -> str:
    clean = _BARE_IMAGE.sub("", clean)
    for _ in range(3):  # an emptied paragraph may have been all that its list entry held
        clean = _EMPTY.sub("", clean)
    return clean


def _said(markup: str) -> Iterator[str]:
    in_caption = False
    for token in tokens(markup):
        if not isinstance(token, TagToken):
            if not in_caption:
                yield token.replace("\n", " ")
        elif token.name == "figcaption":
            in_caption = not token.is_end
        elif token.name in BLOCKS:
            yield "\n\n"
        elif token.name == "br":
            yield "\n"
        elif token.name in {"td", "th"}:
            yield " "


def _lines(paragraph: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in paragraph.split("\n"))))


def _line(html_or_text: str) -> str:
    text = _words(html_or_text[:_MAX_LINE_MARKUP_CHARS])
    return _words(text) if _ESCAPED_TWICE.search(text) else text


def _words(markup: str) -> str:
    said = "".join(_said(markup)) if has_markup(markup) else markup
    return " ".join(_INVISIBLE.sub("", without_unseen_characters(resolved(said))).split())
