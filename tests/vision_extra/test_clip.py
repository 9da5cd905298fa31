"""CLIP models of open_clip from weights on this disk: what they make of photos and words, and what is refused."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vision.drawn import SHIRT, TROUSERS, garment
from tests.vision_extra.weights import LENGTH, random_weights
from vopt_lib.errors import UnknownEmbedder, WeightsMissing, WeightsUnusable, WordsNotCompared
from vopt_lib.vision.clip import BATCH
from vopt_lib.vision.clip_weights import ClipName, fingerprint
from vopt_lib.vision.embedder import WordsEmbedder, embedder, words_embedder

MODEL = "open_clip:tiny/chance"


def photos(count: int) -> list[Image.Image]:
    return [garment((SHIRT, TROUSERS)[n % 2], colour=(7 * n % 255, 90, 200 - 4 * n)) for n in range(count)]


def test_each_photo_becomes_a_row_of_length_one_whatever_photos_are_beside_it(weights: Path) -> None:
    made_by, some = embedder(MODEL, weights), photos(BATCH + 3)
    rows = made_by.vectors(some)
    assert (rows.shape, rows.dtype) == ((BATCH + 3, LENGTH), np.float32)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert rows[-1] == pytest.approx(made_by.vectors(some[-1:])[0], abs=1e-5)
    assert made_by.vectors([]).shape == (0, LENGTH)


def test_the_same_vectors_as_open_clip_itself_makes(weights: Path) -> None:
    import open_clip
    import torch

    file = ClipName("tiny", "chance").file(weights)
    model, _, prepared = open_clip.create_model_and_transforms("tiny", pretrained=str(file))
    with torch.inference_mode():
        bare = model.eval().encode_image(torch.stack([prepared(one) for one in photos(3)]), normalize=True).numpy()
        said = model.encode_text(open_clip.get_tokenizer("tiny")(["a red dress"]), normalize=True).numpy()
    made_by = words_embedder(MODEL, weights)
    assert made_by.vectors(photos(3)) == pytest.approx(bare, abs=1e-6)
    assert made_by.words(["a red dress"]) == pytest.approx(said, abs=1e-6)
    assert made_by.sharpness == pytest.approx(float(model.logit_scale.detach().exp()))


def test_the_name_tells_which_file_of_weights_it_is(weights: Path) -> None:
    name = embedder(MODEL, weights).name
    assert name == f"{MODEL}@{fingerprint(ClipName('tiny', 'chance').file(weights))}"
    assert embedder(name, weights).name == name
    assert isinstance(embedder(name, weights), WordsEmbedder)


def test_weights_in_the_place_of_others_make_another_name(weights: Path, tmp_path: Path) -> None:
    place = ClipName("tiny", "chance").file(tmp_path)
    place.parent.mkdir()
    shutil.copy(ClipName("tiny", "chance").file(weights), place)
    first = embedder(MODEL, tmp_path)
    shutil.copy(ClipName("tiny", "other").file(weights), place)
    second = embedder(MODEL, tmp_path)
    assert first.name != second.name
    assert not np.allclose(first.vectors(photos(1)), second.vectors(photos(1)))
    with pytest.raises(WeightsUnusable, match="another file"):
        embedder(first.name, tmp_path)


def test_photos_are_decoded_as_large_as_the_model_looks_at_them(weights: Path) -> None:
    assert embedder(MODEL, weights).longest == 64


def test_an_architecture_that_there_is_not_is_told_beside_those_near_it(weights: Path) -> None:
    with pytest.raises(UnknownEmbedder, match="open_clip:ViT-B-32/…"):
        embedder("open_clip:ViT-B-23/chance", weights)


def test_weights_that_are_not_there_are_told_with_their_place(weights: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"tiny/nobody --download.*tiny/nobody\.safetensors"):
        embedder("open_clip:tiny/nobody", weights)


@pytest.mark.parametrize("content", [b"", b"no weights", b"\xff" * 4096, pickle.dumps({"state_dict": {}})], ids=len)
def test_a_file_that_holds_no_weights_is_refused(weights: Path, tmp_path: Path, content: bytes) -> None:
    place = ClipName("tiny", "chance").file(tmp_path)
    place.parent.mkdir()
    place.write_bytes(content)
    with pytest.raises(WeightsUnusable, match="no whole safetensors file"):
        embedder(MODEL, tmp_path)


def test_a_cut_off_file_and_weights_of_another_model_are_refused(weights: Path, tmp_path: Path) -> None:
    whole = ClipName("tiny", "chance").file(weights).read_bytes()
    place = ClipName("tiny", "chance").file(tmp_path)
    place.parent.mkdir()
    place.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsUnusable, match="no whole safetensors file"):
        embedder(MODEL, tmp_path)
    place.write_bytes(whole)
    other = place.with_name("of-another.safetensors")
    from safetensors.torch import load_file, save_file

    kept = load_file(place)
    kept.pop("visual.proj")
    save_file(kept, other)
    with pytest.raises(WeightsUnusable, match="fits another model"):
        embedder("open_clip:tiny/of-another", tmp_path)


def test_weights_that_make_no_number_of_a_photo_are_refused(weights: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    kept = load_file(ClipName("tiny", "chance").file(weights))
    kept["visual.proj"][:] = float("nan")
    place = ClipName("tiny", "chance").file(tmp_path)
    place.parent.mkdir()
    save_file(kept, place)
    with pytest.raises(WeightsUnusable, match="no number"):
        embedder(MODEL, tmp_path).vectors(photos(1))


def test_every_hub_is_switched_off_and_what_needs_one_is_refused(weights: Path, tmp_path: Path) -> None:
    embedder(MODEL, weights)
    assert (os.environ["HF_HUB_OFFLINE"], os.environ["TRANSFORMERS_OFFLINE"]) == ("1", "1")
    with pytest.raises(UnknownEmbedder):
        embedder("open_clip:roberta-ViT-B-32/chance", weights)
    random_weights(tmp_path, "tiny-siglip", "chance")
    made_by = words_embedder("open_clip:tiny-siglip/chance", tmp_path)
    assert made_by.vectors(photos(1)).shape == (1, LENGTH)
    with pytest.raises(WordsNotCompared):
        made_by.words(["a red dress"])
