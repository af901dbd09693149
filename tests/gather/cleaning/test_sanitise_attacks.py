"""Sanitising under attack: nothing that runs, loads, submits or styles survives, and no input takes long."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from digest.errors import RejectedError
from digest.gather.cleaning.sanitise import MAX_HTML_CHARS, one_line, plain_text, sanitise_html

KEPT = set("a b blockquote br code em figcaption figure h3 h4 i img li ol p pre strong ul".split())
ATTRIBUTES = {"a": {"href", "rel"}, "img": {"src", "alt", "width", "height"}}
RUNS = "window.pwned=1"
HANDLERS = (
    "onclick onload onerror onmouseover onfocus onanimationstart onbegin ontoggle onpointerenter onhashchange".split()
)

SCRIPTS = [
    f"<script>{RUNS}</script>",
    f"<SCRIPT/x>{RUNS}</SCRIPT >",
    f"<script\n>{RUNS}</script\t\n bar>",
    f"<script>{RUNS}",
    f"<scr<script>ipt>{RUNS}</scr</script>ipt>",
    f"<<script>{RUNS}//<</script>",
    f"<script><!--\n{RUNS}//--></script>",
    "<script src=//evil.example/x.js></script>",
    "<script type=module>import 'https://evil.example/x.js'</script>",
    f"<svg><script>{RUNS}</script></svg>",
    f"<svg:script>{RUNS}</svg:script>",
    f"<math><mtext><script>{RUNS}</script></mtext></math>",
    f"<noscript><p title='</noscript><script>{RUNS}</script>'>",
    f"<template><script>{RUNS}</script></template>",
    f"<textarea></textarea><script>{RUNS}</script>",
    f"<title><script>{RUNS}</script>",
    f"<xmp><p title='</xmp><script>{RUNS}</script>'></xmp>",
    f"<plaintext><script>{RUNS}</script>",
    f"<iframe><script>{RUNS}</script></iframe>",
    f"<noembed><img title='</noembed><script>{RUNS}</script>'></noembed>",
    f"<!--><script>{RUNS}</script>-->",
    f"<!---><script>{RUNS}</script>-->",
    f"<!-- --!><script>{RUNS}</script>-->",
    f"<!-- > <script>{RUNS}</script>",
    f"<![CDATA[<script>{RUNS}</script>]]>",
    f"<?xml <script>{RUNS}</script>?>",
    f"</<script>{RUNS}</script>",
    f"<p/<script>{RUNS}</script>",
    f"<p title='>'<script>{RUNS}</script>",
    f'<p title="a\'>"><script>{RUNS}</script>',
    f'<p "><script>{RUNS}</script>',
]
HANDLED = [
    shape.format(handler=handler, runs=RUNS)
    for handler, shape in itertools.product(
        HANDLERS,
        [
            "<p {handler}={runs}>x</p>",
            "<img src=x {handler}='{runs}'>",
            "<img/src='x'/{handler}=\"{runs}\">",
            "<svg {handler}={runs}>",
            "<svg/{handler}={runs}//",
            "<details open {handler}={runs}>x</details>",
            "<b {handler}\n=\n{runs}>x</b>",
            "<a href=/x {handler}=`{runs}`>x</a>",
            "<body {handler}={runs}>x",
            "<p \x0c{handler}={runs}>x</p>",
            "<p x='y'{handler}={runs}>x</p>",
            '<p x="`>" {handler}={runs}>x</p>',
            "<input autofocus {handler}={runs}>",
            "<audio src=x {handler}={runs}></audio>",
            "<math {handler}={runs}>x</math>",
        ],
    )
]
SCHEMES = [
    "javascript:" + RUNS,
    "JaVaScRiPt:" + RUNS,
    " javascript:" + RUNS,
    "\x01javascript:" + RUNS,
    "java\tscript:" + RUNS,
    "java\nscript:" + RUNS,
    "java\x00script:" + RUNS,
    "&#106;avascript:" + RUNS,
    "&#x6A;avascript&colon;" + RUNS,
    "java&Tab;script&NewLine;:" + RUNS,
    "javascript&#0000058;" + RUNS,
    "\u00a0javascript:" + RUNS,
    "\ufeffjavascript:" + RUNS,
    "javascript\u200b:" + RUNS,
    "//javascript:" + RUNS,
    "javascript://gazette.example/%0a" + RUNS,
    "vbscript:msgbox(1)",
    "data:text/html,<script>" + RUNS + "</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg onload=" + RUNS + ">",
    "blob:https://evil.example/1",
    "file:///etc/passwd",
    "ftp://evil.example/",
    "feed:javascript:" + RUNS,
    "view-source:javascript:" + RUNS,
    "http:javascript:" + RUNS,
    "mailto:x@y.example\njavascript:" + RUNS,
]
PLACES = [
    '<a href="{url}">x</a>',
    "<a href='{url}'>x</a>",
    '<img src="{url}">',
    '<img src=x data-src="{url}">',
    '<img src="data:," data-src="{url}">',
    '<iframe src="{url}"></iframe>',
    '<form action="{url}"><button formaction="{url}">x</button></form>',
    '<object data="{url}"></object>',
    '<embed src="{url}">',
    '<video poster="{url}"><source src="{url}"></video>',
    '<svg><a xlink:href="{url}"><text>x</text></a></svg>',
    '<math href="{url}">x</math>',
    '<base href="{url}"><a href="x">x</a>',
    '<meta http-equiv="refresh" content="0;url={url}">',
    '<link rel="stylesheet" href="{url}">',
    '<body background="{url}"><table background="{url}"><td background="{url}">x',
    '<a href="x" ping="{url}">x</a>',
    '<blockquote cite="{url}">x</blockquote>',
]
LINKED = [place.format(url=url) for place, url in itertools.product(PLACES, SCHEMES)]
STYLED = [
    "<style>@import url(https://evil.example/x.css)</style>",
    "<style><img src=x></style>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p style='position:fixed;top:0'>x</p>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<svg><style><img src=x onerror=" + RUNS + "></style></svg>",
    "<font color=red face='x'>x</font>",
    "<p class='button' id='login'>x</p>",
]
MUTATING = [
    f"<svg></p><style><a id='</style><img src=x onerror={RUNS}>'>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUNS}&gt;'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUNS}>",
    f"<svg><foreignObject><p><style><!--</style><img src=x onerror={RUNS}>--></p></foreignObject></svg>",
    f"<noscript><style></noscript><img src=x onerror={RUNS}></style>",
    f"<select><template><style><!--</style></template></select><img src=x onerror={RUNS}>",
    f"<table><td><svg><desc><td><title><img src=x onerror={RUNS}></title>",
    f"<math><annotation-xml encoding='text/html'><style><img src=x onerror={RUNS}></style></annotation-xml></math>",
    f"<a href='x`><img src=x onerror={RUNS}>'>x</a>",
    f"<b><p title='</b><img src=x onerror={RUNS}>'></p></b>",
    f"<img alt='`><script>{RUNS}</script>' src=x>",
    f"<p>&lt;img src=x onerror={RUNS}&gt;</p>",
    f"<textarea><p title='</textarea><img src=x onerror={RUNS}>'></textarea>",
    f"\u2039script\u203a{RUNS}\u2039/script\u203a",
    f"\uff1cscript\uff1e{RUNS}\uff1c/script\uff1e",
    f"<b\x00><scr\x00ipt>{RUNS}</scr\x00ipt>",
]
FORMS = [
    "<form action=/login><input name=password><button>Log in</button></form>",
    "<button onclick=x>x</button>",
    "<select><option>x</option></select>",
    "<dialog open>x</dialog>",
    "<marquee>x</marquee>",
    "<frameset><frame src=//evil.example></frameset>",
    "<applet code=x></applet>",
    "<isindex action=javascript:x>",
    "<portal src=//evil.example></portal>",
    "<meta charset=utf-7>",
    "<slot name=x><custom-element is=y>x</custom-element></slot>",
]
ALL = SCRIPTS + HANDLED + LINKED + STYLED + MUTATING + FORMS


def assert_harmless(cleaned: str) -> None:
    """Assert it of the output's text and of the tree that another parser makes of it."""
    for tag in re.findall(r"<[^>]*>?", cleaned):
        assert re.fullmatch(r"</?[a-z0-9]+(?: [a-z]+=\"[^\"<>]*\")*>", tag), cleaned
    for element in lxml_html.fragment_fromstring(cleaned, create_parent="article").iterdescendants():
        assert element.tag in KEPT, cleaned
        assert set(element.keys()) <= ATTRIBUTES.get(str(element.tag), set()), cleaned
        for name in ("href", "src"):
            assert re.match(r"https?://|mailto:[^:\\s?]+$", str(element.get(name) or "https://")), cleaned


