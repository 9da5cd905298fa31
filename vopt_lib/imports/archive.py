"""This is where a Vinted personal-data archive is read: her listings and orders, from HTML that says so itself.

Sections and files have other names in every language, so what a file is, is told by what stands in it. Messages,
searches and devices are passed over.

Source: facts/seller-imports.md §1.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import Final

from lxml import etree

from vopt_lib.imports.zips import member, opened
from vopt_lib.schema.own_records import Amount, Doubtful, OrderedThing, OwnListing, OwnOrder
from vopt_lib.words import N_

REASONS: Final = {
    "no_title": N_("it has no title"),
    "no_photo": N_("it has no photo, which alone would tell its number"),
    "bad_price": N_("its price cannot be read"),
    "bad_time": N_("its time cannot be read"),
}

HIDDEN: Final = frozenset(
    {"is hidden", "è nascosto", "nascosto", "masqué", "est masqué", "oculto", "está oculto", "versteckt", "ukryte"}
)
"""What a cell says of a hidden listing, in lower case. Source: facts §1, and the words of Vinted's own sites."""

_NOBODY: Final = "no data"
_PHOTO: Final = re.compile(r"(?:^|/)photos/(\d{10,11})/[^/]+$")
_MONEY: Final = re.compile(r"^(-?\d{1,9}(?:[.,]\d{1,2})?)(?:\s*([A-Z]{3}))?$")
_ONCE: Final = ("title", "description", "brand", "size", "status", "parcel_size", "created_at", "order_value")

