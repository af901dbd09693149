"""Publishing: close a topic's period as an edition, check it, and plan who gets it."""

from dataclasses import dataclass, replace
from datetime import datetime

from digest.curate.edition import CuratedEdition, curate_edition
from digest.curate.periods import next_period
from digest.errors import InputError
from digest.flows import fencing
from digest.flows.services import Services
from digest.model.editions import Edition, EditionStatus, Verdict
from digest.model.mailings import Mailing
from digest.model.messages import CompiledEdition
from digest.model.topics import Topic
from digest.render.compile import EditionCompiler
from digest.render.preflight import require_sendable
from digest.store import choices, editions, epoch, mailings, stories, topics
from digest.store.database import Transaction
from digest.store.partitions import make_partition

_UNFINISHED = {EditionStatus.BUILT, EditionStatus.HELD, EditionStatus.SENDING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A topic's edition, new or as it was found; None with a `shortfall` where there was too little for one."""

    edition: Edition | None
    compiled: CompiledEdition | None
    verdicts: tuple[Verdict, ...]
    shortfall: str
    is_new: bool


def curate_topic(tx: Transaction, topic: Topic, *, now: datetime) -> CuratedEdition:
    """Return the edition the topic's period makes when it closes at `now`, not kept."""
    last = editions.last_edition(tx, topic.id)
    period = next_period(now, last_end=last.period.end if last else None)
    if period is None:
        raise InputError(f"{topic.name}: its last edition closed later than {now.isoformat(timespec='minutes')}")
    candidates = stories.list_candidates(tx, topic.tags, period=period, also=topic.pinned)
    used = editions.used_stories(tx, topic.id)
    curated = curate_edition(topic, candidates, period=period, used=used, now=now)
    if curated.edition is None and last is not None:
        closed_at = f"{last.period.end:%Y-%m-%d %H:%M} UTC"
        return replace(curated, shortfall=f"{curated.shortfall}. Its edition {last.id} closed at {closed_at}")
    return curated


def find_current(tx: Transaction, topic: Topic, *, now: datetime) -> Edition | None:
    """Return the topic's last edition while it is not sent to the last reader, or where it closed no earlier than now.

    Until then no other edition can be made: what is built goes out first, and a period closes once.
    """
    last = editions.last_edition(tx, topic.id)
    return last if last and (last.status in _UNFINISHED or last.period.end >= now) else None


def publish_edition(services: Services, slug: str) -> Published:
    """Return the topic's current edition, or close the period now, check the mail, and keep the new edition.

    Raises NotFoundError for the topic and PreflightError for a mail that must not go out; then nothing is kept.
    """
    now = services.clock.now()
    compiler = services.open_compiler()
    with services.database.begin() as tx:
        topic = topics.find_topic(tx, slug)
        topics.lock_topic(tx, topic.id)
        current = find_current(tx, topic, now=now)
        if current is not None:
            return _as_found(tx, current, compiler)
        curated = curate_topic(tx, topic, now=now)
        if curated.edition is None:
            return Published(
                edition=None, compiled=None, verdicts=curated.verdicts, shortfall=curated.shortfall, is_new=False
            )
        compiled = compile_sendable(compiler, curated.edition, services)
        kept = editions.save_edition(tx, curated.edition, subject=compiled.subject, verdicts=curated.verdicts)
    return Published(edition=kept, compiled=compiled, verdicts=curated.verdicts, shortfall="", is_new=True)


def _as_found(tx: Transaction, found: Edition, compiler: EditionCompiler) -> Published:
    verdicts = tuple(editions.list_verdicts(tx, found.id)) if found.id else ()
    compiled = compiler.compile_edition(found)
    return Published(edition=found, compiled=compiled, verdicts=verdicts, shortfall="", is_new=False)


def compile_sendable(compiler: EditionCompiler, edition: Edition, services: Services) -> CompiledEdition:
    """Compile an edition and check that it may go out. Raises PreflightError."""
    compiled = compiler.compile_edition(edition)
    require_sendable(compiled, services.publication)
    return compiled


def plan_edition(services: Services, edition: Edition) -> Mailing:
    """Return the edition's mailing, planning it with all its deliveries where there is none yet.

    Raises InputError while an editor holds the edition, and EpochError for a database that this machine must not send
    from.
    """
    now = services.clock.now()
    if edition.id is None:
        raise InputError("a preview cannot be mailed; build the edition first: digest edition build")
    fencing.require_epoch(services)
    with services.database.begin() as tx:
        make_partition(tx, now)  # by itself: it keeps readers from signing up until its commit
    with services.database.begin() as tx:
        topics.lock_topic(tx, edition.topic_id)
        found = mailings.find_mailing_of(tx, edition.id)
        if found is not None:
            return found
        if not editions.move_edition(tx, edition.id, to=EditionStatus.SENDING):
            raise InputError(
                f"edition {edition.id} of {edition.topic.name} is {edition.status.value}; "
                f"digest edition approve {edition.id} lets it go"
            )
        epoch.advance_counter(tx)
        choices.end_pauses(tx, now=now)
        return mailings.plan_mailing(tx, edition.id, slot_at=now, now=now)
