"""This is where photos and words become vectors of one space by a CLIP model of open_clip, from weights on this disk.

torch and open_clip are the extra `vision`. Nothing is fetched here: hubs are switched off before open_clip is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL.Image import Image

from vopt_lib.errors import UnknownEmbedder, VisionMissing, WeightsUnusable, WordsNotCompared
from vopt_lib.threads import one_thread
from vopt_lib.vision.clip_weights import ClipName, found_weights
from vopt_lib.vision.vectors import Matrix
from vopt_lib.words import N_

BATCH: Final = 16
"""Photos or sentences that pass the model at once. Measured with ViT-B-32 on one thread, CPU ms a photo: 160 one by
one, 111 by 4, 99 by 16, 98 by 32, which holds twice the memory."""

_LARGER: Final = 2
"""A photo is decoded so many times as long as the model's square, whose sides any photo up to 1:2 then fills."""

_OFFLINE: Final = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


@dataclass(frozen=True)
class ClipEmbedder:
    """One CLIP model in memory. sharpness: by what it multiplies likeness before sentences compete for a photo.

    name: with the fingerprint of its weights, file: where they lie. length, longest: as every embedder's.
    """

    name: str
    length: int
    longest: int
    sharpness: float
    file: Path
    _model: Any = field(repr=False)
    _prepared: Callable[[Image], Any] = field(repr=False)
    _tokens: Callable[[Sequence[str]], Any] | None = field(repr=False)

    def vectors(self, photos: Sequence[Image]) -> Matrix:
        """One row of length 1 for each photo (mode RGB): (photos, length). Raises: WeightsUnusable."""
        import torch

        return self._rows(
            photos,
            lambda some: self._model.encode_image(torch.stack([self._prepared(one) for one in some]), normalize=True),
        )

    def words(self, sentences: Sequence[str]) -> Matrix:
        """One row of length 1 for each sentence, in the photos' space: (sentences, length).

        Raises: WordsNotCompared, for a model whose words only its own hub can read; WeightsUnusable.
        """
        tokens = self._tokens
        if tokens is None:
            raise WordsNotCompared(model=self.name)
        return self._rows(sentences, lambda some: self._model.encode_text(tokens(list(some)), normalize=True))

    def _rows(self, things: Sequence[Any], encoded: Callable[[Sequence[Any]], Any]) -> Matrix:
        import torch

        batches = [things[start : start + BATCH] for start in range(0, len(things), BATCH)]
        with torch.inference_mode(), one_thread():
            rows = [encoded(some).float().numpy() for some in batches]
        made = np.concatenate([np.empty((0, self.length), dtype=np.float32), *rows])
        if not np.isfinite(made).all():
            raise WeightsUnusable(model=self.name, file=str(self.file), why=N_("what they make is no number"))
        return made


def clip_embedder(asked: ClipName, folder: Path) -> ClipEmbedder:
    """The model with the weights that lie in a folder; loading takes seconds, so that the last one stays in memory.

    Raises: VisionMissing; UnknownEmbedder; WeightsMissing; WeightsUnusable.
    """
    open_clip = loaded_open_clip()
    architectures = [name for name in open_clip.list_models() if _is_whole(open_clip, name)]
    if asked.architecture not in architectures:
        near = get_close_matches(asked.architecture, architectures, n=5, cutoff=0.3) or ["ViT-B-32"]
        raise UnknownEmbedder(name=str(asked), known=", ".join(f"open_clip:{name}/…" for name in near))
    return _loaded(*found_weights(asked, folder))


def loaded_open_clip() -> Any:
    """The library, with every hub switched off. Raises: VisionMissing."""
    os.environ.update(_OFFLINE)
    try:
        import open_clip
    except (ImportError, OSError, RuntimeError) as error:  # torchvision without its C++ half is a RuntimeError
        raise VisionMissing(why=str(error).partition("\n")[0]) from error
    return open_clip


def _is_whole(open_clip: Any, architecture: str) -> bool:
    """Whether nothing of a model would be fetched from a hub while it is made."""
    return "hf_model_name" not in open_clip.get_model_config(architecture)["text_cfg"]


@lru_cache(maxsize=1)
def _loaded(name: ClipName, file: Path) -> ClipEmbedder:
    open_clip = loaded_open_clip()
    model = _model(open_clip, name, file)
    side = model.visual.preprocess_cfg["size"]
    return ClipEmbedder(
        name=str(name),
        length=int(open_clip.get_model_config(name.architecture)["embed_dim"]),
        longest=_LARGER * (max(side) if isinstance(side, tuple | list) else int(side)),
        sharpness=float(model.logit_scale.detach().exp()),
        file=file,
        _model=model,
        _prepared=_prepared(model),
        _tokens=_tokens(open_clip, name),
    )


def _model(open_clip: Any, name: ClipName, file: Path) -> Any:
    """Raises: WeightsUnusable."""
    from safetensors import SafetensorError, safe_open

    # How the photos of this training were prepared; what open_clip does not know is prepared as CLIP's own.
    trained = open_clip.get_pretrained_cfg(name.architecture, name.weights)
    try:
        with safe_open(file, framework="pt"):
            pass
        model = open_clip.create_model(
            name.architecture,
            pretrained=str(file),
            force_quick_gelu=bool(trained.get("quick_gelu", False)),
            force_preprocess_cfg=trained,
            require_pretrained=True,
            pretrained_text=False,
        )
    except SafetensorError as error:
        raise WeightsUnusable(model=str(name), file=str(file), why=N_("it is no whole safetensors file")) from error
    except Exception as error:  # whatever a strange file makes of open_clip and torch
        raise WeightsUnusable(model=str(name), file=str(file), why=N_("it fits another model")) from error
    return model.eval()


def _prepared(model: Any) -> Callable[[Image], Any]:
    """What makes of a photo the numbers that the model takes."""
    from open_clip.transform import PreprocessCfg, image_transform_v2

    found: Callable[[Image], Any] = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    return found


def _tokens(open_clip: Any, name: ClipName) -> Callable[[Sequence[str]], Any] | None:
    """What reads words as CLIP's own models do; None for a model whose reader would be fetched from a hub."""
    text = open_clip.get_model_config(name.architecture)["text_cfg"]
    if text.get("hf_tokenizer_name") or "siglip" in name.architecture.lower():
        return None
    found: Callable[[Sequence[str]], Any] = open_clip.get_tokenizer(name.architecture)
    return found
