"""This is where tests of the lake get an empty one."""

from pathlib import Path

import pytest

from vopt_lib.lake import Lake
from vopt_lib.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, str(tmp_path / "lake"))


@pytest.fixture
def lake(paths: Paths) -> Lake:
    return Lake(paths, writer_waits_s=0.2)
