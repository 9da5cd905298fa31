"""This is where tests get CLIP models with weights by chance: of an architecture so small that it is made at once."""

from __future__ import annotations

import json
from pathlib import Path

ARCHITECTURE = "tiny"
TINY = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}
LENGTH = 24


def know_tiny(folder: Path) -> None:
    """Let open_clip know the small architecture, also by a name whose words are read by a hub's tokenizer."""
    import open_clip

    for name in (ARCHITECTURE, f"{ARCHITECTURE}-siglip"):
        config = folder / f"{name}.json"
        config.write_text(json.dumps(TINY))
        open_clip.add_model_config(config)


def random_weights(folder: Path, architecture: str, weights: str, *, seed: int = 1) -> Path:
    """Weights by chance, saved where vopt looks for them. Returns: their file."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    file = folder / architecture / f"{weights}.safetensors"
    file.parent.mkdir(parents=True, exist_ok=True)
    model = open_clip.create_model(architecture, pretrained=None)
    save_file({name: one.contiguous() for name, one in model.state_dict().items()}, file)
    return file
