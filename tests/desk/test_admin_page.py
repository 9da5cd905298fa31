"""Administration: what an admin sees of the whole vopt and may do there, and that a member sees and does nothing."""

from __future__ import annotations

import tarfile
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.shop.clocks import NOW, StillClock
from tests.markets import open_breaker
from tests.waiting import until
from vopt_lib.desk import admin_page as admin
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.backup_beside import back_up_and_tell, begin_backup
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.runs import Run
from vopt_lib.desk.shop import people, signing_in
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.storage import storage_of
from vopt_lib.errors import AlreadyRunning, NotAllowed
from vopt_lib.files import only_one
from vopt_lib.schema.admin_page import AdminMoment
from vopt_lib.schema.signing_in import Where
from vopt_lib.schema.visitor import Visitor

ANNA = Visitor("anna", "en", role="admin", member=1)
BEN = Visitor("ben", "en", member=2)
AT_HOME = Where("192.168.1.7", "Firefox on a telephone")
PASSWORD = "Zebrawort-im-Zoo"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Anna's vopt, with Ben as a member."""
    desk = open_desk(clock=StillClock(NOW), data=tmp_path)
    people.add(desk, member_of(desk), "Ben")
    return desk


def pressed(desk: Desk, act: str, thing: str, visitor: Visitor = ANNA) -> AdminMoment:
    return admin.press(desk, visitor, act, thing)(AdminMoment())


def signed_in(desk: Desk) -> str:
    """Ben, who has come in with the link that he was given. Returns: the token of his session."""
    told = pressed(desk, "invite", "person 2")
    assert told.link is not None
    return signing_in.accept(desk, told.link.rpartition("/")[2], PASSWORD, AT_HOME)


def test_a_member_sees_and_does_nothing(desk: Desk) -> None:
    assert isinstance(admin.trouble_of(desk, BEN), NotAllowed)
    with pytest.raises(NotAllowed):
        admin.admin_page(desk, BEN)
    with pytest.raises(NotAllowed):
        admin.health(desk, BEN)
    with pytest.raises(NotAllowed):
        admin.runs_of(desk, BEN)
    for act, thing in (("invite", "person 1"), ("reset", "person 1"), ("end-all", "person 1"), ("back-up", "backup")):
        moment = pressed(desk, act, thing, BEN)
        assert moment.told is not None
        assert (moment.told.kind, moment.link) == ("bad", None)
    assert not desk.paths.backups.exists()


def test_a_link_lets_somebody_in_and_is_shown_once(desk: Desk) -> None:
    signed_in(desk)
    page = admin.admin_page(desk, ANNA)
    [session] = page.sessions
    assert (session.person, session.where.browser) == ("Ben", "Firefox on a telephone")
    assert "end-all" in dict(page.acts["person 2"])
    assert "end-all" not in dict(page.acts["person 1"])
    assert pressed(desk, "end", f"session {session.id}").link is None


@pytest.mark.parametrize("act", ["end", "end-all", "reset"])
def test_whoever_is_in_can_be_signed_out(desk: Desk, act: str) -> None:
    token = signed_in(desk)
    [session] = admin.admin_page(desk, ANNA).sessions
    told = pressed(desk, act, f"session {session.id}" if act == "end" else "person 2").told
    assert told is not None
    assert told.kind == "good", told.text
    assert signing_in.session_of(desk, token) is None
    assert admin.admin_page(desk, ANNA).sessions == ()


def test_a_member_is_let_see_everything_and_no_more(desk: Desk) -> None:
    for act, other, sees in (("share", "share-no-more", True), ("share-no-more", "share", False)):
        told = pressed(desk, act, "person 2").told
        assert told is not None
        assert told.kind == "good", told.text
        page = admin.admin_page(desk, ANNA)
        assert [one.sees_household for one in page.people if one.id == 2] == [sees]
        assert other in dict(page.acts["person 2"])
    assert not {"share", "share-no-more"} & dict(page.acts["person 1"]).keys()


