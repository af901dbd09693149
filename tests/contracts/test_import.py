"""Importing Digest does nothing: no file is written, no database, server or program is met. And `--help` is quick.

Each is asked of a Python of its own, since this one has long imported everything.
"""

import subprocess
import sys
from pathlib import Path

from tests.contracts.modules import ROOT

IMPORT_EVERYTHING = """
import importlib, os, pkgutil, sys

DEEDS = {"socket.bind", "socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen", "os.system",
         "os.mkdir", "os.remove", "os.rename"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
importing = ""

def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
    asks_for_ipv6 = event == "socket.bind" and arguments[1] == ("::1", 0)  # urllib3 does, and closes it at once
    if writes or (event in DEEDS and not asks_for_ipv6):
        print(f"{importing}: {event} {arguments[:2]}")

def import_all(package):
    global importing
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if module.name == "digest.store.migrations" or module.name.endswith("__main__"):
            continue  # these are programs: to import one is to run it
        importing = module.name
        found = importlib.import_module(module.name)
        if module.ispkg:
            import_all(found)

import digest, workers
sys.addaudithook(watch)
import_all(digest)
import_all(workers)
"""

ASK_FOR_HELP = """
import sys
from digest.cli.main import main

sys.argv = ["digest", "--help"]
try:
    main()
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""
HEAVY = {
    "alembic",
    "celery",
    "feedparser",
    "httpx2",
    "lxml",
    "premailer",
    "psycopg",
    "sqlalchemy",
    "structlog",
    "trafilatura",
}


def run_apart(program: str, *, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a Python of its own, which writes no byte code, with `folder` as its home and place."""
    command = [sys.executable, "-B", "-c", program]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_importing_every_module_does_nothing(tmp_path: Path) -> None:
    done = run_apart(IMPORT_EVERYTHING, folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_deed_at_import_would_be_seen(tmp_path: Path) -> None:
    deed = "import_all = lambda _: open('made', 'w').close()\nsys.addaudithook(watch)"

    done = run_apart(IMPORT_EVERYTHING.replace("sys.addaudithook(watch)", deed), folder=tmp_path)

    assert "open ('made', 'w')" in done.stdout


def test_help_waits_for_no_heavy_library(tmp_path: Path) -> None:
    done = run_apart(ASK_FOR_HELP, folder=tmp_path)

    assert "Usage: digest" in done.stdout, done.stderr
    assert HEAVY & set(done.stderr.split()) == set()
