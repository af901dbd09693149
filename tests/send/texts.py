"""Texts that somebody hostile, or merely human, may have typed."""

from hypothesis import strategies as st

BREAKS = ("\r", "\n", "\r\n", "\0", "\x0b", "\x0c", "\x1c", "\x1e", "\x7f", "\x85", "\u2028", "\u2029", "\ud800")
LOOK_ALIKES = (
    "=?UTF-8?Q?=0D=0A?=Bcc: x@y",
    "=?utf-8?b?DQpCY2M6IHhAeQ==?=",
    "=?utf-8?q?=0D?= =?utf-8?q?=0A?=",
    "=?",
    "?=",
    "a =?x?q?b?= c",
)
ODDITIES = (
    *LOOK_ALIKES,
    '"',
    "\\",
    '\\"',
    "a, b",
    "<x@y.example>",
    "x@y.example, z@y.example",
    "(comment)",
    ":;[]",
    " ",
    "  ",
    "\u202eevil\u202c",
    "حرب سوريا",
    "מלחמה",
    "👩‍👩‍👧‍👦",
    "e\u0301",
    "\u00a0",
    "\ufeff",
    "long" * 30,
    "many words " * 20,
    "=0D=0A",
    "_",
    "Syria’s War",
)
SAFE_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])

safe_lines = st.lists(st.sampled_from(ODDITIES) | st.text(SAFE_CHARACTERS, max_size=40), max_size=6).map("".join)
"""Lines without a break in them, whatever else they hold."""

broken_lines = st.tuples(safe_lines, st.sampled_from(BREAKS), safe_lines).map("".join)
"""Lines with a break, a control character or half a character somewhere."""