def test_what_is_pressed_too_late_is_told(desk: Desk) -> None:
    told = pressed(desk, "end", "session 999").told
    assert told is not None
    assert told.kind == "bad"


def test_runs_are_told_the_newest_first(desk: Desk) -> None:
    for minutes, error in ((30, None), (10, NotAllowed(admins="Anna"))):
        begun = NOW - timedelta(minutes=minutes)
        run = Run(f"publish-{minutes}", "publish", begun, begun, source="vinted", market="it", error=error)
        desk.lake.append("run", run.row())
    [newest, older] = admin.runs_of(desk, ANNA)
    assert newest.ended_at > older.ended_at
    assert (newest.text, older.text) == (
        "Only an admin of your household may do this. Ask Anna.",
        "New figures were put on the pages.",
    )


def test_a_damaged_market_does_not_hide_the_rest(desk: Desk) -> None:
    log = Path(desk.paths.table("run"), "_delta_log")
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text("no JSON")
    assert [one.name for one in admin.admin_page(desk, ANNA).people] == [member_of(desk).name, "Ben"]


def test_a_marketplace_says_whether_it_may_be_asked_and_rests(desk: Desk) -> None:
    [before] = admin.admin_page(desk, ANNA).markets
    assert (before.host, before.is_simulator, before.is_accepted, before.rest_until) == (
        "www.vinted.it",
        False,
        False,
        None,
    )
    open_breaker(desk, NOW)
    [after] = admin.admin_page(desk, ANNA).markets
    assert (after.rest_until, after.why) == (NOW + timedelta(hours=6), "HTML challenge")


def test_where_prefect_is_comes_from_the_ports(desk: Desk) -> None:
    assert admin.admin_page(desk, ANNA).prefect is None
    desk.paths.ports.write_text('{"prefect": 4207}')
    assert admin.admin_page(desk, ANNA).prefect == "http://127.0.0.1:4207"


def test_a_backup_stands_in_the_list(desk: Desk) -> None:
    assert admin.admin_page(desk, ANNA).backups == ()
    assert back_up_and_tell(desk)
    [known] = admin.admin_page(desk, ANNA).backups
    assert known.bytes == (desk.paths.backups / known.name).stat().st_size


def test_a_backup_that_fails_becomes_an_alert_until_one_is_made(desk: Desk) -> None:
    with only_one(desk.paths.backup_lock, "vopt backup"):
        assert admin.admin_page(desk, ANNA).acts["backup"][0][0] == "look"
        told = pressed(desk, "back-up", "backup").told
        assert told is not None
        assert told.kind == "bad"
        assert not back_up_and_tell(desk)
    assert [one.alert.key for one in alerts_of(desk) if one.ended_at is None] == ["backup:asked"]
    assert back_up_and_tell(desk)
    assert [one for one in alerts_of(desk) if one.ended_at is None] == []


@pytest.mark.slow
def test_a_backup_is_made_beside_the_page(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    member_of(desk)
    begin_backup(desk)
    until(lambda: list(desk.paths.backups.glob("vopt-backup-*.tar")))
    [file] = desk.paths.backups.glob("vopt-backup-*.tar")
    assert tarfile.is_tarfile(file)


def test_nobody_begins_a_backup_beside_another(desk: Desk) -> None:
    with only_one(desk.paths.backup_lock, "vopt backup"), pytest.raises(AlreadyRunning):
        begin_backup(desk)


def test_what_takes_room_is_told_once(desk: Desk) -> None:
    before = storage_of(desk)
    for name, size in (("market_photos", 7000), ("backups", 5000)):
        folder = {"market_photos": desk.paths.market_photos, "backups": desk.paths.backups}[name]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "one").write_bytes(bytes(size))
    after = storage_of(desk)
    assert after.bytes - before.bytes == 12_000
    assert {part.name: (part.bytes, part.files) for part in after.parts}["small photos of the market"] == (7000, 1)
    assert [part.bytes for part in after.parts] == sorted((part.bytes for part in after.parts), reverse=True)
    assert 0 < after.free <= after.of
