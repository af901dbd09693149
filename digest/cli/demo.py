"""`digest demo`."""

import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.output import progress_bar, say, show_table

if TYPE_CHECKING:
    from digest.demo.run import DemoResult


@click.command()
def demo() -> None:
    """Run the whole main job on a sample newsroom; nothing needs to be set.

    Serves two weeks of sample stories on loopback as feeds, pages and files, gathers them, closes six topics' weeks
    as editions, and sends them to 25 sample readers, into a local mailbox in DIGEST_HOME/demo. Nothing leaves this
    machine, and nothing of yours is touched.
    """
    from digest.clock import SystemClock
    from digest.config import load_settings
    from digest.demo.run import run_demo
    from digest.logs import log_for_people

    settings = load_settings(os.environ)
    log_for_people(settings.log_level)
    done = run_demo(settings.home.resolve() / "demo", now=SystemClock().now(), say=say, bar=progress_bar)
    _show(done)


def _show(done: "DemoResult") -> None:
    counts: Counter[str] = Counter()
    for report in done.gathered:
        counts.update(new=report.new, updated=report.updated, unchanged=report.unchanged, rejected=len(report.rejected))
    say(
        f"Second week gathered: {counts['new']} new, {counts['updated']} updated, {counts['unchanged']} unchanged, "
        f"{counts['rejected']} rejected."
    )
    rows = [(one.name, str(one.stories), str(one.sent), one.subject) for one in done.editions]
    show_table(("topic", "stories", "mails sent", "subject"), rows)
    home = _short(done.home)
    say("")
    say(f"Open an edition:  {done.editions[0].preview.as_uri()}")
    say(f"All of them:      {_short(done.editions[0].preview.parent)}")
    say(f"The mails sent:   {_short(done.mailbox)}/new")
    say("")
    say("Try next:")
    digest = _program()
    say(f"  DIGEST_HOME={home} {digest} status")
    say(f"  DIGEST_HOME={home} {digest} edition show 1")
    say(f"  DIGEST_HOME={home} {digest} web")
    say(f"    # sign up on http://localhost:8000/subscribe; the mail to confirm lands in {_short(done.mailbox)}/new")
    say(f"  {digest} init && {digest} gather URL|FILE|FOLDER")


def _program() -> str:
    """Return how this program is called from here: by its name where a shell finds it, else by its path."""
    called = Path(sys.argv[0])
    found = shutil.which("digest")
    return "digest" if found and called.exists() and called.samefile(found) else _short(called.absolute())


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
