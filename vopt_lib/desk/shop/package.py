"""This is where a listing of hers is packed for Vinted: its photos ready, its text, and what to choose in the form.

Nothing goes to Vinted from here: she carries it there herself. The same listing gives the same bytes.
"""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, count
from pathlib import Path
from typing import Final

import orjson

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.package_checklist import checklist
from vopt_lib.desk.shop.photos import prepared_photo
from vopt_lib.errors import CannotWrite, FolderThere, PhotoError, UnknownPhoto
from vopt_lib.files import reason, sync_files, sync_folder, whole_file
from vopt_lib.schema.own_photos import MOST_SHOWN
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_states import State
from vopt_lib.schema.own_tables import FIELDS, Cell, FileForm, FileKind
from vopt_lib.schema.package import Package, Step, StepName, without_hashtags
from vopt_lib.schema.vinted_terms import Colour, Condition, catalogue_nodes, colours, conditions, folded
from vopt_lib.shop.listings import find
from vopt_lib.shop.sheets import Sheet, write_sheet
from vopt_lib.shop.tables import Listing
from vopt_lib.sources.vinted.site import LOCALES
from vopt_lib.words import Words

CHECKLIST: Final = "checklist.html"

AT_ONCE: Final = 2
"""Photos that are prepared side by side: the cores of the smallest computer that vopt is made for."""

_NEW_YEAR: Final = (1980, 1, 1, 0, 0, 0)
"""When every file of a package was written: the first moment that a zip file can tell (PKWARE, APPNOTE 4.4.6)."""

_CSV_FIELDS: Final = (
    *("sku", "title", "description", "category", "brand", "size", "condition", "colour", "second_colour", "material"),
    *("price", "currency", "parcel_size"),
)
"""The heads of listing.csv, which vopt knows when it comes back."""


@dataclass(frozen=True)
class Packed:
    """What was written, and where: a folder or a zip file."""

    place: Path
    package: Package


def package_of(desk: Desk, member: Member, listing_id: int, words: Words) -> Package:
    """One of her listings as it goes to Vinted, what the site's words mean in hers; also where much is missing yet.

    Raises: UnknownListing.
    """
    with shop_of(desk).reading() as session:
        listing = find(session, member, listing_id)
        photos = tuple(photo.name for photo in listing.item.photos)
        return _package(desk, listing, photos, words)


