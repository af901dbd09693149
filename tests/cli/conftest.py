"""The command line in this process, with an environment, a home and a working folder of the test's own."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from digest.cli.main import main
from tests.cli.newsroom import write_story
from tests.servers.smtp import ScriptedSmtp

AT = "2026-11-22T13:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command came to: its exit code, and what it wrote."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """Runs `digest` as its script does, but for the start of a process: `digest("topic", "list", DIGEST_HOME=...)`."""

    def __init__(self, **environ: str) -> None:
        self.environ = environ

    def __call__(self, *args: str, **environ: str) -> Answer:
        cleared = dict.fromkeys(name for name in os.environ if name.startswith("DIGEST_"))
        with CliRunner().isolation(env={**cleared, **self.environ, **environ}) as (out, err, _):
            try:
                main(args)
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
            finally:
                structlog.reset_defaults()  # the log was set to write to what ends with this block
            return Answer(exit_code=code, out=out.getvalue().decode(), err=err.getvalue().decode())

    def must(self, *args: str, **environ: str) -> str:
        """Run a command that succeeds; return what it wrote."""
        answer = self(*args, **environ)
        assert answer.exit_code == 0, answer
        return answer.out


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    """A relay on loopback that does as it is told."""
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A command line with nothing set but its home, in an empty folder. There is no database yet."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(DIGEST_HOME=str(tmp_path / "home"))


@pytest.fixture
def newsroom(digest: CommandLine, tmp_path: Path) -> CommandLine:
    """A command line after the first steps: a topic, two stories of its week, and a reader."""
    digest.must("init")
    for title in ("Harbour reopens after storm", "Ferry line returns"):
        write_story(tmp_path / "stories", title)
    digest.must("gather", "stories", "--at", "2026-11-22T12:00Z")
    digest.must("topic", "add", "harbour", "--name", "Harbour", "--tag", "Harbour")
    digest.must("subscriber", "add", "reader@example.com", "--topic", "harbour", "--confirmed")
    return digest
