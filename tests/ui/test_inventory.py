"""The inventory page: the list, what narrows it, what is picked, and the listing that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.desk.shop.photos import SIZES
from vopt_lib.errors import SoldAlready, UnknownListing
from vopt_lib.schema.bulk import BulkChange, Plan, Planned
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.inventory_page import (
    Alike,
    Found,
    Happened,
    InventoryPage,
    OwnChoices,
    OwnDetail,
    OwnPane,
    OwnRow,
    PricePoint,
    Remark,
)
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.own_states import RELISTED, State
from vopt_lib.schema.phone import PhonePage, PhoneShown
from vopt_lib.schema.qr_code import QrCode
from vopt_lib.ui import bulk, inventory, own_listing, photo_panel
from vopt_lib.words import Words

EN = Words("en")
AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
ROW = OwnRow(
    listing_id=7, item_id=3, title="Abito <b>lungo</b>", state=State.PUBLISHED, sku="A-0007", brand="Zara", size="M",
    condition_id=2, catalog_id=10, place="Cantina", tags=("mare", "sole"), asked=Decimal("12.50"), currency="EUR",
    listed_at=AT, days=40, views=60, favourites=3, photo="a" * 64, account="anna_r",
    url="https://www.vinted.it/items/7",
)  # fmt: skip
BARE = replace(
    ROW, listing_id=8, title="\u200b", brand=None, size=None, place=None, tags=(), asked=None, days=None, views=None,
    favourites=None, photo=None, state=State.DRAFT,
)  # fmt: skip
CHOICES = OwnChoices(states=(Choice("published", "on sale", 2),), brands=(Choice("Zara", None, 2),), total=2)


def page(*rows: OwnRow, total: int | None = None, **facts: Any) -> InventoryPage:
    return InventoryPage(Found(rows, len(rows) if total is None else total, **facts), CHOICES)


def cells(made: Any, row: int = 0) -> list[str]:
    return [text_of(cell) for cell in made.xpath(f"//tbody/tr[{row + 1}]/td")]


def test_a_row_says_what_it_is_how_it_stands_and_how_it_does() -> None:
    made = seen(inventory.listed(page(ROW, BARE), InventoryFilters(state="published"), EN))
    assert cells(made)[2:] == [
        "Abito <b>lungo</b>Zara · M · A-0007", "on sale", "Cantinamare · sole", "€12.50 What is it worth?",
        "60Favourites3", "40 days",
    ]  # fmt: skip
    assert cells(made, 1)[2:] == ["UntitledA-0007", "draft", "–", "What is it worth?", "–", "–"]
    links = ["?state=published&id=7", "/price?own=7", "?state=published&id=8", "/price?own=8"]
    assert made.xpath("//td//a/@href") == links
    assert made.xpath("//td//img/@src") == [f"/own/photo/{'a' * 64}?size=240"]


def test_every_row_can_be_picked_by_a_box_that_has_a_name() -> None:
    made = seen(inventory.listed(page(ROW, BARE), InventoryFilters(), EN))
    boxes = [(box.get("data-pick"), box.get("aria-label")) for box in made.xpath("//input[@type='checkbox']")]
    assert boxes == [
        ("all", "Pick all listings of this page"), ("7", "Pick “Abito <b>lungo</b>”"), ("8", "Pick “Untitled”"),
    ]  # fmt: skip


def test_the_list_says_where_it_is_and_leads_on() -> None:
    made = seen(inventory.listed(page(ROW, total=100), InventoryFilters(page=2, brand="Zara"), EN))
    assert text_of(made.xpath("//h2")[0]) == "49 to 49 of 100 listings"
    assert [(text_of(step), step.get("href")) for step in made.xpath("//nav/a")] == [
        ("Previous", "?brand=Zara"), ("Next", "?brand=Zara&page=3"),
    ]  # fmt: skip
    assert "Page 2 of 3" in text_of(made)


def test_it_is_said_what_stands_for_a_misspelt_word() -> None:
    made = inventory.listed(page(ROW, instead={"abiot": ("abito", "abiti"), "x": ()}), InventoryFilters(), EN)
    assert "Nothing has “abiot”: shown is what has “abito”." in text_of(seen(made))


@pytest.mark.parametrize(
    ("shown", "filters", "said", "leads"),
    [
        (InventoryPage(), InventoryFilters(), "Your shop is empty", ["/imports", "?new=True"]),
        (page(), InventoryFilters(brand="Zara"), "Nothing fits", ["?"]),
        (InventoryPage(trouble=UnknownListing(id=1)), InventoryFilters(), "This did not work", []),
    ],
    ids=["nothing", "nothing fits", "trouble"],
)
def test_where_there_is_nothing_it_says_what_to_do_next(
    shown: InventoryPage, filters: InventoryFilters, said: str, leads: list[str]
) -> None:
    made = seen(inventory.missing(shown, filters, EN))
    assert said in text_of(made)
    assert made.xpath("//a/@href") == leads
    assert not inventory.missing(page(ROW), filters, EN)


def test_filters_that_offer_no_choice_are_left_out_and_a_choice_becomes_an_address() -> None:
    asked: list[str] = []
    bar: Any = inventory.inventory_bar(page(ROW), InventoryFilters(state="published", page=2), EN, asked.append)
    labels = [control.text.partition("data-label='")[2] for control in bar.held]
    assert len(labels) == 7
    bar.held[0]._on_change("abito")
    bar.held[3]._on_change("Zara")
    bar.held[-1]._on_change("12,50")
    assert asked == ["text=abito&state=published", "state=published&brand=Zara", "state=published&price_to=12.5"]
    assert "Clear filters" in bar.text


def test_an_empty_shop_has_no_filters() -> None:
    assert inventory.inventory_bar(InventoryPage(), InventoryFilters(), EN, print).text == ""


def test_a_plan_says_before_and_after_and_what_stays_and_why() -> None:
    rows = (
        Planned(7, "Abito", (("asked", (Decimal("12.00"), Decimal("10.80"))), ("tags", (["mare"], [])))),
        Planned(8, "Gonna", (), SoldAlready()),
        Planned(9, "Felpa", ()),
    )
    shown = bulk.plan_card(Plan(BulkChange(), rows), EN, on_apply=lambda: None, on_leave=lambda: None)
    made = seen(shown.text)
    assert [text_of(cell) for cell in made.xpath("//td")] == [
        "Abito", "Asked priceTags", "€12.00mare", "€10.80–", "Gonna", "It is sold: its price stays.",
    ]  # fmt: skip
    assert "Change 1 listing" in shown.text


def test_a_plan_that_changes_nothing_offers_no_change() -> None:
    made = bulk.plan_card(
        Plan(BulkChange(), (Planned(9, "Felpa", ()),)), EN, on_apply=lambda: None, on_leave=lambda: None
    )
    assert "Nothing would change." in made.text
    assert "Change 0" not in made.text
    assert bulk.plan_card(None, EN, on_apply=lambda: None, on_leave=lambda: None).text == ""


def test_what_is_picked_is_marked_for_the_script_and_nothing_stands_there_where_none_is() -> None:
    fields = bulk.bulk_fields(EN)
    none = bulk.bulk_card((), fields, EN, on_preview=lambda: None)
    assert seen(none.text).xpath("//span/@data-picked") == [""]
    some = seen(bulk.bulk_card((7, 8), fields, EN, on_preview=lambda: None).text)
    assert some.xpath("//span/@data-picked") == ["7,8"]
    assert "2 listings picked" in text_of(some)


def test_the_script_tells_numbers_only() -> None:
    told: list[tuple[int, ...]] = []
    channel: Any = bulk.picks_channel(told.append)
    channel.goes._on_change("7,8,x,-1,٣,")
    assert told == [(7, 8)]


DETAIL = OwnDetail(
    row=ROW,
    fields={"title": "Abito", "asked": Decimal("12.50"), "catalog_id": 424242, "condition_id": 2, "tags": ["mare"]},
    versions=(1, 1),
    next_states=(State.SOLD, State.PAUSED),
    asked_until=AT,
    reason="in vacanza",
    is_deleted=False,
    photos=(OwnPhoto(1, "a" * 64), OwnPhoto(2, "b" * 64)),
    prices=(PricePoint(AT, Decimal("15.00"), "EUR", "archive"), PricePoint(AT, Decimal("12.50"), "EUR", "person")),
    days=(),
    notes=(Remark(AT, "Anna", "macchia <script>"),),
    history=(
        Happened(AT, "Anna", "edit listing", {"asked": "15.00", "edited": []}, {"asked": "12.50", "edited": ["asked"]}),
        Happened(AT, None, "import archive", {}, {"title": "Abito", "brand": "Zara", "size": "M", "sku": "A-0007"}),
    ),
    alike=(Alike(BARE, ("same catalogue", "same brand"), ("abito",)),),
)


def opened(detail: OwnDetail = DETAIL) -> Any:
    shown = own_listing.pane(
        OwnPane(detail),
        EN,
        on_save=lambda *_: None,
        on_press=lambda *_: None,
        on_photo=lambda *_: None,
        on_close=lambda: None,
    )
    return seen(shown.text)


def test_an_open_listing_tells_its_past_in_words() -> None:
    made = opened()
    lines = [text_of(line) for line in made.xpath("//ul[@class='vopt-lines']/li")]
    assert lines[0].startswith("macchia <script>")
    assert lines[1].startswith("editedAsked price: €15.00 → €12.50")
    assert lines[1].endswith("· Anna")
    assert lines[2].startswith("taken in")
    assert lines[2].endswith("· vopt")
    assert "same catalogue, same brand, “abito”" in text_of(made)


def test_an_open_listing_with_a_photo_leads_to_what_looks_like_it() -> None:
    to_look_alikes = "//a[starts-with(@href, '/similar')]/@href"
    assert opened().xpath(to_look_alikes) == [f"/similar?own={ROW.listing_id}"]
    assert opened(replace(DETAIL, photos=())).xpath(to_look_alikes) == []


def test_a_listing_that_is_shared_is_looked_at_and_has_nothing_to_press_but_close() -> None:
    made = opened(replace(DETAIL, is_hers=False))
    assert "taken in" in text_of(made)
    assert len(made.xpath("//marimo-button")) == 1
    assert made.xpath("//a[starts-with(@href, '/')]") == []
    assert len(opened().xpath("//marimo-button")) > 3


def test_a_draft_leads_to_its_package_and_nothing_else_does() -> None:
    to_package = "//a[@download]/@href"
    draft = replace(DETAIL, row=replace(ROW, state=State.DRAFT))
    assert opened(draft).xpath(to_package) == [f"/own/package/{ROW.listing_id}.zip"]
    assert opened().xpath(to_package) == []
    assert opened(replace(draft, is_deleted=True)).xpath(to_package) == []


def test_only_what_may_follow_is_offered() -> None:
    def said(detail: OwnDetail) -> str:
        return str(opened(detail).xpath("string(//marimo-button/@data-label)")) + "".join(
            opened(detail).xpath("//marimo-button/@data-label")
        )

    assert "Mark as sold" in said(DETAIL)
    assert "List again" not in said(DETAIL)
    assert "List again" in said(replace(DETAIL, row=replace(ROW, state=State.SOLD)))
    gone = said(replace(DETAIL, is_deleted=True))
    assert "Bring back" in gone
    assert "Save" not in gone


def test_photos_are_asked_for_in_sizes_that_there_are() -> None:
    assert {inventory.THUMBNAIL_PX, photo_panel.SIZE_PX} <= set(SIZES)


def test_a_press_is_told_by_its_name() -> None:
    told: list[tuple[str, str]] = []
    shown: Any = own_listing.pane(
        OwnPane(DETAIL),
        EN,
        on_save=lambda *_: None,
        on_press=lambda act, text: told.append((act, text)),
        on_photo=lambda *_: None,
        on_close=lambda: None,
    )
    shown.held[3]._update("in vacanza")
    for control in shown.held[4:-3]:
        control._on_click(None)
    why = [(act, "in vacanza") for act in ("sold", "paused", "duplicate", "delete")]
    assert told == [*why, ("phone", "")]


def test_while_a_code_for_the_phone_is_open_it_stands_beside_and_can_be_closed() -> None:
    page = PhonePage("http://192.168.1.7:8422/x", "Abito", AT)
    told: list[str] = []
    shown: Any = own_listing.pane(
        OwnPane(DETAIL, phone=PhoneShown(page, QrCode(page.address, ((True,),)))),
        EN,
        on_save=lambda *_: None,
        on_press=lambda act, _: told.append(act),
        on_photo=lambda *_: None,
        on_close=lambda: None,
    )
    shown.held[-4]._on_click(None)
    assert told == ["phone-close"]
    assert "http://192.168.1.7:8422/x" in text_of(seen(shown.text))
    assert not opened().xpath("//figure[@class='vopt-phone']")
    assert "Add photos from your phone" in str(opened().xpath("//marimo-button/@data-label"))
    assert "Add photos from your phone" not in str(opened(replace(DETAIL, is_deleted=True)).xpath("//@data-label"))


def test_why_is_asked_and_told_in_her_language_where_vopt_says_it() -> None:
    assert "Why, if you want to note it" in opened().xpath("string(//div[@class='vopt-why']//marimo-text/@data-label)")
    assert not opened(replace(DETAIL, is_deleted=True)).xpath("//div[@class='vopt-why']")
    again = Happened(AT, None, "import archive", {"state": "published"}, {"state": "withdrawn", "reason": RELISTED})
    shown = own_listing.pane(
        OwnPane(replace(DETAIL, reason=RELISTED, history=(again,))),
        Words("it"),
        on_save=lambda *_: None,
        on_press=lambda *_: None,
        on_photo=lambda *_: None,
        on_close=lambda: None,
    )
    assert shown.text.count(Words("it").say(RELISTED)) == 2
    assert Words("it").say(RELISTED) != RELISTED


def test_what_is_done_at_the_photos_is_told_with_what_is_written_meanwhile() -> None:
    told: list[tuple[str, str]] = []
    shown: Any = own_listing.pane(
        OwnPane(DETAIL, typed={"title": "Abito da sera"}),
        EN,
        on_save=lambda *_: None,
        on_press=lambda *_: None,
        on_photo=lambda _, what, typed: told.append((what, typed["title"])),
        on_close=lambda: None,
    )
    channel, _ = shown.held[-3]
    channel._on_change("1 move 2 0")
    assert told == [("move 2 0", "Abito da sera")]


def test_who_was_erased_since_is_not_taken_for_vopt() -> None:
    history = (Happened(AT, "", "edit listing", {"size": "M"}, {"size": "L"}),)
    made = opened(replace(DETAIL, notes=(), history=history))
    (line,) = [text_of(line) for line in made.xpath("//ul[@class='vopt-lines']/li")]
    assert line.startswith("editedSize: M → L")
    assert "vopt" not in line


def test_a_new_listing_has_empty_fields_and_asks_for_the_account_where_several() -> None:
    accounts = (Choice(1, "anna_r"), Choice(2, "ben_r"))
    saved: list[Any] = []
    shown: Any = own_listing.pane(
        OwnPane(is_new=True, accounts=accounts),
        EN,
        on_save=lambda _, typed: saved.append(typed),
        on_press=lambda *_: None,
        on_photo=lambda *_: None,
        on_close=lambda: None,
    )
    shown.held[2]._on_click(None)
    assert saved[0]["account_id"] == 1
    assert (saved[0]["title"], saved[0]["quantity"], saved[0]["catalog_id"]) == ("", "1", None)


def test_nothing_stands_beside_the_list_where_nothing_is_open() -> None:
    nothing = own_listing.pane(
        None, EN, on_save=lambda *_: None, on_press=lambda *_: None, on_photo=lambda *_: None, on_close=lambda: None
    )
    assert nothing.text == ""


def test_what_is_sold_is_not_priced_any_more() -> None:
    made = seen(inventory.listed(page(replace(ROW, state=State.SOLD)), InventoryFilters(), EN))
    assert made.xpath("//td//a/@href") == ["?id=7"]
