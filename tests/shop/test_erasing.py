"""Who is erased leaves nothing that could be read; what others have, and what was done when, stays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.shop.full import ANNA, BEN, SHARED_PHOTO, account, add_ben, fill
from tests.shop.people import FAMILY, NOW, author
from vopt_lib.errors import LastAdmin, NotAllowed, NothingToUndo, ShopBusy
from vopt_lib.schema.bulk import BulkChange
from vopt_lib.shop import bulk, people
from vopt_lib.shop.detail import detail_of
from vopt_lib.shop.erasing import HerFiles, erase_person, files_of, scrub, unused
from vopt_lib.shop.handed_out import everything_of
from vopt_lib.shop.hers import SHARED, kept_without_her, rows_of
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import (
    AssistantUse,
    AuditEvent,
    Base,
    Expense,
    Household,
    Item,
    Listing,
    Note,
    OrderLine,
    Person,
    SearchWord,
)

ZEBRA, GIRAFFE = "Zebrawort", "Giraffenwort"


@pytest.fixture
def household(shop: Shop) -> Shop:
    """Anna and Ben, each with something in every table: of Anna it says GIRAFFE, of Ben ZEBRA."""
    add_ben(shop)
    fill(shop, 1, GIRAFFE)
    fill(shop, 2, ZEBRA)
    return shop


def erase(shop: Shop, person_id: int = 2) -> None:
    with shop.writing(author("erase person", person_id=1)) as session:
        erase_person(session, ANNA, person_id, NOW)


def counted(shop: Shop) -> dict[str, int]:
    """{table: rows}."""
    with shop.reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (mapper.class_ for mapper in Base.registry.mappers)
        }


def told(shop: Shop, person_id: int) -> dict[str, list[dict[str, object]]]:
    with shop.reading() as session:
        return {table: list(rows) for table, rows in everything_of(session, person_id)}


def test_of_every_table_we_know_whose_its_rows_are() -> None:
    known = {*rows_of(1), *kept_without_her(1), *SHARED, Person, AuditEvent}
    assert known == {mapper.class_ for mapper in Base.registry.mappers}


def test_all_that_is_hers_goes_and_what_is_others_stays(household: Shop) -> None:
    before, annas = counted(household), told(household, 1)
    erase(household)
    after = counted(household)
    hers = {kind.__tablename__ for kind in rows_of(2)}
    assert {table: before[table] - after[table] for table in hers} == dict.fromkeys(hers, 1) | {"photo": 2}
    assert told(household, 1) == annas


def test_her_row_stays_without_a_name_and_she_cannot_come_back(household: Shop) -> None:
    erase(household)
    with household.reading() as session:
        row = session.get_one(Person, 2)
        assert (row.name, row.language, row.deleted_at) == ("", None, NOW)
        assert [one.name for one in people.people_of(session, ANNA)] == ["Anna"]


def test_what_was_done_to_her_rows_keeps_its_number_time_and_deed_only(household: Shop) -> None:
    with household.reading() as session:
        before = [(one.number, one.at, one.deed, one.about) for one in session.scalars(select(AuditEvent))]
    erase(household)
    with household.reading() as session:
        events = list(session.scalars(select(AuditEvent).order_by(AuditEvent.number)))
        assert session.scalars(select(Household.audited)).one() == len(events)
    assert [(one.number, one.at, one.deed, one.about) for one in events[:-1]] == before
    assert ZEBRA not in repr([(one.before, one.after) for one in events])
    assert GIRAFFE in repr([(one.before, one.after) for one in events])
    last = events[-1]
    assert (last.deed, last.person_id, last.about, last.about_id) == ("erase person", 1, "person", 2)
    assert (last.before, last.after) == ({}, {"erased": True})


def test_only_an_admin_erases_and_never_the_last_one(household: Shop) -> None:
    with pytest.raises(NotAllowed), household.writing(author(person_id=2)) as session:
        erase_person(session, BEN, 1, NOW)
    with pytest.raises(LastAdmin), household.writing(author(person_id=1)) as session:
        erase_person(session, ANNA, 1, NOW)
    assert counted(household)["item"] == 2


def test_what_was_done_to_an_erased_row_is_neither_undone_nor_told_of_the_next_one_with_its_number(
    household: Shop,
) -> None:
    with household.writing(author("bulk edit", person_id=1, batch="b1")) as session:
        numbers = session.scalars(select(Listing.id).where(Listing.account_id == 2)).all()
        bulk.apply(session, ANNA, bulk.preview(session, ANNA, numbers, BulkChange(place="Cantina")))
    erase(household)
    with household.writing(author("create listing", person_id=1)) as session:
        session.add(Item(id=2, household_id=FAMILY, person_id=1, sku="A-9", currency="EUR"))
        session.flush()
        facts = {"account_id": 1, "state": "draft", "title": "another", "currency": "EUR"}
        session.add(Listing(id=numbers[0], household_id=FAMILY, item_id=2, **facts))
    with household.writing(author()) as session, pytest.raises(NothingToUndo):
        bulk.undo(session, ANNA, "b1")
    with household.reading() as session:
        history = detail_of(session, ANNA, numbers[0], now=NOW).history
    assert {one.deed for one in history} == {"create listing"}


def test_a_thing_listed_by_two_stays_with_the_other(household: Shop) -> None:
    with household.writing(author()) as session:
        facts = {"account_id": 1, "state": "published", "title": "ours", "asked": Decimal(1), "currency": "EUR"}
        session.add(Listing(household_id=FAMILY, item_id=2, **facts))
        session.add(Item(household_id=FAMILY, sku="nobody's", currency="EUR"))
        session.flush()
        session.add(Listing(household_id=FAMILY, item_id=3, **facts | {"account_id": 2}))
        session.add(Expense(household_id=FAMILY, person_id=1, item_id=3, spent_on=NOW.date(), amount=Decimal(2),
                            currency="EUR", purpose="for hers"))  # fmt: skip
        session.add(OrderLine(household_id=FAMILY, order_id=1, listing_id=2, title="swapped"))
    erase(household)
    with household.reading() as session:
        assert session.execute(select(Item.sku, Item.person_id).order_by(Item.id)).all() == [
            (f"{GIRAFFE}-1", 1),
            (f"{ZEBRA}-1", 1),
        ]
        assert session.scalars(select(Expense.item_id).where(Expense.purpose == "for hers")).all() == [None]
        assert session.scalars(select(OrderLine.listing_id).where(OrderLine.title == "swapped")).all() == [None]


def test_what_she_wrote_about_others_and_others_about_hers_goes(household: Shop) -> None:
    with household.writing(author()) as session:
        session.add(Note(household_id=FAMILY, about="item", about_id=1, person_id=2, text="hers about Anna's"))
        session.add(Note(household_id=FAMILY, about="listing", about_id=2, person_id=1, text="Anna's about hers"))
    erase(household)
    with household.reading() as session:
        assert session.scalars(select(Note.text)).all() == [f"note of {GIRAFFE}"]


def test_what_models_were_asked_for_her_stays_in_the_sums_without_her_number(household: Shop) -> None:
    assert [row["tokens_read"] for row in told(household, 2)["assistant_use"]] == [300]
    erase(household)
    with household.reading() as session:
        kept = session.execute(select(AssistantUse.person_id, AssistantUse.cost).order_by(AssistantUse.id)).all()
    assert kept == [(1, Decimal("0.000215")), (None, Decimal("0.000215"))]
    assert told(household, 2)["assistant_use"] == []


def test_words_that_only_her_listings_had_are_forgotten(household: Shop) -> None:
    erase(household)
    with household.reading() as session:
        assert set(session.scalars(select(SearchWord.word))) == {GIRAFFE.casefold(), "brand", "dress"}


def test_files_go_that_nobody_else_has(household: Shop) -> None:
    with household.reading() as session:
        files = files_of(session, 2)
        assert files == HerFiles(frozenset({"2f" * 32, "2b" * 32, SHARED_PHOTO}), frozenset({"2e" * 32}))
        assert not unused(session, files)
    erase(household)
    with household.reading() as session:
        assert unused(session, files) == HerFiles(frozenset({"2f" * 32, "2b" * 32}), frozenset({"2e" * 32}))


def test_nothing_of_hers_can_be_read_in_the_files_of_the_database(tmp_path: Path) -> None:
    from tests.shop.people import family

    shop = open_shop(f"sqlite:///{tmp_path}/shop.sqlite")
    family(shop)
    add_ben(shop)
    fill(shop, 1, GIRAFFE)
    fill(shop, 2, ZEBRA)
    with shop.writing(author()) as session:
        session.get_one(Listing, 2).title = f"{ZEBRA} in another way"
    assert ZEBRA in everything_in(tmp_path)
    erase(shop)
    scrub(shop)
    read = everything_in(tmp_path)
    shop.close()
    for secret in (ZEBRA, ZEBRA.casefold(), "ben_b", "Ben", "22222222"):
        assert secret not in read
    assert GIRAFFE in read
    assert open_shop(f"sqlite:///{tmp_path}/shop.sqlite")


def everything_in(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())


def test_while_somebody_reads_the_database_is_not_written_anew(tmp_path: Path) -> None:
    shop = open_shop(f"sqlite:///{tmp_path}/shop.sqlite")
    with shop.reading() as session:
        session.scalars(select(Person)).all()
        with pytest.raises(ShopBusy):
            scrub(shop)
    scrub(shop)


def test_after_writing_it_anew_the_shop_works_as_before(household: Shop) -> None:
    erase(household)
    scrub(household)
    with household.writing(author("add", person_id=1)) as session:
        number = people.add_person(session, ANNA, "Ben", role="member", language=None)
        session.add(account(number, "ben_b"))
    with household.reading() as session:
        assert [one.name for one in people.people_of(session, ANNA)] == ["Anna", "Ben"]


def test_all_that_is_hers_is_handed_out_and_nothing_of_others(household: Shop) -> None:
    bens = told(household, 2)
    assert {table: len(rows) for table, rows in bens.items()} == (
        {kind.__tablename__: 1 for kind in (*rows_of(2), *kept_without_her(2))}
        | {"person": 1, "photo": 2, "history": len(bens["history"])}
    )
    assert bens["listing"][0]["asked"] == "12.00"
    assert bens["order"][0]["completed_at"] == "2026-11-20T09:00:00+00:00"
    text = repr(bens)
    assert GIRAFFE not in text
    assert "locked-ben_b" not in text
    assert "2" * 64 not in text
    assert "b" * 64 not in text
    assert len(bens["history"]) >= 6


def test_nobody_of_another_household_is_erased(household: Shop) -> None:
    with pytest.raises(NotAllowed), household.writing(author()) as session:
        erase_person(session, replace(ANNA, household_id=2), 2, NOW)
