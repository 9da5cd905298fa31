"""This is where tests get archives as Vinted sends them, written by hand in every recorded shape."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

PHOTO = '<a href="photos/{id}/{n}.webp"><img itemprop="item_photo" src="photos/{id}/{n}.webp"></a>'


def listing(item_id: int | None = 1234567890, *, hidden: str = "", photos: int = 1, **told: str | list[str]) -> str:
    """One cell of the listings section; `told` adds or replaces what it tells, "" leaves it out."""
    facts: dict[str, str | list[str]] = {
        "title": "Abito Zara nero", "description": "Come nuovo,\n  taglia M", "brand": "Zara", "size": "M",
        "status": "Ottime", "color": ["Nero", "Bianco"], "material": ["Cotone"], "parcel_size": "Piccolo",
        "created_at": "2026-08-28 20:30:14 +0100", "order_value": "12.0 EUR", "views_count": "41",
        "favourite_count": "7",
    } | told  # fmt: skip
    title = facts.pop("title")
    lines = [f'<div class="cell-header" itemprop="title">{title}</div>'] if title else []
    for name, value in facts.items():
        shown = [one for one in (value if isinstance(value, list) else [value]) if one]
        lines += [f'<div class="cell-row"><span itemprop="{name}">{one}</span></div>' for one in shown]
    if hidden:
        lines.append(f'<div class="cell-description">{hidden}</div>')
    if item_id is not None:
        lines += [PHOTO.format(id=item_id, n=n) for n in range(1, photos + 1)]
    return f'<div class="cell" itemscope>{"".join(lines)}</div>'


def order(*, things: Mapping[str, str] | None = None, **told: str) -> str:
    """One cell of the orders section."""
    facts = {"order_purchased": "2026-09-03 08:00:00 +0000", "buyer": "luisa88", "order_value": "15.50 EUR"} | told
    lines = [f'<span itemprop="{name}">{value}</span>' for name, value in facts.items()]
    if things:
        listed = "".join(
            f'<li itemscope><span itemprop="item_title">{title}</span><span itemprop="item_price">{price}</span></li>'
            for title, price in things.items()
        )
        lines.append(f'<ul itemprop="items">{listed}</ul>')
    return f'<div class="cell" itemscope>{"".join(lines)}</div>'


def page(*cells: str) -> str:
    """A section as the archive has it."""
    body = "".join(cells)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><div class="list">{body}</div></body></html>'


def archive(folder: Path, files: Mapping[str, str | bytes], *, name: str = "archive.zip") -> Path:
    """A zip file of these."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for member, content in files.items():
            made.writestr(member, content)
    return path
