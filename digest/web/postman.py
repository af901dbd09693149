"""The postman: a thread beside the web server that sends the mails around a subscription, within a second or so.

Several may be at work, here and in workers: what is due is found in the database, and marked by who takes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog

from digest.errors import DigestError
from digest.flows.notices.delivering import deliver_notices
from digest.flows.services import Services
from digest.logs import describe_bug

log = structlog.get_logger()

_EVERY_S = 1.0
_AFTER_A_FAULT_S = 60.0
"""A relay that refuses our login is not asked again each second."""


@contextmanager
def delivering_notices(services: Services) -> Iterator[None]:
    """Deliver notices while the block runs, and end with it: what is on the wire by then is seen through."""
    ending = Event()
    thread = Thread(target=_deliver_until, args=(services, ending), name="postman")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def _deliver_until(services: Services, ending: Event) -> None:
    pause_s = _EVERY_S
    while not ending.wait(pause_s):
        pause_s = _EVERY_S if _deliver(services, ending) else _AFTER_A_FAULT_S


def _deliver(services: Services, ending: Event) -> bool:
    """Return whether all went well. Whatever goes wrong, the notices stay queued, and the postman comes back."""
    try:
        deliver_notices(services, stop=ending.is_set)
    except DigestError as error:
        log.error("postman.failed", why=str(error))  # noqa: TRY400  # a sentence, and no bug to trace
        return False
    except Exception as error:  # noqa: BLE001  # the top of a task: without the postman nobody could sign up
        log.error("postman.failed", why=describe_bug(error))  # noqa: TRY400  # its own words may hold an address
        return False
    return True
