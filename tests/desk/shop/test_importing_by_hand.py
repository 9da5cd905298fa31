"""A listing that she wrote herself is found again by what is taken in later: one thing, not two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.desk.shop.takings import (
    IMAGE,
    LOGIN,
    WRITTEN_AT,
    Home,
    at_work,
    completed,
    home,
    label,
    listing,
    order,
    sold,
    write,
)
from tests.desk.shop.test_reviews import answer, back_and_again
from tests.shop.natural import Rows
from tests.shop.postgres import programs, server
from vopt_lib.desk.shop.importing import Options, import_archive, import_records
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.reviews import waiting_count, waiting_reviews
from vopt_lib.errors import AccountMissing
from vopt_lib.schema.own_records import Amount, OwnListing
from vopt_lib.shop import listings
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import ChannelAccount, Listing, Note
from vopt_lib.shop.taking_in.importing import Given

LISTED = "2026-11-06 20:30:14 +0100"


@pytest.fixture
def anna(tmp_path: Path) -> Home:
    """Anna's vopt, empty."""
    return home(tmp_path)


def told(number: int = 1000000001, **facts: Any) -> str:
    return listing(number, **{"created_at": LISTED} | facts)


def rows(of: Home) -> list[tuple[Any, ...]]:
    """(number, state, asked, code of the thing) of each listing."""
    return sorted(
        ((row["external_id"], row["state"], row["asked"], row["item"]) for row in of.said()["listings"]), key=repr
    )


HERS = (1000000001, "published", Decimal("13.00"), "A-0001")
HERS_ALONE = (None, "published", Decimal("13.00"), "A-0001")
ANOTHER = (1000000001, "published", Decimal("12.00"), "V-1000000001")


@pytest.mark.parametrize("is_published", [True, False], ids=["published", "draft"])
def test_an_archive_finds_it_and_changes_nothing_that_she_wrote(anna: Home, is_published: bool) -> None:
    write(anna, is_published=is_published)
    report = anna.take(anna.archive(told(), photos={"photos/1000000001/1.webp": IMAGE}))
    assert rows(anna) == [HERS]
    assert report.made == {"listings_changed": 1, "photos_new": 1}
    (found,) = anna.said()["listings"]
    assert (found["description"], found["colour"]) == ("Il mio testo", "Nero")
    (thing,) = anna.said()["items"]
    assert (thing["place"], thing["cost"]) == ("Scatola 1", Decimal("3.00"))
    assert [(name, row["asked"], row["source"]) for name, row in anna.said()["prices"]] == [
        (1000000001, Decimal("12.00"), "archive"), (1000000001, Decimal("13.00"), "person"),
    ]  # fmt: skip
    assert waiting_count(anna.desk, anna.anna) == 0


def test_it_is_found_again_and_again_whatever_she_changes_meanwhile(anna: Home) -> None:
    number = write(anna)
    anna.take(anna.archive(told(), day=10))
    with at_work(anna) as session:
        found = session.get_one(Listing, number)
        listings.edit(session, found, {"title": "Vestito", "asked": Decimal("99.00")})
        listings.change_state(session, found, State.PAUSED)
    anna.take(anna.archive(told(order_value="9.0 EUR", marked_as_sold="1"), day=12))
    assert rows(anna) == [(1000000001, "paused", Decimal("99.00"), "A-0001")]


def test_a_sale_s_mail_reserves_it_and_its_completion_sells_it(anna: Home) -> None:
    write(anna)
    anna.take(anna.mail(*sold()))
    assert rows(anna) == [(None, "reserved", Decimal("13.00"), "A-0001")]
    anna.take(anna.mail(*label(), sent="10"))
    anna.take(anna.mail(*completed(), sent="14"))
    ((_, lines, _),) = anna.said()["orders"]
    assert (rows(anna), lines[0][2]) == ([(None, "sold", Decimal("13.00"), "A-0001")], "Abito Zara nero")


def test_her_closet_and_her_table_find_it(anna: Home) -> None:
    write(anna)
    closet = OwnListing("ABITO Zara Nero", 1000000001, asked=Amount(Decimal("12.00"), "EUR"), url="https://x/1")
    table = OwnListing("Vestito nero", None, sku="A-0001", place="Scatola 9", is_sold=True)
    times = iter((WRITTEN_AT, WRITTEN_AT + timedelta(days=1)))
    for kind, record in (("wardrobe", closet), ("table", table)):
        import_records(anna.desk, anna.anna, Given(kind, kind, f"{kind:a<64}", LOGIN), [record], told_at=next(times))
    assert rows(anna) == [(1000000001, "sold", Decimal("13.00"), "A-0001")]
    assert [thing["place"] for thing in anna.said()["items"]] == ["Scatola 1"]


