"""`vopt duplicates` as a person uses it: before anything was compared, too."""

from __future__ import annotations

import json

from tests.cli.conftest import Vopt


def test_before_photos_were_compared_it_says_how_to(vopt: Vopt) -> None:
    told = vopt("duplicates")
    assert (told.status, told.lines) == (0, ["No photo of yours was compared yet. `vopt embed` does it."])
    assert json.loads(vopt("duplicates", "--json").out) == {"compared": 0, "photos": 0, "open": []}
