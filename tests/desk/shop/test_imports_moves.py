"""What she does on the page of imports: look, say more, take in; a closet, a mailbox, and what stays hers alone."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.imports.imap_server import ADDRESS, PASSWORD, ImapServer, make_certificate, running
from tests.imports.mails import MAIL_SERVER, SOLD_IT, mail
from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from tests.simulator.small_market import ANNA, SHOP, SOLD_AT
from tests.waiting import until
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.imports_moves import Moves
from vopt_lib.desk.shop.imports_page import imports_page
from vopt_lib.desk.shop.inventory_moves import Remembered
from vopt_lib.desk.shop.mailbox_page import keep
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.uploads import arriving
from vopt_lib.errors import MailboxError, MailServerUnknown
from vopt_lib.schema.clock import SystemClock
from vopt_lib.schema.imports_page import LookedInto
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.searches import Told
from vopt_lib.shop.listings import account_to_sell_on, create
from vopt_lib.shop.tables import ChannelAccount, Person
from vopt_lib.words import Words

pytestmark = pytest.mark.timeout(120)

EN = Words("en")
LUCA = Member(1, 2, "Luca", "member")
SALE = mail("Hai venduto un articolo su Vinted", SOLD_IT)


@dataclass
class State:
    """One thing that a page remembers."""

    value: Any = None

    def set(self, value: Any) -> None:
        self.value = value

    @classmethod
    def holding(cls, value: Any = None) -> Remembered[Any]:
        state = cls(value)
        return Remembered(lambda: state.value, state.set)


def moves_of(desk: Desk, member: Member | None = None) -> Moves:
    work, seen, told, turn = State.holding(), State.holding(), State.holding(), State.holding(0)
    return Moves(desk, member or member_of(desk), EN, work=work, seen=seen, told=told, turn=turn)


def looked(moves: Moves) -> LookedInto:
    """What is shown when what was begun is over."""
    ended(moves)
    assert moves.seen.get().looked, moves.told.get()
    found: LookedInto = moves.seen.get().looked
    return found


def ended(moves: Moves) -> Told | None:
    """What is told when what was begun is over."""
    until(lambda: moves.notice() or moves.work.get() is None)
    told: Told | None = moves.told.get()
    return told


def dropped(desk: Desk, name: str, content: bytes) -> tuple[str, str]:
    with arriving(desk, member_of(desk), name) as file:
        file.write(content)
        return file.finish().id, name


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A vopt whose owner has an account, and Luca none."""
    opened = open_desk(data=tmp_path / "data", clock=SystemClock())
    with shop_of(opened).writing(author_of(opened, None, "begin")) as session:
        session.add(Person(household_id=1, name="Luca", role="member"))
        session.add(ChannelAccount(household_id=1, person_id=1, channel="vinted", market="it", name="anna_r"))
    return opened


def test_a_table_is_looked_into_again_when_she_says_which_column_is_what(desk: Desk) -> None:
    moves = moves_of(desk)
    moves.arrived(*dropped(desk, "things.csv", b"Titolo;Prezzo;Costo\nAbito;12,50;4,00\n"))
    table = looked(moves).table
    assert table
    assert dict(table.columns) == {"title": "Titolo", "price": "Prezzo", "cost": "Costo"}
    before = moves.seen.get()
    moves.say("", {"title": "Titolo", "price": "Prezzo", "cost": "Costo"}, "")
    assert moves.seen.get() is before
    moves.say("", {"title": "Titolo", "price": "Costo", "cost": None}, "")
    assert looked(moves).table.columns == {"title": "Titolo", "price": "Costo"}  # type: ignore[union-attr]
    moves.press("take-in", "")
    assert ended(moves) == Told("1 listing read. 1 new listing.", "good")
    assert (moves.seen.get(), moves.turn.get()) == (None, 1)


def test_what_she_leaves_is_gone_and_nothing_of_it_was_kept(desk: Desk) -> None:
    moves = moves_of(desk)
    moves.arrived(*dropped(desk, "things.csv", b"Titolo;Prezzo\nAbito;12,50\n"))
    assert looked(moves).acts
    moves.press("leave", "")
    assert (moves.seen.get(), imports_page(desk, member_of(desk), EN).earlier) == (None, ())
    assert list(desk.paths.uploads.glob("*/*")) == []


