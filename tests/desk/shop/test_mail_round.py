"""Every mailbox is read in turn; one that cannot be read is told once and left alone, and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.imports.imap_server import ADDRESS, PASSWORD, ImapServer, make_certificate, running, trusting
from tests.imports.mails import MAIL_SERVER, SOLD_IT, mail
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.mail_round import SILENT_TOLD, read_mailboxes
from vopt_lib.desk.shop.mailbox import forget_mailbox, mailbox_mails, set_mailbox
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import MailRefused, MailServerSilent, ShopBusy
from vopt_lib.imports.imap_wire import Wire
from vopt_lib.schema.own_imports import ImportReport
from vopt_lib.schema.own_shop import Member
from vopt_lib.words import Words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Read = Callable[[Desk, Member, str], ImportReport]


class Moving:
    """A clock that tests move."""

    at = datetime(2026, 11, 23, 7, 42, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        raise AssertionError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def desk(tmp_path: Path, clock: Moving) -> Desk:
    return open_desk(data=tmp_path / "data", clock=clock)


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[ImapServer]:
    mails = {5: mail("Hai venduto un articolo su Vinted", SOLD_IT)}
    with running(ImapServer(mails), certificate) as there:
        yield there


@pytest.fixture
def wire(certificate: tuple[Path, Path]) -> Wire:
    return Wire(trusting(certificate), silent_s=20, answer_s=20)


@pytest.fixture
def read(desk: Desk, server: ImapServer, wire: Wire) -> Read:
    """Her mailbox is set; reads it over the wire and says how many mails were new."""
    set_mailbox(desk, member_of(desk), server.mailbox(authserv_id=MAIL_SERVER), PASSWORD, wire=wire)
    server.commands.clear()

    def read(desk: Desk, member: Member, address: str) -> ImportReport:
        with mailbox_mails(desk, member, address, wire=wire) as mails:
            return ImportReport("mail", address, member.name, read={"mails": len(list(mails))})

    return read


@contextmanager
def another(password: str, server: ImapServer) -> Iterator[None]:
    """While the block runs, her provider wants another password."""
    server.password, before = password, server.password
    yield
    server.password = before


def log_ins(server: ImapServer) -> int:
    return sum(command.startswith(("LOGIN", "AUTHENTICATE")) for command in server.commands)


def told(desk: Desk) -> list[str]:
    return [known.alert.line(Words("en")) for known in alerts_of(desk) if known.ended_at is None]


def test_without_a_mailbox_nothing_is_read_and_nothing_is_wrong(desk: Desk) -> None:
    assert read_mailboxes(desk) == []
    assert told(desk) == []


def test_each_round_takes_in_what_is_new(desk: Desk, read: Read) -> None:
    first, again = read_mailboxes(desk, read=read), read_mailboxes(desk, read=read)
    assert [one.report.read for one in (*first, *again) if one.report] == [{"mails": 1}, {"mails": 0}]
    assert "1 e-mail read" in first[0].said(Words("en"))


def test_a_wrong_password_is_told_once_and_tried_once_a_day(
    desk: Desk, read: Read, server: ImapServer, clock: Moving
) -> None:
    with another("changed", server):
        for _ in range(24):
            read_mailboxes(desk, read=read)
            clock.at += HOUR
        assert log_ins(server) == 1
        assert [known.times for known in alerts_of(desk)] == [1]
        assert f"or with `vopt mailbox set {ADDRESS}`: then it is read at once." in told(desk)[0]
        [tried] = read_mailboxes(desk, read=read)
    assert isinstance(tried.error, MailRefused)
    assert tried.said(Words("en")).startswith(f"{ADDRESS}: ")
    clock.at += DAY
    assert read_mailboxes(desk, read=read)[0].error is None
    assert told(desk) == []


def test_a_mailbox_that_she_sets_anew_is_read_at_once(desk: Desk, read: Read, server: ImapServer, wire: Wire) -> None:
    with another("changed", server):
        read_mailboxes(desk, read=read)
        assert read_mailboxes(desk, read=read) == []
        set_mailbox(desk, member_of(desk), server.mailbox(), "changed", wire=wire)
        assert [one.error for one in read_mailboxes(desk, read=read)] == [None]
    assert told(desk) == []


def test_a_server_that_is_silent_is_asked_less_and_less_and_told_when_it_stays_so(
    desk: Desk, read: Read, clock: Moving
) -> None:
    def silent(desk: Desk, member: Member, address: str) -> ImportReport:
        raise MailServerSilent(address=address, host="imap.example.it", port=993, why="no answer")

    asked = []
    for hour in range(48):
        if read_mailboxes(desk, read=silent):
            asked.append(hour)
            assert bool(told(desk)) is (len(asked) >= SILENT_TOLD)
        clock.at += HOUR
    assert asked == [0, 1, 3, 7, 15, 31]


def test_a_mailbox_that_she_forgot_is_no_alert_any_more(desk: Desk, read: Read, server: ImapServer) -> None:
    with another("changed", server):
        read_mailboxes(desk, read=read)
    forget_mailbox(desk, member_of(desk), ADDRESS)
    assert read_mailboxes(desk, read=read) == []
    assert told(desk) == []


def test_a_shop_that_is_busy_is_no_fault_of_her_mailbox(desk: Desk, read: Read) -> None:
    def busy(desk: Desk, member: Member, address: str) -> ImportReport:
        raise ShopBusy(seconds=5)

    with pytest.raises(ShopBusy):
        read_mailboxes(desk, read=busy)
    assert len(read_mailboxes(desk, read=read)) == 1
