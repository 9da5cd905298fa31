"""This is where a seller takes her shop's rows away as files: for her spreadsheet, her accountant or a program."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from typing import IO, Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.figures import only_hers
from vopt_lib.desk.shop.opening import member_called, shop_of
from vopt_lib.desk.shop.people import person_with
from vopt_lib.errors import FileThere, UnknownPerson
from vopt_lib.files import whole_file
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.own_figures import ZONE
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_tables import FileForm, FileKind
from vopt_lib.shop.exports import Exports
from vopt_lib.shop.inventory import fitting_listings
from vopt_lib.shop.sheets import Sheet, write_sheet
from vopt_lib.shop.year import year_sheets
from vopt_lib.words import N_, Words


class What(StrEnum):
    """What can be exported. `label` is a message id."""

    INVENTORY = "inventory"
    SALES = "sales"
    EXPENSES = "expenses"
    EVERYTHING = "everything"
    YEAR = "year"

    @property
    def label(self) -> str:
        """Its name for people."""
        return _LABELS[self]

    @property
    def is_pack(self) -> bool:
        """Whether it is a zip file of several tables."""
        return self in (What.EVERYTHING, What.YEAR)


_LABELS: Final = {
    What.INVENTORY: N_("Inventory"),
    What.SALES: N_("Sales"),
    What.EXPENSES: N_("Expenses"),
    What.EVERYTHING: N_("Everything"),
    What.YEAR: N_("Pack of the year"),
}


@dataclass(frozen=True)
class Wanted:
    """What she wants: which rows, of which year, and how written. year: None for all years (of a pack: the current
    one); filters: which listings of an inventory; None: all of them.
    """

    what: What
    year: int | None = None
    kind: FileKind = FileKind.CSV
    form: FileForm = FileForm.ITALIAN
    filters: InventoryFilters | None = None


@dataclass(frozen=True)
class Exported:
    """What was written: the file, and how many rows."""

    file: Path
    rows: int


def whose(desk: Desk, viewer: Member, name: str | None, wanted: Wanted) -> Member:
    """Whose rows an export holds: those of the person of this name. Of nobody in particular it is all that the viewer
    sees, and a year is hers.

    Raises: UnknownPerson; for a member, everybody else is.
    """
    if name is None and wanted.what is not What.YEAR:
        return viewer
    if name is not None and not viewer.is_admin and name.strip().casefold() != viewer.name.casefold():
        raise UnknownPerson(name=name, near=viewer.name)
    person = member_called(desk, name) if name and viewer.is_admin else viewer
    return only_hers(person)


def of_person(desk: Desk, viewer: Member, person_id: int | None, wanted: Wanted) -> Member:
    """The same by her number. Raises: UnknownPerson, also for one whom the viewer may not see."""
    if person_id is None:
        return whose(desk, viewer, None, wanted)
    person = person_with(desk, viewer, person_id)
    return only_hers(replace(viewer, person_id=person.id, name=person.name))


def export_file(desk: Desk, member: Member, wanted: Wanted, *, words: Words, file: Path) -> Exported:
    """Write what is wanted of this member's to the file, all of it or nothing.

    Raises: CannotWrite; ShopError.
    """
    with shop_of(desk).reading() as session:
        exports = Exports(session, member, words)
        sheets = _sheets(exports, wanted, _year(desk, wanted), now=desk.clock.now())
        if wanted.what.is_pack:
            return Exported(file, _write_pack(file, sheets, wanted))
        return Exported(file, write_sheet(file, next(sheets), wanted.kind, wanted.form))


def open_export(desk: Desk, member: Member, wanted: Wanted, words: Words) -> IO[bytes]:
    """The same, opened at its beginning for a page to hand over: a file without a name, gone when it is closed.

    Raises: CannotWrite; ShopError.
    """
    with tempfile.TemporaryDirectory(dir=desk.paths.state) as folder:
        return export_file(desk, member, wanted, words=words, file=Path(folder) / "export").file.open("rb")


def file_name(desk: Desk, member: Member, wanted: Wanted, words: Words) -> str:
    """What the file is called: vopt-vendite-2026-11-21.csv, vopt-anna-2026.zip."""
    of_whom = () if member.is_admin else (_slug(member.name),)
    if wanted.what is What.YEAR:
        return "-".join(("vopt", *of_whom, f"{_year(desk, wanted)}.zip"))
    ending = "zip" if wanted.what.is_pack else wanted.kind
    day = desk.clock.now().astimezone(ZONE).date()
    return "-".join(("vopt", _slug(words.say(wanted.what.label)), *of_whom, f"{day.isoformat()}.{ending}"))


def free_file(folder: Path, name: str) -> Path:
    """A file of this name in the folder, with a number where there is one already: vopt-vendite-2026-11-21-2.csv."""
    wished = folder / name
    others = (wished.with_stem(f"{wished.stem}-{number}") for number in count(2))
    return next(file for file in chain([wished], others) if not file.exists())


def check_free(file: Path) -> None:
    """Let a file pass that replaces no other. Raises: FileThere."""
    if file.exists():
        raise FileThere(file=str(file))


def _year(desk: Desk, wanted: Wanted) -> int | None:
    """The year that she wants; a pack is of this year where she names none."""
    is_open = wanted.what is What.YEAR and wanted.year is None
    return desk.clock.now().astimezone(ZONE).year if is_open else wanted.year


def _sheets(exports: Exports, wanted: Wanted, year: int | None, *, now: datetime) -> Iterator[Sheet]:
    match wanted.what:
        case What.INVENTORY if wanted.filters is not None:
            yield exports.inventory(fitting_listings(exports.session, exports.member, wanted.filters, now=now))
        case What.INVENTORY:
            yield exports.inventory()
        case What.SALES:
            yield exports.sales(year)
        case What.EXPENSES:
            yield exports.expenses(year)
        case What.EVERYTHING:
            yield from (exports.inventory(), exports.sales(year), exports.purchases(year), exports.expenses(year))
        case What.YEAR if year is not None:
            yield from year_sheets(exports, year)


def _write_pack(file: Path, sheets: Iterator[Sheet], wanted: Wanted) -> int:
    """A zip file with one table for each sheet, made one after the other: they may be large."""
    rows = 0
    with (
        whole_file(file) as aside,
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as pack,
    ):
        for number, sheet in enumerate(sheets, 1):
            table = Path(folder) / f"{number}-{_slug(sheet.title)}.{wanted.kind}"
            rows += write_sheet(table, sheet, wanted.kind, wanted.form)
            pack.write(table, table.name)
            table.unlink()
    return rows


def _slug(text: str) -> str:
    """A name for a file: small letters and dashes."""
    return "-".join(re.findall(r"[^\W_]+", text.casefold()))[:60] or "vopt"
