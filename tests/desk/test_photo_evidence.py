"""What photos tell without a language model: votes of look-alikes, colours that are seen, and CLIP where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL.Image import Image

from tests.desk.described import describe, listings_of
from tests.simulator.drawn import drawn, offers_of
from vopt_lib.desk import photo_evidence
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.photo_evidence import (
    BRAND_BY_VOTE,
    LEAST_VOTERS,
    TAKEN_FOR_OTHERS,
    UNMEASURED,
    by_clip,
    by_colours,
    by_look_alikes,
    clip_here,
    weights,
)
from vopt_lib.errors import WeightsMissing
from vopt_lib.schema.photo_analysis import Seen
from vopt_lib.schema.photo_suggestions import Guess, PhotoSuggestions
from vopt_lib.schema.vinted_terms import seen_as
from vopt_lib.vision.decode import open_photo

BLACK, RED, LILAC = 1, 7, 25
LEATHER_JACKETS = 9000020


@pytest.fixture(scope="module")
def photos() -> dict[int, bytes]:
    """A handbag in each of some colours."""
    return {one: drawn(next(offers_of(["handbag"], [one])), size=(310, 430)).photo for one in (BLACK, RED, LILAC)}


@pytest.fixture(scope="module")
def opened(photos: dict[int, bytes]) -> dict[int, Image]:
    return {colour: open_photo(photo, longest=128) for colour, photo in photos.items()}


@pytest.fixture
def desk(tmp_path: Path, photos: dict[int, bytes]) -> Desk:
    """A vopt that has described the red bag."""
    desk = open_desk(data=tmp_path / "data")
    describe(desk, [photos[RED]])
    return desk


def every_leaf(photo: bytes, catalog_id: int, count: int = 40) -> list[tuple[bytes, int]]:
    """So many listings that show the photo, and one of each known catalogue that shows another."""
    return [(photo, catalog_id)] * count + [(b"another", one) for one in seen_as()]


def voted(desk: Desk, photo: Image, **told: object) -> dict[str, Seen]:
    return dict(by_look_alikes(desk, [photo], market="it", **told))  # type: ignore[arg-type]


def test_a_vote_in_a_market_of_all_catalogues_may_be_sure(
    desk: Desk, photos: dict[int, bytes], opened: dict[int, Image]
) -> None:
    whole = listings_of(every_leaf(photos[RED], LEATHER_JACKETS))
    assert voted(desk, opened[RED], listings=whole)["catalog_id"].confidence == pytest.approx(1.0)
    narrow = listings_of(every_leaf(photos[RED], LEATHER_JACKETS)[:100])
    assert voted(desk, opened[RED], listings=narrow)["catalog_id"].confidence == UNMEASURED


def test_few_voters_tell_nothing(desk: Desk, photos: dict[int, bytes], opened: dict[int, Image]) -> None:
    few = listings_of(every_leaf(photos[RED], LEATHER_JACKETS, LEAST_VOTERS - 1))
    assert voted(desk, opened[RED], listings=few) == {}


def test_a_brand_by_vote_is_offered_and_never_sure_and_no_condition_is(
    desk: Desk, photos: dict[int, bytes], opened: dict[int, Image]
) -> None:
    listings = listings_of(every_leaf(photos[RED], LEATHER_JACKETS), brand="Zara")
    found = voted(desk, opened[RED], listings=listings)
    assert (found["brand"].value, found["brand"].confidence) == ("Zara", BRAND_BY_VOTE)
    assert "condition_id" not in found


def test_titles_of_look_alikes_tell_the_material_but_not_for_sure(
    desk: Desk, photos: dict[int, bytes], opened: dict[int, Image]
) -> None:
    listings = listings_of(every_leaf(photos[RED], LEATHER_JACKETS), title="Giacca di pelle")
    found = voted(desk, opened[RED], listings=listings)["material"]
    assert (found.value, found.labels["en"], found.confidence) == ("pelle", "leather", UNMEASURED)


def test_without_an_index_nobody_votes(tmp_path: Path, opened: dict[int, Image]) -> None:
    assert by_look_alikes(open_desk(data=tmp_path / "data"), [opened[RED]], market="it") == []


def test_a_clear_colour_is_sure_and_one_that_lamps_change_is_not(opened: dict[int, Image]) -> None:
    first = {colour: by_colours([opened[colour]])[0][1] for colour in opened}
    assert [one.labels["en"] for one in first.values()] == ["Black", "Red", "Lilac"]
    assert first[BLACK].confidence > 0.9 > first[LILAC].confidence
    assert LILAC in TAKEN_FOR_OTHERS


def test_colours_of_several_photos_are_averaged(opened: dict[int, Image]) -> None:
    found = [one.value for _, one in by_colours([opened[RED], opened[BLACK]])][:2]
    assert found == ["Rosso", "Nero"]
    assert weights(3).tolist() == [0.5, 0.25, 0.25]


def test_clip_is_left_out_where_its_weights_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(data=tmp_path / "data")
    assert clip_here(desk) is None

    def missing(*_: object) -> PhotoSuggestions:
        raise WeightsMissing(model="clip", file="nowhere")

    monkeypatch.setattr(photo_evidence, "suggest_by_words", missing)
    assert by_clip(desk, [b"photo"]) == []


def test_what_clip_tells_of_several_photos_is_averaged_and_never_sure_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        b"first": PhotoSuggestions("clip", catalogues=(Guess(1, {"it": "a", "en": "a"}, 1.0),)),
        b"second": PhotoSuggestions("clip", catalogues=(Guess(2, {"it": "b", "en": "b"}, 0.6),)),
    }
    monkeypatch.setattr(photo_evidence, "suggest_by_words", lambda desk, photo: told[photo])
    found = by_clip(open_desk(data=tmp_path / "data"), list(told))
    assert [(one.value, one.source) for _, one in found] == [(1, "clip"), (2, "clip")]
    assert [one.confidence for _, one in found] == pytest.approx([2 / 3 * UNMEASURED, 0.2 * UNMEASURED])
