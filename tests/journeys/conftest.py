"""The real `digest` command in processes of its own, with its settings from the environment."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.smtp import ScriptedSmtp

DIGEST = Path(sys.executable).with_name("digest")


@dataclass(frozen=True, slots=True)
class DigestCommand:
    """Runs `digest` in `folder`, with these settings and none of this process's own."""

    folder: Path
    environ: dict[str, str]

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Start a command and return its process; who starts it waits for it."""
        return subprocess.Popen(
            [DIGEST, *args],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], **self.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, exit_code: int = 0) -> str:
        """Run a command to its end, which must have this exit code and no complaint but an error; return its output."""
        with self.start(*args) as process:
            out, err = process.communicate()
        assert process.returncode == exit_code, (out, err)
        assert "Traceback" not in err
        return out + err if exit_code else out

    def ask(self, *args: str) -> Any:
        """Run a command with --json and return its answer."""
        return json.loads(self.run(*args, "--json"))


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    """A relay on loopback that does as it is told."""
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def environ(database_url: str, tmp_path: Path, smtp: ScriptedSmtp) -> dict[str, str]:
    """A newsroom's settings, on each kind of database in turn."""
    return {
        "DIGEST_HOME": str(tmp_path / "home"),
        "DIGEST_DATABASE_URL": database_url,
        "DIGEST_SMTP_URL": smtp.url,
        "DIGEST_BASE_URL": "https://news.example.com",
        "DIGEST_FROM": "The Daily Example <news@example.com>",
        "DIGEST_POSTAL_ADDRESS": "1 Example Street, Exampleton",
        "DIGEST_ALLOW_NETWORKS": "127.0.0.0/8",
    }


@pytest.fixture
def digest(environ: dict[str, str], tmp_path: Path) -> DigestCommand:
    """The `digest` command with these settings, in a folder of the test's own."""
    return DigestCommand(tmp_path, environ)
