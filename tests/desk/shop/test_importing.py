"""Archives and e-mails become rows of the shop: exactly these."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.desk.shop.clocks import NOW
from tests.desk.shop.takings import IMAGE, LOGIN, Home, completed, home, label, listing, order, sold
from tests.imports.mails import LABEL
from vopt_lib.desk.shop.import_told import told as told_in_words
from vopt_lib.desk.shop.importing import BATCH, Options, import_archive, import_records
from vopt_lib.desk.shop.kept_files import Keeper
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.errors import AccountMissing, AccountOfAnother, AccountUnclear, ArchiveDamaged, IngestError
from vopt_lib.schema.own_records import Amount, OwnListing
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.tables import AuditEvent, Item, Listing, Order, Person
from vopt_lib.shop.taking_in.importing import Given
from vopt_lib.words import Words


@pytest.fixture
def anna(tmp_path: Path) -> Home:
    """Anna's vopt, empty."""
    return home(tmp_path)


def listings(of: Home) -> dict[int, dict[str, Any]]:
    return {row["external_id"]: row for row in of.said()["listings"]}


def orders(of: Home) -> list[tuple[dict[str, Any], list[Any], dict[str, Any] | None]]:
    return of.said()["orders"]


def only_order(of: Home) -> tuple[dict[str, Any], list[Any], dict[str, Any] | None]:
    (found,) = orders(of)
    return found


def doubts(of: Home) -> list[str]:
    return [reason for reason, *_ in of.said()["reviews"]]


def test_an_archive_becomes_things_listings_prices_days_and_photos(anna: Home) -> None:
    photo = {"photos/1000000001/1.webp": IMAGE + b"1"}
    report = anna.take(anna.archive(listing(1000000001), photos=photo))
    assert (report.read, report.made) == ({"listings": 1}, {"listings_new": 1, "photos_new": 1})
    found = listings(anna)[1000000001]
    assert (found["title"], found["brand"], found["condition_id"], found["colour"]) == (
        *("Abito Zara nero", "Zara"),
        *(2, "Nero"),
    )
    assert (found["asked"], found["currency"], found["state"]) == (Decimal("12.00"), "EUR", "published")
    said = anna.said()
    moment = datetime(2026, 11, 10, 8, tzinfo=UTC)
    assert [(name, row["at"], row["asked"]) for name, row in said["prices"]] == [(1000000001, moment, Decimal("12.00"))]
    assert [(row["day"], row["views"], row["favourites"]) for _, row in said["days"]] == [(moment.date(), 41, 7)]
    ((sku, kept),) = said["photos"]
    assert (sku, kept["is_primary"]) == ("V-1000000001", True)
    assert (anna.desk.paths.photos / kept["sha256"]).read_bytes() == IMAGE + b"1"


def test_sold_and_hidden_listings_stand_so(anna: Home) -> None:
    cells = (listing(1000000001, marked_as_sold="1"), listing(1000000002, title="Gonna", hidden="È nascosto."))
    anna.take(anna.archive(*cells))
    assert {number: row["state"] for number, row in listings(anna).items()} == {
        1000000001: "sold",
        1000000002: "paused",
    }


def test_a_file_that_is_no_image_is_no_photo(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), photos={"photos/1000000001/1.webp": b"<script>"}))
    assert anna.said()["photos"] == []
    assert not anna.desk.paths.photos.exists()


def test_the_same_file_again_is_not_taken_in_again(anna: Home) -> None:
    file = anna.archive(listing(1000000001))
    anna.take(file)
    assert anna.take(file).is_known


def test_a_trial_tells_the_same_and_keeps_nothing(anna: Home) -> None:
    file = anna.archive(listing(1000000001), photos={"photos/1000000001/1.webp": IMAGE})
    tried = anna.take(file, is_trial=True)
    assert not anna.desk.paths.photos.exists()
    assert anna.said()["listings"] == []
    assert anna.take(file).made == tried.made


def test_a_price_that_changed_is_remembered_with_when(anna: Home) -> None:
    for day, price in ((10, "12.0 EUR"), (12, "12.0 EUR"), (15, "10.0 EUR")):
        anna.take(anna.archive(listing(1000000001, order_value=price), day=day))
    assert [(row["at"].day, row["asked"]) for _, row in anna.said()["prices"]] == [
        (10, Decimal("12.00")),
        (15, Decimal("10.00")),
    ]


