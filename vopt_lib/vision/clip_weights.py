"""This is where the weights of CLIP models lie: files that the owner put there or fetched once.

    weights/ViT-B-32/laion2b_s34b_b79k.safetensors

Only safetensors files are read: they hold numbers and nothing that could run. A model is called by its architecture and
weights, as open_clip calls them, and its vectors also carry what the file is: `open_clip:ViT-B-32/laion2b_s34b_b79k@…`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from vopt_lib.errors import WeightsMissing, WeightsUnusable
from vopt_lib.files import reason
from vopt_lib.words import N_

SHORT: Final = "clip"
"""What a person may say for STANDARD."""

ENDING: Final = ".safetensors"

_NAME: Final = re.compile(
    r"open_clip:(?P<architecture>\w[\w.-]*)/(?P<weights>\w[\w.-]*)(?:@(?P<fingerprint>[0-9a-f]{8}))?", re.ASCII
)

_HEADER: Final = 64 * 1024
_BLOCK: Final = 4096
_BLOCKS: Final = 64
"""Enough that no two trainings agree in all of them, and read in a millisecond where a hash of 600 MB takes seconds."""


@dataclass(frozen=True)
class ClipName:
    """A CLIP model by open_clip's names of its architecture and weights; fingerprint: of the very file, where told."""

    architecture: str
    weights: str
    fingerprint: str | None = None

    def __str__(self) -> str:
        of_file = f"@{self.fingerprint}" if self.fingerprint else ""
        return f"open_clip:{self.architecture}/{self.weights}{of_file}"

    def without_file(self) -> ClipName:
        """The same, whichever file it is."""
        return replace(self, fingerprint=None)

    def file(self, folder: Path) -> Path:
        """Where its weights belong in a folder of weights."""
        return folder / self.architecture / f"{self.weights}{ENDING}"


STANDARD: Final = ClipName("ViT-B-32", "laion2b_s34b_b79k")
"""Of the models that an old processor has patience for, the one with free weights that finds most. Source: open_clip,
docs/openclip_results.csv."""


def clip_name(name: str) -> ClipName | None:
    """The model of a name, `clip` or open_clip:ARCHITECTURE/WEIGHTS; None: it is no such name."""
    if name == SHORT:
        return STANDARD
    found = _NAME.fullmatch(name)
    return ClipName(**found.groupdict()) if found else None


def found_weights(asked: ClipName, folder: Path) -> tuple[ClipName, Path]:
    """The file of a model's weights, and the name with its fingerprint.

    Raises: WeightsMissing; WeightsUnusable, where the file is another than the name tells.
    """
    file = asked.file(folder)
    try:
        found = replace(asked, fingerprint=fingerprint(file))
    except FileNotFoundError as error:
        raise WeightsMissing(model=str(asked.without_file()), file=str(file)) from error
    except OSError as error:
        raise WeightsUnusable(model=str(asked), file=str(file), why=reason(error)) from error
    if asked.fingerprint not in (None, found.fingerprint):
        raise WeightsUnusable(model=str(asked), file=str(file), why=N_("it is another file than the one meant"))
    return found, file


def fingerprint(file: Path) -> str:
    """Eight hex digits of a file of weights: of its size, its beginning and blocks all over it. Raises: OSError."""
    size = file.stat().st_size
    seen = hashlib.sha256(str(size).encode())
    with file.open("rb") as weights:
        seen.update(weights.read(_HEADER))
        for block in range(1, _BLOCKS + 1):
            weights.seek(max(0, size * block // _BLOCKS - _BLOCK))
            seen.update(weights.read(_BLOCK))
    return seen.hexdigest()[:8]
