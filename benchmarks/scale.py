"""Derive what a week of one, ten and a hundred million readers asks of machines, from costs measured here and now.

First a newsroom on PostgreSQL is filled, planned and sent to a sink, and what each reader and each delivery costs is
read off the database (`benchmarks.sending.unit_costs`). Then a Sunday is simulated, minute by minute: readers' mails
fall due, and go out as fast as workers, database and relays let them. What is taken and not measured stands in
capitals below. Run with `python -m benchmarks.scale`; docs/scale.md says what follows from it.
"""

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.sending.unit_costs import Costs, measure_costs

SCALES = (1_000_000, 10_000_000, 100_000_000)
PROMISE_H = 2.0  # by when the last mail of a slot is out
RETENTION_WEEKS = 52
MAIL_BITS = 41_000 * 8
ROWS_A_CLAIM = 2_000
RELAY_RATE = 1_000.0  # what one well-kept relay takes and hands on in a second
SPARE = 0.7  # how much of a machine's most is counted on
CONNECTIONS_A_WORKER = 2  # one of the ledger's thread, one of what stands around it
ONE_SLOT: Mapping[float, float] = {0: 1.0}
ZONES: Mapping[float, float] = dict(  # shares of readers by hours from UTC
    zip((-8, -6, -5, 0, 1, 2, 3, 5.5, 8, 10), (0.07, 0.11, 0.17, 0.16, 0.18, 0.06, 0.05, 0.08, 0.07, 0.05), strict=True)
)
MINUTES_A_DAY, MINUTE_S, HOUR_S, WEEKS_A_MONTH = 1440, 60, 3600, 52 / 12
MB, GB = 1e6, 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """What sends: worker processes, the cores that the database gives the ledger, and relays."""

    workers: int
    database_cores: int
    relays: int

    @property
    def connections(self) -> int:
        """To the database."""
        return self.workers * CONNECTIONS_A_WORKER


@dataclass(frozen=True, slots=True, kw_only=True)
class Sunday:
    """How the busiest day went. `rate` is mails a second in its busiest minute."""

    rate: float
    most_waiting: float
    longest_wait_h: float


def main() -> None:
    """Measure, simulate, and print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=100_000, help="how many readers to measure with")
    readers: int = parser.parse_args().readers
    console = Console(width=118)
    costs = measure_costs(readers)
    console.print(show_costs(costs, readers))
    console.print(show_scales(costs))


def machines_for(due_at_once: float, costs: Costs) -> Machines:
    """Return the fewest machines that send so many mails within the promise, with some to spare."""
    rate = due_at_once / (PROMISE_H * HOUR_S) / SPARE
    return Machines(
        workers=math.ceil(rate / costs.worker_rate),
        database_cores=math.ceil(rate * costs.database_us / 1e6),
        relays=math.ceil(rate / RELAY_RATE),
    )


def simulate(readers: int, zones: Mapping[float, float], machines: Machines, costs: Costs) -> Sunday:
    """Send a day's mails minute by minute, those of each zone due at one time, the oldest first."""
    most = (
        machines.workers * costs.worker_rate,
        machines.database_cores * 1e6 / costs.database_us,
        machines.relays * RELAY_RATE,
    )
    capacity = SPARE * MINUTE_S * min(most)
    due = {round((12 - east) * 60): readers * share for east, share in zones.items()}
    waiting: dict[int, float] = {}
    busiest = most_waiting = longest_wait = 0.0
    for minute in range(2 * MINUTES_A_DAY):
        if minute in due:
            waiting[minute] = due[minute]
        most_waiting = max(most_waiting, sum(waiting.values()))
        left = capacity
        for slot in sorted(waiting):
            out = min(left, waiting[slot])
            left -= out
            waiting[slot] -= out
            if waiting[slot] <= 0:
                del waiting[slot]
            longest_wait = max(longest_wait, minute + 1 - slot)
        busiest = max(busiest, capacity - left)
    assert not waiting
    return Sunday(rate=busiest / MINUTE_S, most_waiting=most_waiting, longest_wait_h=longest_wait / 60)


