"""Bars and empty space around a thing are cut off, never the thing, and never more than a quarter on a side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.vision.pictures import drawn, thing
from vopt_lib.vision.crop import without_plain_borders


def on(colour: str, width: int, height: int, box: tuple[int, int, int, int]) -> Image.Image:
    """A plain picture with a photo in this box."""
    image = Image.new("RGB", (width, height), colour)
    image.paste(drawn(box[2] - box[0], box[3] - box[1]), box)
    return image


def test_the_bars_of_a_screenshot_are_cut_off_whole() -> None:
    photo = without_plain_borders(on("black", 600, 800, (0, 100, 600, 700)))
    assert photo.width == 600
    assert photo.height == pytest.approx(600, abs=10)
    assert max(photo.getpixel((300, 0))) > 0  # type: ignore[arg-type]


def test_space_around_a_thing_is_cut_but_for_a_margin() -> None:
    photo = without_plain_borders(on("white", 800, 800, (300, 150, 500, 650)))
    assert photo.width == 400  # a quarter on each side at most
    assert photo.height == pytest.approx(500 + 2 * 32, abs=10)


def test_a_photo_without_plain_borders_is_not_cut() -> None:
    assert without_plain_borders(drawn(300, 400)).size == (300, 400)


def test_a_plain_picture_is_not_cut() -> None:
    assert without_plain_borders(Image.new("RGB", (300, 400), "white")).size == (300, 400)


def test_a_wall_with_light_on_it_is_not_plain() -> None:
    wall = Image.linear_gradient("L").resize((400, 400)).rotate(90).convert("RGB")
    wall.paste(drawn(100, 100), (150, 150))
    assert without_plain_borders(wall).height == 400


def test_a_small_cut_is_not_worth_it() -> None:
    assert without_plain_borders(on("white", 400, 400, (6, 6, 394, 394))).size == (400, 400)


@given(st.integers(0, 150), st.integers(0, 150), st.integers(20, 150), st.integers(20, 150))
def test_nothing_of_the_thing_is_lost(left: int, top: int, width: int, height: int) -> None:
    image = Image.new("RGB", (320, 320), (240, 240, 240))
    image.paste((180, 20, 20), (left, top, left + width, top + height))
    cut = without_plain_borders(image)
    assert (np.asarray(cut) == (180, 20, 20)).all(axis=2).sum() == width * height
    assert min(cut.size) >= 160


def test_a_thing_with_straight_edges_keeps_space_around_it() -> None:
    image = Image.new("RGB", (600, 800), (225, 225, 225))
    image.paste(drawn(420, 560), (90, 120))
    assert without_plain_borders(image).size == pytest.approx((420 + 2 * 32, 560 + 2 * 32), abs=8)


def test_a_good_photo_is_not_cut() -> None:
    assert without_plain_borders(thing()).size == (600, 800)
