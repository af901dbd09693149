"""Finding a browser, and getting one where there is none: `make browser`, which `make test` runs first.

Chromium on PATH is taken, or what DIGEST_TEST_BROWSER names. Else, in this order: as root, Debian's package is
installed; Playwright fetches its own build into `.browser`; Debian's packages are fetched and unpacked there, installed
nowhere. What starts counts; with none at all it fails, and says what to do.
"""

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CHOSEN = "DIGEST_TEST_BROWSER"
FETCHED = Path(__file__).resolve().parents[3] / ".browser"
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ("chromium-headless-shell", "libatomic1", "fonts-noto-core")
_UNPACKED = FETCHED / "debian"
_LIBRARIES = ("usr/lib/*-linux-gnu", "lib/*-linux-gnu", "usr/lib/*-linux-gnu/pulseaudio")


class BrowserProgram(NamedTuple):
    """A browser's path, and the environment in which it, and what drives it, find their libraries."""

    path: Path
    environ: dict[str, str]


def find_browser() -> BrowserProgram:
    """Return a browser that starts. Raises RuntimeError, with the way out, where there is none."""
    for found in _candidates():
        if _starts(found):
            return found
    raise RuntimeError(f"no browser starts here: run make browser, install chromium, or set {CHOSEN} to one")


def _candidates() -> Iterator[BrowserProgram]:
    for name in (os.environ.get(CHOSEN), *map(shutil.which, _NAMES)):
        if name:
            yield BrowserProgram(Path(name), dict(os.environ))
    for path in sorted(FETCHED.glob("chromium_headless_shell-*/*/*headless*shell")):
        yield BrowserProgram(path, dict(os.environ))
    for path in sorted(_UNPACKED.glob("usr/lib/chromium/*headless*shell")):
        folders = [str(folder) for pattern in _LIBRARIES for folder in _UNPACKED.glob(pattern)]
        yield BrowserProgram(path, {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(folders)})


def _starts(program: BrowserProgram) -> bool:
    """Return whether it does, and Playwright's Node finds its one library beside it."""
    asked = [str(program.path), "--no-sandbox", "--version"]
    try:
        answer = subprocess.run(asked, env=program.environ, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and (bool(ctypes.util.find_library("atomic")) or _UNPACKED.exists())


def get_browser() -> BrowserProgram:
    """Return a browser, fetched where there is none. Raises RuntimeError."""
    for fetch in (_fetch_nothing, _install_package, _fetch_build, _unpack_packages):
        fetch()
        for found in _candidates():
            if _starts(found):
                return found
    return find_browser()


def _fetch_nothing() -> None:
    """Take what is there."""


def _install_package() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES)


def _fetch_build() -> None:
    os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(FETCHED)
    with_libraries = ["--with-deps"] if os.geteuid() == 0 else []
    _run(sys.executable, "-m", "playwright", "install", *with_libraries, "--only-shell", "chromium")


def _unpack_packages() -> None:
    """Unpack Debian's packages, with all they need that is not installed, whole or not at all."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return
    wanted = _run("apt-get", "install", "--print-uris", "-qq", "--no-install-recommends", *_PACKAGES)
    names = [package.partition("_")[0] for package in re.findall(r"' (\S+_\S+\.deb) ", wanted)]
    unfinished = FETCHED / f"debian.{os.getpid()}"
    unfinished.mkdir(parents=True)
    _run("apt-get", "download", "-qq", *names, folder=unfinished)
    for package in unfinished.glob("*.deb"):
        _run("dpkg-deb", "-x", str(package), str(unfinished / "root"))
        package.unlink()
    if (unfinished / "root").exists() and not _UNPACKED.exists():
        (unfinished / "root").rename(_UNPACKED)
    shutil.rmtree(unfinished)


def _run(*command: str, folder: Path | None = None) -> str:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    answer = subprocess.run(command, check=False, cwd=folder, env=environ, capture_output=True, text=True)
    return answer.stdout


def _main(get: Callable[[], BrowserProgram]) -> None:
    try:
        print(f"Browser for the tests: {get().path}")  # noqa: T201  # a command
    except RuntimeError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    _main(get_browser)
