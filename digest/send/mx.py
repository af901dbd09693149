"""MX look-ups (RFC 5321 5.1): which hosts take a domain's mail, and whether any does. Mail itself goes to a relay."""

import dns.exception
import dns.name
import dns.resolver

_LIFETIME_S = 5.0


def find_mail_hosts(domain: str, *, resolver: dns.resolver.Resolver | None = None) -> list[str]:
    """Return the host names of a domain's mail exchangers, best first; none where they cannot be found in five seconds.

    Blocks. Without a `resolver`, the machine's own is asked.
    """
    try:
        asked = resolver or dns.resolver.get_default_resolver()
        answer = _ask(asked, domain, "MX")
    except dns.exception.DNSException:
        return []
    return [str(record.exchange) for record in sorted(answer, key=lambda record: int(record.preference))]


def takes_mail(domain: str, *, resolver: dns.resolver.Resolver | None = None) -> bool:
    """Return whether a domain has a host for its mail: an MX, or without any an address of its own (RFC 5321 5.1).

    One that says by a null MX that it takes none has none (RFC 7505). Blocks for some seconds at most; where the DNS
    gives no answer, the answer is yes.
    """
    asked = resolver or dns.resolver.get_default_resolver()
    try:
        return any(record.exchange != dns.name.root for record in _ask(asked, domain, "MX"))
    except dns.resolver.NXDOMAIN:
        return False
    except dns.resolver.NoAnswer:
        return any(_has_address(asked, domain, kind) for kind in ("A", "AAAA"))
    except dns.exception.DNSException:
        return True


def _ask(resolver: dns.resolver.Resolver, domain: str, kind: str) -> dns.resolver.Answer:
    return resolver.resolve(domain + ".", kind, lifetime=_LIFETIME_S, search=False)


def _has_address(resolver: dns.resolver.Resolver, domain: str, kind: str) -> bool:
    try:
        return bool(_ask(resolver, domain, kind))
    except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
        return False
    except dns.exception.DNSException:
        return True
