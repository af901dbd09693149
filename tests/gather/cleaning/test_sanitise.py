"""Sanitising: what stays, what is mended, and how text comes out of HTML. Attacks are in test_sanitise_attacks.py."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.gather.cleaning.sanitise import first_image, one_line, paragraphs_html, plain_text, sanitise_html, shortened

BASE = "https://gazette.example/news/"


def clean(markup: str) -> str:
    return sanitise_html(markup, base_url=BASE)


@pytest.mark.parametrize(
    "harmless",
    [
        "<p>Plain <b>bold</b> <i>italic</i> <em>em</em> <strong>strong</strong> <code>code</code></p>",
        "<ul><li>One</li><li>Two</li></ul>",
        "<ol><li>One</li></ol>",
        "<blockquote><p>Said.</p></blockquote>",
        "<h3>Head</h3><h4>Lower</h4>",
        "<pre>as it\nstands</pre>",
        "<figure><figcaption>Caption</figcaption></figure>",
        "<p>One<br>two</p>",
    ],
)
def test_what_stories_are_made_of_stays_as_it_is(harmless: str) -> None:
    assert clean(harmless) == harmless


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            '<a href="../x?a=1&b=2">x</a>',
            '<a href="https://gazette.example/x?a=1&amp;b=2" rel="noopener noreferrer">x</a>',
        ),
        ('<img src="i/1.jpg" alt="One">', '<img src="https://gazette.example/news/i/1.jpg" alt="One">'),
        (
            "<a href='mailto:desk@gazette.example'>w</a>",
            '<a href="mailto:desk@gazette.example" rel="noopener noreferrer">w</a>',
        ),
        ('<img src="//cdn.example/i.jpg">', '<img src="https://cdn.example/i.jpg" alt="">'),
    ],
)
def test_links_and_images_become_absolute(markup: str, expected: str) -> None:
    assert clean(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div>One</div><div>Two</div>", "<p>One</p><p>Two</p>"),
        ("<h1>Big</h1><h2>Less</h2><h6>Least</h6>", "<h3>Big</h3><h3>Less</h3><h4>Least</h4>"),
        ("<p class=x style='color:red' id=y>Plain</p>", "<p>Plain</p>"),
        ("<p>Kept</p><p> </p><p><span></span></p>", "<p>Kept</p>"),
        ("<p>3 < 4 and <Untitled></p>", "<p>3 &lt; 4 and &lt;Untitled&gt;</p>"),
        ("<xhtml:p>Prefixed</xhtml:p>", "<p>Prefixed</p>"),
        ("5<!-- --> minutes", "5 minutes"),
        ("<p>a\x00b\u202ec\ud800</p>", "<p>abc</p>"),
        ("<p>&#1;&#x202e;&#8238;x</p>", "<p>x</p>"),
    ],
)
def test_what_is_not_kept_leaves_its_sense(markup: str, expected: str) -> None:
    assert clean(markup) == expected


@pytest.mark.parametrize(
    "tracker",
    [
        '<img src="https://t.example/p.gif" width="1" height="1">',
        '<img src="https://t.example/p.gif" width=1px>',
        '<img src="https://t.example/p.gif" height="0">',
        '<img src="https://t.example/p.gif" style="display: none">',
        '<img src="https://t.example/p.gif" style="width:1px;height:1px">',
        "<img>",
        '<img src="data:image/gif;base64,AAAA">',
        '<img srcset="https://t.example/p.gif 2x">',
    ],
)
def test_an_image_that_nobody_sees_is_dropped(tracker: str) -> None:
    assert clean(f"<p>Text{tracker}</p>") == "<p>Text</p>"


@pytest.mark.parametrize("attribute", ["data-src", "data-lazy-src", "data-original"])
def test_a_lazily_loaded_image_is_the_image(attribute: str) -> None:
    markup = f'<img src="data:image/gif;base64,AAAA" {attribute}="/i/1.jpg" alt="One" width="640">'

    assert clean(markup) == '<img src="https://gazette.example/i/1.jpg" alt="One" width="640">'


def test_text_comes_in_paragraphs_without_captions() -> None:
    markup = (
        "<h2>Head</h2><p>One &amp; two<br>three</p><figure><img src=x><figcaption>No</figcaption></figure>"
        "<ul><li>a</li><li>b</li></ul><table><tr><td>c</td><td>d</td></tr></table>"
    )

    assert plain_text(markup) == "Head\n\nOne & two\nthree\n\na\n\nb\n\nc d"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("  Two\n words ", "Two words"),
        ("AT&T and R&amp;D", "AT&T and R&D"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("&lt;b&gt;Bold&lt;/b&gt; news", "Bold news"),
        ("The &lt;b&gt; element", "The <b> element"),
        ("If a < b then", "If a < b then"),
        ("If a <b then", "If a <b then"),
        ("If a <b> c", "If a c"),
        ("Line<br>break", "Line break"),
        ("In<b>line</b>", "Inline"),
        ("<script>alert(1)</script>Safe", "Safe"),
        ("Zero\u200bwidth\ufeff and soft\u00adhyphen", "Zerowidth and softhyphen"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("", ""),
    ],
)
def test_a_title_is_one_line_of_plain_text(title: str, expected: str) -> None:
    assert one_line(title) == expected


def test_a_long_line_is_cut_at_a_word() -> None:
    assert shortened("one two three four", max_chars=13) == "one two…"
    assert shortened("x" * 20, max_chars=10) == "x" * 9 + "…"
    assert len(one_line("word " * 1_000)) <= 300


def test_paragraphs_of_text_show_what_looks_like_markup() -> None:
    assert paragraphs_html("One <b>\nline.\n\nTwo & three.") == "<p>One &lt;b&gt; line.</p><p>Two &amp; three.</p>"


@pytest.mark.parametrize(
    "unfit",
    ["/emoji/1.png", "/logo.svg", "https://www.gravatar.com/avatar/1"],
)
def test_an_icon_heads_no_story(unfit: str) -> None:
    assert first_image(clean(f'<img src="{unfit}"><img src="/s.jpg" width="40"><p>x</p>')) is None


def test_the_first_picture_of_size_heads_a_story() -> None:
    found = first_image(
        clean('<img src="/s.jpg" width="40"><img src="/l.jpg" width="640" height="400" alt="A &amp; B">')
    )

    assert found is not None
    assert (found.url, found.alt, found.width, found.height) == ("https://gazette.example/l.jpg", "A & B", 640, 400)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/='\"&;!-abpsx \n\u202e\ud800\u0645"), max_size=80))
def test_sanitising_twice_changes_nothing(markup: str) -> None:
    once = clean(markup)

    assert clean(once) == once
    assert not set(once) & set("\u202e\ud800")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_makes_one_clean_line(text: str) -> None:
    line = one_line(text)

    assert line == " ".join(line.split())
    assert line.encode() is not None
    assert not set(line) & set("\x00\x07\x1b\u202a\u202e\u2066\u2069")
