from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from tests.vision.drawn import BLUE, FLOOR, RED, SHIRT, TROUSERS, WALL, garment
from vopt_lib.errors import FileDamaged
from vopt_lib.paths import descriptor_file
from vopt_lib.vision.descriptor import COLOUR, PARTS, ShapesEmbedder, asked, likeness, parts_of, read_projections, split


def vector(photo: Image.Image) -> np.ndarray:
    (row,) = ShapesEmbedder().vectors([photo])
    return row


def shapes_alike(one: Image.Image, other: Image.Image) -> float:
    return float(split(vector(one)).shape @ split(vector(other)).shape)


def colours_alike(one: Image.Image, other: Image.Image) -> float:
    return float(split(vector(one)).colour @ split(vector(other)).colour)


def test_each_photo_becomes_a_row_of_length_1() -> None:
    rows = ShapesEmbedder().vectors([garment(), garment(TROUSERS, colour=BLUE)])
    assert rows.dtype == np.float32
    assert rows.shape == (2, ShapesEmbedder().length)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-5)


def test_no_photos_become_no_rows() -> None:
    assert ShapesEmbedder().vectors([]).shape == (0, ShapesEmbedder().length)


def test_the_same_photo_always_becomes_the_same_row() -> None:
    asked_for = (
        "from tests.vision.drawn import garment; from vopt_lib.vision.descriptor import ShapesEmbedder; import sys;"
        "sys.stdout.write(ShapesEmbedder().vectors([garment()]).tobytes().hex())"
    )
    in_another_process = subprocess.run(
        [sys.executable, "-c", asked_for], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert in_another_process == vector(garment()).tobytes().hex()


@pytest.mark.parametrize(
    "changed",
    [
        ImageOps.mirror,
        lambda photo: ImageEnhance.Brightness(photo).enhance(0.75),
        lambda photo: ImageEnhance.Brightness(photo).enhance(1.2),
        lambda photo: photo.resize((600, 800)),
        lambda photo: photo.crop((8, 10, 296, 392)),
    ],
    ids=["mirrored", "darker", "brighter", "larger", "cropped"],
)
def test_a_changed_copy_stays_closer_than_another_garment(changed) -> None:  # type: ignore[no-untyped-def]
    photo = garment()
    other = garment(TROUSERS)
    assert shapes_alike(photo, changed(photo)) > 0.9
    assert vector(photo) @ vector(changed(photo)) > vector(photo) @ vector(other) + 0.3


def test_a_ground_of_another_colour_changes_the_shape_little() -> None:
    assert shapes_alike(garment(ground=FLOOR), garment(ground=WALL)) > 0.9


def test_a_dyed_garment_keeps_its_shape_and_changes_its_colours() -> None:
    assert shapes_alike(garment(colour=RED), garment(colour=BLUE)) > 0.9
    assert colours_alike(garment(colour=RED), garment(colour=BLUE)) < 0.3
    assert colours_alike(garment(SHIRT, colour=RED), garment(TROUSERS, colour=RED)) > 0.9


def test_what_is_looked_for_says_how_much_colours_count() -> None:
    kept = ShapesEmbedder().vectors([garment(SHIRT, colour=BLUE), garment(TROUSERS, colour=RED)])
    looked_for = vector(garment(SHIRT, colour=RED))
    assert int(np.argmax(kept @ asked(looked_for, colour=0.0))) == 0
    assert int(np.argmax(kept @ asked(looked_for, colour=1.0))) == 1
    np.testing.assert_allclose(asked(looked_for, colour=COLOUR), looked_for, atol=1e-6)


@pytest.mark.parametrize("colour", [0.0, 0.3, 1.0])
def test_products_say_the_weighted_likeness_of_the_blocks(colour: float) -> None:
    one, other = vector(garment(SHIRT, colour=BLUE)), vector(garment(TROUSERS, colour=(60, 80, 160)))
    looked_for = asked(other, colour=colour)
    assert np.linalg.norm(looked_for) == pytest.approx(1.0, rel=1e-5)
    shape = float(split(one).shape @ split(other).shape)
    colours = float(split(one).colour @ split(other).colour)
    expected = (1 - colour) * shape + colour * colours
    assert float(likeness(one @ looked_for, colour=colour)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("colour", [-0.1, 1.1])
def test_colours_count_from_0_to_1(colour: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        asked(vector(garment()), colour=colour)


@pytest.mark.parametrize(
    "photo",
    [
        Image.new("RGB", (300, 400), "white"),
        Image.new("RGB", (300, 400), "black"),
        Image.new("RGB", (1, 1), "red"),
        Image.new("RGB", (4_000, 1), "white"),
        Image.new("RGB", (3, 9_000), "blue"),
        Image.effect_noise((200, 200), 90).convert("RGB"),
    ],
    ids=["white", "black", "one pixel", "a line", "a ribbon", "noise"],
)
def test_a_photo_without_a_garment_becomes_a_row_too(photo: Image.Image) -> None:
    row = vector(photo)
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1.0, rel=1e-5)


def test_a_projection_that_is_not_whole_is_told(tmp_path: Path) -> None:
    (tmp_path / "shapes-1.npz").write_bytes(descriptor_file().read_bytes()[:1000])
    with pytest.raises(FileDamaged, match=r"shapes-1\.npz is damaged"):
        read_projections(tmp_path / "shapes-1.npz")


def test_the_shipped_projection_fits_the_parts_and_is_small() -> None:
    seen = parts_of(garment())
    assert descriptor_file().stat().st_size < 1_500_000
    with np.load(descriptor_file(), allow_pickle=False) as kept:
        assert sorted(kept.files) == sorted(f"{name}_{array}" for name in PARTS for array in ("mean", "axes"))
        for name in PARTS:
            mean, axes = kept[f"{name}_mean"], kept[f"{name}_axes"].astype(np.float64)
            assert mean.shape == seen[name].shape
            assert axes.shape[0] == len(mean)
            # The mean of rows of length 1 is shorter than they are, but of edges never near 0.
            assert 0.3 < np.linalg.norm(mean) < 1.0
            # Turned and whitened with a ridge of 3 %: of lengths 1 to 5.8, at right angles.
            lengths = np.linalg.norm(axes, axis=0)
            assert lengths.min() == pytest.approx(1.03**-0.5, abs=1e-2)
            assert lengths.max() < 0.03**-0.5 + 1e-2
            turned = axes / lengths
            np.testing.assert_allclose(turned.T @ turned, np.eye(axes.shape[1]), atol=2e-2)
