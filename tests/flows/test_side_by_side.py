"""Photos described by processes of Dask under Prefect, where the setting asks for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.desk.photographed import photographed
from tests.simulator.drawn import DRESS, drawn
from vopt_lib.desk import embedding
from vopt_lib.desk.describing import Described, Describer, Files
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk
from vopt_lib.errors import ExtraMissing, SchedulerUnreachable
from vopt_lib.settings import Settings
from vopt_lib.vision.embedder import embedder

PHOTOS = [drawn(replace(DRESS, photo_seed=seed), size=(310, 430)).photo for seed in range(1, 7)]


def test_without_the_setting_one_process_describes_all() -> None:
    from flows.side_by_side import map_batches_over

    assert map_batches_over(0) is map


def test_the_setting_without_its_extra_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import side_by_side

    monkeypatch.setattr(side_by_side, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match=r"VOPT_EMBED_WORKERS needs .*pip install 'vopt\[dask\]'"):
        side_by_side.map_batches_over(2)


def test_a_scheduler_without_the_extra_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import side_by_side

    monkeypatch.setattr(side_by_side, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match=r"VOPT_DASK_SCHEDULER needs"):
        side_by_side.map_batches_of(Settings(embed_workers=2, dask_scheduler="tcp://127.0.0.1:1"))


def test_a_scheduler_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("prefect_dask", reason="the extra `dask` is not installed")
    from flows import side_by_side

    monkeypatch.setattr(side_by_side, "CONNECTS_WITHIN_S", 0.2)
    over_workers = side_by_side.map_batches_at("tcp://127.0.0.1:1")
    with pytest.raises(SchedulerUnreachable, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1\."):
        list(over_workers(Describer("shapes-1", embedder("shapes-1")), [[Path("a")]]))


def test_answers_come_in_order_and_few_batches_are_handed_out_ahead() -> None:
    from flows.side_by_side import in_order

    told: list[str] = []

    class Answer:
        def __init__(self, name: str) -> None:
            self.name = name

        def result(self) -> Described:
            told.append(f"answer {self.name}")
            return {self.name: None}

    def hand_out(files: Files) -> Answer:
        told.append(f"hand out {files[0].name}")
        return Answer(files[0].name)

    batches = [[Path(name)] for name in "abc"]
    assert [*in_order(hand_out, batches, ahead=2)] == [{"a": None}, {"b": None}, {"c": None}]
    assert told == ["hand out a", "hand out b", "answer a", "hand out c", "answer b", "answer c"]


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
