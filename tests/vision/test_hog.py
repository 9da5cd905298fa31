from __future__ import annotations

import numpy as np
import pytest

from vopt_lib.vision.hog import DIRECTIONS, edges, evened, shares


def stripes(*, upright: bool) -> np.ndarray:
    picture = np.zeros((32, 32), dtype=np.float32)
    picture[:, 14:18] = 100.0
    return picture if upright else np.ascontiguousarray(picture.T)


def test_edges_are_counted_by_their_direction() -> None:
    assert int(np.argmax(edges(stripes(upright=True), 4).sum(axis=(0, 1)))) == 0
    assert int(np.argmax(edges(stripes(upright=False), 4).sum(axis=(0, 1)))) in (DIRECTIONS // 2, DIRECTIONS // 2 + 1)


def test_a_picture_and_its_mirror_image_have_the_same_edges() -> None:
    picture = np.random.default_rng(0).random((32, 32), dtype=np.float32)
    np.testing.assert_allclose(edges(picture, 4), edges(picture[:, ::-1], 4), rtol=1e-3, atol=1e-4)


def test_a_plain_picture_has_no_edges_and_its_rows_are_zeros() -> None:
    found = edges(np.full((32, 32), 7.0, dtype=np.float32), 4)
    assert found.shape == (4, 2, DIRECTIONS)
    assert not found.any()
    assert not shares(found, 0.5).any()
    assert not evened(found).any()


@pytest.mark.parametrize("contrast", [0.1, 1.0, 2.0])
def test_rows_do_not_depend_on_contrast(contrast: float) -> None:
    found = edges(np.random.default_rng(0).random((32, 32), dtype=np.float32) * 100.0, 4)
    np.testing.assert_allclose(shares(found * contrast, 0.4), shares(found, 0.4), rtol=1e-4)
    np.testing.assert_allclose(evened(found * contrast), evened(found), rtol=1e-3)
