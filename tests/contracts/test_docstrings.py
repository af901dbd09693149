"""Every module says what lives in it; every public class and function says what it is for."""

import ast
from collections.abc import Iterator

import pytest

from tests.contracts.modules import PROGRAM, Definition, Function, Module, assert_holds, sample


def missing_docstrings(module: Module) -> Iterator[str]:
    """Find what has no docstring.

    A method of one statement may let its name speak, and one that a base class calls for is described there.
    """
    if not ast.get_docstring(module.tree):
        yield module.at(1, "the module has no docstring: say what lives here, what does not, and which RFC rules it")
    for definition in _public(module.tree):
        if not ast.get_docstring(definition):
            yield module.at(definition, f"{definition.name} has no docstring: say what for; shapes, units, errors")


def _public(owner: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    for node in owner.body:
        if not isinstance(node, Definition) or node.name.startswith("_"):
            continue
        if isinstance(owner, ast.Module) or not _may_be_bare(node, owner):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node)


def _may_be_bare(member: Definition, owner: ast.ClassDef) -> bool:
    return isinstance(member, Function) and (len(member.body) == 1 or bool(owner.bases))


def test_everything_public_is_described() -> None:
    assert_holds(missing_docstrings, *PROGRAM)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("x = 1", "the module"),
        ('"""Tags."""\ndef tag_key(label): return label', "tag_key"),
        ('"""Tags."""\nasync def tag_key(label): return label', "tag_key"),
        ('"""Tags."""\nclass Tag: ...', "Tag"),
        ('"""Tags."""\nclass Tag:\n    """A tag."""\n    def key(self):\n        x = 1\n        return x', "key"),
    ],
)
def test_a_missing_docstring_is_found(source: str, name: str) -> None:
    (found,) = missing_docstrings(sample(source))

    assert f"{name} has no docstring" in found


@pytest.mark.parametrize(
    "source",
    [
        '"""Tags."""\ndef _fold(label): ...',
        '"""Tags."""\nclass Tag:\n    """A tag."""\n    def key(self): return self._key',
        '"""Tags."""\nclass Tags(Parser):\n    """Tags."""\n    def feed(self):\n        x = 1\n        return x',
    ],
)
def test_private_plain_and_inherited_things_may_do_without(source: str) -> None:
    module = sample(source)

    assert list(missing_docstrings(module)) == []
