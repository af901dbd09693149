"""What rendering's tests stand on: a compiler with the shipped templates, made once, as a running program has it."""

import pytest

from digest.render.compile import EditionCompiler
from tests.makers.editions import PUBLICATION, TEMPLATES


@pytest.fixture(scope="session")
def compiler() -> EditionCompiler:
    """A compiler with the shipped templates."""
    return EditionCompiler([TEMPLATES], PUBLICATION)
