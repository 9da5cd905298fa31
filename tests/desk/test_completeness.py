"""How complete a draft is: what Vinted's form demands, what sells, and what to do next."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from vopt_lib.desk.completeness import _RULES, completeness
from vopt_lib.schema.completeness import Completeness
from vopt_lib.schema.listing_text import Facts, ListingText
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.photo_hints import PhotoHint

FACTS = Facts(
    catalog_id=9000019,
    brand="Levi's",
    size="M",
    condition_id=2,
    colours=("Azzurro",),
    material="denim",
    measurements="60 cm",
)
TEXT = ListingText("Giacca di jeans Levi's azzurra taglia M", "Giacca di jeans, portata poche volte. " * 4)
PHOTOS = tuple(OwnPhoto(number, f"{number:064x}", hints=()) for number in range(3))


def _of(**changes: Any) -> Completeness:
    facts = {name: changes.pop(name) for name in list(changes) if name in Facts.__dataclass_fields__}
    text = {name: changes.pop(name) for name in list(changes) if name in ListingText.__dataclass_fields__}
    given: dict[str, Any] = {"photos": PHOTOS, "asked": Decimal(25), "parcel_size": "M"} | changes
    return completeness(
        replace(FACTS, **facts),
        replace(TEXT, **text),
        given["photos"],
        given["asked"],
        parcel_size=given["parcel_size"],
    )


def test_a_draft_with_all_is_complete() -> None:
    assert _of() == Completeness(100)
    assert _of().is_publishable


def test_the_weights_add_up_to_a_hundred() -> None:
    assert sum(rule.weight for rule in _RULES) == 100


@pytest.mark.parametrize(
    ("changes", "field", "score", "is_demanded"),
    [
        pytest.param({"photos": ()}, "photos", 74, True, id="no photo"),
        pytest.param({"photos": PHOTOS[:2]}, "photos", 92, False, id="two photos"),
        pytest.param(
            {"photos": (replace(PHOTOS[0], hints=(PhotoHint.DARK,)), *PHOTOS)}, "photos", 94, False, id="dark first"
        ),
        pytest.param({"title": ""}, "title", 90, True, id="no title"),
        pytest.param({"title": "Giacca"}, "title", 96, False, id="short title"),
        pytest.param({"title": "Giacca " * 10}, "title", 96, False, id="long title"),
        pytest.param({"description": " "}, "description", 92, True, id="no description"),
        pytest.param({"description": "Giacca di jeans."}, "description", 96, False, id="short description"),
        pytest.param({"brand": None}, "brand", 92, True, id="no brand told"),
        pytest.param({"size": None}, "size", 92, True, id="no size"),
        pytest.param({"condition_id": None}, "condition_id", 92, True, id="no condition"),
        pytest.param({"colours": ()}, "colours", 96, False, id="no colour"),
        pytest.param({"material": None}, "material", 98, False, id="no material"),
        pytest.param({"measurements": ""}, "measurements", 96, False, id="not measured"),
        pytest.param({"asked": None}, "asked", 92, True, id="no price"),
        pytest.param({"asked": Decimal(0)}, "asked", 92, True, id="a price of nothing"),
        pytest.param({"parcel_size": None}, "parcel_size", 96, True, id="no parcel"),
    ],
)
def test_what_is_missing_is_told_once_and_costs_its_weight(
    changes: dict[str, Any], field: str, score: int, is_demanded: bool
) -> None:
    found = _of(**changes)
    assert [(one.field, one.is_demanded) for one in found.todo] == [(field, is_demanded)]
    assert found.score == score == 100 - found.todo[0].weight
    assert found.is_publishable is not is_demanded


def test_a_thing_without_brand_and_sizes_can_be_complete() -> None:
    assert _of(catalog_id=9000050, brand="Senza marca", size=None, measurements="") == Completeness(100)


def test_photos_that_nobody_looked_at_are_not_blamed() -> None:
    assert _of(photos=tuple(replace(photo, hints=None) for photo in PHOTOS)).score == 100


def test_nothing_at_all_scores_nothing_and_what_is_demanded_comes_first() -> None:
    found = completeness(Facts(), ListingText("", ""), (), None)
    assert found.score == 0
    demanded = [one.is_demanded for one in found.todo]
    assert demanded == sorted(demanded, reverse=True)
    assert found.todo[0].field == "photos"
