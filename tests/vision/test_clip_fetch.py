"""Weights are fetched on request alone: gone on with after a break, and kept only when they are what was announced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vision.hub import Hub, running_hub
from vopt_lib.errors import WeightsNotFetched
from vopt_lib.vision.clip_fetch import Remote, announced, fetch_weights

CONTENT = bytes(range(256)) * 12_288  # three chunks
MODEL = "open_clip:ViT-B-32/laion2b_s34b_b79k"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("no_proxy", "*")
    with running_hub(Hub(CONTENT)) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "weights" / "ViT-B-32" / "laion2b_s34b_b79k.safetensors"


def remote(hub: Hub) -> Remote:
    return announced(MODEL, f"{hub.address}/laion/resolve/main/open_clip_model.safetensors")


def test_weights_are_fetched_and_told_how_far_they_are(hub: Hub, file: Path) -> None:
    seen: list[tuple[int, int]] = []
    fetch_weights(remote(hub), file, lambda here, of: seen.append((here, of)))
    assert file.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)


def test_what_came_before_a_break_is_not_fetched_again(hub: Hub, file: Path) -> None:
    hub.breaks_after = 1_500_000
    with pytest.raises(WeightsNotFetched, match="the connection broke off"):
        fetch_weights(remote(hub), file)
    assert not file.exists()
    hub.breaks_after = None
    fetch_weights(remote(hub), file)
    assert file.read_bytes() == CONTENT
    assert hub.asked[-1] == ("/storage", "bytes=1500000-")


def test_a_host_that_cannot_go_on_in_the_middle_begins_anew(hub: Hub, file: Path) -> None:
    hub.breaks_after, hub.knows_ranges = 1_500_000, False
    with pytest.raises(WeightsNotFetched):
        fetch_weights(remote(hub), file)
    hub.breaks_after = None
    fetch_weights(remote(hub), file)
    assert file.read_bytes() == CONTENT


def test_what_is_not_what_was_announced_is_thrown_away(hub: Hub, file: Path) -> None:
    hub.sha256 = "0" * 64
    with pytest.raises(WeightsNotFetched, match="not what was announced"):
        fetch_weights(remote(hub), file)
    assert not file.exists()
    assert not list(file.parent.glob("*.part"))
    hub.sha256 = ""
    fetch_weights(remote(hub), file)
    assert file.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "why"), [(404, "it has no safetensors file"), (503, "HTTP 503")], ids=["missing", "out of order"]
)
def test_a_hub_that_refuses_is_told(hub: Hub, status: int, why: str) -> None:
    hub.status = status
    with pytest.raises(WeightsNotFetched, match=why):
        remote(hub)


def test_a_hash_that_is_none_is_not_taken_for_one(hub: Hub) -> None:
    hub.sha256 = "abc"
    with pytest.raises(WeightsNotFetched, match="by what they are checked"):
        remote(hub)


def test_a_disk_that_is_too_small_is_told_before(hub: Hub, file: Path) -> None:
    huge = Remote(MODEL, hub.address, 1 << 60, "0" * 64)
    with pytest.raises(WeightsNotFetched, match="the disk is full"):
        fetch_weights(huge, file)
    assert hub.asked == []


def test_without_a_connection_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFetched, match="the connection broke off"):
        announced(MODEL, "http://127.0.0.1:1/nobody")
