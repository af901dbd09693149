"""What our own mail server found out about who sent a mail: its Authentication-Results (RFC 8601), its Received-SPF.

A mail server writes its findings above all that came with a mail, and whoever sent that mail may have written some of
his own below. So only the topmost are heard, and only what speaks against a mail: to claim a fail helps no forger.
"""

import re
from email.message import Message

_FAILED = re.compile(r"(?<![\w.-])(?:dmarc|spf)(?:\s*/\s*\d+)?\s*=\s*(?:hard)?fail\b")
_NAMED = re.compile(r"\s*\"?([^\s;\"]*)")


def is_disowned(head: Message, *, authserv_id: str) -> bool:
    """Return whether our mail server says that a mail fails DMARC or SPF, and so is not from who it says.

    `authserv_id` is the name that our server signs its findings with; where it is empty, the topmost one's counts.
    That it says nothing is not held against a mail.
    """
    findings = [str(value).lower() for value in head.get_all("Authentication-Results", ())]
    ours = authserv_id.lower() or (_name_in(findings[0]) if findings else "")
    received_spf = str(head.get("Received-SPF", "")).lower()
    return received_spf.strip().startswith("fail") or any(
        _FAILED.search(one) is not None for one in findings if _name_in(one) == ours
    )


def _name_in(finding: str) -> str:
    found = _NAMED.match(finding)
    return found[1] if found else ""
