"""This is where tests cut things out of photos without a model: by a mask that they draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from vopt_lib.vision.background import Mask

SIDE = 80


@dataclass(frozen=True)
class Drawn:
    """Says of every photo what was drawn."""

    drawn: Mask

    def mask(self, photo: Image.Image) -> Mask:
        return self.drawn


def block(*boxes: tuple[int, int, int, int]) -> Mask:
    """A mask in which these boxes (left, top, right, bottom) are things, with edges as models give them."""
    mask = np.zeros((SIDE, SIDE), np.float32)
    for left, top, right, bottom in boxes:
        mask[top - 1 : bottom + 1, left - 1 : right + 1] = 0.5
        mask[top:bottom, left:right] = 1
    return mask
