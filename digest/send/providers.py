"""Providers: domains whose mail one operator takes in, and which are paced as one group.

Well-known domains are in a table. Others are told by the host names of their mail exchangers (RFC 5321 5.1) where a
look-up is given (mx.py); until its answer is there, and where it says nothing, a domain is a group of its own.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

_DOMAINS = {
    "apple": "icloud.com me.com mac.com",
    "fastmail": "fastmail.com fastmail.fm",
    "google": "gmail.com googlemail.com",
    "libero": "libero.it virgilio.it inwind.it iol.it blu.it giallo.it",
    "mail.ru": "mail.ru bk.ru inbox.ru list.ru internet.ru",
    "microsoft": "outlook.com hotmail.com live.com msn.com windowslive.com passport.com"
    " hotmail.ca hotmail.co.uk hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hotmail.se"
    " live.be live.ca live.co.uk live.com.au live.de live.dk live.fr live.it live.nl live.no live.se"
    " outlook.be outlook.com.br outlook.de outlook.dk outlook.es outlook.fr outlook.it outlook.jp outlook.pt",
    "netease": "163.com 126.com yeah.net",
    "orange": "orange.fr wanadoo.fr",
    "proton": "proton.me protonmail.com protonmail.ch pm.me",
    "sfr": "sfr.fr neuf.fr cegetel.net club-internet.fr",
    "telekom": "t-online.de magenta.de",
    "tencent": "qq.com foxmail.com",
    "united-internet": "gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net gmx.us web.de mail.com",
    "yahoo": "yahoo.com ymail.com rocketmail.com myyahoo.com aol.com aim.com"
    " yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.uk yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.com.ph"
    " yahoo.de yahoo.es yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.ro yahoo.se",
    "yandex": "yandex.ru yandex.com yandex.by yandex.kz ya.ru",
    "zoho": "zoho.com zohomail.com zohomail.eu",
}
_MX_SUFFIXES = {
    "apple": "mail.icloud.com",
    "barracuda": "barracudanetworks.com",
    "cisco": "iphmx.com",
    "fastmail": "messagingengine.com",
    "gandi": "gandi.net",
    "godaddy": "secureserver.net",
    "google": "google.com googlemail.com",
    "libero": "libero.it",
    "mail.ru": "mail.ru",
    "messagelabs": "messagelabs.com",
    "microsoft": "outlook.com mx.microsoft",
    "mimecast": "mimecast.com mimecast.co.za mimecast-offshore.com",
    "netease": "163.com netease.com",
    "orange": "orange.fr",
    "ovh": "ovh.net",
    "proofpoint": "pphosted.com ppe-hosted.com",
    "proton": "protonmail.ch",
    "rackspace": "emailsrvr.com",
    "tencent": "qq.com",
    "united-internet": "gmx.net kundenserver.de ionos.co.uk ionos.com ionos.de ionos.es ionos.fr ionos.it web.de",
    "yahoo": "yahoodns.net",
    "yandex": "yandex.net yandex.ru",
    "zoho": "zoho.com zoho.eu zoho.in",
}
_GROUP_OF_DOMAIN = {domain: group for group, domains in _DOMAINS.items() for domain in domains.split()}
_GROUP_OF_SUFFIX = {suffix: group for group, suffixes in _MX_SUFFIXES.items() for suffix in suffixes.split()}
GROUPS = frozenset(_DOMAINS) | frozenset(_MX_SUFFIXES)

_LOOK_UPS_AT_ONCE = 4
_MAX_WAITING = 1_000
_MAX_ANSWERS = 20_000

MxLookup = Callable[[str], Sequence[str]]
"""Returns the host names of a domain's mail exchangers, best first, none where they cannot be found. May block."""


class Providers:
    """The provider group of each domain. `apart` are domains that are groups of their own, whatever the table says."""

    def __init__(self, *, apart: Sequence[str] = (), look_up: MxLookup | None = None) -> None:
        self._look_up = look_up
        self._table = _GROUP_OF_DOMAIN | {domain: domain for domain in apart}
        self._answers: dict[str, str] = {}
        self._waiting: set[str] = set()
        self._threads: ThreadPoolExecutor | None = None

    def group_of(self, domain: str) -> str:
        """Return the domain's group, which is its own name where it belongs to no other. Never blocks.

        `domain` is in small letters and A-labels. The answer changes once, when its look-up comes back.
        """
        return self._table.get(domain) or self._answers.get(domain) or self._ask(domain)

    def close(self) -> None:
        """Look nothing up any more."""
        self._look_up = None
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, domain: str) -> str:
        if self._look_up and domain not in self._waiting and len(self._waiting) < _MAX_WAITING:
            self._waiting.add(domain)
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_LOOK_UPS_AT_ONCE, thread_name_prefix="mx")
            self._threads.submit(self._answer, domain, self._look_up)
        return domain

    def _answer(self, domain: str, look_up: MxLookup) -> None:
        if len(self._answers) >= _MAX_ANSWERS:
            self._answers.clear()
        try:
            self._answers[domain] = group_of_hosts(look_up(domain)) or domain
        finally:
            self._waiting.discard(domain)


def group_of_hosts(hosts: Sequence[str]) -> str | None:
    """Return the group whose mail exchanger the first of these hosts is, or None. A dot at a name's end is ignored."""
    labels = hosts[0].lower().rstrip(".").split(".") if hosts else []
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_GROUP_OF_SUFFIX[suffix] for suffix in suffixes if suffix in _GROUP_OF_SUFFIX), None)
