"""This is where torchvision gets the two operators without which it does not load.

Its wheel for CUDA brings them in a library that needs CUDA's: where that does not load, they are declared and never
called. A computer with the right torchvision needs nothing of it.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_NMS = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


@cache
def declare_operators() -> Any:
    """Let `import torchvision` succeed. Returns: what must be kept as long as the process lives."""
    import torch

    found = find_spec("torchvision")
    assert found is not None
    assert found.origin is not None
    try:
        torch.ops.load_library(Path(found.origin).parent / "_C.so")
    except OSError:
        declared = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            declared.define(name + _NMS)
        return declared
    return None
