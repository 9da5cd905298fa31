"""Copies of photos are found however they were made, different photos are left apart, and each pair is told once."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from PIL import Image

from tests.simulator.drawn import drawn as photographed
from tests.simulator.drawn import found_by_another, offers_of, retaken
from tests.vision.copies import COPIES, drawn
from vopt_lib.schema.duplicates import PairKind
from vopt_lib.simulator.offers import Offer
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.duplicates import (
    FASTDUP,
    PAIRS,
    Fingerprints,
    Limits,
    find_pairs,
    limits_of,
    photos_alike,
    same_photos,
)
from vopt_lib.vision.index import Index
from vopt_lib.vision.perceptual_hash import fingerprint
from vopt_lib.vision.vectors import Vectors

MODEL = "descriptor-1"
THINGS = 60
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.9


@cache
def things() -> tuple[Image.Image, ...]:
    return tuple(drawn(THINGS))


def fingerprints(photos: dict[str, Image.Image]) -> Fingerprints:
    return Fingerprints.of([*photos], [fingerprint(photo) for photo in photos.values()])


@cache
def originals() -> Fingerprints:
    return fingerprints({f"{number:02} photo": photo for number, photo in enumerate(things())})


def couples(pairs: pl.DataFrame) -> list[tuple[str, str]]:
    return pairs.select("first", "second").rows()


@pytest.mark.parametrize("name", COPIES)
def test_copies_are_found_and_different_photos_are_not(name: str) -> None:
    copies = {f"{number:02} copy": COPIES[name](photo) for number, photo in enumerate(things())}
    found = couples(same_photos(originals(), fingerprints(copies)))
    true = [(first, second) for first, second in found if first[:2] == second[:2]]
    assert len(true) >= LEAST_PRECISION * len(found)
    assert len(true) >= LEAST_RECALL * THINGS


def test_photos_that_others_found_are_found_among_theirs_and_new_ones_of_the_same_things_are_not() -> None:
    """96 things of 12 kinds in 8 colours, their photos found by another, and some of them photographed once more: what
    the simulator draws, in the size in which photos of listings are fetched."""
    offers = dict(enumerate(offers_of(each=1)))
    own = shown({f"{number:02} photo": offer for number, offer in offers.items()})
    found = shown(
        {f"{number:02} found": found_by_another(one, change_seed=number + 1) for number, one in offers.items()}
    )
    some = [*offers.items()][::6]
    again = shown({f"{number:02} again": retaken(one, change_seed=number + 1) for number, one in some})
    both = Fingerprints(
        [*found.keys, *again.keys],
        np.concatenate([found.hashes, again.hashes]),
        np.concatenate([found.thumbnails, again.thumbnails]),
    )
    told = couples(same_photos(own, both))
    true = [(first, second) for first, second in told if second == f"{first[:2]} found"]
    assert len(true) >= LEAST_PRECISION * len(told)
    assert len(true) >= LEAST_RECALL * len(offers)


def shown(offers: dict[str, Offer]) -> Fingerprints:
    """The fingerprints of what these listings show."""
    return fingerprints({key: open_photo(photographed(one, size=(310, 430)).photo) for key, one in offers.items()})


def test_different_photos_of_things_of_one_kind_and_colour_are_told_apart() -> None:
    assert couples(same_photos(originals())) == []


def test_either_of_two_photos_may_be_the_cropped_one() -> None:
    whole, cut = {"whole": things()[1]}, {"cut": COPIES["cropped"](things()[1])}
    assert couples(same_photos(fingerprints(whole), fingerprints(cut))) == [("whole", "cut")]
    assert couples(same_photos(fingerprints(cut), fingerprints(whole))) == [("cut", "whole")]
    assert couples(same_photos(fingerprints(whole | cut))) == [("cut", "whole")]


def test_a_mirrored_copy_is_said_to_be_one() -> None:
    copies = {"mirrored": COPIES["mirrored"](things()[0]), "plain": COPIES["saved anew"](things()[0])}
    found = same_photos(fingerprints({"photo": things()[0]}), fingerprints(copies))
    assert dict(zip(found["second"], found["is_mirrored"], strict=True)) == {"mirrored": True, "plain": False}
    assert set(found["kind"]) == {PairKind.SAME_PHOTO}
    assert found["agreement"].is_between(0.95, 1.0 + 1e-6).all()


def test_each_pair_of_several_copies_is_told_once_the_lesser_key_first() -> None:
    photo = things()[0]
    same = {"b": photo, "a": COPIES["darker"](photo), "c": COPIES["saved anew"](photo)}
    assert couples(same_photos(fingerprints(same))) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_without_photos_there_are_no_pairs() -> None:
    none = fingerprints({})
    assert dict(same_photos(none).schema) == PAIRS
    assert same_photos(originals(), none).is_empty()
    assert same_photos(none, originals()).is_empty()
    assert find_pairs(none, turned({})).is_empty()


def test_many_photos_are_compared_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    from vopt_lib.vision import duplicates

    photo = things()[0]
    some = fingerprints({"a": photo, "b": things()[1], "c": COPIES["mirrored"](photo)})
    monkeypatch.setattr(duplicates, "HELD", 1)
    assert couples(same_photos(some)) == [("a", "c")]


def turned(degrees: dict[str, float]) -> Index:
    """An index of two numbers a photo: two photos are as alike as the cosine of the angle between them."""
    angles = np.radians([*degrees.values()])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return Index(Vectors.of(MODEL, [*degrees], vectors))


def test_the_same_thing_and_things_alike_are_told_by_their_vectors() -> None:
    # The cosine of 10 degrees is .985, of 20 degrees .94, of 30 degrees .87.
    index = turned({"a": 0, "b": 10, "c": 30})
    found = photos_alike(["a", "b", "c"], index)
    kinds = {(first, second): kind for first, second, kind in found.select("first", "second", "kind").rows()}
    assert kinds == {("a", "b"): PairKind.SAME_ITEM, ("b", "c"): PairKind.LOOK_ALIKE}
    assert dict(found.schema) == PAIRS
    stricter = photos_alike(["a", "b", "c"], index, limits=Limits(same_item=0.99, look_alike=0.95))
    assert stricter["kind"].to_list() == [PairKind.LOOK_ALIKE]


def test_the_built_in_descriptor_never_says_that_photos_show_the_same_thing() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.9, np.sqrt(1 - 0.9**2)]], dtype=np.float32)
    found = photos_alike(["a", "b", "c"], Index(Vectors.of("shapes-1", ["a", "b", "c"], vectors)))
    assert set(found["kind"]) == {PairKind.LOOK_ALIKE}
    assert found.height == 3
    assert limits_of("another") == FASTDUP


def test_only_theirs_are_told_of_ours() -> None:
    index = turned({"ours 1": 0, "ours 2": 1, "theirs": 2, "another's": 3})
    found = photos_alike(["ours 1", "ours 2"], index, theirs=["theirs"])
    assert sorted(couples(found)) == [("ours 1", "theirs"), ("ours 2", "theirs")]


def test_a_photo_without_a_vector_is_alike_nothing() -> None:
    assert photos_alike(["unknown"], turned({"a": 0})).is_empty()
    assert couples(photos_alike(["unknown", "b"], turned({"a": 0, "b": 0}), theirs=["a"])) == [("b", "a")]


def test_a_pair_is_the_strongest_kind_that_it_is_and_the_strongest_come_first() -> None:
    photo = things()[0]
    some = {"a": photo, "b": COPIES["saved anew"](photo), "c": things()[1], "d": things()[2]}
    found = find_pairs(fingerprints(some), turned({"a": 0, "b": 0, "c": 20, "d": 25}))
    assert found.select("first", "second", "kind").rows() == [
        ("a", "b", PairKind.SAME_PHOTO),
        ("c", "d", PairKind.SAME_ITEM),
        ("a", "c", PairKind.LOOK_ALIKE),
        ("b", "c", PairKind.LOOK_ALIKE),
        ("a", "d", PairKind.LOOK_ALIKE),
        ("b", "d", PairKind.LOOK_ALIKE),
    ]


def test_photos_of_hers_that_somebody_reuses_are_found_among_theirs() -> None:
    ours = fingerprints({"mine": things()[0], "mine too": things()[1]})
    theirs = fingerprints({"stolen": COPIES["mirrored, cropped and saved anew"](things()[1]), "theirs": things()[2]})
    found = find_pairs(ours, turned({"mine": 0, "theirs": 5}), theirs=theirs)
    assert found.select("first", "second", "kind", "is_mirrored").rows() == [
        ("mine too", "stolen", PairKind.SAME_PHOTO, True),
        ("mine", "theirs", PairKind.SAME_ITEM, None),
    ]


@pytest.mark.parametrize("kind", PairKind)
def test_each_kind_is_a_sentence(kind: PairKind) -> None:
    assert kind.sentence.endswith(".")
