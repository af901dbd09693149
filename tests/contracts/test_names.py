"""Names are the field's words. A word that fits everything says nothing: the thing is two things."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.contracts.modules import ALL_CODE, Module, assert_holds, sample

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "handler", "data", "process"}
CHOSEN_BY_A_LIBRARY = {
    "handle_data",  # html.parser
    "handle_DATA",  # aiosmtpd
    "smtp_DATA",
    "process_bind_param",  # SQLAlchemy's column types
    "process_result_value",
}
SPEAKS_SMTP = ("digest/send/", "tests/send/", "tests/servers/smtp")  # where DATA is a command (RFC 5321 4.1.1.4)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def empty_names(module: Module) -> Iterator[str]:
    """Find folders, modules, classes and functions with an empty word in their name. A test's name is a sentence."""
    words = EMPTY_WORDS - {"data"} if module.path.startswith(SPEAKS_SMTP) else EMPTY_WORDS
    folders_and_module = [(1, part) for part in PurePosixPath(module.path).with_suffix("").parts]
    definitions = [(node.lineno, node.name) for node in (*module.classes(), *module.functions())]
    for line, name in folders_and_module + definitions:
        empty = words & {word.lower() for word in WORD.findall(name)}
        if empty and name not in CHOSEN_BY_A_LIBRARY and not name.startswith("test_"):
            yield module.at(line, f'{name} says "{min(empty)}", which says nothing: name what it does, or part it')


def test_names_say_something() -> None:
    assert_holds(empty_names, *ALL_CODE)


@pytest.mark.parametrize("name", ["DataStore", "HTTPHandler", "SendManager"])
def test_an_empty_class_name_is_found(name: str) -> None:
    assert len(list(empty_names(sample(f"class {name}: ...")))) == 1


@pytest.mark.parametrize("name", ["process_story", "common_tags", "_parse_data"])
def test_an_empty_function_name_is_found(name: str) -> None:
    assert len(list(empty_names(sample(f"def {name}(): ...")))) == 1


def test_an_empty_module_name_is_found() -> None:
    assert len(list(empty_names(sample("", path="digest/send/smtp_utils.py")))) == 1


@pytest.mark.parametrize("name", ["read_metadata", "update_topic", "processed_at", "Datatype"])
def test_a_word_within_a_word_is_let_pass(name: str) -> None:
    assert list(empty_names(sample(f"def {name}(): ..."))) == []


def test_smtp_may_speak_of_its_commands() -> None:
    assert list(empty_names(sample("def cut_during_data(): ...", path="digest/send/dialogue.py"))) == []


def test_a_test_may_speak_in_sentences() -> None:
    assert list(empty_names(sample("def test_common_tags_come_first(): ...", path="tests/curate/test_score.py"))) == []
