"""A thing is put on a plain background where a mask is sure of it; otherwise its photo stays as it is, with a word."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.vision.masks import SIDE, Drawn, block
from tests.vision.pictures import drawn, written
from vopt_lib.schema.photo_hints import Background
from vopt_lib.vision.background import PLAIN, Mask, on_plain, verdict
from vopt_lib.vision.cleaning import prepared

SHIRT = block((20, 20, 60, 60))
CHEQUERED = np.kron(np.indices((10, 10)).sum(axis=0) % 2, np.ones((8, 8))).astype(np.float32)
FOG = np.full((SIDE, SIDE), 0.5, np.float32)


@pytest.mark.parametrize(
    ("mask", "told"),
    [
        (SHIRT, Background.PLAIN),
        (block((10, 30, 35, 50), (45, 30, 70, 50)), Background.PLAIN),
        (block((20, 20, 60, 60), (70, 70, 73, 73)), Background.PLAIN),
        (block((30, 5, 36, 75)), Background.PLAIN),
        (block(), Background.NOTHING),
        (block((40, 40, 45, 45)), Background.NOTHING),
        (np.ones((SIDE, SIDE), np.float32), Background.ALL),
        (block((1, 1, 79, 79)), Background.ALL),
        (np.where(SHIRT == 1, 1, FOG).astype(np.float32), Background.UNSURE),
        (CHEQUERED, Background.UNSURE),
    ],
    ids=["shirt", "shoes", "speck", "belt", "empty", "dust", "all", "nearly-all", "fog", "chequered"],
)
def test_what_cannot_be_a_thing_is_not_cut_out(mask: Mask, told: Background) -> None:
    assert verdict(mask) is told


def test_the_thing_stays_its_background_is_plain_and_between_them_is_a_soft_edge() -> None:
    photo = drawn(400, 600)
    there = np.asarray(on_plain(photo, SHIRT), dtype=int)
    before = np.asarray(photo, dtype=int)
    assert there.shape == before.shape
    assert (there[170:430, 120:280] == before[170:430, 120:280]).all()
    assert (there[:120] == PLAIN).all()
    assert (there[:, 330:] == PLAIN).all()
    kept = np.asarray(on_plain(Image.new("RGB", (400, 600)), SHIRT).convert("L"))[300, 60:140]
    edge = kept[(kept > 0) & (kept < PLAIN[0])]
    assert len(edge) >= 3, "soft"
    assert (np.diff(kept.astype(int)) <= 0).all(), "and falling from the background to the thing"


def test_dust_goes_with_the_background() -> None:
    there = np.asarray(on_plain(drawn(400, 400), block((20, 20, 60, 60), (70, 70, 73, 73))))
    assert (there[340:375, 340:375] == PLAIN).all()


def test_a_photo_gets_a_plain_background_when_it_is_prepared() -> None:
    photo = written(drawn(900, 1200), "JPEG")
    done = prepared(photo, segmenter=Drawn(SHIRT))
    assert done.background is Background.PLAIN
    corner = np.asarray(Image.open(io.BytesIO(done.content)))[:100, :100]
    assert np.abs(corner.astype(int) - PLAIN).max() <= 2


def test_where_the_mask_is_nonsense_the_photo_stays_as_it_would_have_been() -> None:
    photo = written(drawn(900, 1200), "JPEG")
    done, without = prepared(photo, segmenter=Drawn(FOG)), prepared(photo)
    assert done.background is Background.NOTHING
    assert (done.content, without.background) == (without.content, None)


@pytest.mark.parametrize("told", list(Background))
def test_every_verdict_has_a_sentence(told: Background) -> None:
    assert told.sentence.startswith("The background ")
