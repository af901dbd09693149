"""Run a sink: `python -m tests.servers.sink --port 0`. It says its port first, and last, as JSON, what it took.

A line on its standard input gives new orders (see `orders`); it answers with the orders that are then in force. It ends
at SIGTERM, and when its standard input does: with whoever started it.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from functools import partial
from random import Random

from tests.servers.ports import LOOPBACK
from tests.servers.sink.house import House
from tests.servers.sink.orders import Orders, parse_orders
from tests.servers.sink.session import Session


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", metavar="FILE", help="append a line for each message: Message-ID, sender, recipients")
    parser.add_argument("--latency-ms", type=float, default=0, help="be so far away: each answer comes so much later")
    parser.add_argument("--seed", type=int, default=0, help="of the chances in the orders")
    parser.add_argument("--orders", type=parse_orders, default=Orders(), help='like "slow_s=0.5 cut_after_dot=0.01"')
    given = parser.parse_args()
    log = os.open(given.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if given.log else None
    house = House(chance=Random(given.seed), log=log, latency_s=given.latency_ms / 1000, orders=given.orders)
    asyncio.run(serve(house, port=given.port))
    counts = {"messages": house.messages, "octets": house.octets, "sessions": house.sessions}
    say(json.dumps(counts | {"cpu_s": time.process_time()}))


async def serve(house: House, *, port: int) -> None:
    """Serve on a port of the loopback address, 0 for a free one, until SIGTERM or the end of the standard input."""
    loop, is_over = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(partial(Session, house), LOOPBACK, port, backlog=1024)
    loop.add_signal_handler(signal.SIGTERM, is_over.set)
    say(server.sockets[0].getsockname()[1])
    obeying = asyncio.create_task(obey(house, is_over))
    await is_over.wait()
    obeying.cancel()
    server.close()


async def obey(house: House, is_over: asyncio.Event) -> None:
    """Take orders from the standard input until it ends."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(partial(asyncio.StreamReaderProtocol, lines), sys.stdin)
    while line := await lines.readline():
        try:
            house.orders = parse_orders(line.decode())
        except ValueError as error:
            say(error)
        else:
            say(house.orders)
    is_over.set()


def say(line: object) -> None:
    """Say a line to whoever started the sink."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
