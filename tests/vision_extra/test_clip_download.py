"""What is fetched for a model: the safetensors file of its training, from the repository that open_clip names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vision.hub import Hub, running_hub
from vopt_lib.desk.clip_download import download, fetch
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import UnknownEmbedder, WeightsUnusable
from vopt_lib.vision.embedder import embedder


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("no_proxy", "*")
    with running_hub(Hub(b"no real weights")) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


@pytest.mark.parametrize("model", ["clip", "open_clip:ViT-B-32/laion2b_s34b_b79k"])
def test_a_training_is_fetched_once_to_where_it_is_looked_for(desk: Desk, hub: Hub, model: str) -> None:
    wanted = download(desk, model, hub=hub.address)
    assert wanted is not None
    assert wanted.remote.address.removeprefix(hub.address) == (
        "/laion/CLIP-ViT-B-32-laion2B-s34B-b79K/resolve/main/open_clip_model.safetensors"
    )
    assert (wanted.remote.size, hub.asked) == (15, [])
    fetch(desk, wanted)
    assert (desk.paths.weights / "ViT-B-32" / "laion2b_s34b_b79k.safetensors").read_bytes() == hub.content
    assert download(desk, model, hub="http://127.0.0.1:1") is None
    with pytest.raises(WeightsUnusable):
        embedder(model, desk.paths.weights)


def test_a_training_that_open_clip_does_not_know_is_told_beside_those_that_it_does(desk: Desk, hub: Hub) -> None:
    for name in ("open_clip:ViT-B-32/of-my-own", "nobody"):
        with pytest.raises(UnknownEmbedder, match="laion2b_s34b_b79k"):
            download(desk, name, hub=hub.address)


def test_the_built_in_embedder_needs_nothing(desk: Desk) -> None:
    assert download(desk, "shapes-1", hub="http://127.0.0.1:1") is None
