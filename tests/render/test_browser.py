"""An edition in a browser: the mail, letter for letter, but for what is one reader's own."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html

from digest.model.editions import Edition
from digest.model.topics import Theme
from digest.render.browser import BrowserPage, browser_page
from digest.render.compile import EditionCompiler
from tests.makers.editions import PUBLICATION, TEMPLATES, joined_html, make_edition, make_item, make_values
from tests.render.newsroom import arabic_week, english_week
from tests.render.test_own_templates import write

SIGN_UP = "https://harbour.example/subscribe?topic=islands"
EDITIONS = [
    english_week(Theme.CLASSIC),
    english_week(Theme.COMPACT),
    arabic_week(),
    make_edition(lang="ar", theme=Theme.COMPACT),
]
READER = make_values(
    salutation="Hello Eve,",
    address="eve@example.com",
    unsubscribe_url="https://harbour.example/unsubscribe/t0ken",
    preferences_url="https://harbour.example/preferences/t0ken",
)


def page_of(compiler: EditionCompiler, edition: Edition) -> BrowserPage:
    """Return an edition's browser page."""
    return browser_page(compiler.compile_whole(edition), sign_up_url=SIGN_UP)


def joined(page: BrowserPage) -> str:
    """Return the page in one piece."""
    return page.head + page.body_tag + page.content + page.end


def impersonal(mail: str, *, archive_url: str) -> str:
    """Return a mail of `READER` as it should look to anybody, by the shipped templates' own words."""
    mail = re.sub(rf"(<p class=\"hello muted\"[^>]*>){READER.salutation}[^<]*</p>", r"\1</p>", mail)
    mail = re.sub(r"(<p class=\"small muted\"[^>]*>)(?:(?!</p>).)*eve@example\.com</bdi></p>", r"\1</p>", mail)
    for url in (READER.unsubscribe_url, archive_url):
        mail = re.sub(rf' <a [^>]*"{url}"[^>]*>[^<]*</a>', "", mail)
    return mail.replace(READER.preferences_url, SIGN_UP)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: f"{one.topic.lang}-{one.topic.theme}")
def test_the_page_is_the_mail_letter_for_letter_but_for_the_reader(compiler: EditionCompiler, edition: Edition) -> None:
    mailed = compiler.render_for_reader(edition, READER).html

    page = joined(page_of(compiler, edition))

    assert page == impersonal(mailed, archive_url=compiler.compile_edition(edition).archive_url)
    assert page != mailed
    assert READER.salutation not in page
    assert "View in browser" not in page


def test_the_page_is_cut_where_its_head_and_its_body_end(compiler: EditionCompiler) -> None:
    page = page_of(compiler, arabic_week())

    assert page.head.startswith("<!DOCTYPE html>")
    assert page.body_tag.startswith("</head>\n<body ")
    assert "<body" not in page.content
    assert page.content.rstrip().endswith("</div>")
    assert page.end.split() == ["</body>", "</html>"]


def test_stories_that_did_not_fit_into_the_mail_are_on_the_page(compiler: EditionCompiler) -> None:
    edition = make_edition(*[make_item(title=f"No. {number} " + "w " * 1200) for number in range(60)])

    page = joined(page_of(compiler, edition))

    assert compiler.compile_edition(edition).story_count < 60
    assert "No. 59 " in page
    assert "on our site" not in page


OWN_FRAMES = {
    "one line with all of it": "<div>Sent to <b>{{ slots.address }}</b>, <a href='{{ slots.unsubscribe_url }}'>leave"
    "</a></div>",
    "between breaks": "<td>Why<br><i>To {{ slots.address }}<br>Or</i> <a href='{{ slots.unsubscribe_url }}'>leave</a>"
    "</td>",
    "a button for Outlook": '<!--[if mso]><v:rect href="{{ slots.unsubscribe_url }}"></v:rect><![endif]-->'
    "<p>{{ slots.address }}</p>",
    "in attributes and twice": '<p title="{{ slots.address }}">x</p><p>{{ slots.address }}<br>{{ slots.address }}</p>'
    "{{ slots.unsubscribe_url }}",
    "no head, no body": "{{ slots.address }} <a href='{{ slots.unsubscribe_url }}'>leave</a>",
}


@pytest.mark.parametrize("frame", OWN_FRAMES.values(), ids=OWN_FRAMES)
def test_an_operators_own_frame_loses_what_is_personal_and_nothing_else(tmp_path: Path, frame: str) -> None:
    own = "<!DOCTYPE html><h1>{{ slots.salutation }}</h1>{{ stories }}%s<p><a href='{{ slots.preferences_url }}'>My</a>"
    write(tmp_path, "classic/body.html", own % frame)
    compiler = EditionCompiler([tmp_path, TEMPLATES], PUBLICATION)
    edition = make_edition(name="Islands & <more>")

    page = joined(page_of(compiler, edition))

    mailed = joined_html(compiler.compile_edition(edition), READER)
    assert not re.search("Hello|eve@example|t0ken|zq[0-9a-f]{24}|>leave<", page)
    assert f'href="{SIGN_UP}"' in page
    assert page.count("<") == page.count(">")
    stories = re.search(r"<h1>Hello Eve,</h1>(.*?</table>.*</table>)", mailed, re.DOTALL)
    assert stories is not None
    assert stories[1] in page


def test_a_line_that_goes_leaves_the_tags_whose_other_half_stands_elsewhere(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/body.html",
        "<!DOCTYPE html>{{ stories }}<div>a<br><i>to <b>{{ slots.address }}</b><br>b</i></div>",
    )
    compiler = EditionCompiler([tmp_path, TEMPLATES], PUBLICATION)

    page = joined(page_of(compiler, make_edition()))

    assert "<div>a<br><i><br>b</i></div>" in page


@pytest.mark.parametrize("theme", Theme)
def test_what_a_feed_says_cannot_break_out_of_the_page(compiler: EditionCompiler, theme: Theme) -> None:
    hostile = '"><script>alert(1)</script></head></body><a href="javascript:alert(1)">'
    edition = make_edition(
        make_item(title=hostile, dek=hostile, excerpt=hostile, byline=hostile, publisher=hostile),
        name=hostile,
        intro=hostile,
        theme=theme,
    )

    page = page_of(compiler, edition)

    tree = html.document_fromstring(joined(page))
    assert tree.find(".//script") is None
    assert {urlsplit(link.get("href", "")).scheme for link in tree.iter("a")} == {"https"}
    assert joined(page).count("</head>") == joined(page).count("</body>") == 1
