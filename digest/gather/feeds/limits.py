"""How much of a feed is read, whatever its format."""

from digest.errors import RejectedError

MAX_FEED_BYTES = 15_000_000
MAX_ENTRIES = 2_000


def refuse_large(content: bytes) -> None:
    """Raise RejectedError for a feed of more than MAX_FEED_BYTES."""
    if len(content) > MAX_FEED_BYTES:
        raise RejectedError(f"the feed has {len(content):,} bytes; at most {MAX_FEED_BYTES:,} are read")
