"""Photos described by processes of Dask under Prefect, where the setting asks for them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from tests.desk.photographed import photographed
from tests.simulator.drawn import DRESS, drawn
from vopt_lib.desk import embedding
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk
from vopt_lib.errors import ExtraMissing

PHOTOS = [drawn(replace(DRESS, photo_seed=seed), size=(310, 430)).photo for seed in range(1, 7)]


def test_without_the_setting_one_process_describes_all() -> None:
    from flows.side_by_side import map_batches_over

    assert map_batches_over(0) is map


def test_the_setting_without_its_extra_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import side_by_side

    monkeypatch.setattr(side_by_side, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match=r"VOPT_EMBED_WORKERS needs .*pip install 'vopt\[dask\]'"):
        side_by_side.map_batches_over(2)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_processes_of_dask_make_the_same_vectors(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("prefect_dask", reason="the extra `dask` is not installed")
    from flows.embed import embed

    monkeypatch.setenv("VOPT_EMBED_WORKERS", "2")
    monkeypatch.setattr(embedding, "BATCH", 2)
    photographed(desk, "Abito", *PHOTOS)
    embed()
    there = vectors(desk)
    desk.lake.overwrite("embedding", there.clear(), partitions=[{}])
    embed_own(desk)
    assert there.height == len(PHOTOS)
    assert vectors(desk).drop("made_at").equals(there.drop("made_at"))


def vectors(desk: Desk) -> pl.DataFrame:
    return desk.lake.scan("embedding", version="newest").sort("photo_sha256").collect()
