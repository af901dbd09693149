"""`digest web`."""

import os

import click

from digest.cli.output import say
from digest.cli.session import open_services, stop_on_signals
from digest.config import load_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 or :: for everywhere.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free one.")
def web(host: str, port: int) -> None:
    """Serve what readers touch: the pages to sign up, confirm, choose and leave, the archive, and the API.

    The mails around a subscription go out from here as well. SIGTERM ends it once all that began is answered.

    \b
    digest web
    digest web --host 0.0.0.0 --port 80
    """
    from digest.web.server import open_listener, serve
    from digest.web.site import open_site

    with open_services() as services, open_listener(host, port) as listener, stop_on_signals():
        site = open_site(services, load_settings(os.environ))
        bound, at = listener.getsockname()[:2]
        say(f"Listening on http://{f'[{bound}]' if ':' in bound else bound}:{at}")
        say(f"Readers come by {services.publication.base_url}/subscribe (DIGEST_BASE_URL)")
        if services.mailbox:
            say(f"No DIGEST_SMTP_URL is set: mails to them land in {services.mailbox}/new")
        serve(site, listener)
