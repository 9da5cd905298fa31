"""This is where tests make labels: a page with a frame and an arrow that shows where up is, and hostile ones."""

from __future__ import annotations

import io
from collections.abc import Mapping

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

MM = 72 / 25.4
A4, A6 = (210, 297), (105, 148)


def label(size: tuple[float, float] = A6, *, pages: int = 1, turned: int = 0, text: str = "LABEL") -> bytes:
    """A label of this size in millimetres."""
    return written(label_writer(size, pages=pages, turned=turned, text=text))


def label_writer(size: tuple[float, float] = A6, *, pages: int = 1, turned: int = 0, text: str = "LABEL") -> PdfWriter:
    """The same, to do harm with."""
    writer = PdfWriter()
    for _ in range(pages):
        width, height = size[0] * MM, size[1] * MM
        page = writer.add_blank_page(width, height)
        font = _dictionary({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"})
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/A"): writer._add_object(font)})}
        )
        drawn = DecodedStreamObject()
        drawn.set_data(
            f"2 w 4 4 {width - 8:.2f} {height - 8:.2f} re S BT /A 18 Tf 20 {height - 40:.2f} Td ({text}) Tj ET".encode()
        )
        page[NameObject("/Contents")] = writer._add_object(drawn)
        if turned:
            page.rotate(turned)
    return writer


def hostile() -> bytes:
    """A label that would run a script and a program, phone home, and carry a file along."""
    writer = label_writer()
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("alert('script')")}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(script))
    writer.add_attachment("attached.exe", b"attached")
    launch = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("launched.exe")}
    )
    home = DictionaryObject(
        {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://evil.example")}
    )
    page = writer.pages[0]
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): launch})
    link = _dictionary({"/Type": "/Annot", "/Subtype": "/Link"})
    link |= {NameObject("/A"): home, NameObject("/Rect"): ArrayObject(map(FloatObject, (0, 0, 99, 99)))}
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
    font = page["/Resources"]["/Font"]["/A"]  # type: ignore[index]
    font[NameObject("/AF")] = writer._add_object(launch)
    font[NameObject("/Parent")] = page.indirect_reference
    writer.add_metadata({"/Author": "somebody"})
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    """The file."""
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def sizes_mm(pdf: bytes) -> list[tuple[int, int]]:
    """How large its pages are."""
    return [
        (round(page.mediabox.width / MM), round(page.mediabox.height / MM)) for page in PdfReader(pdf_of(pdf)).pages
    ]


def pdf_of(content: bytes) -> io.BytesIO:
    """The file, to be read."""
    return io.BytesIO(content)


def drawings(pdf: bytes) -> list[list[tuple[float, ...]]]:
    """Of each page: the matrices with which labels are drawn, rounded."""
    found = []
    for page in PdfReader(pdf_of(pdf)).pages:
        contents = page.get_contents()
        lines = contents.get_data().decode().splitlines() if contents is not None else []
        found.append([tuple(round(float(one), 2) + 0.0 for one in line.split()[1:7]) for line in lines])
    return found


def _dictionary(values: Mapping[str, str]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in values.items()})
