"""`digest/clock.py` alone reads the clock: all else is told the time, so that a test, or `--at`, can set it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.contracts.modules import ALL_CODE, PROGRAM, Module, assert_holds, sample

THE_CLOCK = "digest/clock.py"
READS_THE_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "email.utils.localtime",
    "email.utils.make_msgid",
    "uuid.uuid1",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.current_date",
}
READS_THE_CLOCK_WHEN_TOLD_NOTHING = {"time.gmtime", "time.localtime", "time.ctime", "email.utils.formatdate"}
SQL_THAT_READS_THE_CLOCK = re.compile(
    r"\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\b(statement|clock|transaction)_timestamp\(|'now'", re.IGNORECASE
)


def reads_of_the_clock(module: Module) -> Iterator[str]:
    """Find calls and references that ask what time it is. Monotonic clocks tell no time, and are let pass."""
    if module.path == THE_CLOCK:
        return
    origins = _origins(module.tree)
    for node in ast.walk(module.tree):
        name = _dotted(node, origins)
        if name in READS_THE_CLOCK or _called_with_nothing(node, origins) in READS_THE_CLOCK_WHEN_TOLD_NOTHING:
            yield module.at(node, "reads the clock: take `now` as an argument; a flow asks its Clock for it")


def sql_that_reads_the_clock(module: Module) -> Iterator[str]:
    """Find SQL that asks the database what time it is, which no FixedClock can set."""
    prose = _prose(module.tree)
    texts = (node for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and node not in prose)
    for node in texts:
        if found := SQL_THAT_READS_THE_CLOCK.search(str(node.value)):
            yield module.at(node, f"SQL reads the clock with {found[0]}: bind `now` instead")


def _origins(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for, in full: {"dt": "datetime.datetime"}."""
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            origins |= {each.asname: each.name for each in node.names if each.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            origins |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return origins


def _dotted(node: ast.AST, origins: dict[str, str]) -> str:
    """Return the full name that this expression stands for; empty when it is not a plain dotted name."""
    match node:
        case ast.Name(id=name):
            return origins.get(name, name)
        case ast.Attribute(value=owner, attr=name):
            return f"{_dotted(owner, origins)}.{name}"
    return ""


def _called_with_nothing(node: ast.AST, origins: dict[str, str]) -> str:
    """Return the full name of what is called without an argument; empty for anything else."""
    match node:
        case ast.Call(func=called, args=[], keywords=[]):
            return _dotted(called, origins)
    return ""


def _prose(tree: ast.Module) -> set[ast.AST]:
    """Return the docstrings: strings that stand alone, and may speak of SQL."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def test_the_clock_alone_reads_the_time() -> None:
    assert_holds(reads_of_the_clock, *ALL_CODE)


def test_the_database_is_told_the_time() -> None:
    assert_holds(sql_that_reads_the_clock, *PROGRAM)


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
        "import datetime as dt\ndt.datetime.utcnow()",
        "from datetime import date as day\nday.today()",
        "import time\ntime.time()",
        "from time import time as seconds\nseconds()",
        "from dataclasses import field\nfrom datetime import datetime\nfield(default_factory=datetime.now)",
        "import email.utils\nemail.utils.formatdate()",
        "from sqlalchemy import Column, func\nColumn('at', server_default=func.now())",
    ],
)
def test_reading_the_clock_is_found(source: str) -> None:
    assert len(list(reads_of_the_clock(sample(source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.monotonic()",
        "from email.utils import formatdate\nformatdate(at.timestamp())",
        "def flow(clock):\n    return clock.now()",
    ],
)
def test_being_told_the_time_is_let_pass(source: str) -> None:
    assert list(reads_of_the_clock(sample(source))) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE delivery SET at = CURRENT_TIMESTAMP", "SELECT now()", "SELECT datetime('now')"]
)
def test_sql_that_reads_the_clock_is_found(statement: str) -> None:
    assert len(list(sql_that_reads_the_clock(sample(f"text({statement!r})")))) == 1


def test_a_docstring_may_speak_of_sql() -> None:
    assert list(sql_that_reads_the_clock(sample('def due(now):\n    """Return what is due, without `now()`."""'))) == []
