"""Labels are laid on pages whole, in proportion and the right way up; of hostile ones only the picture is left."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

from tests.shop.pdfs import A4, A6, drawings, hostile, label, label_writer, sizes_mm, written
from vopt_lib.errors import LabelUnusable
from vopt_lib.schema.shipping import Layout
from vopt_lib.shop import printing
from vopt_lib.shop.printing import printed


def files(folder: Path, *contents: bytes) -> dict[str, Path]:
    """Labels "0", "1" … in files of this folder."""
    found = {str(number): folder / f"{number}.pdf" for number in range(len(contents))}
    for path, content in zip(found.values(), contents, strict=True):
        path.write_bytes(content)
    return found


@pytest.mark.parametrize(
    ("layout", "sheets"),
    [
        (Layout.A4_1, [A4] * 5),
        (Layout.A4_2, [A4] * 3),
        (Layout.A4_4, [A4] * 2),
        (Layout.THERMAL, [(100, 150)] * 5),
    ],
)
def test_labels_stand_on_as_many_sheets_as_they_need(
    tmp_path: Path, layout: Layout, sheets: list[tuple[int, int]]
) -> None:
    assert sizes_mm(printed(files(tmp_path, *[label()] * 5), layout)) == sheets


def test_a_whole_page_is_made_smaller_and_turned_where_that_makes_it_larger(tmp_path: Path) -> None:
    (upper,) = drawings(printed(files(tmp_path, label(A4)), Layout.A4_2))
    assert [one[:4] for one in upper] == [(0.0, 0.71, -0.71, 0.0)]
    (quarter,) = drawings(printed(files(tmp_path, label(A4)), Layout.A4_4))
    assert [one[:4] for one in quarter] == [(0.5, 0.0, 0.0, 0.5)]


def test_a_label_is_never_made_larger(tmp_path: Path) -> None:
    (sheet,) = drawings(printed(files(tmp_path, label(A6)), Layout.A4_1))
    assert [one[:4] for one in sheet] == [(1.0, 0.0, 0.0, 1.0)]


def test_a_page_that_is_turned_stands_upright(tmp_path: Path) -> None:
    (sheet,) = drawings(printed(files(tmp_path, label((148, 105), turned=90)), Layout.A4_4))
    assert [one[:4] for one in sheet] == [(0.0, -1.0, 1.0, 0.0)]


def test_the_pages_of_one_label_follow_each_other(tmp_path: Path) -> None:
    (sheet,) = drawings(printed(files(tmp_path, label(pages=2), label()), Layout.A4_4))
    assert [(round(e), round(f)) for *_, e, f in sheet] == [(0, 422), (298, 422), (0, 1)]


def test_of_a_hostile_label_only_the_picture_is_left(tmp_path: Path) -> None:
    told = printed(files(tmp_path, hostile()), Layout.A4_1)
    plain = told + b"".join(
        zlib.decompress(found) for found in re.findall(rb"stream\n(x\x9c.*?)\nendstream", told, re.DOTALL)
    )
    assert b"(LABEL)" in plain
    for harm in (b"script", b"launched", b"attached", b"evil", b"Annot", b"somebody", b"/AF", b"/AA", b"/OpenAction"):
        assert harm not in plain


def locked() -> bytes:
    writer = label_writer()
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def of_this_size(*box: float) -> bytes:
    writer = label_writer()
    writer.pages[0][NameObject("/MediaBox")] = ArrayObject(map(FloatObject, box))
    return written(writer)


def a_tree_of_pages_that_bites_its_tail() -> bytes:
    writer = label_writer()
    pages = writer.root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([pages.indirect_reference])  # type: ignore[index, attr-defined]
    return written(writer)


def a_bomb() -> bytes:
    """Many spaces, packed small."""
    writer = label_writer()
    packed = DecodedStreamObject()
    packed.set_data(zlib.compress(b" " * 2**27))
    packed[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(packed)
    return written(writer)


def deeply_nested() -> bytes:
    writer = label_writer()
    inner = DictionaryObject()
    for _ in range(3000):
        inner = DictionaryObject({NameObject("/X"): writer._add_object(inner)})
    writer.pages[0]["/Resources"][NameObject("/Font")][NameObject("/A")] = inner  # type: ignore[index]
    return written(writer)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: b"", "it is no whole PDF file"),
        (lambda: b"<html>Please log in</html>", "it is no whole PDF file"),
        (lambda: label()[:300], "it is no whole PDF file"),
        (locked, "it is locked with a password"),
        (lambda: label(pages=5), "it has 5 pages, and a label has 4 at most"),
        (lambda: label(pages=3000), "it has 3,000 pages, and a label has 4 at most"),
        (lambda: of_this_size(0, 0, 1e9, 1e9), "its page has a size that no label has"),
        (lambda: of_this_size(0, 0, 0, 0), "its page has a size that no label has"),
        (a_tree_of_pages_that_bites_its_tail, ""),
        (a_bomb, ""),
        (deeply_nested, ""),
        (lambda: b"%PDF-1.7\n" + b"[" * 200_000, "it is no whole PDF file"),
    ],
    ids=["nothing", "a web page", "cut off", "locked", "five pages", "3000 pages", "huge", "tiny",
         "endless pages", "a bomb", "deep", "brackets"],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_a_label_that_cannot_be_printed_is_named_and_told_why(
    tmp_path: Path, made: object, why: str, place: int
) -> None:
    bad = made()  # type: ignore[operator]
    labels = files(tmp_path, *[label(), bad][:: 1 if place else -1])
    with pytest.raises(LabelUnusable) as refused:
        printed(labels, Layout.A4_2)
    assert refused.value.facts["name"] == str(place)
    assert why in str(refused.value)


def test_one_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "SECONDS", 0)
    with pytest.raises(LabelUnusable, match="too much"):
        printed(files(tmp_path, label()), Layout.A4_1)


def test_a_label_whose_file_is_gone_or_too_large_is_not_even_opened(tmp_path: Path) -> None:
    with pytest.raises(LabelUnusable, match="its file is missing"):
        printed({"0": tmp_path / "0.pdf"}, Layout.A4_1)
    (tmp_path / "1.pdf").write_bytes(bytes(printing.MOST_BYTES + 1))
    with pytest.raises(LabelUnusable, match="too much"):
        printed({"1": tmp_path / "1.pdf"}, Layout.A4_1)