def test_a_file_that_is_gone_is_told_and_nothing_else(desk: Desk) -> None:
    moves = moves_of(desk)
    moves.arrived("0" * 34, "gone.zip")
    assert (looked(moves).kind, looked(moves).acts) == ("", {})
    assert "no longer here" in (looked(moves).trouble or "")


def test_the_mail_server_is_asked_for_where_its_word_would_help(desk: Desk) -> None:
    moves = moves_of(desk)
    moves.arrived(*dropped(desk, "sold.eml", SALE))
    assert (looked(moves).needs_mail_server, looked(moves).lines[1]) == (
        True,
        "  1 entry that vopt could not take in by itself",
    )
    moves.say("", {}, MAIL_SERVER)
    assert (looked(moves).needs_mail_server, looked(moves).lines[1]) == (False, "  1 e-mail read")
    moves.press("take-in", "")
    assert ended(moves) == Told("1 e-mail read. 1 new order.", "good")
    moves.arrived(*dropped(desk, "other.eml", SALE + b"\n"))
    assert (looked(moves).needs_mail_server, looked(moves).lines[1]) == (False, "  1 e-mail read")


@pytest.fixture(scope="module")
def site() -> Iterator[RunningSimulator]:
    """A marketplace where Anna and Ben sell."""
    with running_simulator(program=SMALL_SIMULATOR) as simulator:
        simulator.clock.move_to(SOLD_AT)
        yield simulator


@pytest.fixture
def visiting(site: RunningSimulator, tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "visiting", vinted_www=site.www, vinted_api=site.api)


def test_her_closet_is_looked_at_first_and_then_taken_in(visiting: Desk, site: RunningSimulator) -> None:
    moves = moves_of(visiting)
    moves.visit(f"{site.www}/member/{ANNA.seller_id}-{ANNA.login}")
    assert (looked(moves).needs_login, looked(moves).trouble) == (True, None)
    moves.say(ANNA.login, {}, "")
    assert (looked(moves).kind, looked(moves).lines[1]) == ("Your closet on Vinted", "  6 listings read")
    assert imports_page(visiting, member_of(visiting), EN).earlier == ()
    moves.press("take-in", "")
    assert "6 new listings." in ended(moves).text  # type: ignore[union-attr]


def test_somebody_elses_closet_stays_there(visiting: Desk, site: RunningSimulator) -> None:
    moves = moves_of(visiting)
    moves.visit(f"{site.www}/member/{SHOP.seller_id}-{SHOP.login}", ANNA.login)
    assert "none of your accounts" in (looked(moves).trouble or "")
    assert looked(moves).acts == {}


def test_nobody_visits_vinted_unless_it_was_allowed(desk: Desk) -> None:
    moves = moves_of(desk)
    moves.visit("www.vinted.it/member/4242-anna_r")
    assert (looked(moves).needs_consent, looked(moves).acts) == (True, {})
    assert "vinted.it" in (looked(moves).trouble or "")


