"""Which named colours a thing has: those of its surface, not of what it lies on."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from vopt_lib.vision.colour_names import colour_shares

RED, BLUE, WHITE, BLACK = "#c8202d", "#2f5fb3", "#fcfcfa", "#1a1a1a"
PALETTE = [RED, BLUE, WHITE, BLACK]


def on_white(*colours: str) -> Image.Image:
    """A thing of vertical parts of these colours on a white cloth with a little grain."""
    grain = np.random.default_rng(1).integers(236, 256, (400, 300, 1)).repeat(3, axis=2).astype(np.uint8)
    photo = Image.fromarray(grain)
    width = 180 // len(colours)
    for place, colour in enumerate(colours):
        left = 60 + place * width
        ImageDraw.Draw(photo).rectangle((left, 70, left + width - 1, 330), fill=colour)
    return photo


def test_the_colour_of_the_thing_counts_and_not_that_of_what_it_lies_on() -> None:
    shares = colour_shares(on_white(RED), PALETTE)
    assert shares.sum() == pytest.approx(1.0)
    assert shares[0] > 0.85


def test_two_colours_share_as_they_share_the_thing() -> None:
    red, blue, *others = colour_shares(on_white(RED, BLUE), PALETTE)
    assert (red, blue) == (pytest.approx(0.5, abs=0.1), pytest.approx(0.5, abs=0.1))
    assert sum(others) < 0.1


def test_a_darker_red_is_still_red() -> None:
    assert colour_shares(on_white("#a01a24"), PALETTE).argmax() == 0


def test_the_photo_stays_as_it_was() -> None:
    photo = on_white(BLACK)
    colour_shares(photo, PALETTE)
    assert photo.size == (300, 400)
