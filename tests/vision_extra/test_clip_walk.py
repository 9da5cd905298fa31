"""A CLIP model from embedding to suggestions, as a person uses it: on a running market, with weights by chance."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Vopt, environment, market, simulator, vopt
from tests.desk.photographed import photographed
from tests.servers import RunningSimulator
from tests.simulator.drawn import DRESS, drawn
from vopt_lib.commit_points import CommitPoint
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.market_embedding import embed_market
from vopt_lib.desk.similar_asked import sought_photo
from vopt_lib.desk.similar_page import Brought, similar_page
from vopt_lib.schema.filters import SimilarAddress
from vopt_lib.schema.vinted_terms import seen_as
from vopt_lib.vision.index_store import open_index

__all__ = ["environment", "market", "simulator", "vopt"]

pytestmark = pytest.mark.timeout(300)
REPOSITORY = Path(__file__).parents[2]
MODEL = "open_clip:tiny/chance"


@pytest.fixture(scope="module")
def photo() -> bytes:
    return drawn(DRESS, size=(310, 430)).photo


@pytest.fixture
def desk(vopt: Vopt, market: RunningSimulator, weights: Path, environment: pytest.MonkeyPatch) -> Desk:
    """A vopt that has just collected bags, and asked for no photo yet."""
    environment.setenv("VOPT_CLIP_WEIGHTS", str(weights))
    vopt("follow", "add", "--catalog", "Donna > Borse")
    assert vopt("collect").status == 0
    return open_desk()


def vectors(desk: Desk) -> pl.DataFrame:
    return desk.lake.scan("embedding", version="newest").collect()


def test_from_embedding_to_suggestions(desk: Desk, vopt: Vopt, photo: bytes, tmp_path: Path) -> None:
    file = tmp_path / "abito.webp"
    file.write_bytes(photo)
    [own] = photographed(desk, "Abito", photo)
    assert vopt("embed", "--model", MODEL, "--most", "12").lines[-2:] == [
        "Describing photos: 1 photo described",
        "Describing photos: 12 photos described, 12 fetched",
    ]
    [name] = vectors(desk)["model"].unique()
    assert name.startswith(f"{MODEL}@")
    assert own in vectors(desk)["photo_sha256"].to_list()

    alike = json.loads(vopt("similar", str(file), "--model", MODEL, "--most", "3", "--json").out)
    assert (len(alike["market"]), alike["photos"]) == (3, 12)
    assert (alike["own"][0]["photo_sha256"], alike["own"][0]["likeness"]) == (own, pytest.approx(1.0, abs=1e-4))

    listing = alike["market"][0]["listing_id"]
    others = json.loads(vopt("similar", "--listing", str(listing), "--model", MODEL, "--json").out)["market"]
    assert len(others) == 10
    assert listing not in {one["listing_id"] for one in others}

    told = vopt("similar", "--words", "borsa rossa", "--model", MODEL, "--most", "3")
    assert told.status == 0
    assert any("Look-alikes on sale ask" in line for line in told.lines)
    assert told.lines[-1].startswith("A photo is never as like words")

    page = similar_page(desk, None, SimilarAddress(words="borsa rossa"))
    assert (page.trouble, page.model, page.knows_words) == (None, name, True)
    assert page.found is not None
    assert (page.found.market.height, page.found.photos) == (12, 12)
    brought = Brought(sought_photo(desk, photo, "abito.webp"))
    by_clip = similar_page(desk, None, SimilarAddress(model=name), brought).found
    assert by_clip is not None
    assert by_clip.own["likeness"][0] > 0.9

    told = vopt("photos", "suggest", str(file), "--model", MODEL, language="it")
    assert told.status == 0
    plain = json.loads(vopt("photos", "suggest", str(file), "--model", MODEL, "--json").out)
    for kind in ("catalogues", "colours", "patterns"):
        chances = [guess["probability"] for guess in plain[kind]]
        assert len(chances) == 5
        assert chances == sorted(chances, reverse=True)
        assert 0 < sum(chances) <= 1
    assert plain["model"] == name
    assert {guess["id"] for guess in plain["catalogues"]} <= set(seen_as())
    assert all(guess["labels"]["it"] in told.out for guess in plain["patterns"])


def test_what_other_weights_described_is_never_compared(desk: Desk, vopt: Vopt, photo: bytes, tmp_path: Path) -> None:
    file = tmp_path / "abito.webp"
    file.write_bytes(photo)
    vopt("embed", "--model", MODEL, "--most", "3")
    missing = vopt("similar", str(file), "--model", "open_clip:tiny/other")
    assert (missing.status, missing.out) == (1, "")
    assert missing.err.startswith("No photo has been described by open_clip:tiny/other@")
    vopt("embed", "--model", "open_clip:tiny/other", "--most", "0")
    vopt("embed", "--most", "0")
    by_model = dict(vectors(desk)["model"].value_counts().rows())
    assert set(by_model.values()) == {3}, "what is here is described by each without being asked for again"
    assert len(by_model) == 3
    for name in by_model:
        assert len(open_index(desk.paths.photo_index(name), name).vectors) == 3
    refused = vopt("similar", "--words", "borsa", "--model", "shapes-1")
    assert "compares photos with photos only" in refused.err


def test_killed_in_the_middle_the_next_run_does_only_what_is_missing(
    desk: Desk, market: RunningSimulator, weights: Path
) -> None:
    command = [sys.executable, "-m", "tests.vision_extra.describer", str(desk.paths.data)]
    command += [market.www, market.api, str(weights), CommitPoint.EMBED_BATCH_WRITTEN]
    killed = subprocess.run(command, cwd=REPOSITORY, timeout=120, check=False, env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL
    before = vectors(desk)
    assert before.height == 25
    run = embed_market(desk, model=MODEL, most=5)
    assert (run.rows, run.pages) == (5, 5)
    after = vectors(desk)
    assert after.height == after["photo_sha256"].n_unique() == 30
    assert before.join(after, on=["photo_sha256", "model", "made_at"], how="semi").height == 25
    [name] = after["model"].unique()
    assert len(open_index(desk.paths.photo_index(name), name).vectors) == 30


def test_photos_are_judged_by_it(vopt: Vopt, weights: Path, environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("VOPT_CLIP_WEIGHTS", str(weights))
    rows = ["path,label"]
    for number in range(12):
        photo = drawn(DRESS, size=(60, 80)).photo
        (tmp_path / f"{number}.webp").write_bytes(photo)
        rows.append(f"{number}.webp,{'ab'[number % 2]}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    told = json.loads(
        vopt("evaluate", "photos", str(tmp_path), "--labels", "labels.csv", "--embedder", MODEL, "--json").out
    )
    assert told["name"].startswith(f"{MODEL}@")
    assert (told["photos"], told["dims"]) == (12, 24)
