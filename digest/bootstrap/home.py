"""The home folder of this host's own things, and the secret that is made in it where none is set."""

import os
import secrets
from contextlib import suppress
from functools import partial
from pathlib import Path

from digest.config import Settings
from digest.errors import SettingsError

_SECRET_FILE = "secret"  # noqa: S105  # a file's name


def make_home(home: Path) -> Path:
    """Return the folder, absolute; made where it is not there. Raises SettingsError."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"DIGEST_HOME: the folder {home} cannot be made: {error.strerror}"]) from error
    return home.resolve()


def find_secret(settings: Settings, home: Path) -> bytes:
    """Return the secret that is set, or the one kept in the home folder, made at the first start."""
    given = settings.secret.get_secret_value()
    if given:
        return given.encode()
    path = home / _SECRET_FILE
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_bytes().strip()
    except OSError as error:
        raise SettingsError([f"DIGEST_HOME: {path} cannot be kept: {error.strerror}"]) from error


def find_old_secrets(settings: Settings) -> list[bytes]:
    """Return the secrets that are believed, and sign nothing any more."""
    return [one.encode() for one in settings.old_secrets.get_secret_value().split()]


def _make_secret(path: Path) -> None:
    """Make the file whole or not at all: of two processes that start at once, both go on with the first one's."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with open(unfinished, "x", opener=partial(os.open, mode=0o600)) as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(unfinished)
    unfinished.unlink()
