"""Patterns mean the same on every Python from 3.11.0 on, Debian 12's 3.11.2 among them."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.contracts.modules import PROGRAM, Module, assert_holds, sample

_CHARACTER_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{[0-9,]+\}\}?)\+")


def possessive_groups(module: Module) -> Iterator[str]:
    """Find possessive quantifiers on groups: before 3.11.5 they give back what they should keep (gh-106052)."""
    for node in ast.walk(module.tree):
        text = _pattern_in(node)
        if "(?" in text and _POSSESSIVE_GROUP.search(_CHARACTER_CLASS.sub("x", text)):
            yield module.at(node, "a possessive group goes wrong before Python 3.11.5: write (?>(?:...)*) for it")


def _pattern_in(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern_in(part) or "x" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value if isinstance(node.value, str) else node.value.decode("latin-1")
    return ""


def test_no_pattern_has_a_possessive_group() -> None:
    assert_holds(possessive_groups, *PROGRAM)


@pytest.mark.parametrize("pattern", ['r"(?:a|b)*+c"', 'rf"(?:{x})++"', 'rb"(?:=[0-9]{2})?+"', 'rf"(?i:a){{2,3}}+"'])
def test_a_possessive_group_is_found(pattern: str) -> None:
    assert len(list(possessive_groups(sample(f"x = 1\nP = {pattern}\n")))) >= 1


@pytest.mark.parametrize("pattern", ['r"(?>(?:a|b)*)c"', 'r"(?:[()*+?]++)"', 'r"(?:\\\\)*+)"'])
def test_an_atomic_group_is_fine(pattern: str) -> None:
    assert list(possessive_groups(sample(f"P = {pattern}\n"))) == []
