"""Bytes to text: which encoding a document is really in, whatever it says (RFC 7303, XML 1.0 appendix F).

For XML and JSON. What a document declares is a hint that is often wrong: bytes that are valid UTF-8 are UTF-8.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (re.compile(rb"[<{\[\s]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\[\s]"), "utf-32-be"),
    (re.compile(rb"[<{\[\s]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{\[\s]"), "utf-16-be"),
)
_DECLARED_IN_XML = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_DECLARED_IN_TYPE = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_MEANT_BY = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
"""What is meant by these labels, as browsers read them (WHATWG Encoding, section 4.2)."""
_SINGLE_BYTE_OR_ASIAN = re.compile(
    r"cp125\d|cp874|cp866|cp932|cp949|iso8859-\d+|koi8-[ru]|mac-roman|gb18030|big5(?:hkscs)?|euc_jp|shift_jis"
    r"|iso2022_jp|tis-620"
)
_C1 = re.compile("[\x80-\x9f]")
_C1_MEANT = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_STRAYS_MEANT = {0xDC00 + code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0x100)}
"""What Python's `surrogateescape` makes of a byte that is not UTF-8, and the character it was."""


def decoded(content: bytes, *, content_type: str) -> str:
    """Return a document's text: by its byte order mark, else as UTF-8 if it is that, else as it declares itself.

    What neither is valid UTF-8 nor declares anything else is read as UTF-8 in which single bytes of windows-1252
    stand, a common mixture. Never fails; what cannot be read becomes U+FFFD.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _mended(_with_strays(content[3:]) if encoding == "utf-8" else content.decode(encoding, "replace"))
    for start, encoding in _WIDE_STARTS:
        if start.match(content):
            return _mended(content.decode(encoding, "replace"))
    declared = _declared(content, content_type)
    if declared.startswith("iso2022"):
        return _mended(content.decode(declared, "replace"))
    try:
        return _mended(content.decode())
    except UnicodeDecodeError:
        return _mended(content.decode(declared, "replace") if declared else _with_strays(content))


def _declared(content: bytes, content_type: str) -> str:
    """Return the codec that the document, or else its content type, names; "" for none that can be the case."""
    in_xml = _DECLARED_IN_XML.match(content[:1_000])
    in_type = _DECLARED_IN_TYPE.search(content_type[:500])
    labels = [in_xml[1].decode() if in_xml else "", in_type[1] if in_type else ""]
    for label in filter(None, labels):
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        name = _MEANT_BY.get(name, name)
        if name == "utf-8":
            return ""
        if _SINGLE_BYTE_OR_ASIAN.fullmatch(name):
            return name
    return ""


def _with_strays(content: bytes) -> str:
    """Decode UTF-8 in which bytes of windows-1252 stand, each as the character it is there."""
    return content.decode("utf-8", "surrogateescape").translate(_STRAYS_MEANT)


def _mended(text: str) -> str:
    """Return text without its byte order mark, and with what C1 control characters always mean: windows-1252."""
    text = text.lstrip("\ufeff")
    return text.translate(_C1_MEANT) if _C1.search(text) else text
