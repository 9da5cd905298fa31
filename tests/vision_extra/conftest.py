"""This is where the tests of the extra `vision` are left out where it is not installed, and get a model by chance."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.vision_extra.weights import know_tiny, random_weights

collect_ignore_glob: list[str] = []

if find_spec("open_clip") is None:
    collect_ignore_glob.append("test_*.py")
else:
    from tests.vision_extra.operators import declare_operators

    declare_operators()


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of weights: open_clip:tiny/chance and open_clip:tiny/other. Nobody changes what lies there."""
    folder = tmp_path_factory.mktemp("weights")
    know_tiny(folder)
    random_weights(folder, "tiny", "chance")
    random_weights(folder, "tiny", "other", seed=2)
    return folder
