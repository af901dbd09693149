"""HTML taken apart: text and tags, in linear time, by the tokeniser's rules (WHATWG HTML, section 13.2.5).

What it yields says nothing about safety: digest/gather/cleaning/sanitise.py decides what stays. What lives here is what
makes hostile HTML cheap: each character is looked at once, and what no reader sees (comments, scripts, styles,
drawings, forms' fields, embedded documents) is gone before anything slower than this looks at it.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table "
    "tbody tfoot thead tr ul".split()
)
_UNSEEN = frozenset(
    "applet audio canvas datalist head iframe math noembed noframes object plaintext script select style svg "
    "template textarea title video xmp".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big blink button caption cite code colgroup data del dfn em font frame frameset i ins "
    "kbd keygen label map mark marquee meter nobr noscript optgroup option output picture portal progress q rb rp rt "
    "rtc ruby s samp slot small span strike strong sub sup td th time tt u var".split()
)
_KNOWN = VOID | BLOCKS | _UNSEEN | _INLINE

_NAME = re.compile(r"</?([a-zA-Z][^\t\n\f\r />]*+)")
_TAG = re.compile(
    r"""<(?P<slash>/?)[a-zA-Z][^\t\n\f\r />]*+
        (?P<attributes>(?>(?:
            [\t\n\f\r /]++
          | [^\t\n\f\r />][^\t\n\f\r />=]*+
            (?>(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+"|'[^']*+'|[^"'\t\n\f\r >][^\t\n\f\r >]*+|(?=>)))?)
        )*))>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""([^\t\n\f\r />][^\t\n\f\r />=]*+)
        (?>(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"([^"]*+)"|'([^']*+)'|([^"'\t\n\f\r >][^\t\n\f\r >]*+)?))?)""",
    re.VERBOSE,
)
_END_OF = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])[^>]*+>", re.IGNORECASE) for name in _UNSEEN}
_COMMENT_END = re.compile(r"--!?>")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_NEVER_SEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class TagToken(NamedTuple):
    """A start or end tag. `name` is lower case; `raw_attributes` is what stood between the name and the `>`."""

    name: str
    is_end: bool
    raw_attributes: str

    @property
    def attributes(self) -> Mapping[str, str]:
        """The attributes by lower-case name, references resolved; where one is given twice, the first counts."""
        found: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(self.raw_attributes):
            found.setdefault(name.lower(), html.unescape("".join(values)))
        return found


def tokens(markup: str) -> Iterator[str | TagToken]:
    """Yield the text and tags of `markup` in order, without what a reader never sees.

    Text is as it stood, its character references not yet resolved.
    A `<` that starts no tag of HTML is text: "a < b", "<Untitled>". So is all that follows a tag that never ends.
    """
    at = 0
    while (start := markup.find("<", at)) >= 0:
        if start > at:
            yield markup[at:start]
        if markup.startswith(("<!", "<?"), start):
            at = _end_of_comment(markup, start)
        elif not (name := _known_name(markup, start)):
            yield "<"
            at = start + 1
        elif tag := _TAG.match(markup, start):
            at = tag.end()
            if name not in _UNSEEN:
                yield TagToken(name, bool(tag["slash"]), tag["attributes"])
            elif not tag["slash"]:
                at = _end_of(_END_OF[name], markup, at)
        else:
            at = start
            break
    if rest := markup[at:]:
        yield rest


def has_markup(text: str) -> bool:
    """Return whether a text holds any tag of HTML, so that it is to be read as HTML."""
    return any(_known_name(text, opening.start()) for opening in re.finditer("<", text))


def resolved(text: str) -> str:
    """Return a text with its character references resolved. Only whole ones count: `?a=1&copy=2` stays."""
    return _REFERENCE.sub(lambda reference: html.unescape(reference.group()), text)


def without_unseen_characters(text: str) -> str:
    """Return a text without control characters, bidirectional overrides and embeddings, and lone surrogates.

    Tabs and line breaks stay; so do direction marks and joiners, which Arabic, Persian and emoji need.
    """
    return _NEVER_SEEN.sub("", text)


def _known_name(markup: str, start: int) -> str:
    """Return the lower-case name of the element whose tag may start here, without any prefix; "" if it is none."""
    found = _NAME.match(markup, start, start + 64)
    if not found:
        return ""
    written = found[1].lower()
    name = written.rpartition(":")[2]
    return name if name in _KNOWN or "-" in written or ":" in written else ""


def _end_of_comment(markup: str, start: int) -> int:
    if not markup.startswith("<!--", start):
        return _end_of(re.compile(">"), markup, start)
    if markup.startswith((">", "->"), start + 4):
        return markup.index(">", start) + 1
    return _end_of(_COMMENT_END, markup, start + 2)


def _end_of(pattern: re.Pattern[str], markup: str, at: int) -> int:
    found = pattern.search(markup, at)
    return found.end() if found else len(markup)
