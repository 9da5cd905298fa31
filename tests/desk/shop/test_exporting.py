"""Exports are complete files of what a person may see."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.shop.people import FAMILY, dress
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.exporting import (
    Wanted,
    What,
    check_free,
    export_file,
    file_name,
    free_file,
    open_export,
    whose,
)
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import CannotWrite, FileThere, UnknownPerson
from vopt_lib.imports.table import look_at_table, read_table
from vopt_lib.schema.own_records import Amount, OwnListing
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_tables import FileForm, FileKind
from vopt_lib.shop.tables import ChannelAccount, Item, Person
from vopt_lib.words import Words

EN = Words("en")


def thing() -> Item:
    item = dress(
        title="=2+3 abito",
        description="Come nuovo;\nmai messo",
        brand="Zara",
        size="M",
        catalog_id=4,
        condition_id=2,
        colour="Nero",
        url="https://www.vinted.it/items/10001",
    )
    item.place, item.cost, item.bought_on, item.tags = "scatola 3", Decimal("4.00"), date(2026, 9, 1), ["estate"]
    return item


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The owner and Luca have an account each; the owner has a dress."""
    opened = open_desk(data=tmp_path / "data")
    with shop_of(opened).writing(author_of(opened, None, "begin")) as session:
        session.add(Person(household_id=FAMILY, name="Luca", role="member"))
        session.flush()
        for person_id in (1, 2):
            account = {"channel": "vinted", "market": "it", "name": f"account_{person_id}"}
            session.add(ChannelAccount(household_id=FAMILY, person_id=person_id, **account))
        session.flush()
        session.add(thing())
    return opened


def bytes_of(desk: Desk, member: Member, wanted: Wanted, words: Words) -> bytes:
    with open_export(desk, member, wanted, words) as file:
        return file.read()


@pytest.mark.parametrize("kind", FileKind)
@pytest.mark.parametrize("form", FileForm)
def test_an_inventory_that_went_out_comes_back_the_same(
    desk: Desk, tmp_path: Path, kind: FileKind, form: FileForm
) -> None:
    file = tmp_path / f"a.{kind}"
    done = export_file(desk, member_of(desk), Wanted(What.INVENTORY, None, kind, form), words=EN, file=file)
    assert (done.file, done.rows) == (file, 1)
    (record,) = read_table(file, look_at_table(file).guess)
    assert record == OwnListing(
        title="=2+3 abito",
        external_id=10001,
        description="Come nuovo;\nmai messo",
        brand="Zara",
        size="M",
        condition="Very good",
        colours=("Nero",),
        asked=Amount(Decimal("12.00"), "EUR"),
        sku="A-1",
        place="scatola 3",
        cost=Amount(Decimal("4.00"), "EUR"),
        bought_on=date(2026, 9, 1),
        tags=("estate",),
        url="https://www.vinted.it/items/10001",
        catalog_id=4,
    )


def test_a_year_is_a_zip_of_tables(desk: Desk) -> None:
    owner = whose(desk, member_of(desk), None, Wanted(What.YEAR))
    content = bytes_of(desk, owner, Wanted(What.YEAR, 2026, FileKind.XLSX), EN)
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert pack.namelist() == [
            *("1-summary.xlsx", "2-sales.xlsx", "3-purchases.xlsx", "4-things-bought.xlsx", "5-expenses.xlsx"),
            "6-stock-at-the-end-of-the-year.xlsx",
        ]
        summary = load_workbook(io.BytesIO(pack.read("1-summary.xlsx"))).active
    assert [cell.value for cell in summary[2]][:2] == ["Person", owner.name]


def test_everything_is_a_zip_of_tables(desk: Desk) -> None:
    with zipfile.ZipFile(io.BytesIO(bytes_of(desk, member_of(desk), Wanted(What.EVERYTHING), EN))) as pack:
        assert pack.namelist() == ["1-inventory.csv", "2-sales.csv", "3-purchases.csv", "4-expenses.csv"]


def test_whose_rows_they_are(desk: Desk) -> None:
    owner, luca = member_of(desk), Member(FAMILY, 2, "Luca", "member")
    assert whose(desk, owner, None, Wanted(What.SALES)) == owner
    assert whose(desk, owner, None, Wanted(What.YEAR)) == replace(owner, role="member")
    assert whose(desk, owner, "luca", Wanted(What.SALES)) == luca
    assert whose(desk, luca, None, Wanted(What.SALES)) == luca
    assert whose(desk, luca, "Luca", Wanted(What.YEAR)) == luca


def test_a_member_asks_for_nobody_else_and_learns_of_nobody(desk: Desk) -> None:
    luca = Member(FAMILY, 2, "Luca", "member")
    with pytest.raises(UnknownPerson) as refused:
        whose(desk, luca, member_of(desk).name, Wanted(What.SALES))
    assert refused.value.facts["near"] == "Luca"


def test_files_are_named_after_what_they_hold(desk: Desk, tmp_path: Path) -> None:
    luca = Member(FAMILY, 2, "Luca R.", "member")
    assert file_name(desk, luca, Wanted(What.YEAR, 2025), EN) == "vopt-luca-r-2025.zip"
    name = file_name(desk, member_of(desk), Wanted(What.SALES, None, FileKind.XLSX), EN)
    assert name.startswith("vopt-sales-20")
    assert name.endswith(".xlsx")
    (tmp_path / "a.csv").touch()
    assert free_file(tmp_path, "a.csv") == tmp_path / "a-2.csv"
    assert free_file(tmp_path, "b.csv") == tmp_path / "b.csv"


def test_a_file_is_replaced_only_when_she_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    with pytest.raises(FileThere, match="--force"):
        check_free(tmp_path / "a.csv")


def test_a_pack_that_cannot_be_written_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="its folder does not exist"):
        export_file(desk, member_of(desk), Wanted(What.YEAR, 2026), words=EN, file=tmp_path / "none" / "a.zip")
    assert [file.name for file in tmp_path.iterdir()] == ["data"]
