from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from vopt_lib.vision.colour import LENGTH, colours_of, lab


@pytest.mark.parametrize(
    ("rgb", "expected"),
    # Source: the CIE's formulas for D65, as any colour calculator gives them.
    [
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((255, 0, 0), (53.2, 80.1, 67.2)),
        ((0, 0, 255), (32.3, 79.2, -107.9)),
        ((128, 128, 128), (53.6, 0.0, 0.0)),
    ],
)
def test_colours_lie_where_cielab_has_them(rgb: tuple[int, int, int], expected: tuple[float, ...]) -> None:
    assert lab(Image.new("RGB", (1, 1), rgb))[0, 0] == pytest.approx(expected, abs=0.3)


def test_only_what_is_under_the_mask_counts() -> None:
    photo = Image.new("RGB", (20, 20), "white")
    photo.paste("red", (5, 5, 15, 15))
    mask = np.zeros((20, 20), dtype=np.float32)
    mask[5:15, 5:15] = 1.0
    row = colours_of(lab(photo), mask)
    assert row.shape == (LENGTH,)
    np.testing.assert_allclose(
        row, colours_of(lab(Image.new("RGB", (10, 10), "red")), np.ones((10, 10), np.float32)), atol=1e-6
    )


def test_colours_that_look_alike_are_closer_than_others() -> None:
    whole = np.ones((4, 4), dtype=np.float32)
    red, rose, green = (
        colours_of(lab(Image.new("RGB", (4, 4), colour)), whole) for colour in ("#b02020", "#c04545", "#20a030")
    )
    assert red @ rose > red @ green + 0.3
