from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.vision.drawn import BLUE, FLOOR, RED, SHIRT, WALL, garment
from vopt_lib.vision.colour import lab
from vopt_lib.vision.foreground import foreground


def drawn_mask() -> np.ndarray:
    return np.asarray(garment(SHIRT, colour=(255, 255, 255), ground=(0, 0, 0), size=(72, 96)))[..., 0] > 127


@pytest.mark.parametrize("ground", [FLOOR, WALL])
@pytest.mark.parametrize("colour", [RED, BLUE, (235, 235, 235)], ids=["red", "blue", "white"])
def test_a_garment_is_told_from_a_plain_ground(colour: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
    found = foreground(lab(garment(colour=colour, ground=ground, size=(72, 96)))).mask > 0.5
    assert (found & drawn_mask()).sum() / (found | drawn_mask()).sum() > 0.9


def test_a_garment_is_told_from_a_floor_of_several_colours() -> None:
    floor = Image.new("RGB", (72, 96), (170, 130, 90))
    boards = ImageDraw.Draw(floor)
    for left in range(0, 72, 12):
        boards.rectangle((left, 0, left + 5, 95), fill=(140, 100, 65))
    shirt = garment(colour=BLUE, size=(72, 96))
    floor.paste(shirt, mask=Image.fromarray(drawn_mask()))
    found = foreground(lab(floor)).mask > 0.5
    assert (found & drawn_mask()).sum() / (found | drawn_mask()).sum() > 0.9


def test_its_box_is_told_in_shares_of_the_photo() -> None:
    assert foreground(lab(garment(size=(72, 96)))).box == pytest.approx((0.1, 0.1, 0.9, 0.9), abs=0.04)


def test_where_nothing_stands_out_it_is_the_middle() -> None:
    left, top, right, bottom = foreground(lab(Image.new("RGB", (72, 96), FLOOR))).box
    assert (left + right) / 2 == pytest.approx(0.5, abs=0.02)
    assert (top + bottom) / 2 == pytest.approx(0.5, abs=0.02)
