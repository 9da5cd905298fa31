"""Catalogues of a site that vopt does not know by heart, and those that it does know and that are alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.desk import suggest
from vopt_lib.desk.catalogue_alike import catalogue_alike
from vopt_lib.desk.draft_photos import written_by_template
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.schema.listing_text import Facts
from vopt_lib.schema.queries import Term

TREE = (
    Term(501, "Donna > Abbigliamento > Giacche > Giubbotti di jeans"),
    Term(502, "Uomo > Vestiti > Maglieria > Cardigan"),
    Term(503, "Donna > Vestiti > Gonne > Gonne a tubino"),
    Term(504, "Bambini > Bambine > Pantaloni e jeans"),
    Term(505, "Sport > Sci"),
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(suggest, "catalogues", lambda desk, market: TREE)
    return open_desk(data=tmp_path / "data")


@pytest.mark.parametrize(
    ("catalog_id", "alike"),
    [
        pytest.param(501, 9000019, id="same name elsewhere in the tree"),
        pytest.param(502, 9000078, id="of men, not of women"),
        pytest.param(503, 9000028, id="below one that is known"),
        pytest.param(504, 504, id="of girls or boys"),
        pytest.param(505, 505, id="nothing alike"),
        pytest.param(9000042, 9000042, id="known by heart"),
        pytest.param(777, 777, id="in no tree"),
        pytest.param(None, None, id="none"),
    ],
)
def test_a_catalogue_is_told_as_the_one_that_is_known_and_alike(
    desk: Desk, catalog_id: int | None, alike: int | None
) -> None:
    assert catalogue_alike(desk, catalog_id) == alike


def test_a_thing_of_the_sites_own_tree_is_called_by_its_name(desk: Desk) -> None:
    assert (
        written_by_template(desk, Facts(catalog_id=503, brand="Zara"), "it", "plain").text.title
        == "Gonna Zara da donna"
    )
