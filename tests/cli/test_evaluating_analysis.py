"""`vopt evaluate analysis` as a person uses it."""

from __future__ import annotations

import json

from tests.cli.conftest import Vopt


def test_it_says_how_often_photos_tell_what_is_right(vopt: Vopt) -> None:
    done = json.loads(vopt("evaluate", "analysis", "--seed", "1", "--listings", "12", "--things", "2", "--json").out)
    assert (done["seed"], done["listings"], done["things"]) == (1, 12, 2)
    assert set(done["fields"]) == {"catalog_id", "colours", "material", "brand"}


def test_a_seed_below_zero_is_refused(vopt: Vopt) -> None:
    assert vopt("evaluate", "analysis", "--seed", "-1").status == 2
