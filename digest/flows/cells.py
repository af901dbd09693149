"""Cells of CSV files that people open in spreadsheets: guarded against being run as formulas on the way out, and
unguarded on the way in. Whatever the cell, what comes back in is what went out.
"""

import re

_TRIGGERS = "=+@\\-＝＋－＠﹦﹢﹣﹫"
_RUNS = re.compile(rf"'*(?:\s*[{_TRIGGERS}]|\s*[\t\r])")
_GUARD = "'"


def guard(cell: str) -> str:
    """Return the cell as a spreadsheet may have it: with `'` before it where it could be taken for a formula.

    That is where it begins with `=`, `+`, `-`, `@`, TAB or CR, also after spaces or in full-width form. A cell that
    looks guarded already gets one guard more, so that `unguard` gives it back as it is.
    """
    return _GUARD + cell if _RUNS.match(cell) else cell


def unguard(cell: str) -> str:
    """Return the cell without its guard, where it has one."""
    return cell[1:] if cell.startswith(_GUARD) and _RUNS.match(cell) else cell