def test_what_is_on_sale_a_second_time_is_a_relist_of_it(anna: Home) -> None:
    write(anna)
    anna.take(anna.archive(told(), day=10))
    anna.take(anna.archive(told(1000000009, created_at="2026-11-11 10:00:00 +0000"), day=12))
    assert rows(anna) == [
        (1000000001, "withdrawn", Decimal("13.00"), "A-0001"),
        (1000000009, "published", Decimal("12.00"), "A-0001"),
    ]


def test_a_draft_that_offers_a_thing_once_more_becomes_its_next_listing(anna: Home) -> None:
    first = write(anna)
    anna.take(anna.archive(told(), day=6))
    with at_work(anna, later=timedelta(days=2)) as session:
        listings.relist(session, session.get_one(Listing, first))
    anna.take(anna.archive(told(1000000009, created_at="2026-11-08 10:00:00 +0000"), day=12))
    assert [row[0] for row in rows(anna)] == [1000000001, 1000000009]
    assert len(anna.said()["items"]) == 1


def test_a_listing_that_was_there_when_she_wrote_hers_is_another(anna: Home) -> None:
    write(anna)
    anna.take(anna.archive(told(), day=6))
    write(anna, later=timedelta(days=2))
    anna.take(anna.archive(told(order_value="11.0 EUR"), day=12))
    assert rows(anna) == [HERS, (None, "published", Decimal("13.00"), "A-0002")]
    assert waiting_count(anna.desk, anna.anna) == 0


@pytest.mark.parametrize(
    ("cells", "hers", "questions"),
    [
        ([told(title="Abito Zara blu")], {}, 0),
        ([told(brand="H&amp;M")], {}, 1),
        ([told(order_value="30.0 EUR")], {}, 1),
        ([told(created_at="2026-08-28 20:30:14 +0100")], {}, 1),
        ([told(created_at="2026-08-28 20:30:14 +0100", order_value="30.0 EUR")], {}, 0),
        ([told(created_at="2026-08-28 20:30:14 +0100", marked_as_sold="1")], {}, 0),
        ([told(), told(1000000002)], {}, 1),
        ([told(size="M / 38 / 10", brand="ZARA")], {}, None),
        ([told(title="abito  zara NÉRO")], {}, None),
        ([told(order_value="")], {}, None),
    ],
    ids=[
        *("another title", "another brand", "another price", "another time", "another price and time"),
        *("sold long before", "two of them", "a size in several countries", "an accent", "no price"),
    ],
)
def test_only_what_is_sure_is_the_same_and_what_may_be_is_asked(
    anna: Home, cells: list[str], hers: dict[str, Any], questions: int | None
) -> None:
    write(anna, **hers)
    anna.take(anna.archive(*cells))
    assert (HERS in rows(anna), len(rows(anna))) == (questions is None, 1 if questions is None else len(cells) + 1)
    assert waiting_count(anna.desk, anna.anna) == (questions or 0)


def test_what_she_says_is_the_same_becomes_one_and_is_two_again_when_she_takes_it_back(anna: Home) -> None:
    write(anna)
    anna.take(anna.archive(told(order_value="30.0 EUR")))
    before = anna.said()
    assert rows(anna) == [(1000000001, "published", Decimal("30.00"), "V-1000000001"), HERS_ALONE]
    (asked,) = waiting_reviews(anna.desk, anna.anna)
    assert (asked.reason, asked.told) == ("by_hand", {"title": "Abito Zara nero", "price": "13.00"})
    review = answer(anna, "by_hand", "link")
    assert (rows(anna), len(anna.said()["items"])) == ([HERS], 1)
    back_and_again(anna, review, before)
    answer(anna, "by_hand", "link")
    anna.take(anna.archive(told(order_value="31.0 EUR"), day=12))
    assert rows(anna) == [HERS]


def test_what_she_says_is_another_stays_so_and_a_later_one_is_still_found(anna: Home) -> None:
    write(anna)
    anna.take(anna.archive(told(order_value="30.0 EUR")))
    answer(anna, "by_hand", "none")
    anna.take(anna.archive(told(order_value="30.0 EUR"), told(1000000002), day=12))
    assert [row[0] for row in rows(anna) if row[3] == "A-0001"] == [1000000002]
    assert (len(rows(anna)), waiting_count(anna.desk, anna.anna)) == (2, 0)


