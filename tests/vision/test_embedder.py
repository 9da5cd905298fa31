from __future__ import annotations

import sys

import pytest

from vopt_lib.errors import UnknownEmbedder, VisionMissing, WordsNotCompared
from vopt_lib.vision.embedder import DEFAULT, embedder, words_embedder


def test_the_built_in_embedder_is_taken_where_none_is_named() -> None:
    assert embedder().name == embedder(DEFAULT).name == "shapes-1"


def test_a_name_that_there_is_not_is_told_beside_those_that_there_are() -> None:
    with pytest.raises(UnknownEmbedder, match="“ViT-Z”"):
        embedder("ViT-Z")


@pytest.mark.parametrize("name", ["clip", "open_clip:ViT-B-32/laion2b_s34b_b79k"])
def test_without_the_extra_it_is_said_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(VisionMissing, match=r"pip install 'vopt\[vision\]'"):
        embedder(name)


def test_the_built_in_embedder_knows_no_words() -> None:
    with pytest.raises(WordsNotCompared, match="--model clip"):
        words_embedder(DEFAULT)
