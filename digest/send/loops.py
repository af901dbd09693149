"""The loop that the wire lives on: uvloop where it is installed, else Python's own. Both run the same code."""

import asyncio


def open_loop() -> asyncio.AbstractEventLoop:
    """Return a new loop. uvloop spends about half as long in its own code for each message (docs/decisions.md)."""
    try:
        import uvloop  # noqa: PLC0415  # not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
