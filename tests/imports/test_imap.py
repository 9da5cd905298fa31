"""Her mailbox, read over a real connection: nothing in it changes, and no server can do harm."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.imports.imap_server import ADDRESS, PASSWORD, ImapServer, Line, make_certificate, running, trusting
from tests.imports.mails import MAIL_SERVER, SOLD_IT, mail
from vopt_lib.errors import (
    MailboxError,
    MailFolderMissing,
    MailRefused,
    MailServerSilent,
    MailServerUntrusted,
    MailServerWrong,
)
from vopt_lib.imports.imap import RawMail, opened
from vopt_lib.imports.imap_wire import Wire
from vopt_lib.imports.mail import LARGEST_MAIL, MARKETS, MOST_HEADERS, read_mail, senders
from vopt_lib.schema.own_mails import DoubtfulMail, OwnMail

SINCE = date(2026, 1, 1)
SALE = mail("Hai venduto un articolo su Vinted", SOLD_IT)
AUNT = mail("Ciao", "come stai", sender="zia@example.it")
Start = Callable[..., ImapServer]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The server's certificate and key."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def wire(certificate: tuple[Path, Path]) -> Wire:
    """It trusts the server."""
    return Wire(trusting(certificate), silent_s=20, answer_s=20)


@pytest.fixture
def impatient(wire: Wire) -> Wire:
    """The same, but it waits for half a second at most."""
    return replace(wire, silent_s=0.5)


@pytest.fixture
def start(certificate: tuple[Path, Path]) -> Iterator[Start]:
    """Starts a server with these mails."""
    with ExitStack() as stack:
        yield lambda mails=None, **facts: stack.enter_context(running(ImapServer(mails or {}, **facts), certificate))


def read(server: ImapServer, wire: Wire, **facts: object) -> list[RawMail]:
    with opened(server.mailbox(**facts), server.password, wire) as folder:
        return list(folder.read(folder.numbers(senders("it"), SINCE)))


@pytest.mark.parametrize("starts_tls", [False, True], ids=["tls", "starttls"])
@pytest.mark.parametrize("capabilities", ["IMAP4rev1 AUTH=PLAIN", "IMAP4rev1"], ids=["plain", "login"])
def test_only_vinteds_mails_are_fetched_whole_and_nothing_is_changed(
    start: Start, wire: Wire, starts_tls: bool, capabilities: str
) -> None:
    password = PASSWORD if "PLAIN" in capabilities else "segreto"
    server = start({3: AUNT, 5: SALE, 9: SALE}, starts_tls=starts_tls, capabilities=capabilities, password=password)
    assert read(server, wire) == [RawMail(5, SALE, False), RawMail(9, SALE, False)]
    assert server.changed_nothing()
    assert server.commands[-1] == "LOGOUT"
    assert isinstance(read_mail(SALE, mail_server=MAIL_SERVER), OwnMail)


def test_mails_that_were_read_are_not_fetched_again(start: Start, wire: Wire) -> None:
    server = start({5: SALE, 9: SALE})
    assert [one.uid for one in read(server, wire, uid_validity=77, last_uid=5)] == [9]
    assert read(server, wire, uid_validity=77, last_uid=9) == []
    assert [one.uid for one in read(server, wire, uid_validity=76, last_uid=9)] == [5, 9]


def test_older_mails_and_other_senders_are_not_asked_for(start: Start, wire: Wire) -> None:
    server = start({5: SALE})
    with opened(server.mailbox(), PASSWORD, wire) as folder:
        assert (folder.mails, folder.uid_validity) == (1, 77)
        assert folder.numbers(senders("it"), date(2026, 11, 10)) == [5]  # the server gives the last one always
        asked = server.commands[-1]
    assert asked.startswith("UID SEARCH UID 1:* SINCE 10-Nov-2026 OR FROM ")
    assert '"no-reply@vinted.it"' in asked
    assert '"noreply@vinted.it"' in asked


def test_every_country_can_be_asked_for_at_once(start: Start, wire: Wire) -> None:
    everybody = [sender for market in MARKETS for sender in senders(market)]
    server = start({5: SALE})
    with opened(server.mailbox(), PASSWORD, wire) as folder:
        assert folder.numbers(everybody, SINCE) == [5]
    assert server.commands[-2].count("FROM") == 2 * len(MARKETS) == 1 + server.commands[-2].count("OR ")


def test_of_a_mail_that_is_too_large_only_the_beginning_is_fetched(start: Start, wire: Wire) -> None:
    server = start({5: SALE + b"x" * LARGEST_MAIL})
    (found,) = read(server, wire)
    assert (found.is_cut, len(found.raw)) == (True, MOST_HEADERS)
    told = read_mail(found.raw, mail_server=MAIL_SERVER, is_cut=True)
    assert isinstance(told, DoubtfulMail)
    assert told.reason == "too_large"


@pytest.mark.parametrize("folder", ["Vinted & co", "Già letti", 'a"b\\c', "日本"])
def test_folders_of_any_name_are_found(start: Start, wire: Wire, folder: str) -> None:
    known = ("Vinted &- co", "Gi&AOA- letti", 'a\\"b\\\\c', "&ZeVnLA-")
    assert read(start({5: SALE}, folders=known), wire, folder=folder) == [RawMail(5, SALE, False)]


def test_a_folder_that_there_is_not_is_said_to_be_so(start: Start, wire: Wire) -> None:
    with pytest.raises(MailFolderMissing, match="Vendite"):
        read(start(), wire, folder="Vendite")


def test_a_wrong_password_is_said_to_be_so_and_never_repeated(start: Start, wire: Wire) -> None:
    def echo(tag: str, command: str, send: Line) -> bool:
        if "LOGIN" in command:
            send(f"{tag} NO {command} is wrong\r\n".encode())
        return "LOGIN" in command

    server = start(hook=echo, capabilities="IMAP4rev1", password="segreto")
    with pytest.raises(MailRefused) as refused:
        read(server, wire)
    assert "segreto" not in str(refused.value) + repr(refused.value.facts) + repr(refused.value.__cause__)


def test_a_server_that_is_out_of_order_does_not_blame_the_password(start: Start, wire: Wire) -> None:
    def busy(tag: str, command: str, send: Line) -> bool:
        if command.startswith("AUTH"):
            send(f"{tag} NO [UNAVAILABLE] later\r\n".encode())
        return command.startswith("AUTH")

    with pytest.raises(MailServerSilent, match="out of order"):
        read(start(hook=busy), wire)


def test_a_server_that_asks_for_the_password_twice_gets_it_once(start: Start, impatient: Wire) -> None:
    given: list[str] = []

    def greedy(tag: str, command: str, send: Line) -> bool:
        if command.startswith("AUTH"):
            send(b"+ \r\n+ \r\n")
        elif not command:
            given.append(tag)
            send(b"A BAD enough\r\n" if len(given) > 1 else b"")
        return command.startswith("AUTH") or not command

    with pytest.raises(MailboxError):
        read(start(hook=greedy), impatient)
    assert given[1:] in ([], ["*"])


@pytest.mark.parametrize("facts", [{"address": "anna\r\nA1 DELETE INBOX"}, {"folder": "INBOX\nA1 DELETE INBOX"}])
def test_no_command_is_hidden_in_what_she_types(start: Start, wire: Wire, facts: dict[str, str]) -> None:
    server = start()
    with pytest.raises(MailboxError, match="a sign that none has"):
        read(server, wire, **facts)
    assert server.commands == []


def test_a_certificate_that_nobody_trusts_gets_no_password(start: Start) -> None:
    server = start()
    with pytest.raises(MailServerUntrusted):
        read(server, Wire(silent_s=20))
    assert server.commands == []


def test_a_certificate_of_another_name_gets_no_password(tmp_path: Path) -> None:
    other = make_certificate(tmp_path, "mail.example.it")
    with (
        running(ImapServer(), other) as server,
        pytest.raises(MailServerUntrusted, match=r"mail\.example\.it|localhost"),
    ):
        read(server, Wire(trusting(other)))


def test_a_server_that_does_not_encrypt_gets_no_password(start: Start, wire: Wire) -> None:
    server = start(starts_tls=True)
    with pytest.raises(MailServerUntrusted):
        read(server, wire, security="tls")
    stripped = start(starts_tls=True, hook=_without_starttls)
    with pytest.raises(MailServerUntrusted):
        read(stripped, wire)
    assert not [one for one in stripped.commands if one.startswith(("AUTH", "LOGIN"))]


def _without_starttls(tag: str, command: str, send: Line) -> bool:
    if command == "CAPABILITY":
        send(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n".encode())
    return command == "CAPABILITY"


def test_nobody_listening_and_no_such_host_are_said_to_be_so(wire: Wire) -> None:
    with pytest.raises(MailServerSilent, match="no connection"):
        read(ImapServer(port=1), wire)
    with pytest.raises(MailServerSilent, match="no server of that name"):
        read(ImapServer(port=1), wire, host="mail.nowhere.invalid")


def _to(what: str, *answers: bytes) -> Callable[[str, str, Line], bool]:
    def hook(tag: str, command: str, send: Line) -> bool:
        if what in command:
            for answer in answers:
                send(answer.replace(b"TAG", tag.encode()))
        return what in command

    return hook


def _forever(what: str, piece: bytes) -> Callable[[str, str, Line], bool]:
    def hook(tag: str, command: str, send: Line) -> bool:
        while what in command:
            send(piece)
        return False

    return hook


HOSTILE = {
    "an endless literal": (_to("BODY", b"* 1 FETCH (UID 5 BODY[]<0> {99999999999}\r\n", b"x" * 1000), MailServerWrong),
    "a literal of absurd size": (_to("BODY", b"* 1 FETCH (BODY[] {" + b"9" * 5000 + b"}\r\n"), MailServerWrong),
    "a literal that does not come": (_to("BODY", b"* 1 FETCH (UID 5 BODY[]<0> {500}\r\nabc"), MailServerSilent),
    "a line without an end": (_forever("SEARCH", b"1 " * 10_000), MailServerWrong),
    "talk without an end": (_forever("SEARCH", b"* OK I am " + b"still " * 150 + b"thinking\r\n"), MailServerWrong),
    "bye in the middle": (_to("BODY", b"* BYE enough\r\n"), MailServerSilent),
    "silence": (_to("SEARCH"), MailServerSilent),
    "a refusal": (_to("SEARCH", b"TAG NO not today\r\n"), MailServerWrong),
    "nonsense": (_to("SEARCH", b"\xff\xfe\x00\r\n"), MailServerSilent),
    "nonsense for a number": (
        _to("EXAMINE", b"* OK [UIDVALIDITY x] ?\r\n* 3 EXISTS\r\nTAG OK done\r\n"),
        MailServerWrong,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_is_left_soon_and_said_to_be_one(start: Start, impatient: Wire, name: str) -> None:
    hook, error = HOSTILE[name]
    server = start({5: SALE}, hook=hook)
    tracemalloc.start()
    with pytest.raises(error):
        read(server, impatient)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 2**20
    assert server.changed_nothing()


def test_a_server_that_drips_is_left_when_the_time_is_over(start: Start, wire: Wire) -> None:
    def drip(tag: str, command: str, send: Line) -> bool:
        while "SEARCH" in command:
            send(b"x")
        return False

    quick = replace(wire, answer_s=0)
    with pytest.raises(MailServerSilent, match="no answer in time"):
        read(start({5: SALE}, hook=drip), quick)


def test_a_lie_about_a_size_makes_no_large_mail_of_it(start: Start, wire: Wire) -> None:
    small = _to("RFC822.SIZE", b"* 1 FETCH (UID 5 RFC822.SIZE 10)\r\nTAG OK done\r\n")
    huge = _to("RFC822.SIZE", b"* 1 FETCH (UID 5 RFC822.SIZE 999999999999)\r\nTAG OK done\r\n")
    assert read(start({5: SALE}, hook=small), wire) == [RawMail(5, SALE, False)]
    assert read(start({5: SALE}, hook=huge), wire) == [RawMail(5, SALE, True)]
    (found,) = read(start({5: SALE + b"x" * LARGEST_MAIL}, hook=small), wire)
    assert (found.is_cut, len(found.raw)) == (True, LARGEST_MAIL + 1)


def test_a_mail_that_was_taken_away_or_whose_number_stands_behind_it_is_no_trouble(start: Start, wire: Wire) -> None:
    behind = _to("BODY", b"* 1 FETCH (BODY[]<0> {3}\r\nabc UID 5)\r\nTAG OK done\r\n")
    assert read(start({5: SALE}, hook=behind), wire) == [RawMail(5, b"abc", False)]
    assert read(start({5: SALE}, hook=_to("BODY", b"TAG OK done\r\n")), wire) == []
    assert read(start({5: SALE}, hook=_to("RFC822.SIZE", b"TAG OK done\r\n")), wire) == []


def test_what_goes_wrong_with_whoever_reads_is_not_the_servers_fault(start: Start, wire: Wire) -> None:
    server = start({5: SALE})
    with pytest.raises(TimeoutError), opened(server.mailbox(), PASSWORD, wire):
        raise TimeoutError
    assert ADDRESS not in " ".join(server.commands)
