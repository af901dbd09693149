"""What is in the repository speaks of the project alone: of no one's machine, and of no particular registry."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.modules import ROOT

REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
FORBIDDEN = {
    "a folder of somebody's machine": re.compile(rb"(?<![\w.*])/(root|home/[a-z][\w-]*|Users/[A-Za-z][\w-]*)/[\w.]"),
    "a registry's host": re.compile("|".join(rf"\b{name}\.{zone}\b" for name, zone in REGISTRIES).encode()),
}


def forbidden_words(content: bytes) -> Iterator[str]:
    """Find what would tie the project to one machine or one registry; each with its line."""
    for what, pattern in FORBIDDEN.items():
        for found in pattern.finditer(content):
            line = content.count(b"\n", 0, found.start()) + 1
            yield f"{line}: {found[0].decode()} is {what}: say it another way"


def our_files() -> list[Path]:
    """Return every file that is in the repository, or would be after `git add`."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = [f"{path.relative_to(ROOT)}:{word}" for path in our_files() for word in forbidden_words(path.read_bytes())]

    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("parts", [("/home", "/ada/digest"), ("/root", "/.cache"), ("https://pypi", ".org/simple")])
def test_a_forbidden_word_is_found_on_its_line(parts: tuple[str, str]) -> None:
    (found,) = forbidden_words(f"first\nsee {parts[0]}{parts[1]}".encode())

    assert found.startswith("2: ")


@pytest.mark.parametrize("word", ["https://example.com/home/news/today", "//*/root/item", "PyPI"])
def test_a_word_that_only_looks_like_one_is_let_pass(word: str) -> None:
    assert list(forbidden_words(word.encode())) == []
