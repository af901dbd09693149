"""Help, completion and slips of the finger: what somebody meets who does not know the command line yet."""

from collections.abc import Iterator

import click
import pytest

from digest.cli.main import digest as root
from tests.cli.conftest import CommandLine


def commands(group: click.Group = root, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Find every command, and every group of them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*path, name)
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_has_help_in_sentences(digest: CommandLine, path: tuple[str, ...]) -> None:
    shown = digest.must(*path, "--help")

    usage, said, *_ = (part.strip() for part in shown.split("\n\n"))
    assert usage.startswith("Usage: digest " + " ".join(path))
    assert said[0].isupper()
    assert said.endswith((".", ":"))


@pytest.mark.parametrize("group", ["source", "story", "topic", "subscriber", "edition"])
def test_every_group_has_an_example(digest: CommandLine, group: str) -> None:
    assert f"\n  digest {group} " in digest.must(group, "--help")


def test_help_needs_no_settings(digest: CommandLine) -> None:
    answer = digest("topic", "add", "--help", DIGEST_BASE_URL="nonsense")

    assert answer.exit_code == 0
    assert "classic|compact" in answer.out


@pytest.mark.parametrize(
    ("typed", "meant"), [(("sned",), "send"), (("topics",), "topic"), (("topic", "shw"), "show")], ids=str
)
def test_a_slip_is_answered_with_what_was_meant(digest: CommandLine, typed: tuple[str, ...], meant: str) -> None:
    answer = digest(*typed)

    assert answer.exit_code == 2
    assert f"'{meant}'" in answer.err


def test_bash_gets_a_completion_script(digest: CommandLine) -> None:
    assert "complete -o nosort -F _digest_completion digest" in digest.must(_DIGEST_COMPLETE="bash_source")


@pytest.mark.parametrize(
    ("words", "offered"),
    [("digest to", ["topic"]), ("digest topic a", ["add", "alias"]), ("digest topic add x --on su", ["sunday"])],
)
def test_bash_is_offered_what_fits(digest: CommandLine, words: str, offered: list[str]) -> None:
    asking = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}

    answer = digest(_DIGEST_COMPLETE="bash_complete", **asking)

    assert answer.out.split() == [f"plain,{one}" for one in offered]
