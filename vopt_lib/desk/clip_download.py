"""This is where the owner fetches the weights of a CLIP model, once."""

from __future__ import annotations

from dataclasses import dataclass

from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.vision.clip_fetch import HUB, OnBytes, Remote, fetch_weights, remote_weights
from vopt_lib.vision.clip_weights import ClipName
from vopt_lib.vision.embedder import clip_meant


@dataclass(frozen=True)
class Download:
    """Weights that are to be fetched: how large, and from where."""

    asked: ClipName
    remote: Remote

    @property
    def size_mb(self) -> float:
        """Megabytes (10⁶ bytes)."""
        return self.remote.size / 1e6


def download(desk: Desk, model: str, *, hub: str = HUB) -> Download | None:
    """What would be fetched for a model; None: its weights are here, or it needs none.

    Raises: UnknownEmbedder; VisionMissing; WeightsNotFetched.
    """
    asked = clip_meant(model)
    if asked is None or asked.file(desk.paths.weights).exists():
        return None
    return Download(asked, remote_weights(asked, hub=hub))


def fetch(desk: Desk, wanted: Download, on_bytes: OnBytes = lambda here, of: None) -> None:
    """Fetch them, or what is missing of them. Raises: WeightsNotFetched; AlreadyRunning."""
    make_folders(desk.paths, (desk.paths.weights,))
    fetch_weights(wanted.remote, wanted.asked.file(desk.paths.weights), on_bytes)