def package_zip(desk: Desk, member: Member, listing_id: int, words: Words) -> bytes:
    """The package as a zip file. Photos that cannot be opened are left out. Raises: UnknownListing."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as pack:
        for name, content in _files(desk, member, package_of(desk, member, listing_id, words), words):
            entry = zipfile.ZipInfo(name, _NEW_YEAR)
            entry.external_attr = 0o644 << 16
            # Photos are packed already.
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".jpg") else zipfile.ZIP_DEFLATED
            pack.writestr(entry, content)
    return written.getvalue()


def write_package(
    desk: Desk, member: Member, listing_id: int, folder: Path | None = None, *, words: Words, here: Path | None = None
) -> Packed:
    """Write the package, all of it or nothing; nothing that is there is ever replaced.

    folder: an address that ends in .zip makes a zip file; a folder that is there gets the package in a folder of its
    own; None: a new folder of its own in `here`.

    Raises: UnknownListing; FileThere; CannotWrite.
    """
    package = package_of(desk, member, listing_id, words)
    if folder is not None and folder.suffix.casefold() == ".zip":
        return Packed(_write_zip(package_zip(desk, member, listing_id, words), folder), package)
    if folder is None or folder.is_dir():
        folder = _free(folder or here or Path(), package_name(package))
    if folder.exists() or folder.is_symlink():
        raise FolderThere(file=str(folder))
    return Packed(_write_folder(list(_files(desk, member, package, words)), folder), package)


def package_name(package: Package) -> str:
    """What a package is called, in letters and digits that every system takes: "A-0012-abito-rosso"."""
    plain = unicodedata.normalize("NFKD", f"{package.code} {package.title}").encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[A-Za-z0-9]+", plain))[:60].strip("-") or f"vopt-{package.listing_id}"


def _package(desk: Desk, listing: Listing, photos: Sequence[str], words: Words) -> Package:
    market = listing.account.market if listing.account.market in LOCALES else "it"
    description, hashtags = without_hashtags(listing.description)
    package = Package(
        listing_id=listing.id,
        code=listing.item.sku,
        market=market,
        form=f"{desk.settings.vinted_www.format(tld=market)}/items/new",
        title=listing.title,
        description=description,
        hashtags=hashtags,
        photos=tuple(photos[:MOST_SHOWN]),
        left_out=max(len(photos) - MOST_SHOWN, 0),
        catalog_id=listing.catalog_id,
        condition_id=listing.condition_id,
        asked=listing.asked,
        currency=listing.currency,
        is_draft=listing.state == State.DRAFT,
        steps=(),
    )
    return replace(package, steps=tuple(_steps(listing, package, words)))


def _steps(listing: Listing, package: Package, words: Words) -> Iterator[Step]:
    """The fields of the form in its order."""
    language = LOCALES[package.market][:2]
    yield _photo_step(package.photos)
    yield _said("title", package.title)
    yield _said("description", package.whole_description)
    yield Step("category", _category(listing.catalog_id))
    yield _said("brand", listing.brand)
    yield _said("size", listing.size)
    yield _condition_step(listing.condition_id, language, words)
    yield _colour_step([one for one in (listing.colour, listing.second_colour) if one], language, words)
    yield _said("material", listing.material)
    yield _said("price", None if listing.asked is None else _typed(listing.asked, language))
    yield _said("parcel_size", listing.parcel_size)


def _said(name: StepName, value: str | None) -> Step:
    return Step(name, (value,) if value and value.strip() else ())


def _photo_step(photos: Sequence[str]) -> Step:
    return Step("photos", tuple(_photo_file(number) for number, _ in enumerate(photos, 1)))


def _photo_file(number: int) -> str:
    return f"{number:02d}.jpg"


def _category(catalog_id: int | None) -> tuple[str, ...]:
    """The levels of a category as one opens them; none where vopt does not know it."""
    path = next((node.path for node in catalogue_nodes() if node.catalog_id == catalog_id), None)
    return tuple(path.split(" > ")) if path else ()


def _condition_step(condition_id: int | None, language: str, words: Words) -> Step:
    found: Condition | None = next((one for one in conditions() if one.id == condition_id), None)
    if found is None:
        return Step("condition")
    hers = found.labels[words.language]
    there = next((label for known, label in found.labels.items() if known == language), hers)
    return Step("condition", (there,), None if there == hers else hers)


def _colour_step(named: Sequence[str], language: str, words: Words) -> Step:
    """Colours as the site calls them; of one that is not Vinted's, as it was written."""
    there, hers = [], []
    for name in named:
        known: Colour | None = next(
            (one for one in colours() if folded(name) in map(folded, one.labels.values())), None
        )
        labels = {} if known is None else dict(known.labels)
        there.append(labels.get("en" if language == "en" else "it", name))
        hers.append(labels.get(words.language, name))
    return Step("colours", tuple(there), None if there == hers else ", ".join(hers))


def _typed(amount: Decimal, language: str) -> str:
    """An amount as one types it into the site's form: "25", "12,50"."""
    if amount == int(amount):
        return str(int(amount))
    return f"{amount:.2f}" if language == "en" else f"{amount:.2f}".replace(".", ",")


