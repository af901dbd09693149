"""What flows work with: live objects that `digest.bootstrap` made from settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from digest.clock import Clock
from digest.flows.readers.watching import SignUpWatch
from digest.links import Links
from digest.model.messages import Publication, Sender
from digest.send.braking import BrakeLimits
from digest.send.warm_up import WarmUp
from digest.store.database import Database

if TYPE_CHECKING:  # what takes a second to load waits until a flow needs it
    from digest.gather.fetching.fetcher import Fetcher
    from digest.limits import LocalBuckets, RedisBuckets
    from digest.render.compile import EditionCompiler
    from digest.render.notices import NoticeCompiler
    from digest.send.dkim import Signer
    from digest.send.pacing import Pacer
    from digest.send.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpRules:
    """What an operator says of sign-ups: whether and who may, what is kept, and how many in ten minutes are usual."""

    are_open: bool
    refuses_roles: bool
    refuses_disposable: bool
    checks_mx: bool
    keeps_ips: bool
    usual_in_ten_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The database, the clock, and how to open what a flow needs only sometimes.

    `home` is the folder of this host's own things: mailbox, locks, the made secret. `mailbox` is the Maildir that
    stands in for a relay, None where there is a relay. `authserv_id` is the name of the newsroom's own mail server in
    its Authentication-Results, empty where nobody said. `retention` is how long deliveries are kept,
    `ip_retention` the IPs in evidence. `takes_mail` asks the DNS whether a domain does, and blocks. Who opens something
    closes it.
    """

    database: Database
    clock: Clock
    links: Links
    publication: Publication
    sender: Sender
    home: Path
    mailbox: Path | None
    brake_limits: BrakeLimits
    warm_up: WarmUp | None
    retention: timedelta
    ip_retention: timedelta
    sign_up_rules: SignUpRules
    authserv_id: str
    open_buckets: "Callable[[], LocalBuckets | RedisBuckets]"
    open_fetcher: "Callable[[], Fetcher]"
    open_compiler: "Callable[[], EditionCompiler]"
    open_notice_compiler: "Callable[[], NoticeCompiler]"
    open_signer: "Callable[[], Signer | None]"
    open_pacer: "Callable[[], Pacer]"
    open_wire: "Callable[[], Wire]"
    takes_mail: Callable[[str], bool]
    sign_up_watch: SignUpWatch = field(default_factory=SignUpWatch)