@pytest.mark.parametrize(
    "typed", ["{file}", "file://{file}", "/etc/passwd", "../closet.json", "https://evil.example/member/1-a", "x" * 9000]
)
def test_an_address_of_a_closet_opens_no_file(desk: Desk, tmp_path: Path, typed: str) -> None:
    saved = tmp_path / "closet.json"
    saved.write_text(json.dumps({"items": [{"id": 1, "title": "Secret", "user": {"id": 7, "login": "anna_r"}}]}))
    moves = moves_of(desk)
    moves.visit(typed.format(file=saved))
    assert "neither the address of a Vinted profile" in (looked(moves).trouble or "")


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    """A mail server with a sale, whose certificate this computer trusts."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(certificate[0]))
    with running(ImapServer({5: SALE}), certificate) as server:
        yield server


def typed(box: ImapServer, **other: str) -> dict[str, str]:
    server = {"server": f"localhost:{box.port}", "checked_by": MAIL_SERVER}
    return {"address": ADDRESS, "password": PASSWORD, **server, **other}


def test_a_mailbox_is_set_checked_read_and_forgotten(desk: Desk, box: ImapServer) -> None:
    moves = moves_of(desk)
    opens = f"{ADDRESS} opens: 1 e-mail from Vinted lies there. vopt reads it and changes nothing."
    assert keep(desk, member_of(desk), typed(box), EN) == opens
    assert imports_page(desk, member_of(desk), EN).mailboxes == ((ADDRESS, "localhost"),)
    moves.press("check", ADDRESS)
    assert ended(moves) == Told(opens, "good")
    moves.press("read", ADDRESS)
    assert ended(moves) == Told("1 e-mail read. 1 new order.", "good")
    moves.press("read", ADDRESS)
    assert ended(moves) == Told("Nothing new for your shop.", "good")
    assert box.changed_nothing()
    moves.press("forget", ADDRESS)
    assert "is forgotten" in moves.told.get().text
    assert imports_page(desk, member_of(desk), EN).mailboxes == ()


def test_a_mailbox_is_its_owners_alone(desk: Desk, box: ImapServer) -> None:
    keep(desk, LUCA, typed(box), EN)
    assert imports_page(desk, LUCA, EN).mailboxes == ((ADDRESS, "localhost"),)
    assert imports_page(desk, member_of(desk), EN).mailboxes == ()
    moves, before = moves_of(desk), len(box.commands)
    for act in ("read", "check", "forget"):
        moves.press(act, ADDRESS)
        assert "knows no mailbox" in ended(moves).text  # type: ignore[union-attr]
    assert len(box.commands) == before
    with pytest.raises(MailboxError, match="somebody else"):
        keep(desk, member_of(desk), typed(box), EN)


def test_whose_mails_they_are_is_asked_where_no_account_is_known(desk: Desk, box: ImapServer) -> None:
    keep(desk, LUCA, typed(box), EN)
    moves = moves_of(desk, LUCA)
    moves.press("read", ADDRESS)
    assert looked(moves).needs_login
    moves.say("luca_v", {}, "")
    assert not looked(moves).needs_login
    moves.press("take-in", "")
    assert ended(moves) == Told("1 e-mail read. 1 new order.", "good")


def test_an_account_that_only_bears_her_name_is_no_login(desk: Desk, box: ImapServer) -> None:
    with shop_of(desk).writing(author_of(desk, LUCA, "create")) as session:
        create(session, LUCA, {"title": "Abito"}, account_to_sell_on(session, LUCA).id)
    keep(desk, LUCA, typed(box), EN)
    moves = moves_of(desk, LUCA)
    moves.press("read", ADDRESS)
    assert looked(moves).needs_login


def test_without_the_servers_signature_she_is_told_what_follows(desk: Desk, box: ImapServer) -> None:
    assert "will wait for your look" in keep(desk, member_of(desk), typed(box, checked_by=""), EN)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"password": "wrong"}, "does not accept the password"),
        ({"password": ""}, "no password was given"),
        ({"address": "anna"}, "no e-mail address"),
        ({"address": "a b@example.it"}, "no e-mail address"),
        ({"server": "localhost:99999"}, "no name of a server"),
        ({"server": "imap example it"}, "no name of a server"),
        ({"server": "localhost\r\nX: y"}, "no name of a server"),
        ({"folder": "Vinted"}, "has no folder"),
        ({"address": "anna@hotmail.it", "server": ""}, "Outlook no longer lets in"),
    ],
)
def test_a_mailbox_that_does_not_open_is_not_kept(desk: Desk, box: ImapServer, other: dict[str, str], why: str) -> None:
    with pytest.raises(MailboxError, match=why) as told:
        keep(desk, member_of(desk), typed(box, **other), EN)
    assert PASSWORD not in EN.error(told.value)
    assert imports_page(desk, member_of(desk), EN).mailboxes == ()


def test_a_server_that_vopt_does_not_know_is_asked_for(desk: Desk) -> None:
    with pytest.raises(MailServerUnknown, match="server for incoming mail"):
        keep(desk, member_of(desk), {"address": ADDRESS, "password": "x"}, EN)