@pytest.mark.parametrize("attack", ALL, ids=range(len(ALL)))
def test_nothing_that_runs_survives(attack: str) -> None:
    assert_harmless(sanitise_html(attack, base_url="https://gazette.example/"))
    assert_harmless(sanitise_html(f"<p>before</p>{attack}<p>after</p>", base_url=""))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(ALL), min_size=2, max_size=4), st.integers(0, 60), st.integers(0, 60))
def test_attacks_cut_and_joined_are_no_more_than_their_parts(attacks: list[str], start: int, end: int) -> None:
    joined = "".join(attack[start % len(attack) : len(attack) - end % len(attack)] for attack in attacks)

    assert_harmless(sanitise_html(joined, base_url="https://gazette.example/"))


@pytest.mark.parametrize("attack", ALL[::7], ids=range(len(ALL[::7])))
def test_text_of_an_attack_is_only_text(attack: str) -> None:
    assert "\x00" not in plain_text(attack)
    assert "\n" not in one_line(attack)


@pytest.mark.parametrize("name", ["div", "blockquote", "ul", "b", "section", "table", "figure"])
def test_deep_nesting_is_rejected_with_its_depth(name: str) -> None:
    with pytest.raises(RejectedError, match="more than 200 deep"):
        sanitise_html(f"<{name}>" * 20_000 + "end", base_url="")


