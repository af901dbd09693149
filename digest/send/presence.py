"""A worker's presence on its host: a locked file, so that whoever comes next knows that it is gone.

The lock is the kernel's (flock): it ends with its process, also by `kill -9`, and no pid can be taken for another's.
The folder is one host's alone, whatever the host is called: a container that is made anew has another name each time.
"""

import fcntl
import os
import socket
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_MAX_HOST_CHARS = 40


@contextmanager
def announce(folder: Path) -> Iterator[str]:
    """Hold a name of our own in `folder` while the block runs; yield it. The folder is this host's alone.

    After a block that raised, the name stays, as that of one who is gone: what it held is for others to free.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = f"{socket.gethostname()[:_MAX_HOST_CHARS]}-{uuid.uuid4().hex}"
    path, unlocked = folder / owner, folder / f".{owner}"
    with unlocked.open("x") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        unlocked.rename(path)  # nobody finds the name before it is locked
        yield owner
        path.unlink(missing_ok=True)


def list_dead(folder: Path) -> list[str]:
    """Return the owners that ran on this host and are gone."""
    return [owner for owner in _list_owners(folder) if _is_dead(folder / owner)]


def list_alive(folder: Path) -> list[str]:
    """Return the owners on this host that still run."""
    return [owner for owner in _list_owners(folder) if not _is_dead(folder / owner)]


def _list_owners(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("[!.]*"))


def _is_dead(path: Path) -> bool:
    """Ask by a shared lock, so that two who ask at once do not take each other for the owner."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def forget(folder: Path, owners: Iterable[str]) -> None:
    """Remove what dead owners left, once their rows are taken over."""
    for owner in owners:
        (folder / owner).unlink(missing_ok=True)
