"""An operator's templates, rendered in a child process with bounds on time, memory, output and files.

Jinja2's sandbox keeps a template from reaching into the program, not from looping or filling the memory. The child
(digest/render/child.py) starts with the first template, has none of our environment, serves until the
compiler is gone, and is ended at once when it oversteps. One line of JSON asks, one answers.
"""

import json
import os
import selectors
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

from digest.errors import RenderError
from digest.render.templates import NOTHING_READY

TIMEOUT_S = 10.0
MAX_ANSWER_OCTETS = 2_000_000
_READ_OCTETS = 1 << 16


class BoundedTemplates:
    """Templates as `digest.render.templates.Templates` has them, behind the bounds of a child process."""

    def __init__(self, folders: Sequence[Path], *, timeout_s: float = TIMEOUT_S) -> None:
        self._folders = [str(folder.resolve()) for folder in folders]
        self._timeout_s = timeout_s
        self._one_at_a_time = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def render(self, name: str, values: Mapping[str, object], *, markup: Mapping[str, str] = NOTHING_READY) -> str:
        """Return what a template makes of the values; RenderError also where it oversteps a bound."""
        question = json.dumps({"name": name, "values": values, "markup": dict(markup)})
        with self._one_at_a_time:
            answer = json.loads(self._ask(name, question.encode() + b"\n"))
        if "error" in answer:
            raise RenderError(str(answer["error"]))
        return str(answer["rendered"])

    def _ask(self, name: str, question: bytes) -> bytes:
        child = self._child = self._child or self._started()
        if child.stdin is None or child.stdout is None:
            raise RenderError(f"template {name}: its process has no pipes")
        try:
            child.stdin.write(question)
            child.stdin.flush()
            return _line(child.stdout.fileno(), timeout_s=self._timeout_s)
        except (OSError, _BoundError) as error:
            self._child = None
            _end(child)
            raise RenderError(f"template {name}: {error}; it was stopped") from error

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-m", "digest.render.child", *self._folders]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}, cwd="/")  # noqa: S603 - no shell, our own program
        weakref.finalize(self, _end, child)
        return child


class _BoundError(Exception):
    """A template took too long, or made too much, or its process died of what it did."""


def _line(pipe: int, *, timeout_s: float) -> bytes:
    """Read one line; the child writes it at once when it is made, so each read may wait for as long as the making."""
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(timeout_s):
                raise _BoundError(f"it took longer than {timeout_s:g} seconds")
            read = os.read(pipe, _READ_OCTETS)
            line += read
            if not read:
                raise _BoundError("its process died of it")
            if len(line) > MAX_ANSWER_OCTETS:
                raise _BoundError(f"it made more than {MAX_ANSWER_OCTETS:,} octets")
    return line


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()
