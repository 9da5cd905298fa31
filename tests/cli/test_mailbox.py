"""`vopt mailbox`: a password is never an argument and never shown; what is wrong is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.imports.imap_server import ADDRESS, PASSWORD, ImapServer, make_certificate, running
from tests.imports.mails import SOLD_IT, mail

OWN = "--host=localhost"


@pytest.fixture
def server(tmp_path: Path, environment: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    """A mail server that this computer trusts, with a sale."""
    certificate = make_certificate(tmp_path)
    environment.setenv("SSL_CERT_FILE", str(certificate[0]))
    with running(ImapServer({5: mail("Hai venduto un articolo su Vinted", SOLD_IT)}), certificate) as started:
        yield started


def test_a_mailbox_is_set_listed_checked_and_forgotten(vopt: Vopt, server: ImapServer) -> None:
    told = vopt("mailbox", "set", ADDRESS, OWN, f"--port={server.port}", answer=PASSWORD + "\n")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(f"{ADDRESS} opens: 1 e-mail from Vinted lies there.")
    assert "--checked-by" in told.out
    assert vopt("mailbox", "list").lines == [f"{ADDRESS}  localhost:{server.port}  INBOX"]
    assert vopt("mailbox", "check", ADDRESS).status == 0
    assert vopt("mailbox", "forget", ADDRESS).status == 0
    assert "No mailbox is set yet" in vopt("mailbox", "list").out
    assert server.changed_nothing()


def test_a_wrong_password_is_one_sentence_that_does_not_show_it(vopt: Vopt, server: ImapServer) -> None:
    told = vopt("mailbox", "set", ADDRESS, OWN, f"--port={server.port}", answer="grande segreto\n")
    assert (told.status, told.out) == (1, "")
    assert "localhost does not accept the password of anna@example.it" in told.err
    assert "grande segreto" not in told.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "anna@rossi.it"), "vopt does not know the mail server of anna@rossi.it"),
        (("set", "anna@hotmail.it"), "Outlook no longer lets in programs with a password"),
        (("check", "anna@rossi.it"), "vopt knows no mailbox “anna@rossi.it”"),
        (("forget", "anna@rossi.it"), "vopt knows no mailbox “anna@rossi.it”"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(vopt: Vopt, arguments: tuple[str, ...], words: str) -> None:
    told = vopt("mailbox", *arguments)
    assert (told.status, told.out) == (1, "")
    assert words in told.err.replace("\n", " ")
