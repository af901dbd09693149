"""The process that workers are forked from: `python -m tests.faults.nursing OUTPUT`; `nursery` starts and leads it.

Reads a line of JSON each: a worker to start, or a signal to send. Writes `started PID 0` and `ended PID STATUS`.
"""

import json
import os
import selectors
import signal
import sys
import traceback
from importlib import import_module
from typing import NoReturn

LOADED_AHEAD = (
    "digest.bootstrap",
    "digest.cli.deliveries",
    "digest.cli.main",
    "digest.cli.sending",
    "digest.cli.upkeep",
    "digest.flows.sending",
    "digest.render.compile",
    "tests.faults.crashing",
)


def main() -> None:
    """Fork workers until there is nothing more to read."""
    for module in LOADED_AHEAD:
        import_module(module)
    output = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    ends, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    running: set[int] = set()
    with selectors.DefaultSelector() as selector, os.fdopen(0, "rb", buffering=0) as words:
        selector.register(words, selectors.EVENT_READ)
        selector.register(ends, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if ends in ready:
                os.read(ends, 4096)
                reap(running)
            elif not (line := words.readline()):
                return
            else:
                obey(json.loads(line), running, output=output)


def reap(running: set[int]) -> None:
    """Say which workers have ended."""
    for pid in sorted(running):
        if (ended := os.waitpid(pid, os.WNOHANG))[0]:
            running.remove(pid)
            say(f"ended {pid} {os.waitstatus_to_exitcode(ended[1])}")


def obey(asked: dict[str, object], running: set[int], *, output: int) -> None:
    """Start a worker, or send one a signal."""
    if "signal" in asked:
        if asked["pid"] in running:
            os.kill(int(str(asked["pid"])), int(str(asked["signal"])))
        return
    pid = os.fork()
    if not pid:
        work(asked, output=output)
    running.add(pid)
    say(f"started {pid} 0")


def say(event: str) -> None:
    os.write(1, event.encode() + b"\n")


def work(asked: dict[str, object], *, output: int) -> NoReturn:
    """Be a worker: run what was asked, and end with its exit status."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(asked["environ"])  # type: ignore[call-overload]
    try:
        import_module(str(asked["module"])).main(asked["args"])
        status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:  # noqa: BLE001  # whatever it is, it is this process's end
        traceback.print_exc()
        status = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