def test_what_she_wrote_in_the_other_one_is_not_lost_when_both_become_one(anna: Home) -> None:
    write(anna)
    anna.take(anna.archive(told(order_value="30.0 EUR")))
    with at_work(anna) as session:
        other = session.scalars(select(Listing).where(Listing.external_id == 1000000001)).one()
        listings.edit(session, other, {"material": "Seta", "title": "Altro", "proof": "Scontrino"})
        listings.add_note(session, anna.anna, other, "Bottone mancante")
    answer(anna, "by_hand", "link")
    (found,), (thing,) = anna.said()["listings"], anna.said()["items"]
    assert (found["title"], found["material"], thing["proof"]) == ("Abito Zara nero", "Seta", "Scontrino")
    with shop_of(anna.desk).reading() as session:
        mine = session.scalars(select(Listing)).one()
        assert session.scalars(select(Note)).one().about_id == mine.id


def test_one_that_she_deleted_is_nobody_s(anna: Home) -> None:
    number = write(anna)
    with at_work(anna) as session:
        listings.delete(session, session.get_one(Listing, number))
    anna.take(anna.archive(told()))
    assert rows(anna) == [ANOTHER]


def test_a_draft_is_not_reserved_where_another_of_this_title_is_on_sale(anna: Home) -> None:
    anna.take(anna.archive(told(), day=4))
    write(anna, is_published=False, later=timedelta(days=15))
    anna.take(anna.mail(*sold()))
    assert [row[1] for row in rows(anna)] == ["reserved", "draft"]


def test_a_sale_that_names_nothing_can_be_of_one_that_she_wrote(anna: Home) -> None:
    number = write(anna)
    anna.take(anna.mail(*completed(), sent="14"))
    answer(anna, "which_thing", "link", target=f"listing:{number}")
    assert rows(anna) == [(None, "sold", Decimal("13.00"), "A-0001")]


def test_the_account_that_bore_her_name_is_the_one_that_the_first_import_names(anna: Home) -> None:
    write(anna)
    file = anna.archive(told())
    with pytest.raises(AccountMissing):
        import_archive(anna.desk, anna.anna, file)
    import_archive(anna.desk, anna.anna, file, Options("@anna_r", "uk"))
    with shop_of(anna.desk).reading() as session:
        (account,) = session.scalars(select(ChannelAccount)).all()
        assert (account.name, account.market) == ("anna_r", "uk")
    assert rows(anna) == [HERS]


MANY = 9


def files(one: Home) -> list[Path]:
    """What becomes of five listings that she wrote: found, sold, relisted, unclear, nobody's."""
    sale = order(title="Gonna", order_purchased="2026-11-09 17:31:05 +0000", order_value="24.0 EUR")
    jeans, scarf = {"title": "Jeans"}, {"title": "Sciarpa", "description": "Lana"}
    return [
        one.archive(told(), told(1000000002, **jeans), sale, day=10),
        one.archive(told(order_value="11.0 EUR"), told(1000000003, **scarf), told(1000000004, **scarf), day=12),
        one.archive(told(1000000005, **jeans, created_at="2026-11-13 10:00:00 +0000"), day=14),
        one.archive(told(1000000006, title="Cappello", order_value="90.0 EUR"), day=11),
        one.mail(*sold(price="13.00"), sent="15"),
        one.mail(*completed(), sent="16"),
        one.mail(*label(), sent="15", pdf="Vinted-Label-16606466410.pdf"),
        one.mail(*sold("Gonna"), sent="09"),
        one.mail(*sold("Sciarpa"), sent="11"),
    ]


def taken_in(folder: Path, places: Sequence[int], **options: Any) -> Rows:
    """What her shop says when she wrote first, and took these in then."""
    one = home(folder, **options)
    for title in ("Abito Zara nero", "Jeans", "Gonna", "Sciarpa", "Cappello"):
        write(one, title=title, is_published=title != "Gonna")
    every = files(one)
    assert len(every) == MANY
    for place in places:
        one.take(every[place])
    return one.said()


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What her shop says when they come one after the other."""
    return taken_in(tmp_path_factory.mktemp("first"), range(MANY))


@settings(max_examples=8, phases=[Phase.generate])
@given(st.permutations(range(MANY)), st.lists(st.integers(0, MANY - 1), max_size=4))
def test_in_any_order_and_repeated_hers_are_found_alike(
    tmp_path_factory: pytest.TempPathFactory, in_order: Rows, places: Sequence[int], again: list[int]
) -> None:
    assert {row["item"] for row in in_order["listings"]} >= {"A-0001", "A-0002", "A-0003"}
    found = taken_in(tmp_path_factory.mktemp("other"), (*places, *again))
    for name, rows_ in in_order.items():
        assert found[name] == rows_, name


@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed here")
def test_backwards_on_postgresql_hers_are_found_alike(tmp_path: Path, in_order: Rows) -> None:
    with server() as address:
        found = taken_in(tmp_path / "other", range(MANY)[::-1], database_url=address)
    assert found == in_order