@pytest.mark.parametrize("opening", ["<dt>", "<dd>", "<li>", "<tr>", "<div/>", "<span>", "<o:p>"])
def test_elements_that_need_no_end_tag_are_not_deep(opening: str) -> None:
    assert plain_text(sanitise_html(opening * 500 + "end", base_url="")) == "end"


@pytest.mark.parametrize(
    "hidden",
    [
        "<ul><!-- </ul> -->",
        "<ul><p title='</ul>'>",
        "<ul><! </ul >",
        "<ul><textarea></ul></textarea>",
        "<ul></ol>",
        "<ul><script></ul></script>",
    ],
)
def test_nesting_cannot_be_hidden_by_end_tags_that_end_nothing(hidden: str) -> None:
    with pytest.raises(RejectedError, match="more than 200 deep"):
        sanitise_html(hidden * 5_000, base_url="")


def test_html_beyond_the_limit_is_rejected_with_its_size() -> None:
    with pytest.raises(RejectedError, match="500,001 characters"):
        sanitise_html("x" * (MAX_HTML_CHARS + 1), base_url="")


@pytest.mark.parametrize(
    "line",
    [
        "<" * 400_000,
        "<a " * 130_000,
        "<a b='" * 80_000,
        '<a b="' * 80_000,
        "<a =" * 100_000,
        "<!--" * 100_000,
        "<![CDATA[" * 50_000,
        "<svg>" * 80_000,
        "</svg>" * 80_000,
        "<script>" * 60_000,
        "<p>" * 160_000,
        "<p> " * 100_000,
        "<br>" * 120_000,
        "&" * 400_000,
        "&#" * 200_000,
        "&amp" * 100_000,
        "<img alt='" + "x" * 400_000 + "'>",
        "<img " + "a=1 " * 100_000 + ">",
        "<x:" * 130_000,
        " " * 400_000,
        "\n" * 400_000,
        "<a>" * 160_000,
        "<b></b>" * 70_000,
    ],
    ids=lambda line: repr(line[:8]),
)
def test_no_huge_line_is_slow_or_too_much(line: str) -> None:
    assert_harmless(sanitise_html(line, base_url="https://gazette.example/"))
    assert len(plain_text(line)) <= len(line)
    assert len(one_line(line)) <= 300
