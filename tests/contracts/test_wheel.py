"""The wheel holds all that the program needs (templates, languages, migrations, the sample newsroom), and no more."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.contracts.modules import PROGRAM, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel that was built just now."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (path,) = folder.glob("*.whl")
    with ZipFile(path) as archive:
        return set(archive.namelist())


def files_below(folder: Path) -> set[str]:
    """Return the files below a folder, as paths relative to it; what Python caches is left out."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in found}


@pytest.mark.parametrize("package", PROGRAM)
def test_each_package_is_whole_in_the_wheel(wheel: set[str], package: str) -> None:
    needed = {f"{package}/{name}" for name in files_below(ROOT / package)}

    assert needed
    assert needed - wheel == set()


def test_the_templates_are_in_the_wheel(wheel: set[str]) -> None:
    needed = {f"digest/_templates/{name}" for name in files_below(ROOT / "templates")}

    assert needed
    assert needed - wheel == set()


def test_nothing_but_the_packages_is_in_the_wheel(wheel: set[str]) -> None:
    others = {name for name in wheel if name.partition("/")[0] not in PROGRAM and ".dist-info/" not in name}

    assert others == set()
