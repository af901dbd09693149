"""Sessions that must be private: TLS from the first octet or by STARTTLS, and the password that goes over it."""

import base64
import hashlib
import hmac
import ssl
from contextlib import suppress
from dataclasses import replace

import pytest

from digest.errors import RelayError
from digest.model.messages import Fate
from digest.send.relay import Auth, Tls
from digest.send.smtp.encryption import Encryption
from tests.makers.mail import make_message
from tests.send.sending import PASSWORD, relay_at, send_to, trusting_context
from tests.servers.logins import CRAM_CHALLENGE, Credentials
from tests.servers.smtp import CERTIFICATE, EXTENSIONS, ScriptedSmtp

ALL_MECHANISMS = "AUTH XOAUTH2 CRAM-MD5 LOGIN PLAIN"
CRAM_DIGEST = hmac.new(PASSWORD.encode(), CRAM_CHALLENGE, hashlib.md5).hexdigest()
PLAIN = Credentials("PLAIN", (f"\0digest\0{PASSWORD}".encode(),))
LOGIN = Credentials("LOGIN", (b"digest", PASSWORD.encode()))
CRAM_MD5 = Credentials("CRAM-MD5", (f"digest {CRAM_DIGEST}".encode(),))
XOAUTH2 = Credentials("XOAUTH2", (f"user=digest\1auth=Bearer {PASSWORD}\1\1".encode(),))


