"""This is where page data becomes React flight data: strings that a page pushes piece by piece."""

from __future__ import annotations

from typing import Any

import orjson

_PIECE = 3000


def flight_text(*blocks: Any) -> str:
    """The data as numbered flight lines."""
    return "".join(f"{number:x}:{orjson.dumps(block).decode()}\n" for number, block in enumerate(blocks, start=1))


def flight_scripts(*blocks: Any) -> str:
    """The same as script elements of a page, cut into pieces wherever they happen to end."""
    text = flight_text(*blocks)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    pushes = (f"self.__next_f.push([1,{_in_script(piece)}])" for piece in pieces)
    return "<script>(self.__next_f=self.__next_f||[]).push([0])</script>" + "".join(
        f"<script>{push}</script>" for push in pushes
    )


def _in_script(text: str) -> str:
    # A script element ends at the first "</", wherever it stands.
    return orjson.dumps(text).decode().replace("</", "\\u003c/")
