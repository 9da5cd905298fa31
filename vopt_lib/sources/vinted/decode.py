"""This is where received bytes become JSON values and whole text, also those with half an emoji in them.

A title cut by the site in the middle of an emoji is JSON that orjson refuses: it must not cost the page.
"""

from __future__ import annotations

import json
from typing import Any

import orjson


def json_of(body: bytes) -> Any:
    """The value that a body holds. Raises: ValueError, when it is no JSON or nested beyond reason."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.loads(whole(json.dumps(json.loads(body), ensure_ascii=False)))
    except RecursionError as error:
        raise ValueError("nested beyond reason") from error


def whole(text: str) -> str:
    """The text with halves of characters (a piece may end inside an emoji) joined, lone ones replaced."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