def _files(desk: Desk, member: Member, package: Package, words: Words) -> Iterator[tuple[str, bytes]]:
    """Every file of the package, by name: the photos first."""
    shown: list[str] = []
    with ThreadPoolExecutor(AT_ONCE) as workers:
        made = workers.map(lambda name: _prepared(desk, member, name), package.photos)
        for name, content in zip(package.photos, made, strict=True):
            if content is not None:
                shown.append(name)
                yield _photo_file(len(shown)), content
    steps = (_photo_step(shown), *(step for step in package.steps if step.name != "photos"))
    kept = replace(package, photos=tuple(shown), steps=steps)
    yield "listing.txt", _text(kept).encode()
    yield "listing.json", orjson.dumps(_plain(kept), option=orjson.OPT_INDENT_2)
    yield "listing.csv", _table(desk, kept, words)
    yield CHECKLIST, checklist(kept, words, unreadable=len(package.photos) - len(shown)).encode()


def _prepared(desk: Desk, member: Member, name: str) -> bytes | None:
    """A photo as it goes to Vinted; None: it cannot be opened."""
    try:
        return prepared_photo(desk, member, name)
    except (PhotoError, UnknownPhoto):
        return None


def _text(package: Package) -> str:
    """The text as it is read on Vinted: title, description with its hashtags, price."""
    price = "" if package.asked is None else _words_of(package.market).money(package.asked, package.currency)
    return "\n\n".join(part for part in (package.title, package.whole_description, price) if part) + "\n"


def _words_of(market: str) -> Words:
    """How amounts are written where a listing is read: all but the English write a comma."""
    return Words("en" if LOCALES[market].startswith("en") else "it")


def _plain(package: Package) -> dict[str, object]:
    """All fields for a program. Amounts are text, so that no cent is lost."""
    values = {step.name: step.values for step in package.steps}
    return {
        "code": package.code,
        "market": package.market,
        "title": package.title,
        "description": package.description,
        "hashtags": package.hashtags,
        "catalog_id": package.catalog_id,
        "category": values["category"],
        **{name: next(iter(values[name]), None) for name in ("brand", "size", "condition")},
        "condition_id": package.condition_id,
        "colours": values["colours"],
        "material": next(iter(values["material"]), None),
        "price": None if package.asked is None else f"{package.asked:.2f}",
        "currency": package.currency,
        "parcel_size": next(iter(values["parcel_size"]), None),
        "photos": values["photos"],
    }


def _table(desk: Desk, package: Package, words: Words) -> bytes:
    """The same as one row for a spreadsheet."""
    plain = _plain(package)
    hues = [*package.step("colours").values, None, None]
    row: dict[str, Cell] = {name: value for name, value in plain.items() if isinstance(value, str)}
    row |= {"sku": package.code, "price": package.asked, "colour": hues[0], "second_colour": hues[1]}
    row |= {"description": package.whole_description, "category": " > ".join(package.step("category").values) or None}
    heads = [words.say(FIELDS[name].title) for name in _CSV_FIELDS]
    sheet = Sheet("listing", heads, [[row.get(name) for name in _CSV_FIELDS]])
    with tempfile.TemporaryDirectory(dir=desk.paths.state) as folder:
        file = Path(folder) / "listing.csv"
        write_sheet(file, sheet, FileKind.CSV, FileForm.ITALIAN if words.language == "it" else FileForm.ISO)
        return file.read_bytes()


def _free(folder: Path, name: str) -> Path:
    """A place of this name in the folder, with a number where there is one already."""
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(place for place in (folder / one for one in names) if not place.exists())


def _write_zip(content: bytes, file: Path) -> Path:
    if file.exists() or file.is_symlink():
        raise FolderThere(file=str(file))
    with whole_file(file) as aside:
        aside.write_bytes(content)
    return file


def _write_folder(files: Sequence[tuple[str, bytes]], folder: Path) -> Path:
    """All files in a folder beside, which takes its place when they are on the disk."""
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as aside:
            made = Path(aside) / folder.name
            made.mkdir()
            for name, content in files:
                (made / name).write_bytes(content)
            sync_files(made / name for name, _ in files)
            made.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise CannotWrite(file=str(folder), why=reason(error)) from error
    return folder
