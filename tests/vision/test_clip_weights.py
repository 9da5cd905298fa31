"""What CLIP models are called, where their weights lie, and which file of weights it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.errors import WeightsMissing, WeightsUnusable
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings
from vopt_lib.vision.clip_weights import STANDARD, ClipName, clip_name, fingerprint, found_weights

NAME = "open_clip:ViT-B-32/laion2b_s34b_b79k"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("clip", STANDARD),
        (NAME, ClipName("ViT-B-32", "laion2b_s34b_b79k")),
        (f"{NAME}@0123abcd", ClipName("ViT-B-32", "laion2b_s34b_b79k", "0123abcd")),
        ("open_clip:../../etc/passwd", None),
        ("open_clip:ViT-B-32/../x", None),
        ("open_clip:ViT-B-32", None),
        ("open_clip:/x", None),
        ("hf-hub:somebody/model", None),
        ("shapes-1", None),
    ],
)
def test_a_model_is_called_by_architecture_and_weights(name: str, meant: ClipName | None) -> None:
    assert clip_name(name) == meant


def test_its_name_is_written_as_it_is_read() -> None:
    for name in (NAME, f"{NAME}@0123abcd"):
        assert str(clip_name(name)) == name
    assert str(STANDARD) == NAME


def test_vectors_of_different_weights_lie_in_different_folders() -> None:
    paths = Paths(Path("/data"), "/data/lake")
    folders = [paths.photo_index(f"{NAME}@{digits}") for digits in ("0123abcd", "4567abcd")]
    assert folders[0] == Path("/data/photo_index/open_clip_ViT-B-32_laion2b_s34b_b79k_0123abcd")
    assert folders[0] != folders[1]


def test_weights_lie_below_the_data_or_where_the_setting_says() -> None:
    file = "ViT-B-32/laion2b_s34b_b79k.safetensors"
    below = Paths.of(load_settings(data=Path("/data")))
    assert STANDARD.file(below.weights) == Path("/data/weights") / file
    elsewhere = Paths.of(load_settings(data=Path("/data"), clip_weights=Path("/disk/clip")))
    assert STANDARD.file(elsewhere.weights) == Path("/disk/clip") / file
    at_home = Paths.of(load_settings(data=Path("/data"), clip_weights=Path("~/clip")))
    assert at_home.weights == Path.home() / "clip"


def test_another_file_has_another_fingerprint_wherever_it_differs(tmp_path: Path) -> None:
    content, file, seen = bytes(1_000_000), tmp_path / "weights", set()
    for changed in (content, content + b"\0", b"x" + content[1:], content[:-1] + b"x"):
        file.write_bytes(changed)
        seen.add(fingerprint(file))
    assert len(seen) == 4
    file.write_bytes(b"")
    assert len(fingerprint(file)) == 8


def test_the_name_gets_the_fingerprint_of_what_lies_there(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="--download"):
        found_weights(STANDARD, tmp_path)
    file = STANDARD.file(tmp_path)
    file.parent.mkdir()
    file.write_bytes(b"weights")
    name, where = found_weights(STANDARD, tmp_path)
    assert (str(name), where) == (f"{NAME}@{fingerprint(file)}", file)
    assert found_weights(name, tmp_path)[0] == name
    file.write_bytes(b"others")
    with pytest.raises(WeightsUnusable, match="another file"):
        found_weights(name, tmp_path)


def test_a_folder_in_the_place_of_weights_is_told(tmp_path: Path) -> None:
    STANDARD.file(tmp_path).mkdir(parents=True)
    with pytest.raises(WeightsUnusable, match="it is a folder"):
        found_weights(STANDARD, tmp_path)
