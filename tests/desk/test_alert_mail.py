"""E-mails leave over an encrypted connection; what goes wrong is a sentence that repeats nothing of the server's."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.desk.receivers import PASSWORD, USER, SmtpServer, receiving_mail
from tests.desk.shop.clocks import NOW
from tests.imports.imap_server import make_certificate, trusting
from vopt_lib.desk.alert_mail import MailChannel
from vopt_lib.desk.alert_message import Message
from vopt_lib.errors import AlertNotSent
from vopt_lib.settings import load_settings

MESSAGE = Message("vopt: Città è piena", "Perché: “disco” pieno.\n\nE altro.", "bad", NOW)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost and its key."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def tls_of(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)
    return tls


def channel(server: SmtpServer, trust: ssl.SSLContext | None = None, **given: Any) -> MailChannel:
    """As the settings describe it."""
    told = {"alert_smtp_host": "localhost", "alert_smtp_port": server.port, "alert_smtp_user": USER}
    made = MailChannel.of(load_settings(**told | {"alert_smtp_password": PASSWORD} | given))
    assert made is not None
    return MailChannel(**vars(made) | {"trust": trust})


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_e_mail_arrives_encrypted_with_all_its_letters(certificate: tuple[Path, Path], security: str) -> None:
    with receiving_mail(SmtpServer(tls_of(certificate), at_once=security == "tls")) as server:
        given = {"alert_smtp_security": security, "alert_smtp_to": "anna@example.org ben@example.org"}
        channel(server, trusting(certificate), **given).send(MESSAGE)
    [mail] = server.mails
    assert (mail["Subject"], mail["From"], mail["To"]) == (MESSAGE.subject, USER, "anna@example.org, ben@example.org")
    assert mail.get_content().strip().replace("\r\n", "\n") == MESSAGE.text
    assert (mail.get_content_type(), mail["Auto-Submitted"]) == ("text/plain", "auto-generated")
    assert server.receivers == ["anna@example.org", "ben@example.org"]


def test_who_sends_gets_it_where_nobody_else_is_named(tmp_path: Path) -> None:
    with receiving_mail(SmtpServer()) as server:
        channel(server, alert_smtp_security="none").send(MESSAGE)
    assert server.receivers == [USER]


@pytest.mark.parametrize(
    ("given", "refuses", "told"),
    [
        ({"alert_smtp_password": "wrong-word"}, "", "it refuses the name or the password"),
        ({}, "RCPT", "it takes no e-mail for this address"),
        ({}, "MAIL", "it takes no e-mail from this sender"),
        ({}, "DATA", "it did not take the message"),
        ({"alert_smtp_security": "starttls"}, "", "it does not encrypt"),
        ({"alert_smtp_to": "nobody"}, "", "holds no e-mail address"),
        ({"alert_smtp_to": "a@b.it\r\nX: y"}, "", "holds no e-mail address"),
        ({"alert_smtp_host": "mail.invalid", "alert_smtp_security": "none"}, "", "sent unencrypted"),
        ({"alert_smtp_port": 1}, "", "no connection"),
    ],
    ids=["password", "receiver", "sender", "message", "starttls", "address", "header", "unencrypted", "port"],
)
def test_what_goes_wrong_is_a_sentence_without_a_secret(given: dict[str, Any], refuses: str, told: str) -> None:
    with receiving_mail(SmtpServer(refuses=refuses)) as server, pytest.raises(AlertNotSent, match=told) as caught:
        channel(server, **{"alert_smtp_security": "none", **given}).send(MESSAGE)
    assert server.mails == []
    for secret in (PASSWORD, "wrong-word", "secret-of-the-server"):
        assert secret not in f"{caught.value} {caught.value.facts}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_certificate_that_is_not_good_gets_no_password(certificate: tuple[Path, Path]) -> None:
    untrusted, refused = SmtpServer(tls_of(certificate), at_once=True), "its certificate is not good"
    with receiving_mail(untrusted) as server, pytest.raises(AlertNotSent, match=refused):
        channel(server, alert_smtp_security="tls").send(MESSAGE)


def test_what_was_taken_is_taken_however_the_talk_ends() -> None:
    with receiving_mail(SmtpServer(refuses="QUIT")) as server:
        channel(server, alert_smtp_security="none").send(MESSAGE)
    assert len(server.mails) == 1


def test_without_a_server_there_is_no_e_mail() -> None:
    assert MailChannel.of(load_settings()) is None
