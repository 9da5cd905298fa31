"""This is where a model of the U²-Net family says what of a photo is the thing: u2netp, u2net, silueta, isnet.

Its file is put there by whoever wants it; onnxruntime runs it on the processor.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Resampling

from vopt_lib.errors import ExtraMissing, SegmentationMissing, SegmentationUnusable
from vopt_lib.vision.background import Mask, Segmenter
from vopt_lib.words import N_

SIDE: Final = 320
"""Pixels of the square that U²-Net looks at, where its file leaves it open."""

LARGE_SIDE: Final = 1024
"""What IS-Net looks at, which is used to other numbers."""

MEAN: Final = (0.485, 0.456, 0.406)
DEVIATION: Final = (0.229, 0.224, 0.225)
LARGE_DEVIATION: Final = (1.0, 1.0, 1.0)
"""Of red, green and blue, by which pixels are evened. Source: rembg 2.0, rembg/sessions (u2netp.py, silueta.py,
dis_general_use.py) and base.py, the programs that these files were made for."""

LEAST_CONTRAST: Final = 0.25
"""Of what a model says of a photo, 0 to 1: where it says less, it sees no thing, or nothing else."""


def segmenter_in(folder: Path) -> Segmenter:
    """The model that lies there; of several the first by name.

    Raises: ExtraMissing; SegmentationMissing; SegmentationUnusable.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ExtraMissing(needed_by="--plain-background", extra="background") from error
    file = min(folder.glob("*.onnx"), default=None)
    if file is None:
        raise SegmentationMissing(folder=str(folder))
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(str(file), quiet, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have nothing in common but this
        raise SegmentationUnusable(file=str(file), why=N_("it is no whole ONNX file")) from error
    return _segmenter(file, session)


def _segmenter(file: Path, session: Any) -> Segmenter:
    taken, given = session.get_inputs(), session.get_outputs()
    shape = taken[0].shape
    if len(taken) != 1 or len(shape) != 4 or shape[1] != 3 or taken[0].type != "tensor(float)" or not given:
        raise SegmentationUnusable(file=str(file), why=N_("it does not look at one photo in red, green and blue"))
    height, width = (edge if isinstance(edge, int) else SIDE for edge in shape[2:])
    return OnnxSegmenter(session, file, taken[0].name, given[0].name, (width, height))


@dataclass(frozen=True)
class OnnxSegmenter:
    """A model that runs. looks_at: the size in pixels that it takes a photo in."""

    session: Any
    file: Path
    taken: str
    given: str
    looks_at: tuple[int, int]

    def mask(self, photo: Image) -> Mask:
        """What of a photo is the thing, in the model's own size. Raises: SegmentationUnusable."""
        answer = np.asarray(self.session.run([self.given], {self.taken: self._evened(photo)})[0], dtype=np.float32)
        if answer.ndim != 4 or answer.shape[1] != 1 or not np.isfinite(answer).all():
            raise SegmentationUnusable(file=str(self.file), why=N_("what it says of a photo is no mask"))
        return _stretched(answer[0, 0])

    def _evened(self, photo: Image) -> npt.NDArray[np.float32]:
        """(1, 3, height, width): the photo as such models were taught to see it."""
        pixels = np.asarray(photo.resize(self.looks_at, Resampling.LANCZOS), dtype=np.float32)
        deviation = LARGE_DEVIATION if min(self.looks_at) >= LARGE_SIDE else DEVIATION
        evened = (pixels / max(float(pixels.max()), 1.0) - MEAN) / deviation
        return evened.transpose(2, 0, 1)[np.newaxis].astype(np.float32)


def _stretched(said: Mask) -> Mask:
    """What a model says, from 0 to 1. One that hardly tells pixels apart says of all of them the same."""
    low, high = float(said.min()), float(said.max())
    if high - low < LEAST_CONTRAST:
        return np.full_like(said, 1.0 if low > 0.5 else 0.0)
    return np.asarray((said - low) / (high - low), dtype=np.float32)
