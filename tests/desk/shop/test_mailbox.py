"""Her mailbox: kept with a locked password, looked into, read once, and never shown to another member."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.imports.imap_server import ADDRESS, PASSWORD, ImapServer, make_certificate, running, trusting
from tests.imports.mails import MAIL_SERVER, SOLD_IT, mail
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.mailbox import (
    check_mailbox,
    forget_mailbox,
    mailbox_mails,
    mailbox_of,
    mailboxes,
    set_mailbox,
)
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import (
    AppPasswordNeeded,
    MailboxError,
    MailFolderMissing,
    MailRefused,
    MailServerSilent,
    MailServerUnknown,
    PasswordsNotTaken,
    UnknownMailbox,
)
from vopt_lib.imports.imap_wire import Wire
from vopt_lib.imports.mail_servers import PROVIDERS
from vopt_lib.schema.clock import SystemClock
from vopt_lib.schema.own_mailbox import Mailbox, MailboxFound
from vopt_lib.schema.own_mails import DoubtfulMail, OwnMail
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.tables import Person

SALE = mail("Hai venduto un articolo su Vinted", SOLD_IT)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def wire(certificate: tuple[Path, Path]) -> Wire:
    return Wire(trusting(certificate), silent_s=20, answer_s=20)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data", clock=SystemClock())


@pytest.fixture
def start(certificate: tuple[Path, Path]) -> Iterator[Callable[..., ImapServer]]:
    """Starts a mail server with these mails."""
    with ExitStack() as stack:
        yield lambda mails=None, **facts: stack.enter_context(running(ImapServer(mails or {}, **facts), certificate))


@pytest.fixture
def server(start: Callable[..., ImapServer]) -> ImapServer:
    """A mail server with two sales."""
    return start({5: SALE, 7: mail("Ciao", sender="zia@example.it"), 9: SALE})


@pytest.fixture
def kept(desk: Desk, server: ImapServer, wire: Wire) -> Mailbox:
    """That mailbox, set."""
    mailbox = server.mailbox(authserv_id=MAIL_SERVER)
    assert set_mailbox(desk, member_of(desk), mailbox, PASSWORD, wire=wire) == MailboxFound(3, 2)
    return mailbox


def read(desk: Desk, wire: Wire, member: Member | None = None, **told: date) -> list[OwnMail | DoubtfulMail]:
    with mailbox_mails(desk, member or member_of(desk), ADDRESS, wire=wire, **told) as mails:
        return list(mails)


def test_a_mailbox_is_kept_with_a_locked_password(desk: Desk, kept: Mailbox, wire: Wire) -> None:
    assert mailboxes(desk, member_of(desk)) == [kept]
    assert check_mailbox(desk, member_of(desk), ADDRESS.upper(), wire=wire) == MailboxFound(3, 2)
    with shop_of(desk).reading() as session:
        everything = [
            session.execute(text(f"SELECT * FROM {name}")).all() for name in ("channel_account", "audit_event")
        ]
    assert "segr" not in str(everything)
    assert "segr" not in str(kept)


def test_each_mail_is_read_once(desk: Desk, kept: Mailbox, server: ImapServer, wire: Wire) -> None:
    assert [type(one) for one in read(desk, wire)] == [OwnMail, OwnMail]
    assert read(desk, wire) == []
    server.mails[12] = SALE
    assert len(read(desk, wire)) == 1
    assert mailboxes(desk, member_of(desk)) == [replace(kept, uid_validity=77, last_uid=12)]
    assert server.changed_nothing()


def _break_off(desk: Desk, wire: Wire) -> None:
    with mailbox_mails(desk, member_of(desk), ADDRESS, wire=wire) as mails:
        next(mails)
        raise RuntimeError


def test_whoever_is_broken_off_gets_the_mails_again(desk: Desk, kept: Mailbox, wire: Wire) -> None:
    with pytest.raises(RuntimeError):
        _break_off(desk, wire)
    with mailbox_mails(desk, member_of(desk), ADDRESS, wire=wire) as mails:
        next(mails)
    assert len(read(desk, wire)) == 2


def test_a_folder_whose_numbers_began_anew_is_read_from_its_start(
    desk: Desk, kept: Mailbox, server: ImapServer, wire: Wire
) -> None:
    read(desk, wire)
    server.uid_validity = 78
    assert len(read(desk, wire)) == 2


def test_mails_before_a_day_that_she_says_are_left_out(
    desk: Desk, kept: Mailbox, server: ImapServer, wire: Wire
) -> None:
    read(desk, wire, since=date(2026, 11, 1))
    assert "SINCE 01-Nov-2026" in next(one for one in reversed(server.commands) if "SEARCH" in one)


def test_without_a_name_that_signs_every_mail_waits_for_her(desk: Desk, server: ImapServer, wire: Wire) -> None:
    set_mailbox(desk, member_of(desk), server.mailbox(), PASSWORD, wire=wire)
    assert [getattr(one, "reason", None) for one in read(desk, wire)] == ["not_proven", "not_proven"]


def test_setting_it_again_keeps_how_far_it_is_read_but_not_in_another_folder(
    desk: Desk, kept: Mailbox, server: ImapServer, wire: Wire
) -> None:
    read(desk, wire)
    set_mailbox(desk, member_of(desk), kept, PASSWORD, wire=wire)
    assert read(desk, wire) == []
    server.folders = ("Vinted",)
    set_mailbox(desk, member_of(desk), replace(kept, folder="Vinted"), PASSWORD, wire=wire)
    assert len(read(desk, wire)) == 2


@pytest.mark.parametrize(
    ("password", "facts", "error"),
    [
        ("wrong", {}, MailRefused),
        ("", {}, MailboxError),
        (PASSWORD, {"folder": "Vendite"}, MailFolderMissing),
        (PASSWORD, {"port": 1}, MailServerSilent),
    ],
)
def test_what_does_not_open_is_not_kept(
    desk: Desk, server: ImapServer, wire: Wire, password: str, facts: dict[str, object], error: type[MailboxError]
) -> None:
    with pytest.raises(error):
        set_mailbox(desk, member_of(desk), server.mailbox(**facts), password, wire=wire)
    assert mailboxes(desk, member_of(desk)) == []


def test_a_forgotten_mailbox_is_gone_with_its_password_and_can_be_set_again(
    desk: Desk, kept: Mailbox, wire: Wire
) -> None:
    forget_mailbox(desk, member_of(desk), ADDRESS)
    assert mailboxes(desk, member_of(desk)) == []
    with shop_of(desk).reading() as session:
        assert session.execute(text("SELECT credentials FROM channel_account")).scalar_one() is None
    with pytest.raises(UnknownMailbox):
        check_mailbox(desk, member_of(desk), ADDRESS, wire=wire)
    set_mailbox(desk, member_of(desk), kept, PASSWORD, wire=wire)
    assert mailboxes(desk, member_of(desk)) == [kept]


def test_another_member_neither_sees_nor_takes_nor_reads_it(desk: Desk, kept: Mailbox, wire: Wire) -> None:
    owner = member_of(desk)
    with shop_of(desk).writing(author_of(desk, owner, "add person")) as session:
        session.add(Person(household_id=owner.household_id, name="Luca", role="member"))
    luca = Member(owner.household_id, 2, "Luca", "member")
    assert mailboxes(desk, luca) == []
    with pytest.raises(UnknownMailbox):
        read(desk, wire, luca)
    with pytest.raises(UnknownMailbox):
        forget_mailbox(desk, luca, ADDRESS)
    with pytest.raises(MailboxError, match="somebody else"):
        set_mailbox(desk, luca, kept, PASSWORD, wire=wire)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("anna@gmail.com", Mailbox("anna@gmail.com", "imap.gmail.com", authserv_id="mx.google.com")),
        ("Anna@Libero.it", Mailbox("Anna@Libero.it", "imapmail.libero.it")),
        ("anna@alice.it", Mailbox("anna@alice.it", "in.alice.it", 143, "starttls")),
    ],
)
def test_the_servers_of_common_providers_are_known(address: str, mailbox: Mailbox) -> None:
    assert mailbox_of(address) == mailbox


def test_what_she_says_wins_and_what_nobody_knows_is_asked_for() -> None:
    own = mailbox_of("anna@rossi.it", host="mail.rossi.it", folder=None, port=143, security="starttls")
    assert own == Mailbox("anna@rossi.it", "mail.rossi.it", 143, "starttls")
    with pytest.raises(MailServerUnknown, match="Name it, too"):
        mailbox_of("anna@rossi.it")


def test_a_provider_that_takes_no_passwords_is_not_given_one() -> None:
    with pytest.raises(PasswordsNotTaken, match="Outlook"):
        mailbox_of("anna@hotmail.it")


def test_who_needs_a_password_for_programs_is_told_where_to_make_it(
    desk: Desk, server: ImapServer, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    gmail = replace(PROVIDERS[0], domains=("example.it",), host="localhost")
    monkeypatch.setattr("vopt_lib.imports.mail_servers.PROVIDERS", (gmail,))
    with pytest.raises(AppPasswordNeeded, match=r"myaccount\.google\.com/apppasswords"):
        set_mailbox(desk, member_of(desk), server.mailbox(), "wrong", wire=wire)


def test_no_ending_belongs_to_two_providers() -> None:
    endings = [ending for one in PROVIDERS for ending in one.domains]
    assert len(endings) == len({*endings})
