"""What a digest's messages may hold: the grammar of each field, and of what goes into one.

Narrower than the RFCs wherever that leaves one way to read a message: no comments, no groups, no routes, no obsolete
forms, one mailbox where they allow a list. Patterns are for octets, and for whole values; possessive, so that nothing
is read twice. Judging is the gate's.
"""

import re

_ATEXT = r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]++"
"""Without `!` and `%`, with which an address asks to be passed on to another host."""

_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}+(?<!-)"
_DOMAIN = rf"{_LABEL}(?>(?:\.{_LABEL})*)"
_LOCAL_AT_DOMAIN = rf"{_ATEXT}(?>(?:\.{_ATEXT})*)@{_DOMAIN}"
_ADDRESS = rf"(?![^@]{{65}})(?![^>]{{255}}){_LOCAL_AT_DOMAIN}"

_GAP = r"(?:\r\n)? "
_WORD = r"=\?utf-8\?(?:q\?[!->@-~]+|b\?[A-Za-z0-9+/]+={0,2})\?="
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_QUOTED = r'"(?:(?!=\?)[ !#-\[\]-~]|\\["\\])+"'
_PHRASE = rf"(?:{_ATOM}(?>(?: {_ATOM})*)|{_QUOTED}|{_WORD}(?:\r\n {_WORD})*)"
_MAILBOX = rf"(?:{_PHRASE}{_GAP}<{_ADDRESS}>|{_ADDRESS})"

_HOST = r"(?:[A-Za-z0-9.-]{1,253}+|\[[0-9A-Fa-f:.]+\])"
_LOOPBACK = r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])"
_URL_TAIL = r"(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+;=%-]{0,900}+)?"
_URL = rf"(?:https://{_HOST}|http://{_LOOPBACK}){_URL_TAIL}"
"""https (RFC 8058 3.1), but for a trial on one's own machine."""

_MAILTO = rf"mailto:[A-Za-z0-9.!$'*+=%_~-]{{1,192}}+@{_HOST}"
_WORDS_OF_ID = r"[A-Za-z0-9._-]+"

_FIELDS = {
    "From": _MAILBOX,
    "To": _MAILBOX,
    "Reply-To": _MAILBOX,
    "Subject": rf"[!-~]+(?:{_GAP}[!-~]+)*",
    "Date": r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} \+0000",
    "Message-ID": rf"(?![^>]{{250}})<{_LOCAL_AT_DOMAIN}>",
    "MIME-Version": r"1\.0",
    "List-Id": rf"(?![\s\S]{{251}})(?:{_PHRASE}{_GAP})?<{_ATEXT}(?:\.{_ATEXT})*>",
    "List-Unsubscribe": rf"<{_URL}>,\r\n <{_MAILTO}>",
    "List-Unsubscribe-Post": r"List-Unsubscribe=One-Click",
    "List-Help": rf"<{_MAILTO}\?subject=help>",
    "List-Archive": rf"<{_URL}>",
    "List-Owner": rf"<{_MAILTO}>",
    "List-Post": r"NO",
    "Feedback-ID": rf"{_WORDS_OF_ID}:{_WORDS_OF_ID}:{_WORDS_OF_ID}:[A-Za-z0-9._-]{{5,15}}",
    "Precedence": r"bulk",
    "Auto-Submitted": r"auto-generated",
    "X-Auto-Response-Suppress": r"All",
    "Content-Language": r"[A-Za-z0-9-]{2,35}(?:, [A-Za-z0-9-]{2,35})*",
    "Content-Type": r'multipart/alternative;\r\n boundary="=_[A-Za-z0-9]{8,66}"',
}
FIELDS = {name: re.compile(rule.encode("ascii")) for name, rule in _FIELDS.items()}
"""Every field that may stand in a message, in the order in which they stand, and what each may hold."""

PERSONAL_FIELDS = ("To", "Date", "Message-ID", "List-Unsubscribe")
PERSONAL = re.compile("\0".join([_ADDRESS, _ADDRESS, *(_FIELDS[name] for name in PERSONAL_FIELDS)]).encode("ascii"))
"""Return path, recipient and PERSONAL_FIELDS in one, with a NUL, which no rule allows, between two of them.

It takes nothing that they would not take one by one; where they stand so close, it may find one of them too long.
"""

_FIELD_NAME = r"[A-Za-z-]+"
_BASE64_LINE = r"[A-Za-z0-9+/]{1,72}={0,2}"
_SIGNATURE_TAGS = (
    "v=1",
    "a=(?:rsa|ed25519)-sha256",
    "c=relaxed/relaxed",
    f"d={_DOMAIN}",
    f"s={_DOMAIN}",
    f"h={_FIELD_NAME}(?::{_GAP}{_FIELD_NAME})*",
    "t=[0-9]{1,12}",
    f"bh={_BASE64_LINE}",
    rf"b={_BASE64_LINE}(?:\r\n {_BASE64_LINE})*",
)
_SIGNATURE = rf"DKIM-Signature:{_GAP}{f';{_GAP}'.join(_SIGNATURE_TAGS)}\r\n"
SIGNATURES = re.compile(f"(?:{_SIGNATURE}){{0,2}}".encode("ascii"))
"""What may stand before the fields: a signature each by at most two keys (RFC 6376 3.5)."""

REASONS = {
    "List-Unsubscribe": "must be an https link and a mail address (RFC 8058 3.1); http does for localhost only",
    "List-Archive": "must be an https link, as DIGEST_BASE_URL makes it; http does for localhost only",
    "Feedback-ID": "must be four fields of letters, digits, dots and hyphens, the last 5 to 15 characters long",
}
"""What is likely to be wrong with a field whose contents an operator can set."""

OPTIONAL_FIELDS = frozenset({"Reply-To"})
BULK_FIELDS = frozenset({"Precedence", *(name for name in _FIELDS if name.startswith("List-"))})
"""What an edition has, and a notice must not: nobody is on a list before they confirmed."""

FREELY_FOLDED_FIELDS = frozenset({"From", "To", "Reply-To", "Subject", "List-Id"})
FIELDS_WITH_ENCODED_WORDS = frozenset({"From", "To", "Reply-To", "Subject"})

BREAKS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
"""Where a mail program could see a new line, control characters, and halves of characters (CVE-2024-6923 and kin)."""

ENVELOPE_ADDRESS = re.compile(_ADDRESS)
ENCODED_WORD = re.compile(_WORD.encode("ascii"))
FIELD_NAME = re.compile(rb"([A-Za-z-]+): ")

QUOTED_PRINTABLE_LINE = re.compile(rb"(?:[!-<>-~]|=[0-9A-F]{2}|[\t ](?=[\t !-~]))*=?")
PIECES = re.compile(rb"(?>(?:(?>(?:(?!\.|[^\r]{77})[\t !-<>-~]*+(?>(?:=[0-9A-F]{2}[\t !-<>-~]*+)*)=\r\n)+)\0)*)")
"""Quoted-printable that begins and ends at column 0, by a soft line break, and has no dot there: a NUL after each."""

PLAIN_PIECES = re.compile(rb"(?>(?:(?>(?:[\t !-\-/-<>-~][\t !-<>-~]{0,74}+=\r\n)+)\0)*)")
"""Those without an escape, as nearly all are."""
