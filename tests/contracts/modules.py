"""The source as the contracts read it: each module with its path, text and syntax tree, and findings in one form."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("digest", "workers")
ALL_CODE = (*PROGRAM, "tests", "benchmarks")
MIGRATIONS = "digest/store/migrations"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file; `path` is relative to the project, with forward slashes."""

    path: str
    text: str
    tree: ast.Module

    def at(self, place: ast.AST | int, fault: str) -> str:
        """Return a finding: where it is, in the form that editors jump to, what is wrong and what to do."""
        line = place if isinstance(place, int) else getattr(place, "lineno", 1)
        return f"{self.path}:{line}: {fault}"

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def classes(self) -> Iterator[ast.ClassDef]:
        """Every class, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))


Rule = Callable[[Module], Iterator[str]]


def sample(text: str, *, path: str = "digest/sample.py") -> Module:
    """Return a module that is in no file: what a rule must find, or must let pass."""
    return Module(path, text, ast.parse(text))


def modules(*folders: str) -> tuple[Module, ...]:
    """Return the Python files below these folders of the project, migrations left out, sorted by path."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    relative = [path.relative_to(ROOT).as_posix() for path in paths]
    return tuple(_read(path) for path in relative if not path.startswith(f"{MIGRATIONS}/"))


def assert_holds(rule: Rule, *folders: str) -> None:
    """Fail with all that the rule finds below these folders, one finding a line."""
    __tracebackhide__ = True
    if found := [finding for module in modules(*folders) for finding in rule(module)]:
        pytest.fail("\n".join(found), pytrace=False)


@cache
def _read(path: str) -> Module:
    text = (ROOT / path).read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text, path))
