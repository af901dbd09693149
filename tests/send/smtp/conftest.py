"""Each test that asks for the scripted relay meets it twice: with PIPELINING, and without."""

from collections.abc import Iterator

import pytest

from tests.servers.smtp import EXTENSIONS, ScriptedSmtp


@pytest.fixture(params=["pipelined", "step by step"])
def smtp(request: pytest.FixtureRequest) -> Iterator[ScriptedSmtp]:
    """A relay on loopback that takes everything until it is told otherwise."""
    extensions = (*EXTENSIONS, "PIPELINING") if request.param == "pipelined" else EXTENSIONS
    with ScriptedSmtp(extensions=extensions) as server:
        yield server
