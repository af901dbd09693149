"""What a run came to, and what a process used of the machine."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run came to.

    `seconds` is from the first claim's commit to the mailing's completion, after its last record. `cpu_s` is what its
    processes used in that time, `peak_mib` the most memory that any of them had, `sink_cpu_s` what the sink used.
    """

    messages: int
    seconds: float
    cpu_s: float = 0.0
    peak_mib: float = 0.0
    sink_cpu_s: float = 0.0

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


class Finished(NamedTuple):
    """What a process used of the machine."""

    cpu_s: float
    peak_mib: float


def finish(program: subprocess.Popen[bytes]) -> Finished:
    """Wait for a process's end, and return what it used. Raises RuntimeError where it failed."""
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise RuntimeError(f"{program.args!r} failed with {program.returncode}")
    return Finished(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MIB)


def cpu_of(pid: int) -> float:
    """Return the processor time that a process used so far, in seconds."""
    return _cpu_times(pid)[0]


def cpu_of_ended_children(pid: int) -> float:
    """Return the processor time of a process's own processes that have ended, in seconds."""
    return _cpu_times(pid)[1]


def _cpu_times(pid: int) -> tuple[float, float]:
    status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    own_user, own_system, user, system = map(int, status.rpartition(")")[2].split()[11:15])
    ticks = os.sysconf("SC_CLK_TCK")
    return (own_user + own_system) / ticks, (user + system) / ticks
