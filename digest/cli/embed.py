"""`digest embed`."""

import click

from digest.cli.output import say, show_json
from digest.cli.params import SLUG, json_option
from digest.cli.session import open_services


@click.command("embed")
@click.argument("slug", type=SLUG)
@json_option
def embed(slug: str, as_json: bool) -> None:
    """Print what signs readers up from an article page: a plain form, and a script's tag.

    \b
    digest embed syrias-war
    """
    from digest.flows.editing import find_topic
    from digest.web.snippets import needed_policy, plain_form, script_tag, script_tag_for

    with open_services() as services:
        topic = find_topic(services, slug)
    base_url = services.publication.base_url
    form, tag = plain_form(topic, base_url=base_url), script_tag_for(topic, base_url=base_url)
    tag_everywhere = script_tag(base_url)
    if as_json:
        show_json({"form": form, "script": tag, "script_for_every_page": tag_everywhere})
        return
    say(f"On a page about {topic.name}, where the form is to stand:\n")
    say(f"{form}\n{tag}\n")
    say("The form works alone, also without scripts. The script takes its place and answers in the page.\n")
    say("On every article page, for the topics of the page's own tags:\n")
    say(f"{tag_everywhere}\n")
    say(
        'It reads the meta tags "article:tag", "keywords", "news_keywords", "parsely-tags", and keywords in JSON-LD, or'
    )
    say('what data-tags="..." names, with commas between. Where no topic is about them, it shows nothing.')
    say("DIGEST_EMBED_ORIGINS must list the site. A Content-Security-Policy of its pages must allow:")
    say(needed_policy(base_url))
