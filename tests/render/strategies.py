"""Made-up editions and reader values for hypothesis: texts as feeds and forms really bring them, and worse."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from digest.model.editions import Edition, EditionItem
from digest.model.messages import ReaderValues
from digest.model.stories import Direction
from digest.model.topics import Theme
from digest.render.words import salutation
from tests.makers.editions import make_edition, make_image, make_item, make_report

NASTY = (
    "{{7*7}}",
    "{% raw %}",
    "{{''.__class__}}",
    "<script>alert(1)</script>",
    "\"quoted\" & 'quoted'",
    "&{entity}; <!-- comment --> <![endif]-->",
    "]]></style><b>",
    "&amp;amp; &nbsp; &#x202e;",
    "zq000000000000000000000000n1z",
    "line\r\nbreak\u2028and\u0085more",
    "no\u00a0break zero\u200bwidth \ufeff \ufffe \x00\x07 \u202eoverride",
    "العبّارة BBC (1)",
    "שלום world",
    "日本語の見出しはとても長い" * 9,
    "x" * 300,
    "",
)
TEXTS = st.sampled_from(NASTY) | st.text(max_size=40)
TITLES = TEXTS.map(lambda text: f"T{text}")
URLS = st.sampled_from(
    (
        "https://news.example/a?b=1&c={x}&d=é ü#f",
        "http://news.example/[brackets]/'quote'\"<b>",
        "https://news.example/" + "long/" * 250,
        "",
    )
)
IMAGES = st.none() | st.builds(
    make_image,
    alt=TEXTS,
    credit=TEXTS,
    width=st.sampled_from((None, 1, 300, 1200)),
    height=st.sampled_from((None, 900)),
)
ITEMS = st.builds(
    make_item,
    title=TITLES,
    dek=TEXTS,
    excerpt=TEXTS,
    url=URLS,
    byline=TEXTS,
    publisher=TEXTS,
    image=IMAGES,
    credit=TEXTS,
    lang=st.sampled_from(("en", "ar", "", 'x"y')),
    direction=st.sampled_from(Direction),
    published_at=st.sampled_from((None, datetime(2026, 11, 9, 23, 30, tzinfo=UTC))),
    also_reported=st.lists(st.builds(make_report, TEXTS, URLS), max_size=5).map(tuple),
)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """An edition of one to nine stories, of either theme, in a language with or without words of its own."""
    items: list[EditionItem] = draw(st.lists(ITEMS, min_size=1, max_size=9))
    return make_edition(
        *items,
        name=draw(TITLES),
        lang=draw(st.sampled_from(("en", "ar", "he", "de", "en-GB", "tlh"))),
        theme=draw(st.sampled_from(Theme)),
        intro=draw(TEXTS),
        preheader=draw(TEXTS),
    )


TOKENS = st.text("abcdefghijklmnopqrstuvwxyz234567-_", min_size=1, max_size=60)
READERS = st.builds(
    lambda name, local, token, lang: ReaderValues(
        salutation=salutation(name, lang=lang),
        address=f"{local}@example.com",
        unsubscribe_url=f"https://harbour.example/unsubscribe/{token}",
        preferences_url=f"https://harbour.example/preferences/{token}?a=1&b=2",
    ),
    TEXTS,
    st.text("abc.'+&=~^{}|`*?/$#!%_-0é", min_size=1, max_size=20),
    TOKENS,
    st.sampled_from(("en", "ar")),
)
