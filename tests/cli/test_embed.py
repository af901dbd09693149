"""What a newsroom is given to copy into its article pages."""

from lxml import html

from tests.cli.conftest import CommandLine

SITE = {"DIGEST_BASE_URL": "https://news.example"}


def test_a_topics_form_and_script_are_printed_with_what_they_need(newsroom: CommandLine) -> None:
    shown = newsroom.must("embed", "harbour", **SITE)

    assert '<form action="https://news.example/subscribe?lang=en" method="post" lang="en" dir="ltr">' in shown
    assert '<script src="https://news.example/embed.js" async data-topic="harbour" data-lang="en"></script>' in shown
    assert '<script src="https://news.example/embed.js" async></script>' in shown
    assert (
        "script-src https://news.example; connect-src https://news.example; form-action https://news.example" in shown
    )
    assert "DIGEST_EMBED_ORIGINS" in shown


def test_a_policy_names_the_origin_alone_where_pages_have_a_path(newsroom: CommandLine) -> None:
    shown = newsroom.must("embed", "harbour", DIGEST_BASE_URL="https://news.example/mail")

    assert 'src="https://news.example/mail/embed.js"' in shown
    assert "script-src https://news.example; connect-src" in shown


def test_a_script_gets_each_piece_by_name(newsroom: CommandLine) -> None:
    shown = newsroom("embed", "harbour", "--json", **SITE).json

    assert sorted(shown) == ["form", "script", "script_for_every_page"]


def test_the_form_is_whole_and_in_the_language_of_its_topic(newsroom: CommandLine) -> None:
    name = 'أخبار "<b>'
    newsroom.must("topic", "add", "bil-arabi", "--name", name, "--tag", "x", "--lang", "ar", "--zone", "Asia/Damascus")

    form = html.fragment_fromstring(newsroom("embed", "bil-arabi", "--json", **SITE).json["form"])

    assert (form.get("lang"), form.get("dir")) == ("ar", "rtl")
    assert dict(form.form_values()) == {"topic": "bil-arabi", "from": "article"}
    assert name in form.text_content()
    assert "بتوقيت دمشق" in form.text_content()


def test_a_topic_that_is_not_there_is_said_so(newsroom: CommandLine) -> None:
    answer = newsroom("embed", "harbor", **SITE)

    assert answer.exit_code == 1
    assert 'did you mean "harbour"?' in answer.err
