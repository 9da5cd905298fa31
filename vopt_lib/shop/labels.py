"""This is where labels of parcels are laid on pages to print: a process of its own that reads strangers' PDF files.

It is started by `printing.py` as a plain file in isolated mode, imports nothing of vopt, reads one JSON question from
standard input and answers on standard output: one JSON line, then the PDF. Before each label it says its number on
standard error, so that a label that ends it is known.

Of a label only the picture of its pages goes into the answer: their drawing, fonts and images, each page whole. Nothing
that acts, links, is attached or lies beside them.
"""

from __future__ import annotations

import io
import json
import math
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    PdfObject,
    StreamObject,
)

MM: Final = 72 / 25.4
MOST_PAGES: Final = 4
"""A label is one page; some have a second with what to do."""

MOST_OBJECTS: Final = 20_000
"""Fonts, images and their parts: the labels of carriers have some hundred."""

SIDES_MM: Final = (20, 2_000)
"""The shortest and longest side of a page that can be a label's."""

_RESOURCES: Final = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading"}
"""What a drawing needs. Source: ISO 32000-2, table 34."""

_NAMES: Final = {*_RESOURCES, "/CharProcs", "/Colorants"}
"""Where the keys are names that the drawing uses: any of them may stand there."""

_NOT_DRAWN: Final = {
    "/A", "/AA", "/AF", "/Alternates", "/Annots", "/EF", "/EmbeddedFiles", "/F", "/FFilter", "/FDecodeParms", "/JS",
    "/JavaScript", "/Metadata", "/Names", "/OC", "/OPI", "/OpenAction", "/Parent", "/PieceInfo", "/Ref",
    "/StructParent", "/StructParents", "/URI",
}  # fmt: skip
_NOT_DRAWN_TYPES: Final = {"/Action", "/Annot", "/Catalog", "/EmbeddedFile", "/Filespec", "/Page", "/Pages"}


def N_(sentence: str) -> str:  # noqa: N802 - as in words, which this process does not import
    """The sentence itself, marked for translation."""
    return sentence


class Refused(Exception):
    """A label that is not printed: why, with its facts."""

    def __init__(self, why: str, **facts: object) -> None:
        self.facts = {"why": why, **facts}
        super().__init__(why)


@dataclass(frozen=True)
class Layout:
    """A sheet of paper in millimetres, and how many labels stand beside and below each other on it."""

    width: float
    height: float
    columns: int = 1
    rows: int = 1


LAYOUTS: Final = {
    "a4-1": Layout(210, 297),
    "a4-2": Layout(210, 297, rows=2),
    "a4-4": Layout(210, 297, columns=2, rows=2),
    "thermal": Layout(100, 150),
}


@dataclass(frozen=True)
class Picture:
    """One page of a label as a drawing (a form of PDF), where it lies in its own measure, and how it is turned."""

    form: StreamObject
    left: float
    bottom: float
    width: float
    height: float
    turned: int


@dataclass(frozen=True)
class Cell:
    """A place on a sheet, in points from its lower left."""

    left: float
    bottom: float
    width: float
    height: float


