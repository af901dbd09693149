"""JSON read without trust: every value is looked at before it is used (RFC 8259).

A value of the wrong type counts as one that is missing.
"""

import json
from collections.abc import Iterator, Mapping

from digest.errors import RejectedError


def load_json(text: str) -> object:
    """Return what a JSON text says; control characters in strings are let pass. Raises RejectedError."""
    try:
        found: object = json.loads(text, strict=False)
    except RecursionError as error:
        raise RejectedError("its JSON is nested too deep to be read") from error
    except ValueError as error:
        raise RejectedError(f"it is no JSON: {error}; check it with a JSON validator") from error
    return found


def as_object(value: object) -> Mapping[str, object]:
    """Return an object's members by name; none if the value is no object."""
    return {str(name): inside for name, inside in value.items()} if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a list as it is, and any other value but null as a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def as_text(value: object) -> str:
    """Return a string, or a number as one; "" for anything else. Of a list, the first that is one."""
    if isinstance(value, list):
        return next(filter(None, map(as_text, value)), "")
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def as_number(value: object) -> int | None:
    """Return a whole number, also from a text as "1200" or "1200px"; None for anything else."""
    digits = as_text(value).removesuffix("px").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def names_in(value: object, *members: str) -> Iterator[str]:
    """Yield the texts of a value that may be a text, an object with a name, or a list of either.

    Of an object, the first of `members` that has a text counts.
    """
    for one in as_list(value):
        found = as_object(one)
        name = next(filter(None, (as_text(found.get(member)) for member in members)), "") if found else as_text(one)
        if name:
            yield name
