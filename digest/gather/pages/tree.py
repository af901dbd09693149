"""A page's bytes as a tree of elements, within bounds that keep all that follows cheap.

libxml2 is quadratic in the attributes of one element, and trafilatura in the children of one; the depth of a tree is
bounded by libxml2 itself (256, what is deeper is dropped).
"""

import re

from lxml import etree
from lxml import html as lxml_html

from digest.errors import RejectedError
from digest.gather.cleaning.encoding import decoded

MAX_PAGE_BYTES = 5_000_000
MAX_ATTRIBUTES = 1_000
MAX_ELEMENTS = 30_000
"""With so many, finding the text takes half a second; with all of them children of a few, two seconds."""
MAX_CHILDREN = 3_000
MAX_TEXT_CHARS = 1_000_000
_MANY_ATTRIBUTES = re.compile(
    rb"<[a-zA-Z][^\s/>]*+(?:[\s/]++[^\s/>=]++(?>(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?)){%d}"
    % (MAX_ATTRIBUTES + 1)
)
_DECLARED = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN_BYTES = 4_096
_UNSEEN = frozenset({"script", "style", "template", "noscript"})


def read_tree(content: bytes, content_type: str) -> etree._Element:
    """Return the root of a page. Raises RejectedError when it is no HTML, or too large in any way.

    What the server declares as the encoding counts before what the page does (HTML 13.2.3.2), valid UTF-8 before both.
    """
    if len(content) > MAX_PAGE_BYTES:
        raise RejectedError(f"the page has {len(content):,} bytes; at most {MAX_PAGE_BYTES:,} are read")
    utf8 = _text(content, content_type).replace("\0", "").encode(errors="replace")
    if _MANY_ATTRIBUTES.search(utf8):
        raise RejectedError(f"an element of the page has more than {MAX_ATTRIBUTES:,} attributes")
    try:
        tree = lxml_html.document_fromstring(utf8, lxml_html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as error:
        raise RejectedError(f"it cannot be read as HTML ({error}); look at it in a browser") from error
    _refuse_costly(tree)
    return tree


def _text(content: bytes, content_type: str) -> str:
    declared = _DECLARED.search(content, 0, _DECLARED_WITHIN_BYTES)
    if "charset" not in content_type.lower() and declared:
        content_type = f"text/html; charset={declared[1].decode()}"
    return decoded(content, content_type=content_type)


def _refuse_costly(tree: etree._Element) -> None:
    elements = children = characters = 0
    for element in tree.iter():
        elements += 1
        children = max(children, len(element))
        characters += len(element.tail or "") + (0 if element.tag in _UNSEEN else len(element.text or ""))
    for name, found, allowed in (
        ("elements", elements, MAX_ELEMENTS),
        ("elements within one", children, MAX_CHILDREN),
        ("characters of text", characters, MAX_TEXT_CHARS),
    ):
        if found > allowed:
            raise RejectedError(f"the page has {found:,} {name}; at most {allowed:,} are read")