def test_what_a_person_wrote_is_not_overwritten(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), day=10))
    with shop_of(anna.desk).writing(author_of(anna.desk, anna.anna, "edit")) as session:
        found = session.scalars(select(Listing)).one()
        found.title, found.edited = "Il mio abito", ["title", "state"]
        found.state = "withdrawn"
        item = session.scalars(select(Item)).one()
        item.sku, item.edited = "SCATOLA-3", ["sku"]
    anna.take(anna.archive(listing(1000000001, order_value="9.0 EUR", marked_as_sold="1"), day=12))
    found = listings(anna)[1000000001]
    assert (found["title"], found["state"], found["ended_at"]) == ("Il mio abito", "withdrawn", None)
    assert (found["asked"], found["item"]) == (Decimal("9.00"), "SCATOLA-3")


def test_a_relist_is_of_the_same_thing_and_takes_the_place_of_the_older_listing(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), day=10))
    anna.take(anna.archive(listing(1000000009), day=12))
    found = listings(anna)
    assert {row["item"] for row in found.values()} == {"V-1000000001"}
    assert (found[1000000001]["state"], found[1000000009]["state"]) == ("withdrawn", "published")
    assert len(anna.said()["items"]) == 1


@pytest.mark.parametrize(
    ("first", "then", "items", "reasons"),
    [
        ([listing(1000000001), listing(1000000002)], [], 2, []),
        ([listing(1000000001, marked_as_sold="1")], [listing(1000000009)], 2, []),
        ([listing(1000000001), listing(1000000002)], [listing(1000000009)], 3, ["relist"]),
        ([listing(1000000001)], [listing(1000000008), listing(1000000009)], 3, ["relist"]),
        ([listing(1000000001)], [listing(1000000009, size="L")], 2, []),
    ],
    ids=["two at once", "the first was sold", "two before", "two after", "another size"],
)
def test_only_a_sure_relist_is_matched(
    anna: Home, first: list[str], then: list[str], items: int, reasons: list[str]
) -> None:
    anna.take(anna.archive(*first, day=10))
    anna.take(anna.archive(*then, day=12))
    assert (len(anna.said()["items"]), doubts(anna)) == (items, reasons)


def test_a_sale_reserves_a_label_tells_until_when_and_only_completion_books(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), day=5))
    anna.take(anna.mail(*sold()))
    order_, lines, shipment = only_order(anna)
    assert (order_["state"], order_["received"], order_["asked"], shipment) == (
        *("reserved", None),
        *(Decimal("24.00"), None),
    )
    assert lines == [("Abito Zara nero", Decimal("24.00"), 1000000001)]
    assert listings(anna)[1000000001]["state"] == "reserved"

    anna.take(anna.mail(*label(), sent="10", pdf="Vinted-Label-16606466410.pdf"))
    order_, _, shipment = only_order(anna)
    assert shipment
    assert (order_["external_id"], shipment["tracking"]) == ("16606466410", "ES1234567890")
    assert shipment["send_by"] == datetime(2026, 11, 14, 22, 59, tzinfo=UTC)
    assert (anna.desk.paths.labels / shipment["label_sha256"]).read_bytes() == LABEL

    anna.take(anna.mail(*completed(), sent="14"))
    order_, *_ = only_order(anna)
    assert (order_["state"], order_["received"], order_["shipping"]) == (
        *("completed", Decimal("24.00")),
        Decimal("2.99"),
    )
    assert (listings(anna)[1000000001]["state"], doubts(anna)) == ("sold", [])


def test_shipping_that_is_paid_back_is_no_income(anna: Home) -> None:
    subject, text = completed(price="24,00", shipping="3,00")
    anna.take(anna.mail(*label()))
    anna.take(
        anna.mail(
            subject, text.replace("Transferencia a tu saldo Vinted: 24,00", "Transferencia a tu saldo Vinted: 27,00")
        )
    )
    assert only_order(anna)[0]["received"] == Decimal("24.00")


def test_an_archive_and_a_mail_tell_of_the_same_sale_once(anna: Home) -> None:
    cell = order(
        title="Abito Zara nero", order_purchased="2026-11-09 17:31:05 +0000", status="Order completed!",
        wallet_amount="24.00 EUR", last_updated="2026-11-14 17:30:00 +0000",
    )  # fmt: skip
    anna.take(anna.archive(cell, day=16))
    anna.take(anna.mail(*sold()))
    order_, *_ = only_order(anna)
    assert (order_["state"], order_["received"], order_["completed_at"]) == (
        *("completed", Decimal("24.00")),
        datetime(2026, 11, 14, 17, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("told", "kind", "reasons"),
    [
        ({"seller": LOGIN}, "sale", ["status"]),
        ({"buyer": LOGIN, "seller": "zia"}, "purchase", ["status"]),
        ({"buyer": "luisa88"}, "sale", ["status"]),
        ({"buyer": "No data"}, None, ["side", "status"]),
    ],
    ids=["she sells", "she buys", "another buys", "nobody is named"],
)
def test_a_sale_is_told_from_a_purchase_by_who_she_is(
    anna: Home, told: dict[str, str], kind: str | None, reasons: list[str]
) -> None:
    anna.take(anna.archive(order(title="Jeans", **told)))
    assert [found["kind"] for found, *_ in orders(anna)] == ([kind] if kind else [])
    assert sorted(doubts(anna)) == reasons


def test_a_bundle_is_one_order_whose_things_nobody_knows(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), day=5))
    anna.take(anna.mail(*sold("Set di 3 articoli", price="30.00")))
    order_, lines, _ = only_order(anna)
    assert (order_["asked"], lines) == (Decimal("30.00"), [("Set di 3 articoli", None, None)] * 3)