NO_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""What a zip file says that has no time. Source: PKWARE APPNOTE.TXT 4.4.6."""

Record = OwnListing | OwnOrder | Doubtful


def read_archive(file: Path) -> Iterator[Record]:
    """The listings and orders of an archive one after the other, and what is doubtful.

    Raises: NotAnArchive; ArchiveDamaged; ArchiveHostile; OSError.
    """
    with opened(file) as archive:
        for info in archive.infolist():
            if info.filename.lower().endswith((".html", ".htm")):
                yield from _records(archive, info.filename)


def made_at(file: Path) -> datetime | None:
    """When the archive was put together, as its newest file says; None: it does not say.

    Zip files do not name a zone: it is taken for UTC.

    Raises: NotAnArchive; ArchiveDamaged; ArchiveHostile; OSError.
    """
    with opened(file) as archive:
        newest = max((info.date_time for info in archive.infolist()), default=NO_ZIP_TIME)
    try:
        return datetime(*newest, tzinfo=UTC) if newest > NO_ZIP_TIME else None
    except ValueError:
        return None


def _records(archive: zipfile.ZipFile, name: str) -> Iterator[Record]:
    with member(archive, name) as stream:
        cells = etree.iterparse(stream, events=("end",), tag="div", html=True, encoding="utf-8", huge_tree=False)
        for _, cell in cells:
            if "itemscope" not in cell.attrib or "cell" not in _classes(cell):
                continue
            told = _told(cell)
            if "order_purchased" in told:
                yield _order(cell, told, name)
            elif "title" in told or _photos(cell, name):
                yield _listing(cell, told, name)
            _forget(cell)


def _forget(cell: etree._Element) -> None:
    """Let go of what was read: an archive of years does not have to fit into memory."""
    cell.clear()
    while (before := cell.getprevious()) is not None and (parent := cell.getparent()) is not None:
        parent.remove(before)


def _told(cell: etree._Element) -> dict[str, list[str]]:
    """{itemprop: its texts} of a cell, without those of cells and lists in it."""
    told: dict[str, list[str]] = {}
    for element in cell.iter():
        name = element.get("itemprop") if isinstance(element.tag, str) else None
        if name and not any("itemscope" in above.attrib for above in _between(element, cell)):
            told.setdefault(name, []).append(" ".join("".join(element.itertext()).split()))
    return told


def _between(element: etree._Element, cell: etree._Element) -> Iterator[etree._Element]:
    above = element.getparent()
    while above is not None and above is not cell:
        yield above
        above = above.getparent()


def _listing(cell: etree._Element, told: dict[str, list[str]], where: str) -> OwnListing | Doubtful:
    photos = _photos(cell, where)
    facts: dict[str, str] = {name: told[name][0] for name in _ONCE if name in told}
    if not facts.get("title"):
        return Doubtful("no_title", where, facts)
    number = _PHOTO.search(photos[0]) if photos else None
    asked, listed_at = _money(facts.get("order_value")), _moment(facts.get("created_at"))
    if facts.get("order_value") and asked is None:
        return Doubtful("bad_price", where, facts)
    if facts.get("created_at") and listed_at is None:
        return Doubtful("bad_time", where, facts)
    return OwnListing(
        title=facts["title"],
        external_id=int(number[1]) if number else None,
        description=facts.get("description"),
        brand=facts.get("brand"),
        size=facts.get("size"),
        condition=facts.get("status"),
        colours=tuple(told.get("color", ())),
        materials=tuple(told.get("material", ())),
        parcel_size=facts.get("parcel_size"),
        listed_at=listed_at,
        asked=asked,
        views=_count(told, "views_count"),
        favourites=_count(told, "favourite_count"),
        is_sold="marked_as_sold" in told,
        is_hidden=any(_line(one) in HIDDEN for one in cell.iter("div") if "cell-description" in _classes(one)),
        photos=photos,
    )


def _order(cell: etree._Element, told: dict[str, list[str]], where: str) -> OwnOrder | Doubtful:
    facts = {name: texts[0] for name, texts in told.items()}
    ordered_at, total = _moment(facts["order_purchased"]), _money(facts.get("order_value"))
    if ordered_at is None and facts["order_purchased"]:
        return Doubtful("bad_time", where, facts)
    if total is None and facts.get("order_value"):
        return Doubtful("bad_price", where, facts)
    things = tuple(_things(cell))
    return OwnOrder(
        title=facts.get("title") or (things[0].title if things else ""),
        ordered_at=ordered_at,
        buyer=_somebody(facts.get("buyer")),
        seller=_somebody(facts.get("seller")),
        total=total,
        received=_money(facts.get("wallet_amount")),
        status=facts.get("status"),
        changed_at=_moment(facts.get("last_updated")),
        things=things,
    )


def _things(cell: etree._Element) -> Iterator[OrderedThing]:
    for thing in cell.iter("li"):
        if "itemscope" in thing.attrib:
            told = _told(thing)
            price = _money(next(iter(told.get("item_price", ())), None))
            title = next(iter(told.get("item_title", ())), "")
            yield OrderedThing(title, price.value if price and price.value else None)


def _photos(cell: etree._Element, where: str) -> tuple[str, ...]:
    """The files of the archive that a cell shows as photos of the item, by their full names."""
    folder = PurePosixPath(where).parent
    found = (image.get("src") or "" for image in cell.iter("img") if image.get("itemprop") == "item_photo")
    return tuple(str(folder / source) for source in found if ".." not in source.split("/"))


def _money(text: str | None) -> Amount | None:
    """An amount, with its currency where there is one: "12.0 EUR", "12,50"."""
    found = _MONEY.match((text or "").strip())
    if not found:
        return None
    try:
        return Amount(Decimal(found[1].replace(",", ".")).quantize(Decimal("0.01")), found[2])
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers pass
        return None


def _moment(text: str | None) -> datetime | None:
    """A moment with its zone, in UTC: "2026-08-28 20:30:14 +0100"."""
    try:
        return datetime.strptime((text or "").strip(), "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def _count(told: dict[str, list[str]], name: str) -> int | None:
    text = next(iter(told.get(name, ())), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _somebody(text: str | None) -> str | None:
    return None if not text or text.casefold() == _NOBODY else text


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()


def _line(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split()).casefold().rstrip(".!")
