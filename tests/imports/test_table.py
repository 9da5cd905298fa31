"""Tables as sellers keep them become listings and sales; a row that cannot be read says so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.imports.tables import text_table, workbook
from vopt_lib.errors import HeadsAlike, IngestError, NotATable, TitleMissing
from vopt_lib.imports.records import REASONS, Record
from vopt_lib.imports.table import look_at_table, read_table
from vopt_lib.schema.own_records import Amount, Doubtful, OrderedThing, OwnListing, OwnOrder


def read(file: Path) -> list[Record]:
    return list(read_table(file, look_at_table(file).guess))


def listing(file: Path) -> OwnListing:
    (found,) = read(file)
    assert isinstance(found, OwnListing)
    return found


def test_a_table_of_things_is_told_whole(tmp_path: Path) -> None:
    head = "Titolo;Descrizione;Marca;Taglia;Condizione;Categoria;Colore;Materiale;Stato;Prezzo (€);Q.tà;Codice;Scatola"
    head += ";Costo;Data acquisto;Tag;Pubblicato il;Link;Visualizzazioni;Preferiti"
    row = "Abito Zara;Come nuovo;Zara;M;Ottime;Donna > Vestiti;nero e bianco;Cotone, lino;in vendita;12,50;2;A-7"
    row += ";scatola 3;4;01/09/2026;estate, #saldi;2026-09-02 10:30;https://www.vinted.it/items/1234567890-abito;41;7"
    assert listing(text_table(tmp_path, f"{head}\n{row}\n")) == OwnListing(
        title="Abito Zara",
        external_id=1234567890,
        description="Come nuovo",
        brand="Zara",
        size="M",
        condition="Ottime",
        colours=("nero", "bianco"),
        materials=("Cotone", "lino"),
        listed_at=datetime(2026, 9, 2, 8, 30, tzinfo=UTC),
        asked=Amount(Decimal("12.50"), None),
        views=41,
        favourites=7,
        sku="A-7",
        place="scatola 3",
        cost=Amount(Decimal("4.00"), None),
        bought_on=date(2026, 9, 1),
        tags=("estate", "saldi"),
        url="https://www.vinted.it/items/1234567890-abito",
        catalog_id=4,
        quantity=2,
    )


@pytest.mark.parametrize(
    ("row", "sold_at", "received"),
    [
        ("Abito,20/11/2026,,", datetime(2026, 11, 20, 11, tzinfo=UTC), None),
        ("Abito,,11.50,", None, Amount(Decimal("11.50"), None)),
        ("Abito,,,sì", None, None),
        ("Abito,,,20/07/2026", datetime(2026, 7, 20, 10, tzinfo=UTC), None),
    ],
    ids=["a day", "money", "yes", "a day instead of a yes"],
)
def test_a_thing_with_a_sale_is_sold(tmp_path: Path, row: str, sold_at: datetime, received: Amount) -> None:
    found = listing(text_table(tmp_path, f"Titolo,Venduto il,Incassato,Venduto\n{row}\n"))
    assert (found.is_sold, found.sold_at, found.received) == (True, sold_at, received)


@pytest.mark.parametrize("row", ["Abito,,0,no", "Abito,-,,", 'Abito,,"0,00",In vendita'])
def test_nothing_received_is_no_sale(tmp_path: Path, row: str) -> None:
    found = listing(text_table(tmp_path, f"Titolo,Venduto il,Incassato,Venduto\n{row}\n"))
    assert (found.is_sold, found.received) == (False, None)


def test_a_table_with_order_numbers_is_one_of_sales(tmp_path: Path) -> None:
    head = "Order number,Item,Order date,Completed on,Price,Buyer paid,Fee,Shipping,Earnings,Currency,Buyer,Status"
    row = "7001,Dress,2026-11-20T21:15:00Z,,12.50,16.02,1.33,2.19,12.50,GBP,mario_r,Completed"
    pounds = {name: Amount(Decimal(value), "GBP") for name, value in {"paid": "16.02", "fee": "1.33"}.items()}
    assert read(text_table(tmp_path, f"{head}\n{row}\n{row}\n")) == [
        OwnOrder(
            title="Dress",
            ordered_at=datetime(2026, 11, 20, 21, 15, tzinfo=UTC),
            buyer="mario_r",
            total=Amount(Decimal("12.50"), "GBP"),
            received=Amount(Decimal("12.50"), "GBP"),
            status="Completed",
            things=(OrderedThing("Dress", Decimal("12.50")),),
            kind="sale",
            transaction="7001",
            shipping=Amount(Decimal("2.19"), "GBP"),
            **pounds,
        ),
        Doubtful(
            "seen_twice",
            "3",
            {
                **{"transaction": "7001", "title": "Dress", "sold_at": "2026-11-20T21:15:00Z", "price": "12.50"},
                **{"paid": "16.02", "fee": "1.33", "shipping": "2.19", "received": "12.50", "currency": "GBP"},
                "state": "Completed",
            },
        ),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";5;;;;;", "no_title"),
        ("TOTALE:;120;;;;;", "a_sum"),
        ("Abito;dodici;;;;;", "bad_price"),
        ("Abito;-3;;;;;", "bad_price"),
        ("Abito;5;31/02/2026;;;;", "bad_time"),
        ("Abito;5;11/20/2026;;;;", "bad_time"),
        ("Abito;5;;tre;;;", "bad_number"),
        ("Abito;5;;;javascript:alert(1);;", "bad_link"),
        ("Abito;5;;;;forse;", "bad_state"),
        (f"Abito;5;;;;;{'x' * 201}", "too_long"),
    ],
    ids=lambda text: text[:12],
)
def test_a_row_that_cannot_be_read_comes_back_with_its_number_and_the_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    head = "Titolo;Prezzo;Comprato il;Quantità;Link;Stato;Marca"
    good, refused = read(text_table(tmp_path, f"{head}\nGonna;5;;;;;\n\n{row}\n"))
    assert isinstance(good, OwnListing)
    assert isinstance(refused, Doubtful)
    assert (refused.reason, refused.where) == (reason, "4")
    assert reason in REASONS


def test_the_buyer_stands_in_no_refused_row(tmp_path: Path) -> None:
    (refused,) = read(text_table(tmp_path, "Titolo;Acquirente;Prezzo\nAbito;mario_r;boh\n"))
    assert isinstance(refused, Doubtful)
    assert refused.facts == {"title": "Abito", "price": "boh"}


def test_an_excel_table_keeps_its_numbers_days_and_yes(tmp_path: Path) -> None:
    head = ("Nome", "Prezzo", "Costo", "Data acquisto", "Venduto", "Data vendita", "Codice")
    row = ("Giacca", 12.3, Decimal("4.1"), date(2026, 1, 15), True, datetime(2026, 2, 1, 18, 5), 17)  # noqa: DTZ001
    found = listing(workbook(tmp_path, ("Le mie cose",), (), head, row))
    assert (found.asked, found.cost) == (Amount(Decimal("12.30"), None), Amount(Decimal("4.10"), None))
    assert (found.bought_on, found.is_sold) == (date(2026, 1, 15), True)
    assert (found.sold_at, found.sku) == (datetime(2026, 2, 1, 17, 5, tzinfo=UTC), "17")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_letters_and_separators_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["Titolo", "Prezzo", "Posto"], ["Abito così €", '"12,50"', "là"], ['"A, b; c | d"', "3", "è"]]
    file = text_table(tmp_path, "\r\n".join(delimiter.join(row) for row in rows), encoding)
    found = [(one.title, one.asked and one.asked.value, one.place) for one in read(file) if isinstance(one, OwnListing)]
    assert found == [("Abito così €", Decimal("12.50"), "là"), ("A, b; c | d", Decimal("3.00"), "è")]


def test_a_line_that_names_the_separator_is_no_row(tmp_path: Path) -> None:
    assert listing(text_table(tmp_path, "sep=|\nTitolo|Prezzo\nAbito, nero; bello|3\n")).title == "Abito, nero; bello"


def test_a_category_that_nobody_knows_becomes_a_tag(tmp_path: Path) -> None:
    found = listing(text_table(tmp_path, "Titolo,Categoria\nAbito,Cose della nonna\n"))
    assert (found.catalog_id, found.tags) == (None, ("Cose della nonna",))


def test_a_condition_under_an_ambiguous_head_is_told_by_what_stands_below() -> None:
    from vopt_lib.imports.columns import guessed

    assert guessed(["Titolo", "Stato"], [["Abito", "Ottime"]]) == {"title": "Titolo", "condition": "Stato"}
    assert guessed(["Titolo", "Stato"], [["Abito", "venduto"]]) == {"title": "Titolo", "state": "Stato"}


@pytest.mark.parametrize(
    ("name", "content", "kind", "why"),
    [
        ("a.csv", b"", NotATable, "it is empty"),
        ("a.csv", b"\n;;\n", NotATable, "it is empty"),
        ("a.csv", b"Titolo,titolo,Titolo\na,b,c\n", HeadsAlike, "“Titolo”"),
        ("a.csv", b"Pippo,Pluto\n1,2\n", TitleMissing, "Pippo, Pluto"),
        ("a.csv", b'Titolo,Prezzo\nAbito,"3\nGonna,5\n', NotATable, "the quotation marks after row"),
        ("a.pdf", b"%PDF-1.7 \n", NotATable, "of another kind"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1", NotATable, "of another kind"),
        ("a.html", b" <html><table>", NotATable, "of another kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, NotATable, r"old kind \(\.xls\)"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 700 + "EncryptedPackage".encode("utf-16-le"),
            NotATable,
            "locked with a password",
        ),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, kind: type[IngestError], why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(kind, match=why):
        read(tmp_path / name)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="it does not exist"):
        look_at_table(tmp_path / "none.csv")
