"""What a newsroom copies into its article pages: the script's tag, and a plain form that needs no script.

The form has no token, because a page in a cache cannot hold one: what it sends opens the sign-up page, filled.
"""

from html import escape
from urllib.parse import urlsplit

from digest.model.topics import Topic
from digest.render.words import words_for
from digest.web.sign_up_words import embedded_heading, how_often


def script_tag(base_url: str) -> str:
    """Return the tag for every article page: it offers the topics of the page's own tags."""
    return f'<script src="{escape(base_url)}/embed.js" async></script>'


def script_tag_for(topic: Topic, *, base_url: str) -> str:
    """Return the tag that offers one topic, in that topic's language."""
    return (
        f'<script src="{escape(base_url)}/embed.js" async data-topic="{escape(topic.slug)}"'
        f' data-lang="{escape(topic.lang)}"></script>'
    )


def needed_policy(base_url: str) -> str:
    """Return what an article page's Content-Security-Policy must allow: our origin, without a path."""
    parts = urlsplit(base_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return f"script-src {origin}; connect-src {origin}; form-action {origin}"


def plain_form(topic: Topic, *, base_url: str) -> str:
    """Return the form for one topic, in that topic's language; each line of it is one element."""
    words = words_for(topic.lang)
    heading, when = embedded_heading(topic.name, words), how_often(topic.schedule, words)
    address, button = words.say("Your email address"), words.say("Sign up")
    lang = escape(topic.lang)
    action = f"{escape(base_url)}/subscribe?lang={lang}"
    lines = [
        f'<form action="{action}" method="post" lang="{lang}" dir="{words.direction}">',
        f"  <p><strong>{escape(heading)}</strong><br>{escape(when)}</p>",
        f'  <input type="hidden" name="topic" value="{escape(topic.slug)}">',
        '  <input type="hidden" name="from" value="article">',
        f'  <label>{escape(address)} <input type="email" name="email" autocomplete="email" required></label>',
        f"  <button>{escape(button)}</button>",
        "</form>",
    ]
    return "\n".join(lines)
