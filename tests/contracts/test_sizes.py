"""One idea a file, one job a function: small enough to be read at one go."""

from collections.abc import Iterator

from tests.contracts.modules import ALL_CODE, Module, assert_holds, sample

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40


def too_long(module: Module) -> Iterator[str]:
    """Find files and functions over the limit. A function's arguments do not count: a maker of records has many."""
    lines = len(module.text.splitlines())
    if lines > MAX_FILE_LINES:
        yield module.at(lines, f"{lines} lines, and {MAX_FILE_LINES} is the limit: part the two ideas in this file")
    for function in module.functions():
        lines = (function.end_lineno or function.lineno) - function.body[0].lineno + 1
        if lines > MAX_FUNCTION_LINES:
            fault = f"{function.name} has {lines} lines, and {MAX_FUNCTION_LINES} is the limit: name its parts"
            yield module.at(function, fault)


def test_files_and_functions_are_small() -> None:
    assert_holds(too_long, *ALL_CODE)


def test_a_long_file_is_found() -> None:
    module = sample("pass\n" * (MAX_FILE_LINES + 1))

    assert list(too_long(module)) == [
        "digest/sample.py:301: 301 lines, and 300 is the limit: part the two ideas in this file"
    ]


def test_a_long_function_is_found_where_it_begins() -> None:
    module = sample("\nclass Edition:\n    def compile(self):\n" + "        pass\n" * (MAX_FUNCTION_LINES + 1))

    assert list(too_long(module)) == ["digest/sample.py:3: compile has 41 lines, and 40 is the limit: name its parts"]