def test_a_bundle_of_which_an_archive_and_a_mail_tell_is_one_order_with_the_things_that_the_archive_names(
    anna: Home,
) -> None:
    things = {"Gonna": "10.0", "Maglia": "20.0"}
    cell = order(order_purchased="2026-11-09 17:31:05 +0000", order_value="30.0 EUR", seller=LOGIN, things=things)
    anna.take(anna.mail(*sold("Set di 2 articoli", price="30.00")))
    anna.take(anna.mail(*sold("Set di 2 articoli", buyer="zia", price="30.00")))
    anna.take(anna.archive(listing(1000000001, title="Gonna"), listing(1000000002, title="Maglia"), cell))
    assert sorted([lines for _, lines, _ in orders(anna)], key=str) == [
        [("Gonna", Decimal("10.00"), 1000000001), ("Maglia", Decimal("20.00"), 1000000002)],
        [("Set di 2 articoli", None, None)] * 2,
    ]


def test_the_same_title_sold_twice_is_two_sales_and_which_listing_is_asked(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), listing(1000000002), day=5))
    anna.take(anna.mail(*sold(buyer="a"), sent="09"))
    anna.take(anna.mail(*sold(buyer="b"), sent="10"))
    assert len(orders(anna)) == 2
    assert doubts(anna) == ["which_listing", "which_listing"]


def test_strangers_are_nowhere_in_the_shop(anna: Home) -> None:
    anna.take(anna.mail(*sold(buyer="luisa88")))
    anna.take(anna.mail(*sold("Borsa", buyer="luisa88"), results="none"))
    anna.take(anna.archive(order(title="Jeans", buyer="luisa88"), order(title="x", buyer="luisa88", order_value="?")))
    shop_of(anna.desk).close()
    kept = [path.read_bytes() for path in anna.desk.paths.data.rglob("shop.sqlite*")]
    assert kept
    assert not any(b"luisa88" in content for content in kept)


def test_what_she_changed_in_an_order_stays_as_she_wrote_it(anna: Home) -> None:
    anna.take(anna.mail(*label()))
    with shop_of(anna.desk).writing(author_of(anna.desk, anna.anna, "edit")) as session:
        found = session.scalars(select(Order)).one()
        found.received, found.edited = Decimal("20.00"), ["received", "tracking"]
        assert found.shipment
        found.shipment.tracking = "MIO"
    anna.take(anna.mail(*completed(), sent="14"))
    order_, _, shipment = only_order(anna)
    assert shipment
    assert (order_["state"], order_["received"], shipment["tracking"]) == ("completed", Decimal("20.00"), "MIO")


def test_a_row_of_a_table_enriches_the_listing_of_its_title(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001, marked_as_sold="1"), day=5))
    told = OwnListing(
        "Abito Zara nero", None, sku="A-7", place="Scatola 3", cost=Amount(Decimal("4.00"), None), tags=("estate",),
        sold_at=datetime(2026, 10, 1, tzinfo=UTC), received=Amount(Decimal("11.00"), "EUR"),
    )  # fmt: skip
    report = import_records(anna.desk, anna.anna, Given("table", "costi.csv", "ab" * 32), [told], told_at=NOW)
    assert report.made == {"items_changed": 1, "listings_changed": 1, "orders_new": 1}
    (item,) = anna.said()["items"]
    assert (item["sku"], item["place"], item["cost"], item["tags"]) == ("A-7", "Scatola 3", Decimal("4.00"), ["estate"])
    order_, lines, _ = only_order(anna)
    assert (order_["received"], lines[0][2], listings(anna)[1000000001]["state"]) == (
        *(Decimal("11.00"), 1000000001),
        "sold",
    )


