"""Nothing is mocked or patched: tests meet real servers and real databases, and set the clock by handing one in."""

import ast
from collections.abc import Iterator

import pytest

from tests.contracts.modules import ALL_CODE, Module, assert_holds, sample

PRETENDING_MODULES = {"mock", "unittest.mock", "pytest_mock", "freezegun", "responses", "respx"}
PATCHING_METHODS = {"setattr", "delattr", "setitem", "delitem"}


def pretences(module: Module) -> Iterator[str]:
    """Find mocks and patches. Of pytest's `monkeypatch`, the environment and the working folder may be set."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Import() | ast.ImportFrom() if pretending := PRETENDING_MODULES & _imported(node):
                yield module.at(node, f"imports {min(pretending)}: start a real server, or hand in a real object")
            case ast.Attribute(value=ast.Name(id="monkeypatch"), attr=name) if name in PATCHING_METHODS:
                yield module.at(node, f"patches with {name}: move that I/O to the edge, and hand it in")
            case ast.arg(arg="mocker"):
                yield module.at(node, "takes a mocker: start a real server, or hand in a real object")


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = {each.name for each in node.names}
    if isinstance(node, ast.Import):
        return names
    return {node.module or ""} | {f"{node.module}.{name}" for name in names}


def test_nothing_is_mocked_or_patched() -> None:
    assert_holds(pretences, *ALL_CODE)


@pytest.mark.parametrize(
    "source",
    [
        "from unittest.mock import MagicMock",
        "from unittest import mock",
        "import unittest.mock as m",
        "def test_sends(mocker): ...",
        "def test_sends(monkeypatch):\n    monkeypatch.setattr(smtplib, 'SMTP', Fake)",
    ],
)
def test_a_pretence_is_found(source: str) -> None:
    assert len(list(pretences(sample(source)))) == 1


def test_the_environment_may_be_set() -> None:
    module = sample("def test_reads_settings(monkeypatch):\n    monkeypatch.setenv('DIGEST_HOME', 'var')")

    assert list(pretences(module)) == []
