"""A scripted relay for each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.servers.smtp import ScriptedSmtp


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    """A relay on loopback that takes everything until it is told otherwise."""
    with ScriptedSmtp() as server:
        yield server