def test_a_report_counts_what_a_table_and_a_mail_changed_as_well_as_what_is_new(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), listing(1000000002, title="Gonna"), day=5))
    costs = [
        OwnListing("Abito Zara nero", None, place="Scatola 3", cost=Amount(Decimal("4.00"), None)),
        OwnListing("Gonna", None, asked=Amount(Decimal("9.00"), None)),
        OwnListing("Cappello", None, place="Scatola 1"),
    ]
    report = import_records(anna.desk, anna.anna, Given("table", "costi.csv", "ab" * 32), costs, told_at=NOW)
    assert report.made == {"items_changed": 1, "listings_changed": 1, "listings_new": 1}
    assert told_in_words(report, Words("en"))[1:] == [
        *("  3 listings read", "  1 new listing", "  1 listing changed", "  1 thing changed"),
    ]
    anna.take(anna.mail(*label(), sent="10"))
    subject, text = label()
    again = anna.mail(subject, text.replace("ES1234567890", "ES1234567899"), sent="11")
    assert anna.take(again).made == {"orders_changed": 1}


def test_whose_account_it_is_must_be_known(anna: Home) -> None:
    file = anna.archive(listing(1000000001))
    with pytest.raises(AccountMissing, match="Say its login once with --account"):
        import_archive(anna.desk, anna.anna, file)
    anna.take(file)
    assert import_archive(anna.desk, anna.anna, file).is_known
    import_archive(anna.desk, anna.anna, file, Options("anna_2"))
    with pytest.raises(AccountUnclear, match="anna_2"):
        import_archive(anna.desk, anna.anna, file)
    with pytest.raises(AccountOfAnother, match=LOGIN):
        import_archive(anna.desk, luca(anna), file, Options(LOGIN))


def luca(of: Home) -> Member:
    with shop_of(of.desk).writing(author_of(of.desk, of.anna, "add person")) as session:
        person = Person(household_id=1, name="Luca", role="member")
        session.add(person)
        session.flush()
        return Member(1, person.id, "Luca", "member")


def test_a_broken_archive_takes_in_nothing_half(anna: Home) -> None:
    whole = anna.archive(listing(1000000001))
    cut = whole.with_name("cut.zip")
    cut.write_bytes(whole.read_bytes()[:-30])
    with pytest.raises(ArchiveDamaged):
        anna.take(cut)
    with pytest.raises(IngestError, match=r"nowhere\.zip cannot be read: it does not exist"):
        anna.take(whole.with_name("nowhere.zip"))
    assert anna.said()["listings"] == []


def test_what_reading_breaks_off_stays_as_far_as_it_was_written_and_goes_on(anna: Home) -> None:
    every = [OwnListing(f"Cosa {number}", 2_000_000_000 + number) for number in range(BATCH + 1)]
    given = Given("archive", "a.zip", "cd" * 32, LOGIN)

    def broken() -> Any:
        yield from every
        raise ArchiveDamaged(file="a.zip", why="cut")

    with pytest.raises(ArchiveDamaged):
        import_records(anna.desk, anna.anna, given, broken(), told_at=NOW)
    assert len(anna.said()["listings"]) == BATCH
    report = import_records(anna.desk, anna.anna, given, every, told_at=NOW)
    assert (report.made["listings_new"], len(anna.said()["listings"])) == (BATCH + 1, BATCH + 1)


def test_progress_is_told_batch_by_batch(anna: Home) -> None:
    every = [OwnListing(f"Cosa {number}", 2_000_000_000 + number) for number in range(BATCH + 5)]
    told: list[int] = []
    options = Options(LOGIN, progress=told.append)
    import_records(anna.desk, anna.anna, Given("archive", "a", "cd" * 32, LOGIN), every, told_at=NOW, options=options)
    assert told == [BATCH, BATCH + 5]


def test_a_file_of_the_same_bytes_is_kept_once(anna: Home) -> None:
    keeper = Keeper(anna.desk.paths)
    assert keeper.photo(IMAGE) == keeper.photo(IMAGE)
    keeper.sync()
    assert len(list(anna.desk.paths.photos.iterdir())) == 1


def test_every_change_is_written_down_as_the_import_s(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001)))
    with shop_of(anna.desk).reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.deed == "import archive")).all()
        assert {event.about for event in told} >= {"item", "listing"}


def test_an_order_that_she_wrote_in_stays_also_where_its_mail_becomes_doubtful(anna: Home) -> None:
    anna.take(anna.mail(*sold("Borsa", buyer="a"), sent="05"))
    with shop_of(anna.desk).writing(author_of(anna.desk, anna.anna, "edit")) as session:
        found = session.scalars(select(Order)).one()
        found.paid, found.edited = Decimal("26.00"), ["paid"]
    anna.take(anna.mail(*label("Borsa"), sent="07"))
    assert [found["paid"] for found, *_ in orders(anna)] == [Decimal("26.00")]
    anna.take(anna.mail(*sold("Borsa", buyer="b"), sent="06"))
    assert (Decimal("26.00") in [found["paid"] for found, *_ in orders(anna)], doubts(anna)) == (
        True,
        ["which_sale", "which_sale"],
    )
