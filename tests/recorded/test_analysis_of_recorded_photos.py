"""Photos that people took of their clothes: where look-alikes agree so much that they are sure, they must be right.

Half of the photos are a market in which each kind is a catalogue of its own, the other half is looked at. Nothing was
fitted to these labels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.desk.described import describe, listings_of
from tests.recorded.listings import LISTINGS
from vopt_lib.desk import photo_evidence
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.photo_analysis import SURE
from vopt_lib.desk.photo_evidence import by_look_alikes
from vopt_lib.imports.frames import read_columns
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.foreground import LONGEST

PHOTOS = LISTINGS.parent.parent / "photos"
HALVINGS = 4

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"no recorded photos at {PHOTOS} (VOPT_RECORDED_DATA)"),
]


def test_sure_catalogues_of_photos_of_people_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of some thousand votes a few dozen are sure. Every catalogue there is, is in this market: none is left out."""
    monkeypatch.setattr(photo_evidence, "LEAST_OF_TREE", 0.0)
    rows = read_columns(PHOTOS / "labels.csv", ["path", "label"]).rows()
    contents = [(PHOTOS / path).read_bytes() for path, _ in rows]
    opened = [open_photo(one, longest=LONGEST) for one in contents]
    kinds = {label: number for number, label in enumerate(sorted({label for _, label in rows}))}
    desk = open_desk(data=tmp_path / "data")
    describe(desk, contents)
    sure = []
    for seed in range(HALVINGS):
        order = np.random.default_rng(seed).permutation(len(rows)).tolist()
        market = listings_of([(contents[at], kinds[rows[at][1]]) for at in order[: len(rows) // 2]])
        for at in order[len(rows) // 2 :]:
            found = [one for field, one in by_look_alikes(desk, [opened[at]], market="it", listings=market)]
            votes = [one for one in found if isinstance(one.value, int)]
            sure += [one.value == kinds[rows[at][1]] for one in votes if one.confidence >= SURE]
    assert len(sure) >= 20
    assert np.mean(sure) >= 0.9