def composed(labels: list[str], layout: Layout) -> bytes:
    """The labels in these files, in this order, on as many sheets as they need. Raises: Refused."""
    writer = PdfWriter()
    places = _places(writer, layout)
    for number, label in enumerate(labels):
        sys.stderr.write(f"{number}\n")
        for picture in _pictures(label, writer):
            sheet, cell = next(places)
            _draw(picture, sheet, cell, writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _pictures(label: str, writer: PdfWriter) -> list[Picture]:
    """The pages of a label. Raises: Refused."""
    try:
        reader = PdfReader(io.BytesIO(Path(label).read_bytes()))
        if reader.is_encrypted:
            raise Refused(N_("it is locked with a password"))
        if len(reader.pages) > MOST_PAGES:
            raise Refused(
                N_("it has {pages} pages, and a label has {most} at most"), pages=len(reader.pages), most=MOST_PAGES
            )
        found = [picture for page in reader.pages if (picture := _picture(page, writer))]
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Refused(N_("it is no whole PDF file")) from error
    if not found:
        raise Refused(N_("nothing stands on it"))
    return found


def _picture(page: PageObject, writer: PdfWriter) -> Picture | None:
    """The page as one drawing, cut at its edges; None: it is empty."""
    contents = page.get_contents()
    drawn = b"" if contents is None else contents.get_data()
    if not drawn.strip():
        return None
    box = page.cropbox
    left, bottom, width, height = (float(one) for one in (box.left, box.bottom, box.width, box.height))
    if not all(SIDES_MM[0] <= side / MM <= SIDES_MM[1] for side in (width, height)) or not math.isfinite(left + bottom):
        raise Refused(N_("its page has a size that no label has"))
    form = DecodedStreamObject()
    form.set_data(drawn)
    form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
    form[NameObject("/BBox")] = _numbers(left, bottom, left + width, bottom + height)
    resources = page.get("/Resources", DictionaryObject()).get_object()
    _keep_what_is_drawn(resources)
    form[NameObject("/Resources")] = resources.clone(writer)
    return Picture(form.flate_encode(), left, bottom, width, height, int(page.rotation) % 360)


def _keep_what_is_drawn(resources: PdfObject) -> None:
    """Take everything out of these resources, and of what they hold, that no page is drawn with. Raises: Refused."""
    waiting: list[tuple[str, Any]] = [("/Resources", resources)]
    seen: dict[tuple[str, int], Any] = {}
    while waiting:
        role, one = waiting.pop()
        thing = one.get_object()
        if (role, id(thing)) in seen or not isinstance(thing, DictionaryObject | ArrayObject):
            continue
        seen[role, id(thing)] = thing
        if len(seen) > MOST_OBJECTS:
            raise Refused(N_("it holds too much for a label"))
        if isinstance(thing, ArrayObject):
            waiting += [("", part) for part in thing]
            continue
        for key in [key for key in thing if not _is_drawn(role, key, thing)]:
            del thing[key]
        waiting += [("" if role in _NAMES else key, thing.raw_get(key)) for key in thing]


def _is_drawn(role: str, key: str, thing: DictionaryObject) -> bool:
    if role == "/Resources":
        return key in _RESOURCES
    value = thing[key]
    kind = value.get("/Type") if isinstance(value, DictionaryObject) else None
    return kind not in _NOT_DRAWN_TYPES and (role in _NAMES or key not in _NOT_DRAWN)


def _places(writer: PdfWriter, layout: Layout) -> Iterator[tuple[PageObject, Cell]]:
    """One place after the other, from the upper left; a new sheet whenever one is full."""
    width, height = layout.width * MM / layout.columns, layout.height * MM / layout.rows
    while True:
        sheet = writer.add_blank_page(layout.width * MM, layout.height * MM)
        for row in range(layout.rows):
            for column in range(layout.columns):
                yield sheet, Cell(column * width, (layout.rows - 1 - row) * height, width, height)


def _draw(picture: Picture, sheet: PageObject, cell: Cell, writer: PdfWriter) -> None:
    """The picture in the middle of its place: as large as it fits, never larger than it is, turned where that helps."""
    upright = (360 - picture.turned) % 360
    turn = max((upright, (upright + 90) % 360), key=lambda turn: _scale(picture, cell, turn))
    scale, angle = _scale(picture, cell, turn), math.radians(turn)
    a, b = round(scale * math.cos(angle), 6), round(scale * math.sin(angle), 6)
    x, y = picture.left + picture.width / 2, picture.bottom + picture.height / 2
    e, f = cell.left + cell.width / 2 - (a * x - b * y), cell.bottom + cell.height / 2 - (b * x + a * y)
    resources = sheet.setdefault(NameObject("/Resources"), DictionaryObject())
    drawings = resources.setdefault(NameObject("/XObject"), DictionaryObject())
    name = f"/Label{len(drawings)}"
    drawings[NameObject(name)] = writer._add_object(picture.form)
    contents = sheet.get("/Contents")
    before = contents.get_object().get_data() if contents is not None else b""
    stream = DecodedStreamObject()
    stream.set_data(before + f"q {a:.6f} {b:.6f} {-b:.6f} {a:.6f} {e:.4f} {f:.4f} cm {name} Do Q\n".encode())
    sheet[NameObject("/Contents")] = writer._add_object(stream)


def _scale(picture: Picture, cell: Cell, turn: int) -> float:
    width, height = (picture.height, picture.width) if turn % 180 else (picture.width, picture.height)
    return round(min(cell.width / width, cell.height / height, 1), 4)


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)


def main() -> None:
    """Answer the question on standard input."""
    question = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (question["seconds"], question["seconds"]))
    try:
        head, body = {}, composed(question["labels"], LAYOUTS[question["layout"]])
    except Refused as refused:
        head, body = refused.facts, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
