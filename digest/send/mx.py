"""MX look-ups (RFC 5321 5.1): which hosts take a domain's mail. Asked for pacing alone; mail goes to a relay."""

import dns.exception
import dns.resolver

_LIFETIME_S = 5.0


def find_mail_hosts(domain: str, *, resolver: dns.resolver.Resolver | None = None) -> list[str]:
    """Return the host names of a domain's mail exchangers, best first; none where they cannot be found in five seconds.

    Blocks. Without a `resolver`, the machine's own is asked.
    """
    try:
        asked = resolver or dns.resolver.get_default_resolver()
        answer = asked.resolve(domain + ".", "MX", lifetime=_LIFETIME_S, search=False)
    except dns.exception.DNSException:
        return []
    return [str(record.exchange) for record in sorted(answer, key=lambda record: int(record.preference))]
