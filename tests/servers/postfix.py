"""Postfix's own test programs, `smtp-source` and `smtp-sink`: a peer and a judge that are not ours.

Nothing of Postfix is installed: where no such program is on the machine, Debian's package is fetched with `apt-get` and
unpacked into a cache folder. `DIGEST_TEST_POSTFIX` may name a folder that has the programs. With none at all it fails.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

FOLDER = "DIGEST_TEST_POSTFIX"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/postfix/sbin")
CACHE = Path(tempfile.gettempdir()) / "digest-postfix"


class PostfixProgram(NamedTuple):
    """A program's path, and the environment that it needs to find its libraries."""

    path: Path
    environ: dict[str, str]


def find_postfix(name: str) -> PostfixProgram:
    """Return one of Postfix's test programs. Raises RuntimeError, with the way out, where there is none."""
    for place in (os.environ.get(FOLDER), *PLACES):
        if place and os.access(Path(place) / name, os.X_OK):
            return PostfixProgram(Path(place) / name, dict(os.environ))
    if not (CACHE / "usr/sbin" / name).exists():
        _unpack_package()
    return PostfixProgram(CACHE / "usr/sbin" / name, {**os.environ, "LD_LIBRARY_PATH": str(CACHE / "usr/lib/postfix")})


def _unpack_package() -> None:
    """Fetch the package and unpack it into the cache: whole or not at all."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise RuntimeError(f"no Postfix programs here: install postfix, or set {FOLDER} to their folder")
    with tempfile.TemporaryDirectory(prefix="digest-postfix-", dir=CACHE.parent) as folder:
        fetch = ["apt-get", "download", "-qq", "postfix"]
        if subprocess.run(fetch, check=False, cwd=folder, capture_output=True).returncode:
            subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
            subprocess.run(fetch, check=True, cwd=folder, capture_output=True)
        package = next(Path(folder).glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", package, Path(folder) / "root"], check=True)
        shutil.rmtree(CACHE, ignore_errors=True)
        (Path(folder) / "root").chmod(0o755)
        (Path(folder) / "root").rename(CACHE)
