"""Identity: when two readings are one story. First the canonical URL, then the guid, then a hash of the content.

No look-ups and no fetching: whether a URL may be fetched is digest/gather/fetching/network.py. RFC 3986 section 6 rules
normal forms of URLs, UTS 46 host names, RFC 4151 `tag:` and RFC 8141 `urn:` names.
"""

import hashlib
import re
import unicodedata
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import idna

from digest.model.stories import Image

MAX_URL_CHARS = 2_000
MAX_GUID_CHARS = 500
_DEFAULT_PORT = {"http": 80, "https": 443}

# What campaigns, social networks and newsrooms' own statistics append, and no page is told apart by.
_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "hsa_", "pk_", "mtm_", "matomo_", "piwik_", "guce_", "wt_", "wt.")
_TRACKING_NAMES = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid li_fat_id igshid igsh epik mkt_tok _hsenc "
    "_hsmi mc_cid mc_eid mc_tc oly_anon_id oly_enc_id vero_id vero_conv cmp cmpid cmpgn icid intcid ncid ocid smid "
    "smtyp emc ito xtor s_cid sr_share taid traffic_source traffic_campaign ref_src ref_url guccounter _ga _gl usqp "
    "__twitter_impression".split()
)
_UNIQUE_BY_NATURE = re.compile(
    r"https?://[^\s/]+|tag:[^\s,]+,\d{4}[\d-]*:|urn:[a-z0-9][a-z0-9-]+:\S"
    r"|\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$",
    re.IGNORECASE,
)
_UNSENDABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_BARE_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")
_PERCENT = re.compile("%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")


def absolute_url(url: str, *, base_url: str = "") -> str:
    """Return an absolute http(s) URL in normal form, resolved against `base_url`; "" for anything else.

    Scheme and host in lower case, the host in A-labels, no default port, no dot segments, no credentials, nothing
    that is not ASCII. At most MAX_URL_CHARS. The query and the fragment stay as they are.
    """
    try:
        parts = urlsplit(joined(_tidied(base_url), _tidied(url)))
        authority = _authority(parts)
    except ValueError:
        return ""
    if not authority:
        return ""
    found = f"{parts.scheme}://{authority}{_path(parts.path)}"
    found += f"?{_escaped(parts.query)}" if parts.query else ""
    found += f"#{_escaped(parts.fragment)}" if parts.fragment else ""
    return found if len(found) <= MAX_URL_CHARS else ""


def joined(base_url: str, url: str) -> str:
    """Return `url` resolved against `base_url` (RFC 3986 section 5), or as it is where one of them is no URL at all."""
    try:
        return urljoin(base_url, url)
    except ValueError:
        return url


def canonical_url(url: str, *, base_url: str = "") -> str:
    """Return the form of a URL in which two links to one page are equal; "" unless it is an http(s) URL.

    As `absolute_url`, and without tracking parameters; the others keep their order. The fragment goes too, unless
    it names a page of its own (`#!/story/7`, `#/story/7`).
    """
    parts = urlsplit(absolute_url(url, base_url=base_url))
    query = "&".join(one for one in parts.query.split("&") if one and not _is_tracking(one.partition("=")[0]))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return parts._replace(query=query, fragment=fragment).geturl()


def scoped_guid(guid: str, *, source: str) -> str:
    """Return a guid that tells stories apart across sources; "" stays "".

    What is unique by nature (an http(s) URL, a `tag:` or `urn:` name, a UUID) stands alone; any other is put after
    its source's host (or the file's name). Longer ones than MAX_GUID_CHARS are hashed.
    """
    name = " ".join(_UNSENDABLE.sub("", guid).split())
    if not name:
        return ""
    scoped = name if _UNIQUE_BY_NATURE.match(name) else f"{_host_of(source) or source}#{name}"
    return scoped if len(scoped) <= MAX_GUID_CHARS else "sha256:" + hashlib.sha256(scoped.encode()).hexdigest()


def content_hash(*, title: str, dek: str, body_text: str, byline: str, credit: str, image: Image | None) -> str:
    """Return the SHA-256, in hex, of what a reader would see of a story. White space and Unicode form do not count.

    Times, tags and the guid are left out: a story that another feed dates or tags differently has not changed.
    """
    picture = (image.url, image.alt, image.credit) if image else ("", "", "")
    fields = (title, dek, body_text, byline, credit, *picture)
    shown = "\x1f".join(" ".join(unicodedata.normalize("NFC", one).split()) for one in fields)
    return hashlib.sha256(shown.encode()).hexdigest()


def _tidied(url: str) -> str:
    return _UNSENDABLE.sub("", url).strip().replace("\\", "/")


def _authority(parts: SplitResult) -> str:
    if parts.scheme not in _DEFAULT_PORT or not parts.hostname or "@" in parts.netloc:
        return ""
    host = _a_labels(parts.hostname)
    port = parts.port
    return host if port is None or port == _DEFAULT_PORT[parts.scheme] or not host else f"{host}:{port}"


def _a_labels(hostname: str) -> str:
    if ":" in hostname:
        host = f"[{hostname}]"
    elif hostname.isascii():
        host = hostname.rstrip(".")
    else:
        host = idna.encode(hostname.rstrip("."), uts46=True).decode()
    return host if _HOST.fullmatch(host) else ""


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _escaped(path or "/").split("/")[1:]:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    if path.endswith(("/.", "/..")):
        segments.append("")
    return "/" + "/".join(segments)


def _escaped(part: str) -> str:
    quoted = quote(part, safe="/%:@!$&'()*+,;=~?-._")
    return _PERCENT.sub(_normal_escape, _BARE_PERCENT.sub("%25", quoted))


def _normal_escape(escape: re.Match[str]) -> str:
    char = unquote(escape.group(), encoding="latin-1")
    return char if char in _UNRESERVED else escape.group().upper()


def _is_tracking(parameter: str) -> bool:
    name = unquote(parameter).casefold()
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _host_of(source: str) -> str:
    try:
        return urlsplit(source).hostname or ""
    except ValueError:
        return ""
