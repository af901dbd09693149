"""The entry point: the groups of commands, each loaded when it is called, and how an error ends a command."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper

import click

from digest.errors import DigestError, SettingsError

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("digest.cli.demo", "Run the whole main job on a sample newsroom; nothing needs to be set."),
    "init": ("digest.cli.upkeep", "Create or upgrade the database."),
    "source": ("digest.cli.sources", "Feeds, pages and folders that stories come from."),
    "gather": ("digest.cli.sources", "Fetch stories from all due sources, or from what is named."),
    "story": ("digest.cli.stories", "Stories: list, show, tag, pin, retract."),
    "topic": ("digest.cli.topics", "Topics: which tags a digest is about, and when it goes out."),
    "subscriber": ("digest.cli.subscribers", "Readers: add, show, import, export, erase."),
    "embed": ("digest.cli.embed", "Print what signs readers up from an article page."),
    "preview": ("digest.cli.editions", "Show a topic's next mail, keeping and sending nothing."),
    "edition": ("digest.cli.editions", "Editions: build, list, show, hold, approve, recall."),
    "send": ("digest.cli.sending", "Send a topic's edition to everybody subscribed, once."),
    "inbound": ("digest.cli.inbound", "Take in mail that asks to leave."),
    "web": ("digest.cli.web", "Serve the pages where readers sign up, choose and leave."),
    "pause": ("digest.cli.settling", "Let nothing more of a mailing go out for now."),
    "resume": ("digest.cli.settling", "Let a paused mailing go on."),
    "settle": ("digest.cli.settling", "Settle the mails of whose fate nothing is known."),
    "schedule": ("digest.cli.schedule", "Show what goes out in the days to come, and to how many."),
    "status": ("digest.cli.upkeep", "Say where everything stands."),
    "verify": ("digest.cli.upkeep", "Prove that each mailing's rows add up."),
    "doctor": ("digest.cli.checkups", "Look for what would keep this installation from sending."),
    "prune": ("digest.cli.upkeep", "Delete the rows of old mailings, and keep their totals."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and one line of each, and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        command = getattr(import_module(module), cmd_name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=_COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("digest-newsroom"), prog_name="digest")
def digest() -> None:
    """Newsletters and email digests for newsrooms.

    Stories with tags go in; a topic's edition comes out as a mail for everybody who asked for that topic, once.

    \b
    Try it:            digest demo
    Set up:            digest init
    Shell completion:  eval "$(_DIGEST_COMPLETE=bash_source digest)"      (or zsh_source, fish_source)
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line, with the process's own arguments unless others are given.

    Exit codes: 0 done, 1 failed, 2 used wrongly. No traceback reaches a user.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a headline in Arabic must not end a command on ASCII
    try:
        digest.main(args, prog_name="digest")
    except SettingsError as error:
        sys.exit(_complain(error, code=2))
    except DigestError as error:
        sys.exit(_complain(error, code=1))
    except BrokenPipeError:
        sys.exit(1)


def _complain(error: DigestError, *, code: int) -> int:
    from digest.cli.output import complain, warn

    for line in str(error).splitlines():
        complain(line)
    for note in getattr(error, "__notes__", ()):
        warn(note)
    return code
