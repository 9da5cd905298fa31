"""A file is what stands in it, whatever it is called, and goes in by the one way of its kind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.imports.archives import archive, listing, page
from tests.imports.mails import SOLD_IT, mail
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.importing import Options
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.taking import FileKind, import_file, kind_of
from vopt_lib.errors import AccountMissing, IngestError, NotHerCloset

LOGIN = Options(login="anna_r")
TABLE = "Titolo;Prezzo;Costo\nAbito blu;12,50;4,00\nBorsa;30;10\n"
CLOSET = (
    '{"items": [{"id": 4242, "title": "Abito", "price": {"amount": "10.0", "currency_code": "EUR"},'
    ' "user": {"id": 7, "login": "anna_r"}}], "pagination": {"total_pages": 1, "total_entries": 1}}'
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def test_files_are_told_by_what_stands_in_them(tmp_path: Path) -> None:
    def kind(content: bytes) -> FileKind:
        (tmp_path / "file.txt").write_bytes(content)
        return kind_of(tmp_path / "file.txt")

    assert kind_of(archive(tmp_path, {"l/index.html": page(listing())}, name="a.bin")) is FileKind.ARCHIVE
    with zipfile.ZipFile(tmp_path / "book", "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    assert kind_of(tmp_path / "book") is FileKind.TABLE
    assert kind(mail("Hai venduto", SOLD_IT)) is FileKind.MAIL
    assert kind(b"From no-reply@vinted.it Mon Nov  9 18:31:00 2026\n") is FileKind.MAIL
    assert kind(CLOSET.encode()) is FileKind.WARDROBE
    assert kind(b"\xef\xbb\xbf<!DOCTYPE html>") is FileKind.WARDROBE
    assert kind(TABLE.encode()) is FileKind.TABLE
    assert kind(b"") is FileKind.TABLE


def test_a_table_goes_in_once_and_says_so(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "things.csv"
    file.write_text(TABLE)
    assert import_file(desk, member_of(desk), file, LOGIN).made["listings_new"] == 2
    assert import_file(desk, member_of(desk), file, LOGIN).is_known


def test_other_columns_of_the_same_table_are_another_import(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "things.csv"
    file.write_text(TABLE)
    import_file(desk, member_of(desk), file, LOGIN)
    again = import_file(desk, member_of(desk), file, LOGIN, mapping={"title": "Titolo", "cost": "Costo"})
    assert not again.is_known


def test_without_an_account_she_is_asked_for_her_login(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "things.csv"
    file.write_text(TABLE)
    with pytest.raises(AccountMissing):
        import_file(desk, member_of(desk), file)


def test_a_closet_of_nobody_known_goes_in_only_when_she_says_that_it_is_hers(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "closet.json"
    file.write_text(CLOSET)
    with pytest.raises(NotHerCloset, match="anna_r"):
        import_file(desk, member_of(desk), file)
    assert import_file(desk, member_of(desk), file, LOGIN).made["listings_new"] == 1


def test_a_file_that_is_not_there_is_told(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="it does not exist"):
        import_file(desk, member_of(desk), tmp_path / "gone.zip", LOGIN)


def test_what_a_table_says_of_known_things_is_counted(desk: Desk, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("Titolo;Codice;Prezzo\nAbito;A-1;12,50\nBorsa;A-2;30\n")
    second.write_text("Titolo;Codice;Costo\nAbito;A-1;4,00\nBorsa;A-2;\n")
    import_file(desk, member_of(desk), first, LOGIN)
    assert import_file(desk, member_of(desk), second, LOGIN).made == {"items_changed": 1}
