"""Dim photos come lighter, good ones stay, and colours are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.vision.pictures import drawn, thing
from vopt_lib.vision.light import MOST_GAIN, well_lit


def off(image: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(image, float) - np.asarray(other, float)).mean())


def test_a_well_lit_photo_stays_as_it_is() -> None:
    assert off(well_lit(thing()), thing()) < 3


@pytest.mark.parametrize("share", [0.5, 0.7, 0.85])
def test_a_dim_photo_comes_nearer_to_what_it_was(share: float) -> None:
    dim = thing().point(lambda value: int(value * share))
    assert off(well_lit(dim), thing()) < off(dim, thing())


def test_a_haze_over_the_shadows_goes() -> None:
    hazy = drawn().point(lambda value: 40 + value * 215 // 255)
    assert off(well_lit(hazy), drawn()) < off(hazy, drawn())


def test_it_is_never_brightened_without_bounds() -> None:
    night = np.asarray(well_lit(thing().point(lambda value: value // 10)), float)
    assert night.max() <= 26 * MOST_GAIN


def test_a_colour_keeps_its_hue() -> None:
    beige = Image.new("RGB", (100, 100), (150, 135, 120))
    beige.paste((70, 63, 56), (0, 0, 100, 50))
    red, green, blue = well_lit(beige).getpixel((50, 80))  # type: ignore[misc]
    assert red > green > blue
    assert (red / blue, red / green) == (pytest.approx(150 / 120, abs=0.1), pytest.approx(150 / 135, abs=0.1))


@pytest.mark.parametrize("colour", ["black", "white", "red", (3, 3, 3)])
def test_a_plain_picture_stays_plain(colour: str | tuple[int, int, int]) -> None:
    lit = well_lit(Image.new("RGB", (50, 50), colour))
    assert len(lit.getcolors() or []) == 1
