"""What our mail server found out about a mail: only its own word counts, and only against a mail."""

from email.parser import HeaderParser

import pytest

from digest.track.verdicts import is_disowned

AR = "Authentication-Results"


def disowns(*fields: str, authserv_id: str = "") -> bool:
    head = HeaderParser().parsestr("\r\n".join([*fields, "From: reader@example.org", "", ""]))
    return is_disowned(head, authserv_id=authserv_id)


@pytest.mark.parametrize(
    "field",
    [
        f"{AR}: mx.example.com; spf=fail smtp.mailfrom=example.org",
        f"{AR}: mx.example.com; dkim=none; dmarc=fail (p=NONE) header.from=example.org",
        f"{AR}: mx.example.com 1;\r\n\tdkim=pass header.d=example.net;\r\n\tdmarc=FAIL header.from=example.org",
        f"{AR}: mx.example.com; spf/1 = hardfail smtp.mailfrom=example.org",
        f"{AR}: spf=fail (sender IP is 192.0.2.7) smtp.mailfrom=example.org; dkim=none",
        "Received-SPF: fail (mx.example.com: domain of example.org does not designate 192.0.2.7)",
        "Received-SPF: Fail (mailfrom) identity=mailfrom; client-ip=192.0.2.7",
        "authentication-results: MX.EXAMPLE.COM; SPF=FAIL",
    ],
)
def test_a_fail_of_our_mail_server_disowns_a_mail(field: str) -> None:
    assert disowns(field)


@pytest.mark.parametrize(
    "field",
    [
        "X-Nothing: is said",
        f"{AR}: mx.example.com; none",
        f"{AR}: mx.example.com; spf=pass smtp.mailfrom=example.org; dmarc=pass header.from=example.org",
        f"{AR}: mx.example.com; spf=softfail smtp.mailfrom=example.org; dkim=fail; dmarc=none",
        f"{AR}: mx.example.com; spf=pass smtp.mailfrom=fail.example.org policy.dmarc=fail",
        "Received-SPF: pass (mx.example.com: spf=fail is no word of ours)",
        "Received-SPF: softfail (mx.example.com)",
    ],
)
def test_what_says_nothing_against_a_mail_does_not_disown_it(field: str) -> None:
    assert not disowns(field)


def test_each_topmost_finding_of_the_same_server_is_heard() -> None:
    assert disowns(f"{AR}: mx.example.com; dkim=pass", f"{AR}: mx.example.com; dmarc=fail")


def test_what_another_server_found_out_before_is_not_heard() -> None:
    assert not disowns(f"{AR}: mx.example.com; dmarc=pass", f"{AR}: forwarder.example; spf=fail")
    assert not disowns("Received-SPF: pass (mx.example.com)", "Received-SPF: fail (forwarder.example)")


def test_a_forger_s_pass_below_takes_nothing_back() -> None:
    assert disowns(f"{AR}: mx.example.com; dmarc=fail", f"{AR}: mx.example.com; dmarc=pass")


def test_the_server_that_the_operator_names_is_heard_wherever_it_stands() -> None:
    fields = (f"{AR}: relay.example.com; spf=pass", f"{AR}: mx.example.com; dmarc=fail")

    assert disowns(*fields, authserv_id="mx.example.com")
    assert not disowns(*fields, authserv_id="relay.example.com")
    assert not disowns(*fields)
