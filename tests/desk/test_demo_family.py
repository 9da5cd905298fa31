"""The demo's family fills a shop with the files that it has at home, once, and through the jobs of a real one."""

from __future__ import annotations

import shlex
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.cradle import lived
from tests.servers import RunningSimulator, running_simulator
from tests.shop.natural import said
from vopt_lib.commit_points import CommitPoint
from vopt_lib.desk.demo_family import FILES, Family, command_to_try, family_of, move_in, shop_told
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.importing import Options
from vopt_lib.desk.shop.opening import member_called, shop_of
from vopt_lib.desk.shop.people import people
from vopt_lib.desk.shop.reviews import waiting_reviews
from vopt_lib.desk.shop.shipping import to_ship
from vopt_lib.desk.shop.tables import mapping_for
from vopt_lib.desk.shop.taking import import_table
from vopt_lib.desk.shop.wardrobe import wardrobe_records
from vopt_lib.files import read_json, write_json
from vopt_lib.imports.archive import read_archive
from vopt_lib.schema.own_records import OwnListing
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.tables import Import
from vopt_lib.simulator.keepsakes import ARCHIVE_AGE
from vopt_lib.words import Words

NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)
At = Callable[[Path], Desk]


@pytest.fixture(scope="module")
def site() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start="2026-11-01", days=22, scale=0.2) as running:
        running.clock.move_to(NOW)
        yield running


@pytest.fixture(scope="module")
def at(site: RunningSimulator) -> At:
    """Opens the vopt of this market in a folder."""
    return lambda data: open_desk(data=data, vinted_www=site.www, vinted_api=site.api)


@pytest.fixture(scope="module")
def desk(at: At, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A vopt in which they have moved in."""
    new = at(tmp_path_factory.mktemp("demo"))
    new.paths.strangers_key.write_text("ab" * 32)
    move_in(new)
    return new


@pytest.fixture(scope="module")
def family(desk: Desk) -> Family:
    known = family_of(desk)
    assert known
    return known


@pytest.fixture
def arriving(desk: Desk, at: At, tmp_path: Path) -> Desk:
    """A vopt to which their files have come, and nothing is taken in yet."""
    new = at(tmp_path / "data")
    shutil.copytree(desk.paths.family, new.paths.family)
    shutil.copy(desk.paths.strangers_key, new.paths.strangers_key)
    write_json(new.paths.state / "family.json", {**_remembered(desk), "is_in": False})
    return new


def owner(desk: Desk) -> Member:
    return member_called(desk, None)


def names(desk: Desk) -> list[str]:
    return [one.name for one in people(desk, owner(desk))]


def _remembered(desk: Desk) -> dict[str, object]:
    return read_json(desk.paths.state / "family.json") or {}


def test_the_owner_is_called_as_the_first_of_them_and_the_other_is_a_member(desk: Desk, family: Family) -> None:
    told = [(one.name, one.role, [account.name for account in one.accounts]) for one in people(desk, owner(desk))]
    first, second = family.people
    assert told == [(first.name, "admin", [first.login]), (second.name, "member", [second.login])]


def test_their_files_lie_in_the_demos_folder_and_all_but_one_list_of_costs_are_taken_in(
    desk: Desk, family: Family
) -> None:
    kept = {str(file.relative_to(desk.paths.data)) for file in desk.paths.family.rglob("*.*")}
    assert kept == {f"family/{one.login}/{name}" for one in family.people for name in FILES}
    with shop_of(desk).reading() as session:
        taken = [(one.kind, one.ended_at is not None) for one in session.scalars(select(Import).order_by(Import.id))]
    assert taken == [(kind, True) for kind in ("archive", "mail", "table", "archive", "mail")]


def test_there_is_something_to_send_and_nothing_of_it_is_more_than_a_day_late(desk: Desk) -> None:
    waits = to_ship(desk, owner(desk))
    assert waits.parcels
    assert waits.old == ()
    assert min(parcel.send_by for parcel in waits.parcels) > NOW - timedelta(days=1)
    assert [money.currency for money in waits.money] == ["EUR"]
    assert waits.money[0].waiting > 0


def test_every_sale_is_there_once(desk: Desk) -> None:
    sold = said(shop_of(desk))["orders"]
    things = [(order["ordered_at"], line) for order, lines, _ in sold for line in lines]
    assert len(things) == len(set(map(str, things)))
    assert {order["state"] for order, *_ in sold} == {"completed", "reserved"}


def test_there_is_something_to_ask_and_a_forged_mail_is_not_believed(desk: Desk) -> None:
    asked = [one.reason for one in waiting_reviews(desk, owner(desk))]
    assert asked.count("not_proven") == 2
    assert set(asked) <= {"not_proven", "status"}


def test_they_move_in_once(desk: Desk) -> None:
    before = said(shop_of(desk))
    move_in(desk)
    assert said(shop_of(desk)) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "point",
    [
        f"{CommitPoint.IMPORT_BEGUN}#1",
        f"{CommitPoint.IMPORT_PHOTO_STORED}#9",
        f"{CommitPoint.IMPORT_BATCH_WRITTEN}#2",
        f"{CommitPoint.IMPORT_ENDED}#4",
        f"{CommitPoint.IMPORT_ENDED}#5",
    ],
)
def test_killed_on_the_way_they_move_in_the_next_time_and_nothing_is_there_twice(
    desk: Desk, arriving: Desk, site: RunningSimulator, point: str
) -> None:
    assert lived("tests.desk.family_child", str(arriving.paths.data), site.www, site.api, point) == -signal.SIGKILL
    move_in(arriving)
    assert said(shop_of(arriving)) == said(shop_of(desk))


def test_files_that_came_before_are_not_asked_for_again(arriving: Desk) -> None:
    first, *_ = sorted(arriving.paths.family.rglob("*.mbox"))
    first.unlink()
    others = {file: file.stat().st_mtime_ns for file in arriving.paths.family.rglob("*.*")}
    move_in(arriving)
    assert first.exists()
    assert {file: file.stat().st_mtime_ns for file in others} == others


def test_what_visitors_see_of_a_closet_is_what_its_archive_tells(desk: Desk, site: RunningSimulator) -> None:
    [first, _] = site.ask("/__family__/people").json["people"]
    records = read_archive(desk.paths.family / first["login"] / "archive.zip")
    told = {one.external_id: one for one in records if isinstance(one, OwnListing)}
    site.clock.move_to(NOW - ARCHIVE_AGE)
    shown = [*wardrobe_records(desk, owner(desk), f"{site.www}/member/{first['id']}")]
    site.clock.move_to(NOW)
    assert len(shown) > 10
    for one in shown:
        assert isinstance(one, OwnListing)
        same = told[one.external_id]
        assert (one.title, one.asked, one.is_sold, one.size) == (same.title, same.asked, same.is_sold, same.size)


def test_the_summary_names_them_and_the_command_that_it_tells_takes_the_last_list_in(arriving: Desk) -> None:
    move_in(arriving)
    first, second = names(arriving)
    assert shop_told(arriving, Words("en")).startswith(f"The shop of {first} & {second} was filled from files")
    setting, *command = shlex.split(command_to_try(arriving) or "")
    assert (setting, command[:3], command[4:]) == (
        *(f"VOPT_DATA={arriving.paths.data}", ["vopt", "import", "table"]),
        ["--person", second],
    )
    member, file = member_called(arriving, second), Path(command[3])
    report = import_table(arriving, member, file, mapping_for(arriving, member, file), options=Options())
    assert report.made["items_changed"] == report.read["listings"]
