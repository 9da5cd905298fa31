"""The page of people: what each reader sees, and what is done when she presses and writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.shop.full import account, add_ben
from tests.shop.people import author
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.people_page import people_page, press, save, trouble_of
from vopt_lib.schema.people_page import PeopleMoment, PeoplePage
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import Person

ANNA, BEN = Visitor("a", "en", role="admin", member=1), Visitor("b", "en", member=2)
NEW = {"name": "Carla", "role": "member", "language": "it"}
BENS = {
    "name": "Ben", "role": "member", "language": "en", "login 2": "ben_b", "owner 2": 2, "new_login": "",
    "new_market": "it",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Anna, an admin, and Ben, a member, each with an account."""
    desk = open_desk(data=tmp_path)
    shop = shop_of(desk)
    with shop.writing(author()) as session:
        session.get_one(Person, 1).name = "Anna"
        session.add(account(1, "anna_r"))
    add_ben(shop)
    return desk


def opened(desk: Desk, moment: PeopleMoment | None = None) -> PeoplePage:
    return people_page(desk, ANNA, moment or PeopleMoment())


def written(desk: Desk, form: PeopleMoment, act: str, values: Mapping[str, Any]) -> PeopleMoment:
    """How Anna's page goes on when she has written this and pressed."""
    return save(desk, ANNA, act, values, page=opened(desk, form))(form)


def editing(desk: Desk) -> PeopleMoment:
    return press(desk, ANNA, "edit", "2")(PeopleMoment())


def test_an_admin_sees_everybody_and_may_add_somebody(desk: Desk) -> None:
    page = opened(desk)
    assert [one.name for one in page.rows] == ["Anna", "Ben"]
    assert (page.me, page.form, page.may_change) == (1, "add", True)
    assert [act for act, _ in page.acts["2"]] == ["edit", "remove", "erase"]
    assert [act for act, _ in page.acts[""]] == ["add-surely"]


def test_a_member_sees_herself_and_nothing_to_press(desk: Desk) -> None:
    page = people_page(desk, BEN, PeopleMoment(form="edit", of=1))
    assert [one.name for one in page.rows] == ["Ben"]
    assert (page.form, page.may_change, page.of, dict(page.acts)) == ("none", False, None, {})


@pytest.mark.parametrize("act", ["remove", "restore"])
def test_a_member_who_presses_all_the_same_is_told_whom_to_ask(desk: Desk, act: str) -> None:
    told = press(desk, BEN, act, "1")(PeopleMoment()).told
    assert told is not None
    assert (told.kind, told.text) == ("bad", "Only an admin of your household may do this. Ask Anna.")


@pytest.mark.parametrize(("form", "values"), [("add", NEW), ("edit", BENS), ("erase", {"typed": "Ben"})])
def test_a_member_who_writes_all_the_same_changes_nothing(desk: Desk, form: Any, values: Mapping[str, Any]) -> None:
    before = opened(desk)
    page = PeoplePage(before.rows, 2, ("it",), form, before.rows[1])
    told = save(desk, BEN, f"{form}-surely", values, page=page)(PeopleMoment()).told
    assert told is not None
    assert told.kind == "bad"
    assert opened(desk) == before


def test_somebody_is_added(desk: Desk) -> None:
    moment = written(desk, PeopleMoment(), "add-surely", NEW)
    assert moment.told is not None
    assert moment.told.text == "Carla belongs to your household now."
    assert [(one.name, one.language) for one in opened(desk, moment).rows][-1] == ("Carla", "it")


def test_what_is_refused_stays_as_it_was_written(desk: Desk) -> None:
    moment = written(desk, PeopleMoment(), "add-surely", NEW | {"name": "ben"})
    assert moment.told is not None
    assert moment.told.kind == "bad"
    assert opened(desk, moment).draft["name"] == "ben"
    again = written(desk, moment, "add-surely", NEW)
    assert again.draft == {}


def test_somebody_is_changed_with_her_accounts_at_once(desk: Desk) -> None:
    values = BENS | {"name": "Benno", "role": "admin", "login 2": "benno", "new_login": "@b2", "new_market": "fr"}
    moment = written(desk, editing(desk), "edit-surely", values)
    ben = opened(desk, moment).rows[1]
    assert (ben.name, ben.role) == ("Benno", "admin")
    assert [(one.name, one.market) for one in ben.accounts] == [("benno", "it"), ("b2", "fr")]
    assert opened(desk, moment).form == "add"


def test_an_account_is_given_to_somebody_else_or_removed(desk: Desk) -> None:
    moved = written(desk, editing(desk), "edit-surely", BENS | {"owner 2": 1})
    assert [one.name for one in opened(desk, moved).rows[0].accounts] == ["anna_r", "ben_b"]
    anna = press(desk, ANNA, "edit", "1")(PeopleMoment())
    values = {"name": "Anna", "role": "admin", "language": None, "login 1": "anna_r", "owner 1": 1, "new_login": ""}
    values |= {"login 2": "ben_b", "owner 2": None, "new_market": "it"}
    removed = written(desk, anna, "edit-surely", values)
    assert [one.name for one in opened(desk, removed).rows[0].accounts] == ["anna_r"]


def test_where_one_change_is_refused_none_is_made(desk: Desk) -> None:
    before = opened(desk).rows
    moment = written(desk, editing(desk), "edit-surely", BENS | {"name": "Benno", "new_login": "anna_r"})
    assert moment.told is not None
    assert moment.told.kind == "bad"
    assert opened(desk, moment).rows == before


def test_leaving_a_form_changes_nothing(desk: Desk) -> None:
    before = opened(desk).rows
    moment = written(desk, editing(desk), "leave", BENS | {"name": "Benno"})
    assert (opened(desk, moment).rows, opened(desk, moment).form, moment.told) == (before, "add", None)


def test_somebody_is_removed_and_comes_back(desk: Desk) -> None:
    moment = press(desk, ANNA, "remove", "2")(PeopleMoment())
    assert [act for act, _ in opened(desk, moment).acts["2"]] == ["restore", "erase"]
    moment = press(desk, ANNA, "restore", "2")(moment)
    assert not opened(desk, moment).rows[1].is_removed


def test_who_is_erased_must_be_named_and_backups_are_spoken_of(desk: Desk) -> None:
    form = press(desk, ANNA, "erase", "2")(PeopleMoment())
    refused = written(desk, form, "erase-surely", {"typed": "Anna"})
    assert len(opened(desk, refused).rows) == 2
    moment = written(desk, refused, "erase-surely", {"typed": "Ben"})
    assert moment.told is not None
    assert "Backups made before still hold" in moment.told.text
    assert [one.name for one in opened(desk, moment).rows] == ["Anna"]


def test_a_damaged_shop_is_told(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    desk.paths.shop.write_bytes(b"no database" * 1000)
    assert "is damaged" in str(trouble_of(desk, ANNA))


def test_who_was_erased_meanwhile_sees_nothing(desk: Desk) -> None:
    written(desk, press(desk, ANNA, "erase", "2")(PeopleMoment()), "erase-surely", {"typed": "Ben"})
    assert trouble_of(desk, BEN) is not None