def shake_hands(ours: Encryption, context: ssl.SSLContext) -> None:
    """Have us meet a server within this process."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    while not ours.shake_hands(outgoing.read()):
        incoming.write(ours.unsent())
        with suppress(ssl.SSLWantReadError):
            server.do_handshake()


@pytest.mark.parametrize("pipelining", [("PIPELINING",), ()])
def test_starttls_covers_all_that_follows_it(pipelining: tuple[str, ...]) -> None:
    with ScriptedSmtp(extensions=(*EXTENSIONS, *pipelining, "STARTTLS", "AUTH PLAIN")) as smtp:
        relay = relay_at(smtp, tls=Tls.REQUIRED, host="localhost", login=True)

        sent = send_to(relay, make_message(), make_message(), tls=trusting_context())

    assert sent.fates == [Fate.TAKEN] * 2
    assert [line.split()[0] for line in smtp.commands[:4]] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]
    assert smtp.logins == [PLAIN]


def test_implicit_tls_covers_the_greeting_and_carries_what_no_buffer_holds() -> None:
    content = (b"x" * 76 + b"\r\n") * 130_000
    with ScriptedSmtp(extensions=(*EXTENSIONS, "PIPELINING"), implicit_tls=True) as smtp:
        relay = relay_at(smtp, tls=Tls.IMPLICIT, host="localhost")

        sent = send_to(relay, make_message(content), make_message(), tls=trusting_context())

    assert sent.fates == [Fate.TAKEN] * 2
    assert smtp.inbox[0].raw == content


@pytest.mark.parametrize(("tls", "implicit"), [(Tls.REQUIRED, False), (Tls.OPPORTUNISTIC, False), (Tls.IMPLICIT, True)])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tls: Tls, implicit: bool) -> None:
    with ScriptedSmtp(extensions=["STARTTLS"], implicit_tls=implicit) as smtp:
        relay = relay_at(smtp, tls=tls, host="localhost")

        with pytest.raises(RelayError, match="certificate cannot be trusted"):
            send_to(relay, make_message())


def test_a_certificate_for_another_name_is_not_trusted() -> None:
    other = CERTIFICATE.with_name("feeds.example.pem")
    with ScriptedSmtp(extensions=["STARTTLS"], certificate=other) as smtp:
        relay = relay_at(smtp, tls=Tls.REQUIRED, host="localhost")

        with pytest.raises(RelayError, match="certificate cannot be trusted: Hostname mismatch"):
            send_to(relay, make_message(), tls=ssl.create_default_context(cafile=str(other)))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_a_tls_that_is_too_old_is_not_spoken_even_if_the_context_would() -> None:
    lenient, server = trusting_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE)
    for context in (lenient, server):
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(ssl.SSLError, match=r"TLSv1.1 is too old"):
        shake_hands(Encryption(lenient, "localhost"), server)


def test_a_relay_that_speaks_no_tls_where_it_must_is_told_from_one_that_is_gone(smtp: ScriptedSmtp) -> None:
    with pytest.raises(RelayError, match="TLS failed"):
        send_to(relay_at(smtp, tls=Tls.IMPLICIT, host="localhost"), make_message())


def test_a_relay_that_drops_starttls_gets_no_mail(smtp: ScriptedSmtp) -> None:
    with pytest.raises(RelayError, match="no STARTTLS, which is required"):
        send_to(relay_at(smtp, tls=Tls.REQUIRED, login=True), make_message())

    assert [line.split()[0] for line in smtp.commands] == ["EHLO"]


def test_a_relay_that_refuses_starttls_gets_no_mail(smtp: ScriptedSmtp) -> None:
    smtp.extensions = ["STARTTLS"]
    smtp.reply_at("STARTTLS", "454 4.7.0 not now")

    with pytest.raises(RelayError, match=r"refuses STARTTLS: 454 4\.7\.0 not now"):
        send_to(relay_at(smtp, tls=Tls.OPPORTUNISTIC), make_message())


def test_a_session_in_which_more_was_said_before_tls_is_left() -> None:
    with ScriptedSmtp(extensions=(*EXTENSIONS, "STARTTLS")) as smtp:
        smtp.reply_at("STARTTLS", "220 2.0.0 go ahead\r\n250-injected\r\n250 SIZE 1")
        relay = relay_at(smtp, tls=Tls.REQUIRED, host="localhost")

        with pytest.raises(RelayError, match="more was said in clear text"):
            send_to(relay, make_message(), tls=trusting_context())

    assert smtp.commands[-1] == "STARTTLS"


def test_what_is_offered_in_the_clear_is_forgotten_under_tls() -> None:
    with ScriptedSmtp(extensions=("STARTTLS", "SIZE 10", "AUTH PLAIN")) as smtp:
        smtp.extensions_under_tls = ["8BITMIME"]
        relay = relay_at(smtp, tls=Tls.REQUIRED, host="localhost")

        sent = send_to(relay, make_message(), tls=trusting_context())

    assert sent.fates == [Fate.TAKEN]
    assert smtp.inbox[0].mail_options == ""


def test_opportunistic_tls_goes_without_where_none_is_offered(smtp: ScriptedSmtp) -> None:
    assert send_to(relay_at(smtp, tls=Tls.OPPORTUNISTIC), make_message()).fates == [Fate.TAKEN]


@pytest.mark.parametrize(
    ("offered", "auth", "login"),
    [
        (ALL_MECHANISMS, None, PLAIN),
        ("AUTH CRAM-MD5 LOGIN", None, LOGIN),
        ("AUTH=CRAM-MD5", None, CRAM_MD5),
        (ALL_MECHANISMS, Auth.CRAM_MD5, CRAM_MD5),
        (ALL_MECHANISMS, Auth.XOAUTH2, XOAUTH2),
    ],
)
def test_we_log_in_by_the_best_that_is_offered_or_as_told(offered: str, auth: Auth | None, login: Credentials) -> None:
    with ScriptedSmtp(extensions=(*EXTENSIONS, offered), implicit_tls=True) as smtp:
        relay = relay_at(smtp, tls=Tls.IMPLICIT, host="localhost", login=True, auth=auth)

        sent = send_to(relay, make_message(), tls=trusting_context())

    assert sent.fates == [Fate.TAKEN]
    assert smtp.logins == [login]


def test_on_a_clear_line_to_this_machine_the_password_stays_hidden_if_it_can(smtp: ScriptedSmtp) -> None:
    smtp.extensions.append(ALL_MECHANISMS)

    send_to(relay_at(smtp, login=True), make_message())

    assert smtp.logins == [CRAM_MD5]


def test_a_token_too_long_for_one_line_waits_until_it_is_asked_for(smtp: ScriptedSmtp) -> None:
    smtp.extensions.append("AUTH XOAUTH2")
    token = "t" * 2000

    send_to(replace(relay_at(smtp, login=True, auth=Auth.XOAUTH2), password=token), make_message())

    assert smtp.commands[1] == "AUTH XOAUTH2"
    assert smtp.logins[0].said[0].endswith(f"Bearer {token}\1\1".encode())


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_a_refused_password_is_a_fault_of_ours_and_is_not_shown(smtp: ScriptedSmtp, mechanism: str) -> None:
    smtp.extensions.append(f"AUTH {mechanism}")
    smtp.reply_at("AUTH", f"535 5.7.8 bad credentials {PASSWORD}")

    with pytest.raises(RelayError, match=r"refuses the user or the password \(535\)") as raised:
        send_to(relay_at(smtp, login=True), make_message())

    shown = f"{raised.value!r} {raised.value} {relay_at(smtp, login=True)!r}"
    assert PASSWORD not in shown
    assert base64.b64encode(PASSWORD.encode()).decode() not in shown


def test_a_login_that_is_off_for_now_is_a_fault_of_the_relay(smtp: ScriptedSmtp) -> None:
    smtp.extensions.append("AUTH PLAIN")
    smtp.reply_at("AUTH", "454 4.7.0 later")

    with pytest.raises(RelayError, match=r"does not let us log in \(454\)"):
        send_to(relay_at(smtp, login=True), make_message())


def test_a_relay_that_never_stops_asking_is_left(smtp: ScriptedSmtp) -> None:
    smtp.extensions.append("AUTH PLAIN")
    smtp.reply_at("AUTH", "334 \r\n334 \r\n334 \r\n334 ")

    with pytest.raises(RelayError, match="does not let us log in"):
        send_to(relay_at(smtp, login=True), make_message())


@pytest.mark.parametrize(
    ("offered", "why"), [("8BITMIME", "offers no AUTH"), ("AUTH GSSAPI", "AUTH by GSSAPI, and we would use")]
)
def test_a_password_needs_a_relay_that_asks_for_one(smtp: ScriptedSmtp, offered: str, why: str) -> None:
    smtp.extensions.append(offered)

    with pytest.raises(RelayError, match=why):
        send_to(relay_at(smtp, login=True), make_message())
