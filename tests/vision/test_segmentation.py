"""A model tells a thing from its background, where one lies on this machine; else a sentence says what is missing."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from tests.vision.pictures import written
from vopt_lib.errors import ExtraMissing, SegmentationMissing, SegmentationUnusable
from vopt_lib.schema.photo_hints import Background
from vopt_lib.vision.background import PLAIN, verdict
from vopt_lib.vision.cleaning import prepared
from vopt_lib.vision.segmentation import OnnxSegmenter, segmenter_in

# A whole ONNX file: x (1, 3, 320, 320) → m, the mean of its channels. What is bright is the thing.
BRIGHT = (
    b'\x08\x08:s\n0\n\x01x\x12\x01m"\nReduceMean*\x0b\n\x04axes@\x01\xa0\x01\x07*\x0f\n\x08keepdims\x18\x01\xa0\x01\x02'
    b"\x12\x01gZ\x1d\n\x01x\x12\x18\n\x16\x08\x01\x12\x12\n\x02\x08\x01\n\x02\x08\x03\n\x03\x08\xc0\x02\n\x03\x08\xc0"
    b"\x02b\x1d\n\x01m\x12\x18\n\x16\x08\x01\x12\x12\n\x02\x08\x01\n\x02\x08\x01\n\x03\x08\xc0\x02\n\x03\x08\xc0\x02"
    b"B\x04\n\x00\x10\r"
)
GREY = BRIGHT.replace(b"\x08\x03\n\x03", b"\x08\x01\n\x03")

needs_onnxruntime = pytest.mark.skipif(
    find_spec("onnxruntime") is None, reason="the extra `background` is not installed"
)


def bright_on_dark() -> Image.Image:
    photo = Image.new("RGB", (600, 800), (60, 60, 60))
    photo.paste((220, 210, 60), (150, 200, 450, 600))
    return photo


def test_without_the_extra_a_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ExtraMissing, match=r"--plain-background needs .*pip install 'vopt\[background\]'"):
        segmenter_in(tmp_path)


def test_without_a_model_a_sentence_says_where_to_put_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", ModuleType("onnxruntime"))
    with pytest.raises(SegmentationMissing, match=rf"lies in {tmp_path}/background.*u2netp.onnx"):
        segmenter_in(tmp_path / "background")


@dataclass
class Session:
    """A model that gives one answer to all photos."""

    answer: np.ndarray

    def run(self, given: list[str], taken: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.taken = taken["x"]
        return [self.answer]


def answering(answer: np.ndarray, side: int = 4) -> OnnxSegmenter:
    return OnnxSegmenter(Session(answer), Path("a.onnx"), "x", "m", (side, side))


def test_a_photo_is_evened_as_the_models_were_taught() -> None:
    asked = answering(np.zeros((1, 1, 4, 4)))
    assert asked.mask(Image.new("RGB", (30, 40), (255, 128, 0))).tolist() == np.zeros((4, 4)).tolist()
    assert asked.session.taken.shape == (1, 3, 4, 4)
    expected = [(1 - 0.485) / 0.229, (128 / 255 - 0.456) / 0.224, -0.406 / 0.225]
    assert asked.session.taken[0, :, 2, 2].tolist() == pytest.approx(expected, abs=1e-5)
    large = answering(np.zeros((1, 1, 4, 4)), side=1024)
    large.mask(Image.new("RGB", (30, 40), (255, 128, 0)))
    assert large.session.taken[0, :, 9, 9].tolist() == pytest.approx([0.515, 128 / 255 - 0.456, -0.406], abs=1e-5)


def test_what_is_said_is_stretched_and_where_hardly_anything_is_said_there_is_no_thing() -> None:
    said = np.array([[0.1, 0.5], [0.9, 0.3]])[np.newaxis, np.newaxis]
    photo = Image.new("RGB", (8, 8))
    assert answering(said).mask(photo).ravel().tolist() == pytest.approx([0, 0.5, 1, 0.25])
    assert answering(said * 0.2).mask(photo).max() == 0
    assert answering(said * 0.2 + 0.8).mask(photo).min() == 1


@pytest.mark.parametrize("answer", [np.zeros((1, 4, 2, 2)), np.zeros((2, 2)), np.full((1, 1, 2, 2), np.nan)])
def test_an_answer_that_is_no_mask_is_a_sentence(answer: np.ndarray) -> None:
    with pytest.raises(SegmentationUnusable, match="is no mask"):
        answering(answer).mask(Image.new("RGB", (8, 8)))


@needs_onnxruntime
def test_a_model_says_what_of_a_photo_is_the_thing(tmp_path: Path) -> None:
    (tmp_path / "bright.onnx").write_bytes(BRIGHT)
    mask = segmenter_in(tmp_path).mask(bright_on_dark())
    assert (mask.shape, mask.dtype, mask.min(), mask.max()) == ((320, 320), np.float32, 0, 1)
    assert mask[85:235, 85:235].min() > 0.95
    assert mask[:75].max() < 0.05
    assert verdict(mask) is Background.PLAIN


@needs_onnxruntime
def test_a_photo_is_prepared_with_a_model(tmp_path: Path) -> None:
    (tmp_path / "bright.onnx").write_bytes(BRIGHT)
    photo = written(bright_on_dark(), "PNG")
    done, without = prepared(photo, segmenter=segmenter_in(tmp_path)), prepared(photo)
    assert done.background is Background.PLAIN
    there, before = (np.asarray(Image.open(io.BytesIO(one.content))).astype(int) for one in (done, without))
    assert np.abs(there[:10, :10] - PLAIN).max() <= 2
    middle = slice(there.shape[0] // 2 - 20, there.shape[0] // 2 + 20)
    assert np.abs(there - before)[middle, middle].max() <= 4


@needs_onnxruntime
def test_a_photo_without_a_thing_has_none(tmp_path: Path) -> None:
    (tmp_path / "bright.onnx").write_bytes(BRIGHT)
    assert verdict(segmenter_in(tmp_path).mask(Image.new("RGB", (300, 400), (90, 90, 90)))) is not Background.PLAIN


@needs_onnxruntime
@pytest.mark.parametrize(
    ("content", "why"), [(b"no model", "no whole ONNX file"), (BRIGHT[:60], "no whole ONNX file"), (GREY, "one photo")]
)
def test_what_is_no_such_model_is_a_sentence(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a.onnx").write_bytes(content)
    with pytest.raises(SegmentationUnusable, match=why):
        segmenter_in(tmp_path)
