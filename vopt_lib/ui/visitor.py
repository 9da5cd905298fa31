"""This is where a page learns who looks at it."""

from __future__ import annotations

from typing import Any

from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import reader_language

OWNER = "owner"


def visitor_of(request: Any) -> Visitor:
    """The visitor whom the server let in (`mo.app_meta().request`).

    Ask once, in a cell that runs at the start: inside some callbacks of marimo there is no request. A notebook opened
    with `marimo edit` has no server of ours before it: its reader is the owner, in the language of the process.
    """
    meta = getattr(request, "meta", None) or {}
    if "person" in meta:
        return Visitor.from_json(meta)
    return Visitor(OWNER, language=reader_language(), role="admin")
