"""What models/shapes-1.npz is fitted with: `python -m docs.fit_descriptor`."""

from __future__ import annotations

import numpy as np
import pytest

from docs.fit_descriptor import RIDGE, drawn, fitted, offers
from vopt_lib.vision.descriptor import PARTS, parts_of


def test_what_differs_within_a_silhouette_counts_less_than_what_parts_silhouettes() -> None:
    rng = np.random.default_rng(0)
    # Within: by 5 along the first number, by 0.5 along the second; between: by 4 along the second.
    rows = rng.normal(0.0, (5.0, 0.5), (400, 2)) + np.repeat([[10.0, 0.0], [10.0, 4.0]], 200, axis=0)
    mean, axes = fitted(rows, ["dress"] * 200 + ["hat"] * 200, 2)
    turned = (rows - mean) @ axes
    assert mean == pytest.approx([10.0, 2.0], abs=0.5)
    # As far apart as 4 was, of a spread of 0.5 within: more than four times as far, for a ridge holds it back.
    assert np.abs(turned[:200].mean(axis=0) - turned[200:].mean(axis=0)).max() > 16.0
    assert turned[:200].std(axis=0).max() < 6.0
    np.testing.assert_allclose(sorted(np.linalg.norm(axes, axis=0)), [(1 + RIDGE) ** -0.5, 5.0], rtol=0.1)


def test_the_same_photos_are_drawn_every_time_and_of_all_silhouettes_in_turn() -> None:
    once, again = list(drawn(4, 7)), list(drawn(4, 7))
    assert [photo.tobytes() for _, photo in once] == [photo.tobytes() for _, photo in again]
    assert len({silhouette for silhouette, _ in once}) == 4
    assert list(offers(3, 7)) == list(offers(4, 7))[:3]


def test_drawn_photos_have_the_parts_that_are_fitted() -> None:
    (_, photo), *_ = drawn(1, 7)
    assert set(PARTS) < set(parts_of(photo))