def show_costs(costs: Costs, readers: int) -> Table:
    """Return what was measured, as a table."""
    table = Table("unit cost", "measured", title=f"On PostgreSQL, with {readers:,} readers")
    for name, figure in {
        "a reader: rows and indexes, without evidence of consent": f"{costs.reader_octets:,.0f} octets",
        "a delivery: its row, with the room for new versions": f"{costs.heap_octets:,.0f} octets",
        "a delivery: its indexes": f"{costs.index_octets:,.0f} octets",
        "a delivery: log for planning": f"{costs.plan_log_octets:,.0f} octets",
        "a delivery: log for claim, mark and record": f"{costs.send_log_octets:,.0f} octets",
        "a delivery: planning, one statement for all": f"{costs.plan_us:,.1f} us",
        "a delivery: the database's processor time": f"{costs.database_us:,.1f} us",
        "a delivery: the worker's processor time": f"{costs.worker_us:,.1f} us",
        "a delivery: vacuum, one for all": f"{costs.vacuum_us:,.2f} us",
        "a worker process": f"{costs.worker_rate:,.0f} messages a second",
    }.items():
        table.add_row(name, figure)
    return table


def show_scales(costs: Costs) -> Table:
    """Return what follows for each scale, as a table."""
    table = Table("a week", *(f"{readers / 1e6:,.0f} million readers" for readers in SCALES))
    for name, figure in (*rows_of_tables(costs), *rows_of_sunday(costs, ONE_SLOT), *rows_of_sunday(costs, ZONES)):
        table.add_row(name, *(figure(readers) for readers in SCALES))
    return table


Row = tuple[str, Callable[[int], str]]


def rows_of_tables(costs: Costs) -> Sequence[Row]:
    """Return what a number of readers keep the database busy with, however fast they are sent to."""
    heap, index = costs.heap_octets, costs.index_octets
    logged = costs.plan_log_octets + costs.send_log_octets
    return (
        ("readers' own rows, with indexes", lambda n: f"{n * costs.reader_octets / GB:,.1f} GB"),
        ("deliveries: rows, indexes", lambda n: f"{n * heap / GB:,.1f}, {n * index / GB:,.1f} GB"),
        (
            "a month's partition: rows, indexes",
            lambda n: f"{n * WEEKS_A_MONTH * heap / GB:,.1f}, {n * WEEKS_A_MONTH * index / GB:,.1f} GB",
        ),
        ("deliveries kept for a year", lambda n: f"{n * RETENTION_WEEKS * (heap + index) / GB:,.0f} GB"),
        ("write-ahead log", lambda n: f"{n * logged / GB:,.1f} GB"),
        ("planning, in one transaction", lambda n: f"{n * costs.plan_us / 1e6 / MINUTE_S:,.1f} min"),
        ("vacuum of the week's rows", lambda n: f"{n * costs.vacuum_us / 1e6 / MINUTE_S:,.1f} min"),
    )


def rows_of_sunday(costs: Costs, zones: Mapping[float, float]) -> Sequence[Row]:
    """Return what it takes to send to all at one time, or to each zone at its own, within the promise."""
    at_once = {readers: readers * most_within(PROMISE_H, zones) for readers in SCALES}
    machines = {readers: machines_for(at_once[readers], costs) for readers in SCALES}
    went = {readers: simulate(readers, zones, machines[readers], costs) for readers in SCALES}
    title = "at one time for all" if len(zones) == 1 else f"at 08:00 of the reader's own zone, {len(zones)} zones"
    return (
        (f"[bold]{title}, out in {PROMISE_H:g} hours[/bold]", lambda _: ""),
        ("  workers, their connections", lambda n: f"{machines[n].workers}, {machines[n].connections}"),
        ("  database cores for the ledger", lambda n: f"{machines[n].database_cores}"),
        ("  relays", lambda n: f"{machines[n].relays}"),
        ("  claims of 2,000 a second", lambda n: f"{went[n].rate / ROWS_A_CLAIM:,.1f}"),
        ("  mails a second, network", lambda n: f"{went[n].rate:,.0f}, {went[n].rate * MAIL_BITS / GB:,.1f} Gbit/s"),
        ("  log a second", lambda n: f"{went[n].rate * costs.send_log_octets / MB:,.1f} MB"),
        ("  most that waited, longest wait", lambda n: f"{went[n].most_waiting:,.0f}, {went[n].longest_wait_h:.1f} h"),
    )


def most_within(hours: float, zones: Mapping[float, float]) -> float:
    """Return the largest share of readers that falls due within so many hours."""
    return max(sum(share for east, share in zones.items() if 0 <= start - east < hours) for start in zones)


if __name__ == "__main__":
    main()
