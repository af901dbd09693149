"""Sessions that must be private: TLS from the first octet or by STARTTLS, and the password that goes over it."""

import ssl

import pytest

from digest.errors import RelayError
from digest.model.messages import Fate
from digest.send.plain import SmtpTransport
from digest.send.relay import Tls
from tests.makers.mail import make_message
from tests.send.sending import PASSWORD, fates, relay_at, transmit
from tests.servers.smtp import CERTIFICATE, EXTENSIONS, ScriptedSmtp


def trusting_context() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_starttls_covers_all_that_follows_it() -> None:
    with ScriptedSmtp(extensions=(*EXTENSIONS, "STARTTLS", "AUTH PLAIN")) as smtp:
        relay = relay_at(smtp, tls=Tls.REQUIRED, host="localhost", login=True)

        reports = transmit(SmtpTransport(relay, tls=trusting_context()), make_message())

    assert fates(reports) == [Fate.TAKEN]
    assert [line.split()[0].upper() for line in smtp.commands[:4]] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


def test_implicit_tls_covers_the_greeting() -> None:
    with ScriptedSmtp(implicit_tls=True) as smtp:
        relay = relay_at(smtp, tls=Tls.IMPLICIT, host="localhost")

        reports = transmit(SmtpTransport(relay, tls=trusting_context()), make_message())

    assert fates(reports) == [Fate.TAKEN]


@pytest.mark.parametrize(("tls", "implicit"), [(Tls.REQUIRED, False), (Tls.OPPORTUNISTIC, False), (Tls.IMPLICIT, True)])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tls: Tls, implicit: bool) -> None:
    with ScriptedSmtp(extensions=["STARTTLS"], implicit_tls=implicit) as smtp:
        relay = relay_at(smtp, tls=tls, host="localhost")

        with pytest.raises(RelayError, match="certificate cannot be trusted"):
            transmit(SmtpTransport(relay), make_message())


def test_a_certificate_for_another_name_is_not_trusted() -> None:
    other = CERTIFICATE.with_name("feeds.example.pem")
    with ScriptedSmtp(extensions=["STARTTLS"], certificate=other) as smtp:
        relay = relay_at(smtp, tls=Tls.REQUIRED, host="localhost")

        with pytest.raises(RelayError, match="certificate cannot be trusted: Hostname mismatch"):
            transmit(SmtpTransport(relay, tls=ssl.create_default_context(cafile=str(other))), make_message())


def test_a_relay_that_drops_starttls_gets_no_mail(smtp: ScriptedSmtp) -> None:
    with pytest.raises(RelayError, match="no STARTTLS, which is required"):
        transmit(SmtpTransport(relay_at(smtp, tls=Tls.REQUIRED)), make_message())

    assert not any(line.startswith("MAIL") for line in smtp.commands)


def test_a_relay_that_refuses_starttls_gets_no_mail(smtp: ScriptedSmtp) -> None:
    smtp.extensions = ["STARTTLS"]
    smtp.reply_at("STARTTLS", "454 4.7.0 not now")

    with pytest.raises(RelayError, match=r"refuses STARTTLS: 454 4\.7\.0 not now"):
        transmit(SmtpTransport(relay_at(smtp, tls=Tls.OPPORTUNISTIC)), make_message())


def test_what_is_said_before_tls_is_not_heard_after_it() -> None:
    with ScriptedSmtp(extensions=(*EXTENSIONS, "STARTTLS")) as smtp:
        smtp.reply_at("STARTTLS", "220 2.0.0 go ahead\r\n250-injected\r\n250 SIZE 1")
        relay = relay_at(smtp, tls=Tls.REQUIRED, host="localhost")

        reports = transmit(SmtpTransport(relay, tls=trusting_context()), make_message())

    assert fates(reports) == [Fate.TAKEN]


def test_opportunistic_tls_goes_without_where_none_is_offered(smtp: ScriptedSmtp) -> None:
    assert fates(transmit(SmtpTransport(relay_at(smtp, tls=Tls.OPPORTUNISTIC)), make_message())) == [Fate.TAKEN]


def test_a_refused_password_is_a_fault_of_ours_and_is_not_shown(smtp: ScriptedSmtp) -> None:
    smtp.extensions.append("AUTH PLAIN LOGIN")
    smtp.reply_at("AUTH", "535 5.7.8 bad credentials")
    transport = SmtpTransport(relay_at(smtp, login=True))

    with pytest.raises(RelayError, match=r"refuses the user or the password \(535\)") as raised:
        transmit(transport, make_message())

    assert PASSWORD not in f"{raised.value!r} {raised.value} {relay_at(smtp, login=True)!r}"


def test_a_password_needs_a_relay_that_asks_for_one(smtp: ScriptedSmtp) -> None:
    with pytest.raises(RelayError, match="offers no AUTH"):
        transmit(SmtpTransport(relay_at(smtp, login=True)), make_message())
