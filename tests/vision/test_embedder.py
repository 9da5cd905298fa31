from __future__ import annotations

import pytest

from vopt_lib.errors import UnknownEmbedder
from vopt_lib.vision.embedder import DEFAULT, embedder


def test_the_built_in_embedder_is_taken_where_none_is_named() -> None:
    assert embedder().name == embedder(DEFAULT).name == "shapes-1"


def test_a_name_that_there_is_not_is_told_beside_those_that_there_are() -> None:
    with pytest.raises(UnknownEmbedder, match="“ViT-Z”"):
        embedder("ViT-Z")
